"""What the staff of a course see: everybody's attempts, how an exam went, and the students."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Max, Q, QuerySet

from studium.analytics import rights, rules
from studium.assessment.models import (
    AttemptStatus,
    Exam,
    ExamAttempt,
    ExamQuestion,
    ExamStatistics,
    ExamStatus,
    ItemStatistics,
    QuizAttempt,
)
from studium.content.models import Course, CourseRole, Enrollment, LessonProgress, lesson_texts
from studium.content.queries import course_by_slug, group_in, member_ids
from studium.lib.db import uuid_param

if TYPE_CHECKING:
    from studium.identity.models import User

OUTCOMES = ("passed", "failed", "running")


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """An attempt in the list for staff; score and outcome are there as soon as it is graded."""

    id: UUID
    student_id: UUID
    student: str
    exam: str
    attempt_no: int
    at: datetime
    submitted_at: datetime | None
    status: str
    closed_by: str | None
    score: int | None
    passed: bool | None


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """How a question did over all its answers. `share` is None where too few people answered.

    `grey`: few hand-ins, do not lean on this. `flag`: too_easy, too_hard or none. `words`: how
    much of it people get right.
    """

    id: UUID
    position: int
    text: str
    lesson: str
    answers: int
    share: float | None
    low: float | None
    high: float | None
    words: str
    grey: bool
    flag: str


@dataclass(frozen=True, slots=True)
class ExamPicture:
    """How an exam went. Averages are None under five people."""

    exam: Exam
    hand_ins: int
    people: int
    running: int
    passed: int
    mean: float | None
    spread: float | None
    histogram: tuple[int, ...]
    questions: tuple[QuestionRow, ...]

    @property
    def flagged(self) -> list[QuestionRow]:
        """The questions worth a look."""
        return [one for one in self.questions if one.flag != "none"]


@dataclass(frozen=True, slots=True)
class StudentRow:
    """A student of the course: lessons done in per cent, attempts, what came last."""

    id: UUID
    name: str
    email: str
    progress: int
    exams: int
    practice: int
    last_at: datetime | None
    latest_score: int | None
    latest_passed: bool | None


def course_for_insight(*, viewer: User, slug: str) -> Course:
    """The course, for its staff."""
    course = course_by_slug(slug)
    rights.require_insight(viewer, course)
    return course


def exams_of(course: Course) -> list[Exam]:
    """The exams that can have results, the one with most hand-ins first. Check the right before."""
    rows = Exam.objects.filter(course=course).exclude(status=ExamStatus.DRAFT)
    sums = dict(ExamStatistics.objects.filter(exam__in=rows).values_list("exam_id", "attempts"))
    newest = rows.order_by("-created_at", "-pk")
    return sorted(newest, key=lambda exam: sums.get(exam.pk, 0), reverse=True)


def attempts_page(
    course: Course,
    *,
    exam_id: UUID | None = None,
    outcome: str = "",
    search: str = "",
    group: UUID | None = None,
    offset: int = 0,
    limit: int = 50,
) -> tuple[list[AttemptRow], int]:
    """A page of all attempts, newest first, and how many there are. Check the right before.

    `group`: one of the course's, whose students' attempts alone are wanted.
    """
    rows = ExamAttempt.objects.filter(exam__course=course)
    if group is not None:
        rows = rows.filter(user_id__in=member_ids(group_in(course, group)))
    if exam_id is not None:
        rows = rows.filter(exam_id=exam_id)
    if outcome == "running":
        rows = rows.exclude(status=AttemptStatus.GRADED)
    elif outcome in OUTCOMES:
        rows = rows.filter(status=AttemptStatus.GRADED, passed=outcome == "passed")
    for word in search.split()[:5]:
        rows = rows.filter(user__name__icontains=word)
    page = rows.select_related("exam", "user").order_by("-attempted_at", "-pk")
    return [_attempt(row) for row in page[offset : offset + limit]], rows.count()


def exam_picture(exam: Exam) -> ExamPicture:
    """How an exam went; the sums are kept while grading. Check the right before."""
    sums = ExamStatistics.objects.filter(exam=exam).first() or ExamStatistics(exam=exam)
    enough = sums.people >= rules.FEW_PEOPLE
    mean = sums.score_sum / sums.attempts if enough else None
    square = sums.score_squares / sums.attempts if enough else 0.0
    return ExamPicture(
        exam=exam,
        hand_ins=sums.attempts,
        people=sums.people,
        running=_running(exam),
        passed=sums.passed,
        mean=mean,
        spread=None if mean is None else sqrt(max(0.0, square - mean * mean)),
        histogram=tuple(sums.histogram),
        questions=tuple(_questions(exam, hand_ins=sums.attempts, enough=enough)),
    )


def students_page(
    course: Course,
    *,
    search: str = "",
    group: UUID | None = None,
    offset: int = 0,
    limit: int = 50,
) -> tuple[list[StudentRow], int]:
    """A page of the students by name, of a `group` or all, and how many there are.

    Check the right before.
    """
    rows = Enrollment.objects.filter(
        course=course, role=CourseRole.STUDENT, ended_at__isnull=True
    ).select_related("user")
    if group is not None:
        rows = rows.filter(user_id__in=member_ids(group_in(course, group)))
    for word in search.split()[:5]:
        rows = rows.filter(Q(user__name__icontains=word) | Q(user__email__icontains=word))
    page = list(rows.order_by("user__name", "user_id")[offset : offset + limit])
    ids = [row.user_id for row in page]
    exams = _per_user(ExamAttempt.objects.filter(exam__course=course), ids, "attempted_at")
    runs = _per_user(QuizAttempt.objects.filter(quiz__lesson__course=course), ids, "started_at")
    read = _per_user(LessonProgress.objects.filter(lesson__course=course), ids, "last_opened_at")
    latest = _latest(course, ids)
    return [_student(row, exams, runs, read, latest) for row in page], rows.count()


# Only the index of running attempts is read, which is short however many are over. The engines see
# that it serves when the status is written out and the exam is no condition.
_RUNNING = """
SELECT COUNT(CASE WHEN exam_id = %s THEN 1 END) FROM exam_attempts WHERE status = 'in_progress'
"""


def _running(exam: Exam) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_RUNNING, [uuid_param(exam.pk)])
        return int(cursor.fetchone()[0])


# --- parts -----------------------------------------------------------------------------------


def _attempt(row: ExamAttempt) -> AttemptRow:
    return AttemptRow(
        id=row.pk,
        student_id=row.user_id,
        student=row.user.name,
        exam=row.exam.title,
        attempt_no=row.attempt_no,
        at=row.attempted_at,
        submitted_at=row.submitted_at,
        status=row.status,
        closed_by=row.closed_by,
        score=row.score,
        passed=row.passed,
    )


def _questions(exam: Exam, *, hand_ins: int, enough: bool) -> list[QuestionRow]:
    paper = ExamQuestion.objects.filter(exam=exam).select_related("question__quiz__lesson")
    paper = paper.defer(*lesson_texts("question__quiz__lesson"))
    sums = {
        row.question_id: row for row in ItemStatistics.objects.filter(question__used_in__exam=exam)
    }
    return [
        _question(place, sums.get(place.question_id), hand_ins=hand_ins, enough=enough)
        for place in paper.order_by("position")
    ]


def _question(
    place: ExamQuestion, sums: ItemStatistics | None, *, hand_ins: int, enough: bool
) -> QuestionRow:
    answers = sums.answers if sums else 0
    share = float(sums.share_sum) / answers if sums and answers and enough else None
    between = rules.likely(share, answers) if share is not None else None
    return QuestionRow(
        id=place.question_id,
        position=place.position,
        text=place.question.question_text,
        lesson=place.question.quiz.lesson.topic,
        answers=answers,
        share=share,
        low=between[0] if between else None,
        high=between[1] if between else None,
        words=rules.facility_words(share),
        grey=hand_ins < rules.FEW_HAND_INS,
        flag=rules.flag(share, answers),
    )


def _per_user(rows: QuerySet[Any], ids: list[UUID], moment: str) -> dict[UUID, Any]:
    grouped = rows.filter(user_id__in=ids).values("user_id")
    return {row["user_id"]: row for row in grouped.annotate(n=Count("pk"), last=Max(moment))}


def _latest(course: Course, ids: list[UUID]) -> dict[UUID, tuple[int | None, bool | None]]:
    rows = ExamAttempt.objects.filter(
        exam__course=course, user_id__in=ids, status=AttemptStatus.GRADED
    ).order_by("attempted_at", "pk")
    return {
        user: (score, passed) for user, score, passed in rows.values_list(
            "user_id", "score", "passed"
        )
    }  # fmt: skip


def _student(
    row: Enrollment,
    exams: dict[UUID, Any],
    runs: dict[UUID, Any],
    read: dict[UUID, Any],
    latest: dict[UUID, tuple[int | None, bool | None]],
) -> StudentRow:
    moments = [rows[row.user_id]["last"] for rows in (exams, runs, read) if row.user_id in rows]
    score, passed = latest.get(row.user_id, (None, None))
    return StudentRow(
        id=row.user_id,
        name=row.user.name,
        email=row.user.email,
        progress=row.progress,
        exams=exams[row.user_id]["n"] if row.user_id in exams else 0,
        practice=runs[row.user_id]["n"] if row.user_id in runs else 0,
        last_at=max(moments, default=None),
        latest_score=score,
        latest_passed=passed,
    )
