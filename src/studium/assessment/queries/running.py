"""Whether somebody is sitting an exam this moment: then practice and keys are out of reach."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from studium.assessment.closing import is_overdue
from studium.assessment.models import AttemptStatus, ExamAttempt

if TYPE_CHECKING:
    from studium.identity.models import User


def running_exam(user: User, now: datetime) -> ExamAttempt | None:
    """The person's exam attempt whose time is not over yet, with its exam, or None."""
    rows = ExamAttempt.objects.filter(user_id=user.pk, status=AttemptStatus.IN_PROGRESS)
    for attempt in rows.select_related("exam__course"):
        if not is_overdue(attempt, now):
            return attempt
    return None


def exams_run() -> bool:
    """Whether anybody sits an exam at this moment."""
    return ExamAttempt.objects.filter(status=AttemptStatus.IN_PROGRESS).exists()
