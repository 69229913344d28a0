"""Mails as a test sees them: what waits is sent first, as the worker would."""

from __future__ import annotations

from django.core import mail
from django.core.mail import EmailMessage

from studium.identity import delivering


def sent_mails() -> list[EmailMessage]:
    """Every mail that was sent in this test, the first one first."""
    delivering.send_due()
    return mail.outbox
