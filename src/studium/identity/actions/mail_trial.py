"""A mail to oneself, to see whether the mail server takes mails."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from studium.identity import mailing, notice_rules, rights
from studium.identity.models import Mail, User


@transaction.atomic
def send_trial_mail(*, by: User, site: str = "", now: datetime) -> Mail:
    """Queue a mail to the admin who asks; its line among the mails says what became of it.

    Raises `NotAllowed` for everybody else. `site` is as in `mailing.queue`.
    """
    rights.require_manage_site(by)
    made = mailing.queue(
        address=by.email,
        user=by,
        topic=notice_rules.SECURITY,
        subject=_("Mails of Studium arrive"),
        text=_("This is the mail you asked for on the page of the mails."),
        site=site,
        now=now,
    )
    assert made is not None, "a mail to somebody with an account and without a key is queued"
    return made
