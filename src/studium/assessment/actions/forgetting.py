"""What assessment keeps of a student beside their results, taken away for their erasure.

Attempts, answers, marks and the journals that prove them are history and stay; they are of nobody
once the person is blanked. Why somebody had more time is taken away; that they had it stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from studium.assessment.models import Accommodation, PracticeOffer
from studium.assessment.queries.running import running_exam
from studium.lib.errors import Conflict
from studium.lib.words import phrase

if TYPE_CHECKING:
    from datetime import datetime

    from studium.identity.models import User


def require_no_exam(person: User, *, now: datetime) -> None:
    """Raise `Conflict` while the person sits an exam."""
    running = running_exam(person, now)
    if running is not None:
        raise Conflict(
            phrase(
                "This person is sitting “%(title)s”. Wait until it is handed in.",
                title=running.exam.title,
            ),
            code="exam_running",
        )


def forget(*, person_id: UUID) -> None:
    """Blank the reasons of accommodations and delete what practice was offered; runs in the
    transaction of the person's erasure."""
    Accommodation.objects.filter(user_id=person_id).exclude(reason="").update(reason="")
    PracticeOffer.objects.filter(user_id=person_id).delete()
