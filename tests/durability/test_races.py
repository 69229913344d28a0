"""The short form of `python -m benchmarks.races`: one round of forty on the real server."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks import races


@pytest.mark.slow
def test_forty_at_once_make_one_row_of_each(address: str, tmp_path: Path) -> None:
    database = "postgresql" if address else "sqlite"

    assert races.trial(database, 1, tmp_path, address) == []
