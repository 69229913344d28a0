"""What one student may practise now in a course, and what is worth most: the engine asked.

Judgements are in `choosing_rules`; here are the statements, a fixed number for any history.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from studium.analytics import choosing_rules as rules
from studium.analytics.asked import asked
from studium.analytics.choosing_rules import Chosen, Option, Prospect, Standing
from studium.analytics.engine import Situation, after_right, predict
from studium.analytics.queries.readiness import (
    Asked,
    Evidence,
    next_exam_of,
    paper_to_foretell,
)
from studium.analytics.queries.standing import (
    ConceptStanding,
    current_epoch,
    situations,
    standings,
)
from studium.assessment.askable import Askable, askable
from studium.assessment.models import Exam, Response
from studium.lib.db import read_rows, time_value, uuid_param, uuid_value
from studium.lib.looks import once

if TYPE_CHECKING:
    from studium.content.models import Course
    from studium.identity.models import User

NOT_AGAIN_FOR = timedelta(days=1)
"""A question answered anywhere in the course comes again after so long at the earliest."""
_PACED_BY = 30
_JUDGED_BY = 2
_LATEST = f"""
SELECT question_id, occurred_at, seconds FROM responses WHERE user_id = %s AND course_id = %s
ORDER BY occurred_at DESC, id DESC LIMIT {_PACED_BY}
"""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What to practise next, with the figures it rests on. It is a suggestion, no more.

    `kind`: `review` (due since `due_at`), `exam` (brings most for `exam`) or `course` (comes next).
    `points` of 100 are told for kind `exam` alone. `p_now` and `p_after` are the chance on the
    concept now and after the practice, `n` the answers that rests on.
    """

    concept_id: UUID
    name: str
    lesson_id: UUID | None
    kind: str
    questions: int
    minutes: int
    points: float | None
    p_now: float
    p_after: float
    n: int
    due_at: datetime | None
    exam: Exam | None


@dataclass(frozen=True, slots=True)
class Practisable:
    """A concept and how many questions on it may be asked now."""

    concept_id: UUID
    name: str
    words: str
    questions: int


def choose_questions(
    user: User, course: Course, *, now: datetime, count: int, concept_id: UUID | None = None
) -> list[Chosen]:
    """Up to `count` questions for a session, of one concept or of the whole course.

    The same for the same state. Check the right to practise before.
    """
    ground = _ground(user, course, now)
    wanted = [
        one
        for one in ground.askable
        if concept_id is None or ground.about[one.question_id] == concept_id
    ]
    before = situations(user.pk, course.pk, [one.question_id for one in wanted], at=now)
    options = [
        Option(
            one.question_id,
            ground.about[one.question_id],
            one.place,
            predict(before[one.question_id]).p,
        )
        for one in wanted
    ]
    return rules.choose(options, ground.plain, count=count, at=ground.at)


def suggestion(user: User, course: Course, *, now: datetime) -> Suggestion | None:
    """What would bring this student most now; None when nothing can be said or asked.

    Check before that they are its student, and that they sit no exam.
    """
    if course.status != "published":
        return None
    view = next_exam_of(user, course, now=now)
    exam = view.exam if view is not None else None
    paper = paper_to_foretell(exam) if exam is not None else []
    ground = _ground(user, course, now, also=paper)
    seconds = rules.pace(_seconds(user.pk, course.pk))
    practised, examined = _by_concept(ground, paper)
    judged = _judged(ground, practised, examined)
    wanted = {question for of in judged.values() for question in of}
    wanted |= {one.question_id for one in paper}  # which the forecast asks about as well
    before = situations(user.pk, course.pk, sorted(wanted), at=now)
    gains = {concept: [before[one] for one in of] for concept, of in judged.items()}
    prospects = _prospects(ground, paper, practised, gains, seconds)
    found = rules.best(prospects, at=ground.at)
    if found is None:
        return None
    answers = next((one.level.n for one in before.values()), 0)
    return _suggestion(found, ground, exam, prospects, answers)


def practisable(user: User, course: Course, *, now: datetime) -> tuple[list[Practisable], int]:
    """The concepts of the course, in its order, on which questions may be asked now, and how many
    questions that are in all (in lessons nobody has answered in, too)."""
    ground = _ground(user, course, now)
    there: dict[UUID, int] = defaultdict(int)
    for one in ground.askable:
        there[ground.about[one.question_id]] += 1
    concepts = [
        Practisable(one.concept_id, one.name, one.words, there[one.concept_id])
        for one in ground.standings
        if there[one.concept_id]
    ]
    return concepts, len(ground.askable)


# --- parts -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Ground:
    """What a choice rests on. `about`: question -> the concept it counts for."""

    at: float
    standings: tuple[ConceptStanding, ...]
    askable: tuple[Askable, ...]
    about: dict[UUID, UUID]

    @property
    def plain(self) -> list[Standing]:
        """The concepts in the course's order as the rules see them."""
        return [
            Standing(one.concept_id, one.p, one.n, one.due_at.timestamp() if one.due_at else None)
            for one in self.standings
        ]


def _ground(user: User, course: Course, now: datetime, *, also: Sequence[Asked] = ()) -> _Ground:
    standing = standings(course.pk, [user.pk], now=now)[user.pk]
    lately = _lately(user.pk, course.pk, now - NOT_AGAIN_FOR)
    every = askable(user.pk, course.pk, now=now)
    there = tuple(one for one in every if one.question_id not in lately)
    lessons = {one.question_id: one.lesson_id for one in there}
    lessons |= {one.question_id: one.lesson_id for one in also}
    return _Ground(
        at=now.timestamp(),
        standings=tuple(standing),
        askable=there,
        about=_about(lessons, standing),
    )


def _about(lessons: dict[UUID, UUID], standing: Sequence[ConceptStanding]) -> dict[UUID, UUID]:
    """Question -> its first concept in the course's order.

    Where none of its concepts is known yet, its lesson's id stands for one, so that questions of a
    lesson still belong together.
    """
    places = {uuid_param(one.concept_id): place for place, one in enumerate(standing)}
    found = {}
    for question_id, of in asked(list(lessons), epoch=current_epoch()).items():
        known = [places[one] for one in of.concept_ids if one in places]
        found[question_id] = standing[min(known)].concept_id if known else lessons[question_id]
    return found


@once
def _latest(user_id: UUID, course_id: UUID) -> list[tuple[UUID, datetime, int | None]]:
    """The person's latest answers: question, moment, and how long it took."""
    rows = read_rows(_LATEST, [uuid_param(user_id), uuid_param(course_id)])
    return [(uuid_value(question), time_value(at), seconds) for question, at, seconds in rows]


def _lately(user_id: UUID, course_id: UUID, since: datetime) -> set[UUID]:
    """The questions of the course that the person answered after a moment."""
    latest = _latest(user_id, course_id)
    if len(latest) == _PACED_BY and latest[-1][1] > since:
        rows = Response.objects.filter(user_id=user_id, course_id=course_id, occurred_at__gt=since)
        return set(rows.values_list("question_id", flat=True))
    return {question for question, at, _ in latest if at > since}


def _seconds(user_id: UUID, course_id: UUID) -> list[int]:
    """How long the person's latest answers took, as far as that is known."""
    return [one for _, _, one in _latest(user_id, course_id) if one is not None]


def _by_concept(
    ground: _Ground, paper: Sequence[Asked]
) -> tuple[dict[UUID, list[UUID]], dict[UUID, list[UUID]]]:
    """The questions that may be asked, and those of the exam, by concept."""
    practised: dict[UUID, list[UUID]] = defaultdict(list)
    for row in ground.askable:
        practised[ground.about[row.question_id]].append(row.question_id)
    examined: dict[UUID, list[UUID]] = defaultdict(list)
    for one in paper:
        examined[ground.about[one.question_id]].append(one.question_id)
    return practised, examined


def _judged(
    ground: _Ground, practised: dict[UUID, list[UUID]], examined: dict[UUID, list[UUID]]
) -> dict[UUID, list[UUID]]:
    """By which questions a concept's gain is judged: the first of the exam's, else of all."""
    concepts = (one.concept_id for one in ground.standings)
    return {one: (examined[one] or practised[one])[:_JUDGED_BY] for one in concepts}


def _prospects(
    ground: _Ground,
    paper: Sequence[Asked],
    practised: dict[UUID, list[UUID]],
    judged: dict[UUID, list[Situation]],
    seconds: float,
) -> list[Prospect]:
    """One for each concept in the course's order; without an exam all weigh the same."""
    worth: dict[UUID, float] = defaultdict(float)
    plain = ground.plain
    for one in paper:
        worth[ground.about[one.question_id]] += one.worth
    total, each = sum(worth.values()), 1.0 / max(1, len(ground.standings))
    may_come = rules.ready(plain, [one for one in practised if practised[one]])
    return [
        Prospect(
            standing=one,
            weight=worth[one.concept_id] / total if total else each,
            gain=_gain(
                judged[one.concept_id],
                there=len(practised[one.concept_id]) if one.concept_id in may_come else 0,
            ),
            questions=len(practised[one.concept_id]),
            seconds=seconds,
        )
        for one in plain
    ]


def _gain(judged: Sequence[Situation], *, there: int) -> float:
    """How much P on these questions rises by right answers to as many as are there."""
    more = min(rules.MORE_RIGHT, there)
    if not judged or not more:
        return 0.0
    return sum(after_right(one, more) - predict(one).p for one in judged) / len(judged)


def _suggestion(
    found: Prospect,
    ground: _Ground,
    exam: Exam | None,
    prospects: Sequence[Prospect],
    answers: int,
) -> Suggestion:
    foretold = exam is not None and _is_enough(answers, prospects)
    kind = rules.kind_of(found, at=ground.at, foretold=foretold)
    row = next(one for one in ground.standings if one.concept_id == found.standing.concept_id)
    return Suggestion(
        concept_id=row.concept_id,
        name=row.name,
        lesson_id=row.lesson_id,
        kind=kind,
        questions=found.asked,
        minutes=found.minutes,
        points=found.points if kind == rules.EXAM else None,
        p_now=row.p,
        p_after=min(1.0, row.p + max(0.0, found.gain)),
        n=row.n,
        due_at=row.due_at,
        exam=exam,
    )


def _is_enough(answers: int, prospects: Sequence[Prospect]) -> bool:
    """Whether the exam may be foretold after so many answers, as in `readiness`."""
    examined = [one.standing for one in prospects if one.weight > 0]
    touched = sum(one.n > 0 for one in examined)
    return Evidence(answers, touched, len(examined)).is_enough
