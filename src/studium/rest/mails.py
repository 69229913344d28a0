"""`/mails`: what became of the site's mails, for admins."""

from __future__ import annotations

from typing import Annotated, Literal

from ninja import Query, Router
from pydantic import Field

from studium.identity import mail_log
from studium.identity.actions.mail_trial import send_trial_mail
from studium.lib import clock
from studium.rest.auth import Request
from studium.rest.describe import says
from studium.rest.fields import Email, Id, Moment, Shown
from studium.rest.paging import Items, Page

router = Router()
Status = Literal["waiting", "sending", "sent", "failed", "uncertain", "unwanted"]


class Mail(Shown):
    """One mail and what became of it; what it says is not told."""

    id: Id
    address: Email
    subject: Annotated[str, Field(examples=["Your result of “Final exam” is there."])]
    topic: Annotated[str, Field(examples=["results"])]
    status: Status
    attempts: Annotated[int, Field(examples=[1])]
    reason: str
    created_at: Moment
    send_at: Moment
    ended_at: Moment | None


class Filter(Page):
    """Which mails are asked for."""

    status: Status | None = None


@router.get("", response=Items[Mail], openapi_extra=says("not_allowed"))
def list_mails(request: Request, page: Query[Filter]) -> Items[Mail]:
    """Mails that wait, and those of the last thirty days, the latest first."""
    rows, count = page.of(mail_log.mails(request.auth, status=page.status or ""))
    return Items[Mail](items=[Mail.model_validate(row) for row in rows], count=count)


@router.post("/trial", response={202: Mail}, openapi_extra=says("not_allowed"))
def send_trial(request: Request) -> Mail:
    """Send a mail to oneself, to see whether mails arrive."""
    site = request.build_absolute_uri("/")
    return Mail.model_validate(send_trial_mail(by=request.auth, site=site, now=clock.now()))
