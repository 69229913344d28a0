"""A person's sign-ins: looked at in `queries`, ended here."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from studium.identity.actions.audit import record
from studium.identity.models import Session, User
from studium.identity.sessions import token_hash
from studium.lib.errors import NotFound


@transaction.atomic
def end_session(*, by: User, session_id: UUID, now: datetime) -> None:
    """End one of one's own sessions. Another person's is `NotFound`."""
    ended, _ = Session.objects.filter(pk=session_id, user=by).delete()
    if not ended:
        raise NotFound
    record(by=by, action="session.end", object_type="session", object_id=session_id, now=now)


@transaction.atomic
def end_other_sessions(*, by: User, keep: str | None, now: datetime) -> int:
    """End all of one's sessions but the one whose token is `keep`; how many ended."""
    others = Session.objects.filter(user=by).exclude(token_hash=token_hash(keep or ""))
    ended, _ = others.delete()
    if ended:
        detail = {"ended": ended}
        record(
            by=by,
            action="session.end_others",
            object_type="user",
            object_id=by.pk,
            detail=detail,
            now=now,
        )
    return ended
