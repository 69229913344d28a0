"""What the staff of a course see: everybody's attempts, how an exam went, and the students."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q

from studium.analytics import rights, rules
from studium.assessment.asked import headline
from studium.assessment.models import (
    AttemptStatus,
    Exam,
    ExamAttempt,
    ExamStatistics,
    ExamStatus,
)
from studium.content.models import Course, CourseRole, Enrollment
from studium.content.queries import course_by_slug, group_in, member_ids
from studium.lib.db import read_rows, time_value, uuid_param, uuid_value
from studium.lib.prepared import Prepared

if TYPE_CHECKING:
    from studium.identity.models import User

_NEWEST = Prepared(
    lambda course: (
        Exam.objects.filter(course_id=course)
        .exclude(status=ExamStatus.DRAFT)
        .order_by("-created_at", "-pk")
    ),
    "course",
)
_PAPER = """
SELECT p.question_id, p.position, q.question_text, l.topic, COALESCE(s.answers, 0), s.share_sum
FROM exam_questions p JOIN questions q ON q.id = p.question_id
JOIN quizzes z ON z.id = q.quiz_id JOIN lessons l ON l.id = z.lesson_id
LEFT JOIN item_statistics s ON s.question_id = q.id
WHERE p.exam_id = %s ORDER BY p.position
"""
_HAND_INS = """
SELECT s.exam_id, s.attempts FROM exam_statistics s JOIN exams e ON e.id = s.exam_id
WHERE e.course_id = %s
"""
OUTCOMES = ("passed", "failed", "running")
_ATTEMPT = (
    "pk", "user_id", "user__name", "exam__title", "attempt_no", "attempted_at", "submitted_at",
    "status", "closed_by", "score", "passed",
)  # fmt: skip
"""Where the fields of an `AttemptRow` stand."""


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

    @property
    def headline(self) -> str:
        """The question in a line of plain text."""
        return headline(self.text)


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
    sums = {uuid_value(exam): n for exam, n in read_rows(_HAND_INS, [uuid_param(course.pk)])}
    newest = _NEWEST.all(course=course.pk)
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
    page = rows.order_by("-attempted_at", "-pk").values_list(*_ATTEMPT)
    return [AttemptRow(*row) for row in page[offset : offset + limit]], rows.count()


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
    rows = Enrollment.objects.filter(course=course, role=CourseRole.STUDENT, ended_at__isnull=True)
    if group is not None:
        rows = rows.filter(user_id__in=member_ids(group_in(course, group)))
    for word in search.split()[:5]:
        rows = rows.filter(Q(user__name__icontains=word) | Q(user__email__icontains=word))
    wanted = rows.order_by("user__name", "user_id").values_list(
        "user_id", "user__name", "user__email", "progress"
    )
    page = list(wanted[offset : offset + limit])
    ids = [user_id for user_id, *_ in page]
    done = _done(course, ids) if ids else {}
    latest = _latest(course, ids)
    return [_student(row, done, latest) for row in page], rows.count()


_DONE = """
SELECT 'exam', a.user_id, COUNT(*), MAX(a.attempted_at)
FROM exam_attempts a JOIN exams e ON e.id = a.exam_id
WHERE e.course_id = %s AND a.user_id IN ({}) GROUP BY a.user_id
UNION ALL
SELECT 'quiz', a.user_id, COUNT(*), MAX(a.started_at)
FROM quiz_attempts a JOIN quizzes z ON z.id = a.quiz_id
WHERE z.lesson_id IN (SELECT id FROM lessons WHERE course_id = %s) AND a.user_id IN ({})
GROUP BY a.user_id
UNION ALL
SELECT 'lesson', p.user_id, COUNT(*), MAX(p.last_opened_at) FROM lesson_progress p
WHERE p.lesson_id IN (SELECT id FROM lessons WHERE course_id = %s) AND p.user_id IN ({})
GROUP BY p.user_id
"""
# Only the index of running attempts is read, which is short however many are over. The engines see
# that it serves when the status is written out and the exam is no condition.
_RUNNING = """
SELECT COUNT(CASE WHEN exam_id = %s THEN 1 END) FROM exam_attempts WHERE status = 'in_progress'
"""


def _running(exam: Exam) -> int:
    return int(read_rows(_RUNNING, [uuid_param(exam.pk)])[0][0])


# --- parts -----------------------------------------------------------------------------------


def _questions(exam: Exam, *, hand_ins: int, enough: bool) -> list[QuestionRow]:
    rows = read_rows(_PAPER, [uuid_param(exam.pk)])
    return [_question(*row, hand_ins=hand_ins, enough=enough) for row in rows]


def _question(
    question: Any,
    position: int,
    text: str,
    lesson: str,
    answers: int,
    right: Any,
    *,
    hand_ins: int,
    enough: bool,
) -> QuestionRow:
    """`right`: the shares of the answers added up, as the driver has a decimal."""
    share = float(right) / answers if answers and enough else None
    between = rules.likely(share, answers) if share is not None else None
    return QuestionRow(
        id=uuid_value(question),
        position=position,
        text=text,
        lesson=lesson,
        answers=answers,
        share=share,
        low=between[0] if between else None,
        high=between[1] if between else None,
        words=rules.facility_words(share),
        grey=hand_ins < rules.FEW_HAND_INS,
        flag=rules.flag(share, answers),
    )


def _done(course: Course, ids: list[UUID]) -> dict[UUID, dict[str, tuple[int, datetime]]]:
    """Person -> kind ("exam", "quiz", "lesson") -> how many there are, and when the last was."""
    marks = ", ".join(["%s"] * len(ids))
    one = [uuid_param(course.pk), *map(uuid_param, ids)]
    found: dict[UUID, dict[str, tuple[int, datetime]]] = defaultdict(dict)
    for kind, user, n, last in read_rows(_DONE.format(marks, marks, marks), [*one, *one, *one]):
        found[uuid_value(user)][kind] = n, time_value(last)
    return found


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
    row: tuple[UUID, str, str, int],
    done: Mapping[UUID, Mapping[str, tuple[int, datetime]]],
    latest: dict[UUID, tuple[int | None, bool | None]],
) -> StudentRow:
    user_id, name, email, progress = row
    mine = done.get(user_id, {})
    score, passed = latest.get(user_id, (None, None))
    return StudentRow(
        id=user_id,
        name=name,
        email=email,
        progress=progress,
        exams=mine["exam"][0] if "exam" in mine else 0,
        practice=mine["quiz"][0] if "quiz" in mine else 0,
        last_at=max((last for _n, last in mine.values()), default=None),
        latest_score=score,
        latest_passed=passed,
    )
