"""API tokens: made (and shown once), used, revoked."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from studium.identity import rights, second_factor
from studium.identity.actions.audit import record
from studium.identity.actions.sign_in import try_password
from studium.identity.models import ApiToken, TokenScope, User
from studium.identity.people_sql import ACTIVE, PERSON_COLUMNS, TEACHES, person
from studium.identity.sessions import token_hash
from studium.lib.db import time_param, time_value, uuid_value
from studium.lib.errors import Conflict, Invalid, NotAllowed, NotFound, NotSignedIn
from studium.lib.words import phrase

PREFIX = "st_"  # lets scanners of leaked secrets recognise a token
LONGEST = timedelta(days=365)
MOST = 50
SEEN_EVERY = timedelta(minutes=5)

_READ = f"""
    SELECT t.id, t.scope, t.last_used_at, {TEACHES}, {PERSON_COLUMNS}
    FROM api_tokens t JOIN users u ON u.id = t.user_id AND {ACTIVE}
    WHERE t.token_hash = %s AND t.expires_at > %s AND t.revoked_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token that was just made; `token` is its text, which is nowhere kept."""

    row: ApiToken
    token: str


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who a token stands for and what it may do."""

    user: User
    token_id: UUID
    scope: str

    @property
    def may_write(self) -> bool:
        return self.scope == TokenScope.WRITE


@transaction.atomic
def create_token(
    *,
    by: User,
    name: str,
    scope: str = TokenScope.WRITE,
    days: int = 90,
    now: datetime,
) -> NewToken:
    """Make a token for oneself. Raises `Invalid`; `Conflict` over fifty; `NotAllowed` while a
    second factor is missing that the site requires.
    """
    rights.require_person(by)
    require_second_factor(by)
    wrong = {
        "name": "" if 0 < len(name.strip()) <= 100 and "\0" not in name else "Give a short name.",
        "scope": "" if scope in TokenScope.values else "The scope should be read or write.",
        "days": "" if 1 <= days <= LONGEST.days else "A token lasts from 1 to 365 days.",
    }
    if fields := {field: problem for field, problem in wrong.items() if problem}:
        raise Invalid(" ".join(fields.values()), fields=fields)
    if ApiToken.objects.filter(user=by, revoked_at=None, expires_at__gt=now).count() >= MOST:
        raise Conflict(phrase("You have %(most)s tokens; revoke those you do not use.", most=MOST))
    token = PREFIX + secrets.token_urlsafe(32)
    row = ApiToken.objects.create(
        user=by,
        name=name.strip(),
        token_hash=token_hash(token),
        scope=scope,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    detail = {"name": row.name, "scope": scope, "days": days}
    record(
        by=by, action="token.create", object_type="token", object_id=row.pk, detail=detail, now=now
    )
    return NewToken(row, token)


def exchange_password(
    *, email: str, password: str, name: str = "API", scope: str = TokenScope.WRITE, now: datetime
) -> NewToken:
    """A token of 30 days for an address and a password, with the limits of the sign-in page.

    Raises `NotSignedIn` for a wrong pair, `TooMany` while waiting, `NotAllowed` for somebody with
    a second factor: a password alone must not get around it.
    """
    user = try_password(email=email, password=password, now=now)
    if user is None:
        raise NotSignedIn("The e-mail address or the password is wrong.", code="wrong_password")
    if second_factor.has_second_factor(user):
        raise NotAllowed(
            "This account has a second factor. Make a token on its account page instead.",
            code="second_factor_needed",
        )
    return create_token(by=user, name=name, scope=scope, days=30, now=now)


def bearer(token: str, *, now: datetime) -> Bearer:
    """Who this token stands for, by one statement; when it was used is noted every few minutes.

    Raises `NotSignedIn` for an unknown, expired or revoked token and for an inactive person.
    """
    with connection.cursor() as cursor:
        cursor.execute(_READ, [token_hash(token), time_param(now)])
        row = cursor.fetchone()
    if row is None:
        raise NotSignedIn(
            "This token is unknown, expired or revoked. Make a new one.", code="wrong_token"
        )
    user = person(row[4:], teaches=row[3])
    require_second_factor(user)
    token_id = uuid_value(row[0])
    if row[2] is None or now - time_value(row[2]) >= SEEN_EVERY:
        ApiToken.objects.filter(pk=token_id).update(last_used_at=now)
    return Bearer(user, token_id, row[1])


@transaction.atomic
def revoke_token(*, by: User, token_id: UUID, now: datetime) -> None:
    """Revoke one of one's own tokens, or, as an admin, anybody's. Unknown ones are `NotFound`."""
    rows = ApiToken.objects.filter(pk=token_id, revoked_at=None)
    if not rights.may_manage_site(by):
        rows = rows.filter(user=by)
    if not rows.update(revoked_at=now):
        raise NotFound
    record(by=by, action="token.revoke", object_type="token", object_id=token_id, now=now)


def require_second_factor(user: User) -> None:
    """Raise `NotAllowed` while the site requires a second factor that the person has not set up."""
    if second_factor.is_missing(user):
        raise NotAllowed(
            "Set up a second factor on your account page first; this site requires it of staff.",
            code="second_factor_missing",
        )
