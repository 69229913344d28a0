"""A person's notifications as pages and the API show them, the latest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from studium.identity import notice_rules, notice_words
from studium.identity.models import Notification, User

MOST_COUNTED = 100
"""A bell counts up to here: past it, the exact number helps nobody."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A notification in words."""

    id: UUID
    kind: str
    topic: str
    icon: str
    text: str
    url: str
    created_at: datetime
    read_at: datetime | None


def notifications(user: User, *, unread: bool = False) -> QuerySet[Notification]:
    """A person's own rows, the latest first; `unread` leaves out what was read."""
    rows = Notification.objects.filter(user=user).order_by("-created_at", "-id")
    return rows.filter(read_at=None) if unread else rows


def unread_count(user: User) -> int:
    """How many are unread, at most `MOST_COUNTED`."""
    return int(notifications(user, unread=True).order_by()[:MOST_COUNTED].count())


def notice(row: Notification) -> Notice:
    """A row in the words of the language that is active."""
    kind = notice_rules.KINDS.get(row.kind, notice_rules.Kind("", "bell"))
    text = notice_words.sentence(row.kind, row.params)
    return Notice(
        row.pk, row.kind, kind.topic, kind.icon, text, row.url, row.created_at, row.read_at
    )
