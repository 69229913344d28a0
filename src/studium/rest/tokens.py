"""`/tokens`: a way in for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from studium.identity import queries
from studium.identity.actions import tokens
from studium.lib import clock
from studium.rest.auth import Request
from studium.rest.describe import says
from studium.rest.fields import Email, Id, Moment, Sent, Shown, Text
from studium.rest.paging import Items, Page

router = Router()
TokenName = Annotated[Text, Field(min_length=1, max_length=100, examples=["My script"])]


class TokenFor(Sent):
    """An address and a password; no second factor may be set up for the account."""

    email: Email
    password: Annotated[Text, Field(min_length=1, max_length=1000, examples=["studium-demo"])]
    name: TokenName = "API"
    scope: Literal["read", "write"] = "write"


class ApiToken(Shown):
    """A token without its text, which is nowhere kept."""

    id: Id
    name: TokenName
    scope: Annotated[str, Field(examples=["write"])]
    created_at: Moment
    expires_at: Moment
    last_used_at: datetime | None


class NewToken(ApiToken):
    """A token that was just made: `token` is shown this once."""

    token: Annotated[str, Field(examples=["st_3Qf7…"])]


@router.post(
    "/tokens",
    auth=None,
    response={201: NewToken},
    openapi_extra=says(
        "wrong_password", "second_factor_needed", "second_factor_missing", "too_many", "conflict"
    ),
)
def create_token(request: HttpRequest, sent: TokenFor) -> NewToken:
    """Get a token of 30 days for an address and a password.

    Wrong pairs wait longer each time, as on the sign-in page.
    """
    made = tokens.exchange_password(**sent.model_dump(), now=clock.now())
    return NewToken.model_validate({**_columns(made.row), "token": made.token})


@router.get("/tokens", response=Items[ApiToken])
def list_tokens(request: Request, page: Query[Page]) -> Items[ApiToken]:
    """The tokens of the person who asks that still work, the newest first."""
    rows, count = page.of(queries.tokens(request.auth, now=clock.now()))
    return Items[ApiToken](items=[ApiToken.model_validate(row) for row in rows], count=count)


@router.delete("/tokens/{token_id}", response={204: None})
def revoke_token(request: Request, token_id: Id) -> None:
    """Revoke a token; it stops working at once."""
    tokens.revoke_token(by=request.auth, token_id=token_id, now=clock.now())


def _columns(row: object) -> dict[str, object]:
    return {name: getattr(row, name) for name in ApiToken.model_fields}
