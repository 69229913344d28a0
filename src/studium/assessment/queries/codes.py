"""What a short code stands for, among a person's own attempts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from studium.assessment.chain import code_of
from studium.assessment.models import AttemptEvent

if TYPE_CHECKING:
    from studium.identity.models import User

_HIDDEN = ("graded", "marked", "regraded", "note")


@dataclass(frozen=True, slots=True)
class CodedEvent:
    """The line of a journal that a code was given for."""

    attempt_id: UUID
    exam_title: str
    kind: str
    at: datetime


def event_of_code(*, viewer: User, code: str) -> CodedEvent | None:
    """The line of one of the viewer's own attempts with this code, as `chain.read_code` gives it.

    What grading added is not told apart from what is not there.
    """
    rows = AttemptEvent.objects.filter(attempt__user_id=viewer.pk).exclude(kind__in=_HIDDEN)
    told = rows.values_list("hash", "attempt_id", "attempt__exam__title", "kind", "occurred_at")
    for hash_, attempt_id, title, kind, at in told.order_by("-attempt_id").iterator(2000):
        if code_of(hash_) == code:
            return CodedEvent(attempt_id, title, kind, at)
    return None
