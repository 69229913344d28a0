"""Notices that are due by mail, gathered: one mail for a person and a topic, however many lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from studium.identity import mailing, notice_rules, notice_words
from studium.identity.models import Notification, User

_AT_ONCE = 2000


def gather_due(*, now: datetime) -> int:
    """Queue a mail for each person and topic with notices that are due; gives how many mails."""
    due = Notification.objects.filter(mail_at__lte=now).order_by("mail_at")
    groups: dict[tuple[UUID, str], list[UUID]] = defaultdict(list)
    for pk, user_id, kind in due.values_list("pk", "user_id", "kind")[:_AT_ONCE]:
        known = notice_rules.KINDS.get(kind)
        groups[user_id, known.topic if known else ""].append(pk)
    return sum(_mail(user, topic, pks, now=now) for (user, topic), pks in groups.items())


@transaction.atomic
def _mail(user_id: UUID, topic: str, pks: Sequence[UUID], *, now: datetime) -> bool:
    """Queue one mail. Held rows that another worker gathered, or somebody read, are left out."""
    rows = Notification.objects.select_for_update().filter(pk__in=pks, mail_at__isnull=False)
    notices = list(rows.order_by("created_at", "pk"))
    Notification.objects.filter(pk__in=[one.pk for one in notices]).update(mail_at=None)
    user = User.objects.filter(pk=user_id, is_active=True, erased_at=None).first()
    if user is None or not notices or not topic:
        return False
    with translation.override(language_of(user)):
        mailing.queue(
            user=user,
            address=user.email,
            topic=topic,
            subject=_subject(notices),
            text=_text(user, notices),
            key=f"notices {notices[0].pk}",
            now=now,
        )
    return True


def language_of(user: User) -> str:
    """The language a person chose, where this version has it."""
    return user.locale if user.locale in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _subject(notices: Sequence[Notification]) -> str:
    if len(notices) == 1:
        return notice_words.sentence(notices[0].kind, notices[0].params)
    n = len(notices)
    return ngettext("%(n)d thing is new", "%(n)d things are new", n) % {"n": n}


def _text(user: User, notices: Sequence[Notification]) -> str:
    lines = [_("Hello %(name)s,") % {"name": user.name}, ""]
    for one in notices:
        lines.append(notice_words.sentence(one.kind, one.params))
        if one.url:
            lines.append(f"{settings.SITE_URL.rstrip('/')}{one.url}")
        lines.append("")
    return "\n".join(lines)
