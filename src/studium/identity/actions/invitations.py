"""Invitations: a single-use link to register, bound to one address."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from studium.identity import rights, rules
from studium.identity.actions.audit import entry, record
from studium.identity.actions.people import add_person
from studium.identity.models import Invitation, Role, User
from studium.identity.sessions import token_hash
from studium.lib import inserts
from studium.lib.errors import Conflict, Invalid, NotAllowed, NotFound

LASTS = timedelta(days=14)
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """An invitation that was just made; `token` is for its link and nowhere kept."""

    invitation: Invitation
    token: str


def invite(*, by: User, email: str, role: str = Role.STUDENT, now: datetime) -> NewInvitation:
    """Make an invitation for an address; an earlier open one for it ends.

    Raises `NotAllowed` for a role one may not give or where registration is closed, `Invalid` for
    a wrong address, `Conflict` when the address has an account.
    """
    return invite_many(by=by, emails=[email], role=role, now=now)[0]


@transaction.atomic
def invite_many(
    *, by: User, emails: Sequence[str], role: str = Role.STUDENT, now: datetime
) -> list[NewInvitation]:
    """`invite` for many addresses, with few statements; all of them or none."""
    require_registration()
    if not rights.may_invite(by, role):
        raise NotAllowed("You may not invite people with this role. Ask an admin.")
    for email in emails:
        if problem := rules.wrong_with_email(email):
            raise Invalid(problem, fields={"email": problem})
    canonical = {email: rules.canonical_email(email) for email in emails}
    wanted = list(canonical.values())
    for start in range(0, len(wanted), _AT_ONCE):
        if User.objects.filter(email_canonical__in=wanted[start : start + _AT_ONCE]).exists():
            raise Conflict("This address has an account already.", code="email_taken")
    made = [_made(one, canonical[one], role, by=by, now=now) for one in emails]
    log = [
        entry(
            by=by,
            action="invitation.create",
            object_type="invitation",
            object_id=one.invitation.pk,
            detail={"role": role},
            now=now,
        )
        for one in made
    ]
    inserts.run(inserts.inserts([*(one.invitation for one in made), *log]))
    return made


def _made(email: str, canonical: str, role: str, *, by: User, now: datetime) -> NewInvitation:
    token = secrets.token_urlsafe(32)
    row = Invitation(
        email=email.strip(),
        email_canonical=canonical,
        role=role,
        token_hash=token_hash(token),
        invited_by=by,
        created_at=now,
        expires_at=now + LASTS,
    )
    return NewInvitation(row, token)


def open_invitation(token: str, *, now: datetime) -> Invitation:
    """The invitation behind a link. Raises `NotFound` when it is used, ended or over."""
    found = Invitation.objects.filter(
        token_hash=token_hash(token),
        accepted_at=None,
        revoked_at=None,
        expires_at__gt=now,
        invited_by__is_active=True,
    ).first()
    if found is None:
        raise NotFound("This invitation was used, withdrawn or is too old. Ask for a new one.")
    return found


@transaction.atomic
def accept_invitation(
    *, token: str, name: str, password: str, locale: str = "", now: datetime
) -> tuple[User, Invitation]:
    """Make the account the invitation is for. The address is the invitation's, never the form's.

    Raises `NotFound` for a link that is no longer good, `Invalid` for the name or the password.
    """
    require_registration()
    found = open_invitation(token, now=now)
    Invitation.objects.select_for_update().get(pk=found.pk)
    user = add_person(
        name=name, email=found.email, role=found.role, password=password, locale=locale, now=now
    )
    used = Invitation.objects.filter(pk=found.pk, accepted_at=None, revoked_at=None).update(
        accepted_at=now, accepted_by=user
    )
    if not used:
        raise NotFound("This invitation was used meanwhile.")
    found.refresh_from_db()
    record(
        by=user,
        action="invitation.accept",
        object_type="invitation",
        object_id=found.pk,
        detail={"role": found.role},
        now=now,
    )
    return user, found


@transaction.atomic
def register(*, email: str, name: str, password: str, locale: str = "", now: datetime) -> User:
    """Make an account for an address that was proved by mail, where registration is open."""
    if settings.REGISTRATION != "open":
        raise NotAllowed("This site does not take sign-ups by itself. Ask for an invitation.")
    user = add_person(
        name=name, email=email, role=Role.STUDENT, password=password, locale=locale, now=now
    )
    record(by=user, action="person.register", object_type="user", object_id=user.pk, now=now)
    return user


@transaction.atomic
def revoke_invitation(*, by: User, invitation_id: UUID, now: datetime) -> None:
    """Withdraw an open invitation of one's own, or, as an admin, anybody's."""
    rows = Invitation.objects.filter(pk=invitation_id, accepted_at=None, revoked_at=None)
    if not rights.may_manage_site(by):
        rows = rows.filter(invited_by=by)
    if not rows.update(revoked_at=now):
        raise NotFound
    record(
        by=by,
        action="invitation.revoke",
        object_type="invitation",
        object_id=invitation_id,
        now=now,
    )


def require_registration() -> None:
    """Raise `NotAllowed` where no new accounts come about but by an admin."""
    if settings.REGISTRATION == "closed":
        raise NotAllowed("Registration is closed on this site; an admin adds people.")
