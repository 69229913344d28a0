"""`/notifications`: what happened for the person who asks; `/me/mail`: which mails they want."""

from __future__ import annotations

from typing import Annotated, Literal

from ninja import Query, Router
from pydantic import Field

from studium.identity import inbox, mail_paces
from studium.identity.actions import mail_choices, notifying
from studium.lib import clock
from studium.rest.auth import Request
from studium.rest.fields import Flag, Id, Moment, Sent, SentMoment, Shown
from studium.rest.paging import Items, Page

router = Router()
Pace = Literal["at_once", "daily", "weekly", "off"]
Gathered = Literal["daily", "weekly", "off"]
Year = Annotated[int, Field(strict=True, ge=1900, le=2100, examples=[2004])]


class Notification(Shown):
    """One thing that happened, in words of the person's language; `url` is a path of the site."""

    id: Id
    kind: Annotated[str, Field(examples=["result_released"])]
    topic: Annotated[str, Field(examples=["results"])]
    text: Annotated[str, Field(examples=["Your result of “Final exam” is there."])]
    url: Annotated[str, Field(examples=["/exams/0197a5c2-7e1f-7c3a-9d52-3f6b8e0a1c44/"])]
    created_at: Moment
    read_at: Moment | None


class Filter(Page):
    """Which notifications are asked for."""

    unread: bool = False


class ReadAll(Sent):
    """Up to which moment everything is taken as read; without it, everything."""

    until: SentMoment | None = None


class HowMany(Shown):
    """How many notifications a request changed."""

    count: Annotated[int, Field(examples=[3])]


class MailChoices(Shown):
    """How soon a mail follows for each topic; `mails_go_out` says whether the site sends any."""

    courses: Pace
    results: Pace
    messages: Pace
    work: Pace
    reviews: Gathered
    year_of_birth: int | None
    mails_go_out: Flag


class ChangedChoices(Sent):
    """What is to change; what is left out stays, and a year of null is taken back."""

    courses: Pace | None = None
    results: Pace | None = None
    messages: Pace | None = None
    work: Pace | None = None
    reviews: Gathered | None = None
    year_of_birth: Year | None = None


@router.get("/notifications", response=Items[Notification], tags=["notifications"])
def list_notifications(request: Request, page: Query[Filter]) -> Items[Notification]:
    """One's own notifications, the latest first."""
    rows, count = page.of(inbox.notifications(request.auth, unread=page.unread))
    items = [Notification.model_validate(inbox.notice(row)) for row in rows]
    return Items[Notification](items=items, count=count)


@router.post("/notifications/read", response=HowMany, tags=["notifications"])
def read_notifications(request: Request, sent: ReadAll) -> HowMany:
    """Take all of one's own as read, or those up to a moment."""
    return HowMany(count=notifying.read_all(by=request.auth, now=clock.now(), until=sent.until))


@router.post("/notifications/{notification_id}/read", response=Notification, tags=["notifications"])
def read_notification(request: Request, notification_id: Id) -> Notification:
    """Take one of one's own as read."""
    row = notifying.read_notification(
        by=request.auth, notification_id=notification_id, now=clock.now()
    )
    return Notification.model_validate(inbox.notice(row))


@router.get("/me/mail", response=MailChoices, tags=["me"])
def read_mail_choices(request: Request) -> MailChoices:
    """Which mails one gets, and how soon."""
    return _choices(request)


@router.patch("/me/mail", response=MailChoices, tags=["me"])
def change_mail_choices(request: Request, sent: ChangedChoices) -> MailChoices:
    """Choose how soon mails follow, and tell or take back the year of birth."""
    now, changed = clock.now(), sent.model_dump(exclude_unset=True)
    if "year_of_birth" in changed:
        year = changed.pop("year_of_birth")
        mail_choices.tell_year_of_birth(by=request.auth, year=year, now=now)
    paces = {topic: pace for topic, pace in changed.items() if pace is not None}
    mail_choices.choose_paces(by=request.auth, paces=paces, now=now)
    return _choices(request)


def _choices(request: Request) -> MailChoices:
    return MailChoices.model_validate(
        {
            **mail_paces.paces_of(request.auth, now=clock.now()),
            "year_of_birth": mail_paces.year_of_birth(request.auth),
            "mails_go_out": mail_paces.goes_out(),
        }
    )
