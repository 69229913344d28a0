"""The world of the matrix and the six people in it."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def people(kept_people: dict[str, Any], db: None) -> dict[str, Any]:
    """The six actors and the ids of their world; what a test changes is taken back after it."""
    return kept_people
