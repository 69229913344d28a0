"""Exams as people may see them: what is on, what is over, and how it went for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from typing import TYPE_CHECKING, Any
from uuid import UUID

from studium.assessment import effective, rights
from studium.assessment.access import next_begin_at
from studium.assessment.asked import headline
from studium.assessment.counting import Counted, counting_score
from studium.assessment.effective import NOTHING, EffectiveTerms, effective_terms, given_at
from studium.assessment.models import (
    AttemptStatus,
    Exam,
    ExamAttempt,
    ExamQuestion,
    ExamStatistics,
    ExamStatus,
    ItemStatistics,
    Question,
)
from studium.assessment.own import exam_attempts_of
from studium.assessment.release import SCORE, released
from studium.content.models import CourseStatus, lesson_texts
from studium.lib.db import read_rows, uuid_param, uuid_value
from studium.lib.looks import is_looking, once
from studium.lib.prepared import ByHand, Prepared, together
from studium.lib.reads import holds_until

if TYPE_CHECKING:
    from studium.identity.models import User

_OWN = Prepared(
    lambda exam, user: ExamAttempt.objects.filter(exam_id=exam, user_id=user), "exam", "user"
)
_ATTEMPTS = Prepared(
    lambda course, user: ExamAttempt.objects.filter(exam__course_id=course, user_id=user),
    "course",
    "user",
)
PAPER = Prepared(
    lambda exam: (
        ExamQuestion.objects.filter(exam_id=exam)
        .select_related("question__quiz__lesson")
        .defer(*lesson_texts("question__quiz__lesson"))
        .order_by("position")
    ),
    "exam",
)
"""The places of an exam in order, each with its question, quiz and lesson without texts."""
_SUMS = Prepared(
    lambda exam: ItemStatistics.objects.filter(question__used_in__exam_id=exam), "exam"
)
_EXAMS = Prepared(
    lambda course: Exam.objects.filter(course_id=course).select_related("course"), "course"
)
_OPEN_TO = Prepared(
    lambda viewer: (
        Exam.objects.filter(
            status=ExamStatus.PUBLISHED,
            course__status="published",
            course__enrollments__user_id=viewer,
            course__enrollments__role=rights.STUDENT,
            course__enrollments__ended_at__isnull=True,
        )
        .select_related("course")
        .order_by("closes_at", "created_at")
    ),
    "viewer",
)
_BEGUN = "SELECT 1 FROM exam_attempts WHERE exam_id = %s LIMIT 1"

FEW_PEOPLE = 5
FEW_ANSWERS = 20
_SIZES = """
SELECT exam_id, COUNT(*), SUM(points) FROM exam_questions
WHERE pool_id IS NULL AND exam_id IN ({}) GROUP BY exam_id
UNION ALL SELECT exam_id, pick, pick * points FROM exam_pools WHERE exam_id IN ({})
"""


@dataclass(frozen=True, slots=True)
class ExamView:
    """An exam and how it stands for the viewer.

    `state`: `draft`, `archived`, `not_open`, `open`, `running` (an attempt of the viewer runs),
    `waiting` (until `begins_at`, after the last attempt), `used_up` (no attempt left) or `closed`.
    `attempts` is how many the viewer has made, `terms` are their own at this moment, `counted` is
    their result over the attempts whose score is out.
    """

    exam: Exam
    role: str
    state: str
    questions: int
    points: int
    attempts: int
    running_id: UUID | None
    terms: EffectiveTerms
    begins_at: datetime | None
    counted: Counted

    @property
    def attempts_left(self) -> int:
        return max(0, self.terms.attempts - self.attempts)


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A question on a paper, for its authors, and how people did on it over all its uses.

    With a `pool_id` it is a candidate: only the attempts that drew it were asked.
    """

    question: Question
    position: int
    points: int
    lesson_topic: str
    answers: int
    facility: float | None
    pool_id: UUID | None = None

    @property
    def title(self) -> str:
        """The question in a line."""
        return headline(self.question.question_text)


@dataclass(frozen=True, slots=True)
class ExamFigures:
    """Figures over all graded attempts. Averages are None under five of them."""

    attempts: int
    passed: int
    running: int
    mean: float | None
    spread: float | None
    histogram: tuple[int, ...]
    paper: tuple[PaperLine, ...]


def exam_view(*, viewer: User, exam_id: UUID, now: datetime) -> ExamView:
    """One exam for a member of its course; a draft for staff only."""
    exam, role = rights.exam_for_reader(viewer, exam_id)
    sizes, made, given = together(
        ByHand(*_sizes_asked([exam_id])),
        _OWN.asked(exam=exam_id, user=viewer.pk),
        effective.asked(exam, viewer.pk),
    )
    theirs = effective.given_by(given) if role == rights.STUDENT else NOTHING
    terms = effective_terms(exam, theirs, now=now)
    return _view(exam, role, _sizes(sizes).get(exam_id, {}), made, terms, now)


@once
def exams_of_course(*, viewer: User, course_id: UUID, now: datetime) -> list[ExamView]:
    """A course's exams in order of opening; students see what was published."""
    role = rights.role_in(viewer, course_id)
    if role is None:
        return []
    exams = _EXAMS.all(course=course_id)
    if role == rights.STUDENT:
        exams = [
            one
            for one in exams
            if one.status != ExamStatus.DRAFT and one.course.status != CourseStatus.DRAFT
        ]
    listed = sorted(exams, key=lambda exam: (exam.opens_at or exam.created_at, exam.pk))
    return _views(listed, viewer, role, now)


def exams_open_to(*, viewer: User, now: datetime) -> list[ExamView]:
    """Exams of all the viewer's courses as a student that are open, running or still to come."""
    views = _views(_OPEN_TO.all(viewer=viewer.pk), viewer, rights.STUDENT, now)
    return [view for view in views if view.state in ("running", "open", "waiting", "not_open")]


def paper_of(*, viewer: User, exam_id: UUID) -> list[PaperLine]:
    """The questions on a paper with their keys, for the staff."""
    exam, _role = rights.exam_for_reader(viewer, exam_id)
    rights.require_results(viewer, exam.course_id)
    return _paper_lines(exam)


def exam_figures(*, viewer: User, exam_id: UUID) -> ExamFigures:
    """How an exam went, for its staff; costs the same for any number of attempts."""
    exam, _role = rights.exam_for_reader(viewer, exam_id)
    rights.require_results(viewer, exam.course_id)
    sums = ExamStatistics.objects.filter(exam=exam).first() or ExamStatistics(exam=exam)
    n = sums.attempts
    mean = sums.score_sum / n if sums.people >= FEW_PEOPLE else None
    spread = sqrt(max(0.0, sums.score_squares / n - mean * mean)) if mean is not None else None
    running = ExamAttempt.objects.filter(exam=exam, status=AttemptStatus.IN_PROGRESS).count()
    return ExamFigures(
        attempts=n,
        passed=sums.passed,
        running=running,
        mean=mean,
        spread=spread,
        histogram=tuple(sums.histogram),
        paper=tuple(_paper_lines(exam)),
    )


def is_begun(exam_id: UUID) -> bool:
    """Whether somebody has begun the exam, which freezes its paper."""
    return bool(read_rows(_BEGUN, [uuid_param(exam_id)]))


@once
def paper_rows(exam_id: UUID) -> list[ExamQuestion]:
    """The places of an exam as `PAPER` reads them. Asks no rights."""
    return PAPER.all(exam=exam_id)


def _paper_lines(exam: Exam) -> list[PaperLine]:
    rows = paper_rows(exam.pk)
    sums = {row.question_id: row for row in _SUMS.all(exam=exam.pk)}
    return [
        PaperLine(
            question=row.question,
            position=row.position,
            points=row.points,
            lesson_topic=row.question.quiz.lesson.topic,
            answers=sums[row.question_id].answers if row.question_id in sums else 0,
            facility=_facility(sums.get(row.question_id)),
            pool_id=row.pool_id,
        )
        for row in rows
    ]


def _facility(sums: ItemStatistics | None) -> float | None:
    return float(sums.share_sum) / sums.answers if sums and sums.answers else None


def _views(exams: list[Exam], viewer: User, role: str, now: datetime) -> list[ExamView]:
    papers = _sizes(read_rows(*_sizes_asked([exam.pk for exam in exams]))) if exams else {}
    made: dict[UUID, list[ExamAttempt]] = {}
    for attempt in _attempts(exams, viewer):
        made.setdefault(attempt.exam_id, []).append(attempt)
    given = given_at(exams, viewer.pk) if role == rights.STUDENT else {}
    return [
        _view(
            exam,
            role,
            papers.get(exam.pk, {}),
            made.get(exam.pk, []),
            effective_terms(exam, given.get(exam.pk, NOTHING), now=now),
            now,
        )
        for exam in exams
    ]


def _attempts(exams: list[Exam], viewer: User) -> list[ExamAttempt]:
    """The viewer's attempts at these exams; some at others may be among them."""
    if is_looking():
        return exam_attempts_of(viewer.pk)
    if len(exams) == 1:
        return _OWN.all(exam=exams[0].pk, user=viewer.pk)
    if len({one.course_id for one in exams}) == 1:
        return _ATTEMPTS.all(course=exams[0].course_id, user=viewer.pk)
    return list(ExamAttempt.objects.filter(exam__in=exams, user_id=viewer.pk))


def _sizes_asked(exam_ids: list[UUID]) -> tuple[str, list[Any]]:
    marks, ids = ", ".join(["%s"] * len(exam_ids)), [uuid_param(one) for one in exam_ids]
    return _SIZES.format(marks, marks), [*ids, *ids]


def _sizes(rows: list[tuple[Any, ...]]) -> dict[UUID, dict[str, int]]:
    """Exam -> how many questions an attempt is asked, and for how many points; of the rows that
    `_sizes_asked` asks for."""
    found: dict[UUID, dict[str, int]] = {}
    for exam, questions, worth in rows:
        sums = found.setdefault(uuid_value(exam), {"questions": 0, "points": 0})
        sums["questions"] += questions
        sums["points"] += worth
    return found


def _view(
    exam: Exam,
    role: str,
    paper: Any,
    made: list[ExamAttempt],
    terms: EffectiveTerms,
    now: datetime,
) -> ExamView:
    begins_at = next_begin_at(exam, made)
    if begins_at is not None:
        holds_until(begins_at)
    told = [one for one in made if one.score is not None and released(exam, SCORE, now)]
    running = next((one for one in made if one.status == AttemptStatus.IN_PROGRESS), None)
    return ExamView(
        exam=exam,
        role=role,
        state=_state(exam, running, len(made), terms, begins_at, now),
        questions=paper.get("questions", 0),
        points=paper.get("points", 0),
        attempts=len(made),
        running_id=running.pk if running else None,
        terms=terms,
        begins_at=begins_at if begins_at is not None and begins_at > now else None,
        counted=counting_score(told, exam.counts),
    )


def _state(
    exam: Exam,
    running: ExamAttempt | None,
    made: int,
    terms: EffectiveTerms,
    begins_at: datetime | None,
    now: datetime,
) -> str:
    if running is not None:
        return "running"
    if exam.status != ExamStatus.PUBLISHED:
        return exam.status
    if terms.closes_at is not None and now >= terms.closes_at:
        return "closed"
    if made >= terms.attempts:
        return "used_up"
    if terms.opens_at is not None and now < terms.opens_at:
        return "not_open"
    return "waiting" if begins_at is not None and now < begins_at else "open"
