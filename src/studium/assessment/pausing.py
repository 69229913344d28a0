"""The staff stop an attempt's clock and let it go on; what it stood still is given back.

While `paused_at` is set no deadline passes and, but for what was on its way, no answer is taken.
The deadline moves when it goes on, so it only ever moves later. The caller holds the rows locked.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from studium.assessment import journal
from studium.assessment.models import EventKind, ExamAttempt
from studium.lib.db import time_param, uuid_param

ON_ITS_WAY = timedelta(seconds=10)
"""How long after the pause began answers are still taken: papers hear of it with a delay."""

_MOVE = "UPDATE exam_attempts SET deadline_at = %s, paused_at = %s WHERE id = %s"


def pause(attempts: Sequence[ExamAttempt], *, now: datetime, by_id: UUID) -> None:
    """Stop the clocks of running attempts; one that stands already stays as it is."""
    stopped = [one for one in attempts if one.paused_at is None]
    for one in stopped:
        one.paused_at = now
    _store(stopped)
    _journal(stopped, {"what": "paused"}, kind=EventKind.NOTE, now=now, by_id=by_id)


def go_on(attempts: Sequence[ExamAttempt], *, now: datetime, by_id: UUID | None) -> None:
    """Let stopped attempts go on, each with a deadline that is later by what it stood still."""
    moved = [one for one in attempts if one.paused_at is not None]
    if not moved:
        return
    details = []
    for one in moved:
        assert one.paused_at is not None
        stood = max(now - one.paused_at, timedelta())
        details.append(_moved(one, one.deadline_at + stood) | {"why": "pause"})
        one.paused_at = None
    _store(moved)
    _journal(moved, *details, kind=EventKind.EXTENDED, now=now, by_id=by_id)


def extend(
    attempts: Sequence[ExamAttempt], *, minutes: int, reason: str, now: datetime, by_id: UUID
) -> None:
    """Move the deadlines of running attempts later by whole minutes."""
    more = {"why": "minutes", "minutes": minutes, "reason": reason}
    details = [_moved(one, one.deadline_at + timedelta(minutes=minutes)) | more for one in attempts]
    _store(attempts)
    _journal(attempts, *details, kind=EventKind.EXTENDED, now=now, by_id=by_id)


def _moved(attempt: ExamAttempt, deadline: datetime) -> dict[str, Any]:
    before, attempt.deadline_at = attempt.deadline_at, deadline
    return {"from": before.isoformat(), "to": deadline.isoformat()}


def _store(attempts: Sequence[ExamAttempt]) -> None:
    rows = [
        (
            time_param(one.deadline_at),
            None if one.paused_at is None else time_param(one.paused_at),
            uuid_param(one.pk),
        )
        for one in attempts
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_MOVE, rows)


def _journal(
    attempts: Sequence[ExamAttempt],
    *details: dict[str, Any],
    kind: EventKind,
    now: datetime,
    by_id: UUID | None,
) -> None:
    """A line for each attempt; one detail stands for all."""
    each = details if len(details) == len(attempts) else details * len(attempts)
    journal.append_many(
        journal.Entry(attempt_id=one.pk, kind=kind, now=now, actor_id=by_id, detail=detail)
        for one, detail in zip(attempts, each, strict=True)
    )
