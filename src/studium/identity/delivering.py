"""Handing mails to the mail server: tried again while it refuses for now, and never twice.

Before the server is asked, the row says `sending`, for good. When the answer to the whole message
does not come (the connection broke, the worker was killed), nobody knows whether the server took
it: such a mail is `uncertain` and is not sent again by itself. Everything that fails before that
point was certainly not taken and is tried again.
"""

from __future__ import annotations

import smtplib
from datetime import datetime, timedelta
from typing import Any

from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend
from django.core.mail.message import sanitize_address
from django.db import transaction
from django.db.models import F, QuerySet

from studium.identity import mailing
from studium.identity.models import Mail, MailStatus
from studium.lib import clock
from studium.lib.prepared import Prepared

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720))
"""How long the next try waits after the first, second … refusal; after the last it has failed."""
SERVER_WAIT = timedelta(minutes=1)
GIVEN_UP_AFTER = timedelta(days=2)
LOST_AFTER = timedelta(minutes=10)
"""A mail that is `sending` for so long was in the hands of a worker that died."""
_LONGEST_REASON = 300


class NotTaken(Exception):
    """The server certainly did not take the mail; `for_good`: it will not take it later either."""

    def __init__(self, reason: str, *, for_good: bool) -> None:
        super().__init__(reason)
        self.reason, self.for_good = reason, for_good


class Unknown(Exception):
    """The connection broke after the message was under way."""


def send_due() -> int:
    """Send every mail that is due, one after the other by one connection; gives how many went out.

    Ends early when the server does not answer: everything due then waits a minute.
    """
    sent, connection = 0, get_connection()
    try:
        while (mail := _taken(now=clock.now())) is not None:
            if not _opened(connection, mail):
                break
            sent += _send(connection, mail)
    finally:
        connection.close()
    return sent


def settle_lost(*, now: datetime) -> int:
    """Mails that a worker died over: they may have gone out, so they are not sent again."""
    lost = Mail.objects.filter(status=MailStatus.SENDING, begun_at__lt=now - LOST_AFTER)
    reason = "The worker stopped while the mail was under way; it may have arrived."
    return lost.update(status=MailStatus.UNCERTAIN, reason=reason, ended_at=now, sealed="")


def _taken(*, now: datetime) -> Mail | None:
    """The mail that has waited longest, called `sending` before anything is sent."""
    # Looked at first: on SQLite a transaction would take the one writer's place each second.
    return _first(now=now) if _WAITING.all(now=now) else None


def _due(now: datetime) -> QuerySet[Mail]:
    return Mail.objects.filter(status=MailStatus.WAITING, send_at__lte=now)


_WAITING = Prepared(lambda now: _due(now).values_list("pk", flat=True)[:1], moments=("now",))


@transaction.atomic
def _first(*, now: datetime) -> Mail | None:
    mail = _due(now).select_for_update(skip_locked=True).order_by("send_at", "pk").first()
    if mail is None:
        return None
    mail.status, mail.begun_at, mail.attempts = MailStatus.SENDING, now, mail.attempts + 1
    mail.save(update_fields=["status", "begun_at", "attempts"])
    return mail


def _opened(connection: Any, mail: Mail) -> bool:
    """Whether the server answers; if not, the mail and all that is due wait a little."""
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        now = clock.now()
        old = mail.created_at < now - GIVEN_UP_AFTER
        reason = f"The mail server does not answer: {error}"
        if old:
            _end(mail, MailStatus.FAILED, reason, now=now)
        else:
            _wait(mail, reason, until=now + SERVER_WAIT, counts=False)
        due = Mail.objects.filter(status=MailStatus.WAITING, send_at__lte=now)
        due.update(send_at=now + SERVER_WAIT)
        return False
    return True


def _send(connection: Any, mail: Mail) -> bool:
    """Hand one mail over and write down how that ended; whether it went out."""
    try:
        made = mailing.message(mail)
        if made is None:
            raise NotTaken("It was written under another secret key.", for_good=True)
        _hand_over(connection, made)
    except NotTaken as refused:
        _refused(mail, refused)
        connection.close()
        return False
    except Unknown as error:
        reason = f"The connection broke while the mail was under way: {error}"
        _end(mail, MailStatus.UNCERTAIN, reason, now=clock.now())
        connection.close()
        return False
    _end(mail, MailStatus.SENT, "", now=clock.now())
    return True


def _hand_over(connection: Any, made: Any) -> None:
    """Send one message. Raises `NotTaken`, or `Unknown` once the server may have it."""
    if not isinstance(connection, SmtpBackend):  # the log, or a list in memory
        connection.send_messages([made])
        return
    smtp: Any = connection.connection
    try:
        encoding = made.encoding or "utf-8"
        sender = sanitize_address(made.from_email, encoding)
        content = made.message().as_bytes(linesep="\r\n")
        _expect(smtp.mail(sender), 250)
        for address in made.recipients():
            _expect(smtp.rcpt(sanitize_address(address, encoding)), 250, 251)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise NotTaken(str(error), for_good=isinstance(error, ValueError)) from error
    try:
        _expect(smtp.data(content), 250)
    except smtplib.SMTPDataError as error:  # it did not want to hear the message
        said = _said(error.smtp_code, error.smtp_error)
        raise NotTaken(said, for_good=error.smtp_code >= 500) from error
    except (OSError, smtplib.SMTPServerDisconnected) as error:
        raise Unknown(str(error)) from error


def _expect(answer: tuple[int, bytes], *codes: int) -> None:
    code, words = answer
    if code not in codes:
        raise NotTaken(_said(code, words), for_good=code >= 500)


def _said(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"The mail server said: {code} {text}"


def _refused(mail: Mail, refused: NotTaken) -> None:
    now = clock.now()
    if refused.for_good or mail.attempts > len(WAITS):
        _end(mail, MailStatus.FAILED, refused.reason, now=now)
    else:
        _wait(mail, refused.reason, until=now + WAITS[mail.attempts - 1], counts=True)


def _wait(mail: Mail, reason: str, *, until: datetime, counts: bool) -> None:
    Mail.objects.filter(pk=mail.pk).update(
        status=MailStatus.WAITING,
        send_at=until,
        begun_at=None,
        reason=_plain(reason),
        attempts=F("attempts") - (0 if counts else 1),
    )


def _end(mail: Mail, status: str, reason: str, *, now: datetime) -> None:
    Mail.objects.filter(pk=mail.pk).update(
        status=status, reason=_plain(reason), ended_at=now, sealed=""
    )


def _plain(reason: str) -> str:
    return " ".join(reason.replace("\0", "").split())[:_LONGEST_REASON]
