"""The world of the matrix and the six people in it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.security import world as building
from tests.security.matrix import ACTORS


@pytest.fixture
def people(ada, bruno, chloe, dora, eva, course, other_course) -> dict[str, Any]:
    made = building.build(
        bruno=bruno, ada=ada, dora=dora, eva=eva, chloe=chloe,
        course=course, other_course=other_course,
    )  # fmt: skip
    who = (None, ada, chloe, bruno, eva, dora)
    return {"world": made, "actors": dict(zip(ACTORS, who, strict=True))}
