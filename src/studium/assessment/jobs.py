"""What assessment does by itself (close attempts whose time is over, whoever looks) and later."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from studium.assessment import applying, closing
from studium.identity.models import User
from studium.lib import clock
from studium.lib.jobs import JobContext, job, periodic

REGRADE_JOB = "assessment.regrade"


@periodic(seconds=5)
def close_overdue_attempts() -> int:
    """Close and grade what nobody handed in; gives how many. Safe to run twice at once."""
    now = clock.now()
    return sum(
        closing.close_if_overdue(attempt_id, now=now) for attempt_id in closing.overdue_ids(now=now)
    )


@job(REGRADE_JOB, title="Regrade an exam")
def regrade(context: JobContext, regrade_id: str, by_id: str, undo: bool = False) -> dict[str, Any]:
    """Apply or undo a regrade of a large exam; doing it twice changes nothing."""
    by = User.objects.get(pk=by_id)
    act = applying.undo if undo else applying.apply

    def tell(done: int, total: int) -> None:
        context.progress(done, total, f"Marked anew: {done} of {total}")

    row = act(UUID(regrade_id), by=by, now=clock.now(), tell=tell)
    return {"regrade": str(row.pk), "attempts": row.attempts or 0}
