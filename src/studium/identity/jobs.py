"""What the worker does for identity: it sends mails, and tidies what has ended."""

from __future__ import annotations

from datetime import timedelta

from studium.identity import delivering, gathering
from studium.identity.models import Announcement, Mail, MailStatus, Notification, SignInLimit
from studium.identity.sessions import SessionStore
from studium.lib import clock
from studium.lib.jobs import periodic

KEPT = timedelta(days=2)
"""A count of wrong passwords older than this has no effect: the longest wait is shorter."""
NOTICES_KEPT = timedelta(days=365)
MAILS_KEPT = timedelta(days=30)
DIGESTS_KEPT = timedelta(days=30)


@periodic(seconds=1, alone=True)
def send_mails() -> int:
    """Hand every mail that is due to the mail server; gives how many it took.

    In a thread of its own: no mail waits for a long job, and nothing waits for a slow server.
    """
    return delivering.send_due()


@periodic(seconds=15)
def mail_on() -> None:
    """Gather notices into mails, and see to mails whose worker died."""
    now = clock.now()
    gathering.gather_due(now=now)
    delivering.settle_lost(now=now)


@periodic(seconds=3600)
def forget_what_has_ended() -> None:
    """Delete sessions that are over, counts whose waiting time is long past, and old news."""
    now = clock.now()
    SessionStore.clear_expired()
    SignInLimit.objects.filter(last_at__lt=now - KEPT).delete()
    Notification.objects.filter(created_at__lt=now - NOTICES_KEPT).delete()
    Mail.objects.exclude(status__in=[MailStatus.WAITING, MailStatus.SENDING]).filter(
        created_at__lt=now - MAILS_KEPT
    ).delete()
    Announcement.objects.filter(kind="reviews", at__lt=now - DIGESTS_KEPT).delete()
