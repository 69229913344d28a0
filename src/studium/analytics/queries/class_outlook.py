"""What is to be expected of each student of a class: of their next exam, else of the course."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from studium.analytics import epochs, needs
from studium.analytics.needs import Outlook
from studium.analytics.queries.readiness import (
    Readiness,
    next_exam,
    readiness,
)
from studium.analytics.queries.ready import paper_digest, ready
from studium.lib.db import read_rows, uuid_param, uuid_value
from studium.lib.reads import holds_until, unnoted

if TYPE_CHECKING:
    from studium.assessment.models import Exam
    from studium.content.models import Course


# The newest day of each person, by the key of `level_days`.
_NEWEST = """
SELECT s.user_id, d.day, d.p, d.low, d.high, d.n FROM level_states s JOIN level_days d
ON d.epoch = s.epoch AND d.user_id = s.user_id AND d.course_id = s.course_id AND d.day = (
    SELECT MAX(m.day) FROM level_days m
    WHERE m.epoch = s.epoch AND m.user_id = s.user_id AND m.course_id = s.course_id)
WHERE s.epoch = %s AND s.course_id = %s AND s.user_id IN ({})
"""


MOST_KEPT = 20_000
_UNKNOWN = Outlook(0.0, 0.0, 0.0, 0.0)
_kept: dict[tuple[object, ...], Outlook | None] = {}
"""Forecasts by exam, epoch, paper, hour, person and answers, of this process."""


@dataclass(frozen=True, slots=True)
class Line:
    """One student: answers in the course, the day of the last one (UTC), and the outlook."""

    answers: int
    last_day: date | None
    outlook: Outlook | None


NOTHING = Line(0, None, None)
"""A student who has not answered yet."""


@dataclass(frozen=True, slots=True)
class Outlooks:
    """The students that have answered; `exam` is what the outlooks are about, if anything."""

    exam: Exam | None
    lines: dict[UUID, Line]

    def answers(self, user_id: UUID) -> int:
        """How many answers a student gave in the course."""
        return self.lines.get(user_id, NOTHING).answers

    def outlook(self, user_id: UUID) -> Outlook | None:
        """What is to be expected; None when it is too early to say."""
        return self.lines.get(user_id, NOTHING).outlook

    def key(self, user_id: UUID, name: str) -> tuple[bool, float, str]:
        """The place in a class: lowest chance first, too early at the end."""
        return needs.order(self.answers(user_id), self.outlook(user_id), name)


def outlooks(course: Course, user_ids: Collection[UUID], *, now: datetime) -> Outlooks:
    """A fixed number of statements for a whole class. Check the right before."""
    newest = _newest(course.pk, user_ids)
    exam = next_exam(course, now=now)
    enough = {user: row[-1] for user, row in newest.items() if not needs.is_early(row[-1])}
    foretold = {} if exam is None else _ready(exam, enough, now)
    lines = {}
    for user, (day, p, low, high, n) in newest.items():
        outlook = foretold.get(user)
        if exam is None and user in enough:
            outlook = Outlook(p, low, high, chance=p)
        lines[user] = Line(n, day, outlook)
    return Outlooks(exam, lines)


# --- parts -----------------------------------------------------------------------------------


def _newest(
    course_id: UUID, user_ids: Collection[UUID]
) -> dict[UUID, tuple[date, float, float, float, int]]:
    """Per person: the last day with answers, the level at its end with its range, the answers."""
    if not user_ids:
        return {}
    sql = _NEWEST.format(", ".join(["%s"] * len(user_ids)))
    parameters = [epochs.current_id(), uuid_param(course_id), *map(uuid_param, user_ids)]
    return {
        uuid_value(user): (_date(day), p, low, high, n)
        for user, day, p, low, high, n in read_rows(sql, parameters)
    }


def _ready(exam: Exam, answers: dict[UUID, int], now: datetime) -> dict[UUID, Outlook]:
    """The forecasts of people with enough answers.

    Most are ready. One made here counts again while the person has not answered since, the paper
    is the same and the hour is not over.
    """
    epoch, digest = epochs.current_id(), paper_digest(exam)
    made = ready(exam, epoch=epoch, digest=digest, now=now)
    found = {pair[0]: made[pair] for pair in answers.items() if pair in made}
    left = {user: n for user, n in answers.items() if user not in found}
    known = {user: None if one is None else _of(exam, one) for user, one in found.items()}
    known |= _made_now(exam, left, (epoch, digest, int(now.timestamp() // 3600)), now)
    return {user: one for user, one in known.items() if one is not None}


def _made_now(
    exam: Exam, answers: dict[UUID, int], hour: tuple[object, ...], now: datetime
) -> dict[UUID, Outlook | None]:
    keys = {user: (exam.pk, *hour, user, n) for user, n in answers.items()}
    known = {user: _kept.get(key, _UNKNOWN) for user, key in keys.items()}
    new = [user for user, one in known.items() if one is _UNKNOWN]
    holds_until(datetime.fromtimestamp((int(now.timestamp()) // 3600 + 1) * 3600, UTC))
    with unnoted():
        made = readiness(exam, new, now=now) if new else {}
    for user, found in made.items():
        known[user] = None if found is None else _of(exam, found)
    if len(_kept) + len(new) > MOST_KEPT:
        _kept.clear()
    _kept.update({keys[user]: known[user] for user in new})
    return known


def _of(exam: Exam, one: Readiness) -> Outlook:
    share = exam.pass_mark / 100
    return Outlook(one.mean, one.low, one.high, one.p_pass, one.words, exam.title, share)


def _date(day: date | str) -> date:
    return date.fromisoformat(day) if isinstance(day, str) else day
