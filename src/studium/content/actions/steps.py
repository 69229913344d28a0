"""Ways back: what an act changed is kept for a day, so that its maker can take it back."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from studium.content.models import UndoStep

if TYPE_CHECKING:
    from studium.identity.models import User

KEPT = timedelta(days=1)


def keep_step(
    *, by: User, course_id: uuid.UUID, act: str, before: dict[str, Any], now: datetime
) -> UndoStep:
    """Note the way back, inside the transaction of the act; older ones of this person go."""
    mine = UndoStep.objects.filter(user_id=by.pk)
    mine.filter(made_at__lt=now - KEPT).delete()
    return UndoStep.objects.create(
        course_id=course_id, user_id=by.pk, act=act, before=before, made_at=now
    )
