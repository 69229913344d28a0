"""How ready people are for an exam: the score to be expected, in a range and in five words.

The forecast is the engine's, over the questions of the paper. Nothing is foretold under ten answers
in the course, nor while half of the exam's concepts are untouched. For a random part of the paper
stand as many of its candidates as an attempt draws, evenly taken from the easiest to the hardest.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from studium.analytics import engine, epochs, stored
from studium.analytics.asked import asked as asked_now
from studium.analytics.engine import Situation
from studium.analytics.queries.standing import situations_of_many
from studium.assessment.models import Exam, ExamPool, ExamStatus
from studium.assessment.queries import ExamView, exams_of_course
from studium.lib.db import read_rows, uuid_param, uuid_value
from studium.lib.looks import once
from studium.lib.prepared import Prepared

if TYPE_CHECKING:
    from studium.content.models import Course
    from studium.identity.models import User

ENOUGH_ANSWERS = 10
ENOUGH_TOUCHED = 0.5
MOVERS = 3
MORE_RIGHT = 3
_PUBLISHED = Prepared(
    lambda course: Exam.objects.filter(course_id=course, status=ExamStatus.PUBLISHED), "course"
)
_PAPER = """
SELECT p.question_id, z.lesson_id, p.points, p.pool_id FROM exam_questions p
JOIN questions q ON q.id = p.question_id JOIN quizzes z ON z.id = q.quiz_id
WHERE p.exam_id = %s ORDER BY p.position
"""
_TO_COME = ("open", "waiting", "not_open")


@dataclass(frozen=True, slots=True)
class Readiness:
    """What is to be expected of one person today: shares of the exam's marks with their 80 %
    range, the chance to pass, and its five words."""

    exam_id: UUID
    mean: float
    low: float
    high: float
    p_pass: float
    words: str
    pass_share: float
    answers: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a forecast can rest on: answers in the course, concepts of the exam that were touched,
    and how many it has."""

    answers: int
    touched: int
    concepts: int

    @property
    def is_enough(self) -> bool:
        """Whether anything may be foretold."""
        return self.answers >= ENOUGH_ANSWERS and self.touched >= ENOUGH_TOUCHED * self.concepts


@dataclass(frozen=True, slots=True)
class Mover:
    """A concept of the exam and the share of its marks that three more right answers there would
    add."""

    concept_id: UUID
    gain: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """One person before one exam. `readiness` is None while it is too early to say."""

    exam: Exam
    state: str
    evidence: Evidence
    readiness: Readiness | None
    movers: tuple[Mover, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that stands for one of the paper, and what it is worth."""

    question_id: UUID
    lesson_id: UUID
    worth: float


def readiness(
    exam: Exam, user_ids: Collection[UUID], *, now: datetime
) -> dict[UUID, Readiness | None]:
    """Person -> what is to be expected of them; None while it is too early to say.

    A fixed number of statements for any number of people. Check the right to see them before.
    """
    asked = paper_to_foretell(exam)
    found = _situations(exam, user_ids, asked, now)
    return {user: _foretold(exam, asked, found.get(user, {}))[0] for user in user_ids}


def outlook(view: ExamView, student: User, *, now: datetime) -> Outlook:
    """The same for one person with what it rests on, and what would move it most."""
    exam = view.exam
    asked = paper_to_foretell(exam)
    found = _situations(exam, [student.pk], asked, now).get(student.pk, {})
    told, evidence = _foretold(exam, asked, found)
    movers = _movers(exam, asked, found) if told is not None else ()
    return Outlook(exam, view.state, evidence, told, movers)


def next_exam(course: Course, *, now: datetime) -> Exam | None:
    """The published exam of the course that ends first and is not over, if any: for a class."""
    rows = _PUBLISHED.all(course=course.pk)
    left = [one for one in rows if one.closes_at is None or one.closes_at > now]
    return min(left, key=lambda one: (_moment(one.closes_at or one.due_at), one.pk), default=None)


def next_exam_of(student: User, course: Course, *, now: datetime) -> ExamView | None:
    """The exam of the course that this student can still begin and that ends first, if any."""
    views = exams_of_course(viewer=student, course_id=course.pk, now=now)
    left = [one for one in views if one.state in _TO_COME and one.attempts_left]
    return min(
        left,
        key=lambda one: (_moment(one.terms.closes_at or one.exam.due_at), one.exam.pk),
        default=None,
    )


@once
def paper_to_foretell(exam: Exam) -> list[Asked]:
    """The fixed questions of the paper, and for each random part as many as it draws."""
    places = [
        (uuid_value(question), uuid_value(lesson), points, pool and uuid_value(pool))
        for question, lesson, points, pool in read_rows(_PAPER, [uuid_param(exam.pk)])
    ]
    asked = [
        Asked(question, lesson, float(points))
        for question, lesson, points, pool in places
        if pool is None
    ]
    lessons = {question: lesson for question, lesson, _points, pool in places if pool is not None}
    if not lessons:
        return asked
    ease = _ease(lessons)
    for pool in ExamPool.objects.filter(exam=exam).order_by("position"):
        candidates = [question for question, _lesson, _points, one in places if one == pool.pk]
        chosen = _spread(candidates, pool.pick, ease)
        asked += [Asked(one, lessons[one], float(pool.points)) for one in chosen]
    return asked


# --- parts -----------------------------------------------------------------------------------


def _moment(ends_at: datetime | None) -> float:
    return ends_at.timestamp() if ends_at is not None else float("inf")


def _ease(question_ids: Collection[UUID]) -> dict[UUID, float]:
    """How easy the questions have shown themselves; nothing for those nobody answered."""
    keys = [uuid_param(one) for one in question_ids]
    rows = stored.read(stored.ITEMS, epochs.current_id(), keys)
    return {uuid_value(key): row.mean for key, row in rows.items()}


def _spread(candidates: Sequence[UUID], pick: int, ease: dict[UUID, float]) -> list[UUID]:
    """So many of the candidates, evenly from the easiest to the hardest."""
    ordered = sorted(candidates, key=lambda one: (-ease.get(one, 0.0), one))
    pick = min(pick, len(ordered))
    return [ordered[int((place + 0.5) * len(ordered) / pick)] for place in range(pick)]


def _situations(
    exam: Exam, user_ids: Collection[UUID], asked: Sequence[Asked], now: datetime
) -> dict[UUID, dict[UUID, Situation]]:
    if not asked:
        return {}
    ids = [one.question_id for one in asked]
    return situations_of_many(exam.course_id, list(user_ids), ids, at=now)


def _foretold(
    exam: Exam, asked: Sequence[Asked], found: dict[UUID, Situation]
) -> tuple[Readiness | None, Evidence]:
    before = [found[one.question_id] for one in asked if one.question_id in found]
    evidence = _evidence(asked, found)
    if not before or not evidence.is_enough:
        return None, evidence
    worths = [one.worth for one in asked if one.question_id in found]
    share = exam.pass_mark / 100
    told = engine.forecast(before, worths, share)
    words = engine.readiness_words(told.p_pass)
    made = Readiness(
        exam.pk, told.mean, told.low, told.high, told.p_pass, words, share, evidence.answers
    )
    return made, evidence


def _evidence(asked: Sequence[Asked], found: dict[UUID, Situation]) -> Evidence:
    # Situations of one person share the row of a concept, so its identity names the concept; a
    # lesson nobody has answered in is no concept yet.
    every: dict[object, bool] = {}
    answers = 0
    for one in asked:
        s = found.get(one.question_id)
        masteries = s.masteries if s is not None else ()
        answers = s.level.n if s is not None else answers
        every |= {id(mastery): mastery.n > 0 for mastery in masteries}
        if not masteries:
            every[one.lesson_id] = False
    return Evidence(answers, sum(every.values()), len(every))


def _movers(exam: Exam, asked: Sequence[Asked], found: dict[UUID, Situation]) -> tuple[Mover, ...]:
    """The concepts that would move the score most, the first one most."""
    about = _concepts([one.question_id for one in asked])
    total = sum(one.worth for one in asked)
    gains: dict[UUID, float] = {}
    for one in asked:
        s = found.get(one.question_id)
        if s is None:
            continue
        more = one.worth * (engine.after_right(s, MORE_RIGHT) - engine.predict(s).p) / total
        named = about.get(one.question_id, ())
        for concept in named:
            gains[concept] = gains.get(concept, 0.0) + more / len(named)
    best = sorted(gains.items(), key=lambda pair: (-pair[1], pair[0]))[:MOVERS]
    return tuple(Mover(concept, gain) for concept, gain in best if gain > 0)


def _concepts(question_ids: Collection[UUID]) -> dict[UUID, tuple[UUID, ...]]:
    found = asked_now(question_ids, epoch=epochs.current_id())
    return {one: tuple(map(uuid_value, of.concept_ids)) for one, of in found.items()}
