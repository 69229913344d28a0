"""Telling people what happened: a line behind the bell, and by their choice a mail later on.

`notify` runs inside the caller's transaction, so what is rolled back is told to nobody. It writes
rows and sends nothing: the worker gathers what is due into mails (`identity.gathering`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from studium.identity import mail_paces, notice_rules
from studium.identity.models import Announcement, Notification
from studium.lib.errors import NotFound

if TYPE_CHECKING:
    from studium.identity.models import User

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Told:
    """Who is told, the path that shows them more, and what it is about, see `notify`."""

    user_id: UUID
    url: str
    about: str = ""


def notify(
    user_ids: Collection[UUID],
    kind: str,
    params: Mapping[str, Any],
    url: str,
    *,
    about: str = "",
    now: datetime,
) -> None:
    """Tell people of one thing, in the caller's transaction; inactive ones are left out.

    `kind` is one of `notice_rules.KINDS`, `params` are the values of its words, `url` is a path of
    this site that shows more. With `about` (ids, at most 120 characters) the same kind is told once
    to one person, however often this runs.
    """
    told = [Told(user_id, url, about) for user_id in dict.fromkeys(user_ids)]
    notify_each(told, kind, params, now=now)


def notify_each(
    told: Sequence[Told],
    kind: str,
    params: Mapping[str, Any],
    *,
    now: datetime,
    gathered: bool = False,
) -> None:
    """Tell people of the same thing, each with an address of their own; otherwise as `notify`.

    `gathered`: the caller waited for the hour of the people's pace, so mails follow at once.
    """
    topic = notice_rules.KINDS[kind].topic
    for start in range(0, len(told), _AT_ONCE):
        some = told[start : start + _AT_ONCE]
        moments = mail_paces.moments({one.user_id for one in some}, topic, now=now)
        Notification.objects.bulk_create(
            [
                Notification(
                    user_id=one.user_id,
                    kind=kind,
                    params=dict(params),
                    url=one.url,
                    about=one.about,
                    created_at=now,
                    mail_at=moments[one.user_id] and now if gathered else moments[one.user_id],
                )
                for one in some
                if one.user_id in moments
            ],
            ignore_conflicts=any(one.about for one in some),
        )


def announce_once(kind: str, about: str, *, now: datetime) -> bool:
    """Take down that everybody concerned is told of something now; False when they were before.

    Call it in the transaction that tells them, before it does.
    """
    _row, new = Announcement.objects.get_or_create(kind=kind, about=about, defaults={"at": now})
    return new


def announced(kind: str, about: Collection[str]) -> set[str]:
    """Which of these were announced."""
    rows = Announcement.objects.filter(kind=kind, about__in=list(about))
    return set(rows.values_list("about", flat=True))


def announce_all(kind: str, about: Collection[str], *, now: datetime) -> None:
    """Take down many at once; what was announced before stays as it is."""
    rows = [Announcement(kind=kind, about=one, at=now) for one in about]
    Announcement.objects.bulk_create(rows, batch_size=_AT_ONCE, ignore_conflicts=True)


@transaction.atomic
def read_notification(*, by: User, notification_id: UUID, now: datetime) -> Notification:
    """Take one of one's own as read; somebody else's is `NotFound`, like one that is not there."""
    row = Notification.objects.select_for_update().filter(pk=notification_id, user=by).first()
    if row is None:
        raise NotFound
    if row.read_at is None:
        row.read_at, row.mail_at = now, None
        row.save(update_fields=["read_at", "mail_at"])
    return row


@transaction.atomic
def read_all(*, by: User, now: datetime, until: datetime | None = None) -> int:
    """Take all of one's own as read, or those up to a moment; gives how many."""
    rows = Notification.objects.filter(user=by, read_at=None)
    if until is not None:
        rows = rows.filter(created_at__lte=until)
    return rows.update(read_at=now, mail_at=None)
