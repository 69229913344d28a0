"""The audit log: one row per change of right, mark, publication or setting."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from studium.identity.models import AuditEntry, User
from studium.identity.origin import origin


def record(
    *,
    by: User | None,
    action: str,
    object_type: str = "",
    object_id: UUID | str = "",
    course_id: UUID | None = None,
    detail: dict[str, Any] | None = None,
    now: datetime,
) -> AuditEntry:
    """Add a row within the transaction of the change it tells of; see `entry`."""
    row = entry(
        by=by,
        action=action,
        object_type=object_type,
        object_id=object_id,
        course_id=course_id,
        detail=detail,
        now=now,
    )
    row.save(force_insert=True)
    return row


def entry(
    *,
    by: User | None,
    action: str,
    object_type: str = "",
    object_id: UUID | str = "",
    course_id: UUID | None = None,
    detail: dict[str, Any] | None = None,
    now: datetime,
) -> AuditEntry:
    """A row that is not stored yet.

    `action` is `thing.verb` in lower case (`course.publish`); `detail` holds what changed, never a
    password or a token. Address and browser come from the request that is being answered, if any.
    """
    here = origin.get()
    return AuditEntry(
        at=now,
        actor=by,
        action=action,
        object_type=object_type,
        object_id=str(object_id),
        course_id=course_id,
        detail=detail or {},
        ip=here.ip,
        user_agent=here.user_agent,
    )
