"""Rows that a command line names in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studium.content import queries
from studium.lib.errors import NotFound, Refused

if TYPE_CHECKING:
    from studium.content.models import Course


def course_named(slug: str) -> Course:
    """The course whose address ends in this name; `Refused` says so where there is none."""
    try:
        return queries.course_by_slug(slug)
    except NotFound as missing:
        raise Refused(
            f"There is no course named {slug!r}. The name is the last part of its address, as in "
            "/courses/NAME/."
        ) from missing
