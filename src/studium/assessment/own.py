"""One person's attempts and runs, as several parts of a page ask for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from studium.assessment.models import ExamAttempt, QuizAttempt
from studium.lib.db import read_rows, time_value, uuid_param, uuid_value
from studium.lib.looks import once
from studium.lib.prepared import Prepared

_RUN = (
    "quiz_id", "user_id", "attempt_no", "status", "started_at", "finished_at", "score",
    "quiz__title", "quiz__pass_mark", "quiz__max_attempts", "quiz__feedback", "quiz__lesson_id",
)  # fmt: skip
_ATTEMPTS = Prepared(
    lambda user: (
        ExamAttempt.objects.filter(user_id=user)
        .select_related("exam")
        .order_by("attempted_at", "pk")
    ),
    "user",
)
_RUNS = Prepared(
    lambda user, course: (
        QuizAttempt.objects.filter(user_id=user, quiz__lesson__course_id=course)
        .select_related("quiz")
        .only(*_RUN)
        .order_by("started_at", "pk")
    ),
    "user",
    "course",
)


# The lessons are named by their course alone: to look each of them up reads past its text.
_RUN_ROWS = """
SELECT a.id, a.quiz_id, a.attempt_no, a.status, a.started_at, a.score,
    z.title, z.pass_mark, z.max_attempts, z.feedback
FROM quiz_attempts a JOIN quizzes z ON z.id = a.quiz_id
WHERE a.user_id = %s AND z.lesson_id IN (SELECT id FROM lessons WHERE course_id = %s)
ORDER BY a.started_at, a.id
"""


@dataclass(frozen=True, slots=True)
class Run:
    """A run through a quiz with what pages of a course say of its quiz; `score` in per cent."""

    id: UUID
    quiz_id: UUID
    attempt_no: int
    status: str
    started_at: datetime
    score: int | None
    title: str
    pass_mark: int
    max_attempts: int | None
    feedback: str


@once
def exam_attempts_of(user_id: UUID) -> list[ExamAttempt]:
    """Every attempt of a person at an exam of any course, with its exam, oldest first."""
    return _ATTEMPTS.all(user=user_id)


@once
def quiz_runs_of(user_id: UUID, course_id: UUID) -> list[QuizAttempt]:
    """Every run of a person through a quiz of a course, with its quiz, oldest first."""
    return _RUNS.all(user=user_id, course=course_id)


@once
def run_rows_of(user_id: UUID, course_id: UUID) -> list[Run]:
    """The same as plain rows, for pages that only count and list them."""
    rows = read_rows(_RUN_ROWS, [uuid_param(user_id), uuid_param(course_id)])
    return [
        Run(uuid_value(id_), uuid_value(quiz), no, status, time_value(began), *more)
        for id_, quiz, no, status, began, *more in rows
    ]
