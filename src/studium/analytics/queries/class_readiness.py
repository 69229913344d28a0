"""How ready a class is for its next exam: expected scores on the pass line, chances in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from studium.analytics.disclosure import may_show
from studium.analytics.engine import READINESS
from studium.analytics.needs import Outlook
from studium.analytics.queries.class_outlook import outlooks
from studium.analytics.queries.class_people import MOST, Class, Narrowed, class_of
from studium.analytics.queries.reliability import shows_percentages

if TYPE_CHECKING:
    from studium.assessment.models import Exam
    from studium.content.models import Course


@dataclass(frozen=True, slots=True)
class ReadinessLine:
    """What is to be expected of one student; None when it is too early to say."""

    id: UUID
    name: str
    email: str
    answers: int
    outlook: Outlook | None


@dataclass(frozen=True, slots=True)
class ReadinessPage:
    """A page of the class, `count` in all, the lowest chance first.

    `histogram` (ten counts, from 0 to 100 %), `words` (people by chance) and `mean` are over all
    that are in the class or group and can be foretold: `known` people. They are None under five
    of them, and where they would tell of fewer by subtraction (`hidden`).
    """

    exam: Exam | None
    lines: tuple[ReadinessLine, ...]
    count: int
    known: int
    early: int
    hidden: bool
    histogram: tuple[int, ...] | None
    words: dict[str, int] | None
    mean: float | None
    people: Class
    percentages: bool


def class_readiness(
    course: Course, asked: Narrowed, *, now: datetime, limit: int = MOST, offset: int = 0
) -> ReadinessPage:
    """How ready everybody is that was asked for; `limit` cuts the list, never the figures.

    Check the right before.
    """
    people = class_of(course, asked)
    found = outlooks(course, people.everybody, now=now)
    told = {user for user in people.everybody if found.outlook(user) is not None}
    chosen = people.chosen & told
    others = [people.everybody & told, *(one & told for one in people.members.values())]
    shown = [found.outlook(user) for user in sorted(chosen)] if may_show(chosen, others) else []
    every = [one for one in shown if one is not None]
    ordered = sorted(people.people, key=lambda one: found.key(one.id, one.name))
    return ReadinessPage(
        exam=found.exam,
        lines=tuple(
            ReadinessLine(one.id, one.name, one.email, found.answers(one.id), found.outlook(one.id))
            for one in ordered[offset : offset + limit]
        ),
        count=len(ordered),
        known=len(chosen),
        early=len(people.chosen) - len(chosen),
        hidden=bool(chosen) and not every,
        histogram=_histogram(every) if every else None,
        words=_by_words(every) if every and found.exam is not None else None,
        mean=sum(one.mean for one in every) / len(every) if every else None,
        people=people,
        percentages=shows_percentages(),
    )


# --- parts -----------------------------------------------------------------------------------


def _histogram(every: list[Outlook]) -> tuple[int, ...]:
    counts = [0] * 10
    for one in every:
        counts[min(int(one.mean * 10), 9)] += 1
    return tuple(counts)


def _by_words(every: list[Outlook]) -> dict[str, int]:
    return {word: sum(1 for one in every if one.words == word) for word in READINESS}
