"""What became of mails, for admins: never what they say."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Count, QuerySet

from studium.identity import mail_paces, rights
from studium.identity.models import Mail, MailStatus, User

STATUSES = MailStatus.values


def mails(by: User, *, status: str = "") -> QuerySet[Mail]:
    """Every mail that waits or is not long gone, the latest first."""
    rights.require_manage_site(by)
    rows = Mail.objects.order_by("-created_at", "-id").defer("sealed")
    return rows.filter(status=status) if status in STATUSES else rows


def counts(by: User) -> dict[str, int]:
    """How many mails stand in each status; those without any are there with 0."""
    rights.require_manage_site(by)
    found = dict(Mail.objects.values_list("status").annotate(n=Count("pk")))
    return {status: found.get(status, 0) for status in STATUSES}


def what_is_missing() -> str:
    """Why news do not go out by mail: `server`, `address` (of this site), or nothing."""
    if mail_paces.goes_out():
        return ""
    return "address" if settings.EMAIL_BACKEND.endswith("smtp.EmailBackend") else "server"
