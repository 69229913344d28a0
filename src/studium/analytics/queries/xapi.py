"""What administrators see of xAPI: where statements go, how far they are, and which there are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from studium.analytics.models import ResponseFold, XapiSettings
from studium.analytics.xapi import reading
from studium.analytics.xapi.configuring import settings_row
from studium.analytics.xapi.sending import SEND_JOB
from studium.identity import rights
from studium.lib.jobs import latest_job

if TYPE_CHECKING:
    from studium.identity.models import User
    from studium.lib.models import Job


@dataclass(frozen=True, slots=True)
class XapiState:
    """Where statements go and how far they are. What the site proves itself with is not in it.

    `is_behind`: answers wait to be sent.
    """

    is_on: bool
    address: str
    auth: str
    user_name: str
    has_credential: bool
    with_responses: bool
    cursor: int
    sent: int
    sent_at: datetime | None
    problem: str
    is_behind: bool
    job: Job | None


@dataclass(frozen=True, slots=True)
class StatementsPage:
    """Some statements, and the `after` that gives those that follow; None at the end."""

    statements: list[dict[str, Any]]
    next: int | None


def xapi_state(viewer: User) -> XapiState:
    """The settings and how far sending is; for admins."""
    rights.require_manage_site(viewer)
    held = XapiSettings.objects.filter(pk=1).first() or XapiSettings()
    return XapiState(
        is_on=held.is_on,
        address=held.address,
        auth=held.auth,
        user_name=held.user_name,
        has_credential=bool(held.credential_sealed),
        with_responses=held.with_responses,
        cursor=held.cursor,
        sent=held.sent,
        sent_at=held.sent_at,
        problem=held.problem,
        is_behind=ResponseFold.objects.filter(seq__gt=held.cursor).exists(),
        job=latest_job(SEND_JOB, "xapi"),
    )


def statements_page(viewer: User, *, after: int, limit: int) -> StatementsPage:
    """The statements of the next `limit` answers after a place, 0 being the beginning."""
    rights.require_manage_site(viewer)
    held = settings_row()
    site = reading.site_of(held)
    batch = reading.batch_after(after, with_responses=held.with_responses, limit=limit)
    told = list(reading.told_in(site, batch))
    is_last = not ResponseFold.objects.filter(seq__gt=batch.last).exists()
    return StatementsPage(told, None if is_last else batch.last)


def every_statement(*, since: datetime | None = None) -> Iterator[dict[str, Any]]:
    """All statements, for the command line of the machine."""
    return reading.all_statements(settings_row(), since=since)
