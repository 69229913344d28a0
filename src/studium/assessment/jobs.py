"""What assessment does by itself (close attempts whose time is over, whoever looks) and later."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any
from uuid import UUID

from studium.assessment import applying, closing
from studium.identity.models import User
from studium.lib import clock
from studium.lib.jobs import JobContext, job, periodic

log = logging.getLogger("studium.closing")

GROUP = 5
"""Attempts closed in one transaction: one sync of the disk and one round of analytics for them, and
SQLite's one writer is free again soon enough for those who still save."""

REGRADE_JOB = "assessment.regrade"


@periodic(seconds=5)
def close_overdue_attempts() -> int:
    """Close and grade what nobody handed in; gives how many. Safe to run twice at once."""
    now = clock.now()
    ids = closing.overdue_ids(now=now)
    groups = [ids[start : start + GROUP] for start in range(0, len(ids), GROUP)]
    return sum(_close(group, now) for group in groups)


def _close(attempt_ids: list[UUID], now: datetime) -> int:
    """Close a group together; where that fails each alone, so that one that cannot be graded keeps
    nobody else waiting."""
    try:
        return closing.close_group(attempt_ids, now=now)
    except Exception:
        if len(attempt_ids) > 1:
            return sum(_close([one], now) for one in attempt_ids)
        log.exception("the attempt %s could not be closed; it is tried again", attempt_ids[0])
        return 0


@job(REGRADE_JOB, title="Regrade an exam")
def regrade(context: JobContext, regrade_id: str, by_id: str, undo: bool = False) -> dict[str, Any]:
    """Apply or undo a regrade of a large exam; doing it twice changes nothing."""
    by = User.objects.get(pk=by_id)
    act = applying.undo if undo else applying.apply

    def tell(done: int, total: int) -> None:
        context.progress(done, total, f"Marked anew: {done} of {total}")

    row = act(UUID(regrade_id), by=by, now=clock.now(), tell=tell)
    return {"regrade": str(row.pk), "attempts": row.attempts or 0}
