"""What the worker does for identity: it sends mails, and tidies what has ended."""

from __future__ import annotations

from datetime import timedelta

from studium.identity import delivering, gathering, mailing
from studium.identity.models import Announcement, Mail, MailStatus, Notification, SignInLimit
from studium.identity.sessions import SessionStore
from studium.lib import clock
from studium.lib.jobs import JobContext, enqueue, job, periodic

KEPT = timedelta(days=2)
"""A count of wrong passwords older than this has no effect: the longest wait is shorter."""
NOTICES_KEPT = timedelta(days=365)
MAILS_KEPT = timedelta(days=30)
DIGESTS_KEPT = timedelta(days=30)


@job(mailing.SEND_JOB, title="Mails", timeout_seconds=1800)
def send_mails(context: JobContext) -> dict[str, str]:
    """Hand every mail that is due to the mail server; begun again it goes on with the next."""
    sent = delivering.send_due(tell=context.progress)
    return {"said": f"{sent:,} mails were sent."}


@periodic(seconds=15)
def mail_on() -> None:
    """Gather notices into mails, and see to mails whose time has come or whose worker died."""
    now = clock.now()
    gathering.gather_due(now=now)
    delivering.settle_lost(now=now)
    if mailing.waiting(now=now):
        enqueue(mailing.SEND_JOB, target=mailing.OUTBOX, arguments={})


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
