"""`/xapi`: statements about learning for a record store, for admins."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from ninja import Query, Router
from pydantic import BaseModel, Field

from studium.analytics import actions
from studium.analytics.queries import xapi as queries
from studium.lib import clock
from studium.rest.auth import Request
from studium.rest.describe import says
from studium.rest.fields import LARGEST, Moment, Sent, Shown, Text
from studium.rest.jobs import JobStarted, job_shown

router = Router(tags=["xapi"])
Auth = Literal["none", "basic", "bearer"]


class Xapi(Shown):
    """Where statements go and how far they are. The password or token is never shown."""

    is_on: bool
    address: Annotated[str, Field(examples=["https://lrs.example.org/xapi"])]
    auth: Auth
    user_name: str
    has_credential: bool
    with_responses: bool
    cursor: int
    sent: int
    sent_at: Moment | None
    problem: str
    is_behind: bool


class XapiChange(Sent):
    """Where statements go. A new address gets everything, unless `from_now`; an empty `credential`
    keeps the one there is. `with_responses` tells what people answered, not only whether it was
    right."""

    address: Annotated[
        Text, Field(min_length=1, max_length=500, examples=["https://93.184.216.34/xapi"])
    ]
    auth: Auth = "none"
    user_name: Annotated[Text, Field(max_length=200, examples=[""])] = ""
    credential: Annotated[Text, Field(max_length=500, examples=[""])] = ""
    with_responses: bool = False
    from_now: bool = False


class After(BaseModel):
    """From where on: 0, or the `next` of the page before."""

    after: Annotated[int, Field(ge=0, le=LARGEST)] = 0
    limit: Annotated[int, Field(ge=1, le=500)] = 100


class Statements(Shown):
    """xAPI 1.0.3 statements of some answers; `next` is null at the end."""

    statements: list[dict[str, Any]]
    next: int | None


@router.get("", response=Xapi, openapi_extra=says("not_allowed"))
def read_xapi(request: Request) -> Xapi:
    """Where statements go and how far they are."""
    return Xapi.model_validate(queries.xapi_state(request.auth))


@router.put("", response=Xapi, openapi_extra=says("not_allowed", "conflict"))
def set_xapi(request: Request, sent: XapiChange) -> Xapi:
    """Send statements to this record store from now on."""
    actions.configure_xapi(by=request.auth, now=clock.now(), **sent.model_dump())
    return read_xapi(request)


@router.delete("", response={204: None}, openapi_extra=says("not_allowed"))
def stop_xapi(request: Request) -> None:
    """Send nothing more."""
    actions.stop_xapi(by=request.auth, now=clock.now())


@router.post("/send", response={202: JobStarted}, openapi_extra=says("not_allowed", "conflict"))
def send_xapi(request: Request) -> JobStarted:
    """Send what there is now; it is sent by itself within a few minutes too."""
    job = actions.request_xapi_sending(by=request.auth, now=clock.now())
    return JobStarted(job=job_shown(job))


@router.get("/statements", response=Statements, openapi_extra=says("not_allowed", "conflict"))
def list_statements(request: Request, page: Query[After]) -> Statements:
    """The statements themselves, in the order in which answers were taken in."""
    found = queries.statements_page(request.auth, after=page.after, limit=page.limit)
    return Statements.model_validate(found)
