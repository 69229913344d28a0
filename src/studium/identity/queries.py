"""What pages and the API show of people, sessions, tokens and the log."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from studium.identity import rights
from studium.identity.models import (
    ApiToken,
    AuditEntry,
    Invitation,
    Preference,
    Role,
    Session,
    User,
)
from studium.identity.rules import browser_words, canonical_email
from studium.identity.sessions import token_hash
from studium.lib.errors import NotFound

ROLES = Role.values


def people(by: User, *, search: str = "", role: str = "") -> QuerySet[User]:
    """Everybody, by name, for an admin; `search` looks into names and addresses."""
    rights.require_manage_site(by)
    found = User.objects.order_by("name", "id")
    if search := search.strip().replace("\0", ""):
        spelled = Q(name__icontains=search) | Q(email__icontains=search)
        found = found.filter(spelled | Q(email_canonical__contains=canonical_email(search)))
    return found.filter(role=role) if role in Role.values else found


def names_of(person_ids: Collection[UUID]) -> dict[UUID, str]:
    """The names of people by their ids, for pages whose reader may know of them."""
    return dict(User.objects.filter(pk__in=list(person_ids)).values_list("pk", "name"))


def has_people() -> bool:
    """Whether anybody is there yet: an empty server asks for its administrator first."""
    return User.objects.exists()


def active_person(person_id: UUID) -> User:
    """Somebody for whom a job acts later. Raises `NotFound` when their account is off by then."""
    found = User.objects.filter(pk=person_id, is_active=True, erased_at=None).first()
    if found is None:
        raise NotFound("The person who asked for this has no account any more.")
    return found


def has_account(email: str) -> bool:
    """Whether somebody has this address; for mails to it, never for a page."""
    return User.objects.by_email(email) is not None


def person(by: User, person_id: UUID) -> User:
    """One person, for themselves or an admin; anybody else gets the same `NotFound` as for none."""
    found = User.objects.filter(pk=person_id).first()
    if found is None or not rights.may_change_person(by, found):
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class SignIn:
    """One of a person's sessions."""

    id: UUID
    created_at: datetime
    last_seen_at: datetime
    ip: str
    user_agent: str
    current: bool

    @property
    def browser(self) -> str:
        """The browser and its system by their names; "" where it said nothing."""
        return browser_words(self.user_agent)


def sign_ins(user: User, *, token: str | None, now: datetime) -> list[SignIn]:
    """Where the person is signed in, the latest first; `token` is the asking session's."""
    here = token_hash(token or "")
    rows = Session.objects.filter(user=user, expires_at__gt=now).order_by("-last_seen_at")
    return [
        SignIn(
            row.pk, row.created_at, row.last_seen_at, row.ip, row.user_agent, row.token_hash == here
        )
        for row in rows
    ]


def preferences(user: User) -> Preference:
    """What the person has set for themselves; as it begins while they have changed nothing."""
    return Preference.objects.filter(user_id=user.pk).first() or Preference(user_id=user.pk)


def tokens(user: User, *, now: datetime) -> QuerySet[ApiToken]:
    """The person's tokens that still work."""
    return ApiToken.objects.filter(user=user, revoked_at=None, expires_at__gt=now).order_by("-id")


def invitations(by: User, *, now: datetime) -> QuerySet[Invitation]:
    """Open invitations of the whole site, for an admin."""
    rights.require_manage_site(by)
    return Invitation.objects.filter(
        accepted_at=None, revoked_at=None, expires_at__gt=now
    ).order_by("-id")


class LogLine(NamedTuple):
    """A line of the audit log as pages show it; `who` is empty for the command line."""

    at: datetime
    who: str | None
    action: str
    object_type: str
    detail: dict[str, Any]
    ip: str


def log_lines(rows: QuerySet[AuditEntry]) -> list[LogLine]:
    """What pages show of these rows of `log`. One statement."""
    found = rows.values_list("at", "actor__name", "action", "object_type", "detail", "ip")
    return [LogLine(*row) for row in found]


def log(
    by: User,
    *,
    action: str = "",
    actor: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> QuerySet[AuditEntry]:
    """The audit log for an admin, the latest first; filters narrow it."""
    rights.require_manage_site(by)
    rows = AuditEntry.objects.select_related("actor").order_by("-at", "-id")
    if action := action.strip().replace("\0", ""):
        rows = rows.filter(action__startswith=action)
    if actor := actor.strip().replace("\0", ""):
        rows = rows.filter(Q(actor__name__icontains=actor) | Q(actor__email__icontains=actor))
    if since is not None:
        rows = rows.filter(at__gte=since)
    return rows if until is None else rows.filter(at__lt=until)
