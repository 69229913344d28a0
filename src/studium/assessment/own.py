"""One person's attempts and runs, as several parts of a page ask for them."""

from __future__ import annotations

from uuid import UUID

from studium.assessment.models import ExamAttempt, QuizAttempt
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


@once
def exam_attempts_of(user_id: UUID) -> list[ExamAttempt]:
    """Every attempt of a person at an exam of any course, with its exam, oldest first."""
    return _ATTEMPTS.all(user=user_id)


@once
def quiz_runs_of(user_id: UUID, course_id: UUID) -> list[QuizAttempt]:
    """Every run of a person through a quiz of a course, with its quiz, oldest first."""
    return _RUNS.all(user=user_id, course=course_id)
