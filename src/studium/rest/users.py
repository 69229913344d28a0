"""`/users`: people, for admins."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from django.db import transaction
from ninja import Query, Router
from pydantic import Field

from studium.analytics.actions import erase_person
from studium.identity import queries, rights
from studium.identity.actions import people
from studium.lib import clock
from studium.rest.auth import Request
from studium.rest.describe import says
from studium.rest.fields import Email, Flag, Id, Moment, Name, Search, Sent, Shown, Text
from studium.rest.paging import Items, Page

router = Router()
Role = Literal["STUDENT", "INSTRUCTOR", "ADMIN"]


class User(Shown):
    """A person as admins see them."""

    id: Id
    name: Name
    email: Email
    role: Role
    is_active: bool
    created_at: Moment
    last_login: datetime | None


class NewUser(Sent):
    """A person to add; without a password they set one by mail."""

    name: Name
    email: Email
    role: Role = "STUDENT"
    password: (
        Annotated[Text, Field(min_length=1, max_length=1000, examples=["a-long-pass-phrase"])]
        | None
    ) = None


class UserChange(Sent):
    """What an admin may change; what is left out stays."""

    role: Role | None = None
    is_active: Flag | None = None


class Filter(Page):
    """Which people are asked for."""

    search: Search = ""
    role: Role | None = None


@router.get("", response=Items[User], openapi_extra=says("not_allowed"))
def list_users(request: Request, page: Query[Filter]) -> Items[User]:
    """People by name; `search` looks into names and addresses."""
    rows, count = page.of(queries.people(request.auth, search=page.search, role=page.role or ""))
    return Items[User](items=[User.model_validate(row) for row in rows], count=count)


@router.post(
    "",
    response={201: User},
    openapi_extra=says("not_allowed", "email_taken", location="/users/{id}"),
)
def create_user(request: Request, sent: NewUser) -> User:
    """Add a person."""
    made = people.create_person(by=request.auth, **sent.model_dump(), now=clock.now())
    return User.model_validate(made)


@router.get("/{user_id}", response=User)
def read_user(request: Request, user_id: Id) -> User:
    """One person, for an admin or for themselves."""
    return User.model_validate(queries.person(request.auth, user_id))


@router.post(
    "/{user_id}/erase",
    response={204: None},
    openapi_extra=says("not_allowed", "last_admin", "last_instructor", "exam_running", "conflict"),
)
def erase_user(request: Request, user_id: Id) -> None:
    """Erase a person for good: results stay, of nobody."""
    rights.require_manage_site(request.auth)
    erase_person(by=request.auth, person_id=user_id, now=clock.now())


@router.patch(
    "/{user_id}",
    response=User,
    openapi_extra=says("not_allowed", "last_admin", "conflict", "refused"),
)
def change_user(request: Request, user_id: Id, sent: UserChange) -> User:
    """Give another role, or switch an account off and on; both or neither."""
    by, now, who = request.auth, clock.now(), user_id
    rights.require_manage_site(by)
    with transaction.atomic():
        person = queries.person(by, who)
        if sent.role is not None:
            person = people.change_role(by=by, person_id=who, role=sent.role, now=now)
        if sent.is_active is not None:
            act = people.activate if sent.is_active else people.deactivate
            person = act(by=by, person_id=who, now=now)
    return User.model_validate(person)
