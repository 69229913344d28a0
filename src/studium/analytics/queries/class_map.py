"""The class by concept: where each person stands on each concept now, the lowest chance first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from studium.analytics import rules
from studium.analytics.needs import Outlook
from studium.analytics.queries.class_outlook import Outlooks, outlooks
from studium.analytics.queries.class_people import Class, Narrowed, Person, class_of
from studium.analytics.queries.reliability import shows_percentages
from studium.analytics.queries.standing import ConceptStanding, standings

if TYPE_CHECKING:
    from studium.assessment.models import Exam
    from studium.content.models import Course

SOLID, SHAKY = "solid", "shaky"
"""Words of `rules.mastery_words` that are counted."""


@dataclass(frozen=True, slots=True)
class MapRow:
    """A student with a cell for each concept, in the order of the columns.

    `shaky` names the shaky concepts; `solid` and `early` count those that are solid, and those of
    which it is too early to say.
    """

    id: UUID
    name: str
    email: str
    answers: int
    outlook: Outlook | None
    cells: tuple[ConceptStanding, ...]
    shaky: tuple[str, ...]
    solid: int
    early: int


@dataclass(frozen=True, slots=True)
class MapPage:
    """A page of the map. Cells whose last answer is before `since` count as old there."""

    exam: Exam | None
    columns: tuple[str, ...]
    rows: tuple[MapRow, ...]
    count: int
    since: date | None
    people: Class
    percentages: bool


def class_map(
    course: Course, asked: Narrowed, *, now: datetime, limit: int = 50, offset: int = 0
) -> MapPage:
    """A page of the people by concepts, sorted as the list of who needs help is.

    A fixed number of statements. Check the right before.
    """
    people = class_of(course, asked)
    known = outlooks(course, people.everybody, now=now)
    ordered = sorted(people.people, key=lambda one: known.key(one.id, one.name))
    page = ordered[offset : offset + limit]
    standing = standings(course.pk, [one.id for one in page], now=now)
    rows = tuple(_row(one, known, standing.get(one.id, ())) for one in page)
    return MapPage(
        exam=known.exam,
        columns=tuple(cell.name for cell in rows[0].cells) if rows else (),
        rows=rows,
        count=len(ordered),
        since=asked.since,
        people=people,
        percentages=shows_percentages(),
    )


# --- parts -----------------------------------------------------------------------------------


def _row(one: Person, known: Outlooks, cells: Sequence[ConceptStanding]) -> MapRow:
    words = [cell.words for cell in cells]
    return MapRow(
        id=one.id,
        name=one.name,
        email=one.email,
        answers=known.answers(one.id),
        outlook=known.outlook(one.id),
        cells=tuple(cells),
        shaky=tuple(cell.name for cell, said in zip(cells, words, strict=True) if said == SHAKY),
        solid=words.count(SOLID),
        early=words.count(rules.TOO_EARLY),
    )
