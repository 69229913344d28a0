"""Whether somebody is sitting an exam this moment: then practice and keys are out of reach."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from studium.assessment.closing import is_overdue, last_moment
from studium.assessment.models import AttemptStatus, ExamAttempt
from studium.assessment.own import exam_attempts_of
from studium.lib.db import uuid_param
from studium.lib.errors import Conflict
from studium.lib.looks import is_looking, once
from studium.lib.prepared import ByHand, together
from studium.lib.reads import holds_until
from studium.lib.words import phrase

if TYPE_CHECKING:
    from studium.identity.models import User

_SITS = "SELECT 1 FROM exam_attempts WHERE user_id = %s AND status = 'in_progress' LIMIT 1"


@once
def running_exam(user: User, now: datetime) -> ExamAttempt | None:
    """The person's exam attempt whose time is not over yet, with its exam, or None."""
    found = next((one for one in _sat(user) if not is_overdue(one, now)), None)
    if found is not None:
        holds_until(last_moment(found) + timedelta(microseconds=1))  # that one counts
    return found


def sits_asked(user: User) -> ByHand:
    """The statement that finds a row where an attempt of the person runs, be its time over or not,
    to be asked together with others; see `running_exam`."""
    return ByHand(_SITS, [uuid_param(user.pk)])


def _sat(user: User) -> list[ExamAttempt]:
    if is_looking():
        every = exam_attempts_of(user.pk)
        return [one for one in every if one.status == AttemptStatus.IN_PROGRESS]
    # Most people sit none, and every practice asks: by hand that costs a tenth.
    if not together(sits_asked(user))[0]:
        return []
    rows = ExamAttempt.objects.filter(user_id=user.pk, status=AttemptStatus.IN_PROGRESS)
    return list(rows.select_related("exam__course"))


def require_no_exam(user: User, now: datetime) -> None:
    """Raise `Conflict` while the person sits an exam: practice goes on after it."""
    running = running_exam(user, now)
    if running is not None:
        raise Conflict(
            phrase(
                "You are sitting “%(title)s”. Practice goes on when it is handed in.",
                title=running.exam.title,
            ),
            code="exam_running",
        )


def exams_run() -> bool:
    """Whether anybody sits an exam at this moment."""
    return ExamAttempt.objects.filter(status=AttemptStatus.IN_PROGRESS).exists()
