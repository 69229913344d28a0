"""One person's attempts and runs, as several parts of a page ask for them."""

from __future__ import annotations

from uuid import UUID

from studium.assessment.models import ExamAttempt, QuizAttempt
from studium.lib.looks import once

_RUN = (
    "quiz_id", "user_id", "attempt_no", "status", "started_at", "finished_at", "score",
    "quiz__title", "quiz__pass_mark", "quiz__max_attempts", "quiz__feedback", "quiz__lesson_id",
)  # fmt: skip


@once
def exam_attempts_of(user_id: UUID) -> list[ExamAttempt]:
    """Every attempt of a person at an exam of any course, with its exam, oldest first."""
    rows = ExamAttempt.objects.filter(user_id=user_id).select_related("exam")
    return list(rows.order_by("attempted_at", "pk"))


@once
def quiz_runs_of(user_id: UUID, course_id: UUID) -> list[QuizAttempt]:
    """Every run of a person through a quiz of a course, with its quiz, oldest first."""
    rows = QuizAttempt.objects.filter(user_id=user_id, quiz__lesson__course_id=course_id)
    return list(rows.select_related("quiz").only(*_RUN).order_by("started_at", "pk"))
