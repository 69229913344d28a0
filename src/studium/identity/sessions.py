"""Django's session interface over `user_sessions`, with the person loaded by the same statement.

The cookie holds 256 random bits, the table only their SHA-256, so a copy of the database opens no
session. One hand-written statement reads session, person, whether they teach anywhere and how much
is unread; it runs on every page, so it stays off the ORM. Visitors have no row until something is
to be kept.
"""

from __future__ import annotations

import json
import secrets
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.utils.crypto import constant_time_compare

from studium.identity import still_signed_in
from studium.identity.models import Session, User
from studium.identity.origin import origin
from studium.identity.people_sql import ACTIVE, PERSON_COLUMNS, TEACHES, UNREAD, person
from studium.identity.still_signed_in import SEEN_EVERY
from studium.lib import clock
from studium.lib.db import read_rows, time_param, time_value

# On one line: Django looks through the text of each statement on SQLite.
_READ = (
    f"SELECT s.data, s.last_seen_at, {TEACHES}, {UNREAD}, {PERSON_COLUMNS} "
    f"FROM user_sessions s LEFT JOIN users u ON u.id = s.user_id AND {ACTIVE} "
    "WHERE s.token_hash = %s AND s.expires_at > %s"
)


def token_hash(token: str) -> str:
    """What the table holds of a token: its SHA-256 in hex. Tokens are random, so no salt."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()


class SessionStore(SessionBase):
    """One browser's session. `user` is the signed-in person once the session was read, or None."""

    def __init__(self, session_key: str | None = None) -> None:
        # Django's own initialiser looks the serializer up by name on every request; ours is JSON.
        self._session_key = session_key
        self.accessed = False
        self.modified = False
        self.user: User | None = None
        self._stored = False

    def person(self) -> User | None:
        """Read the session if that has not happened and return who is signed in."""
        self._get_session()  # type: ignore[attr-defined]  # not in the stubs
        return self.user

    def load(self) -> dict[str, Any]:
        """The session's values; empty for a token that is unknown, expired, or no longer good."""
        now = clock.now()
        hashed = token_hash(self.session_key or "")
        rows = read_rows(_READ, [hashed, time_param(now)])
        row = rows[0] if rows else None
        data: dict[str, Any] = json.loads(row[0] or "{}") if row else {}
        user = None
        if row and row[4] is not None:
            user = person(row[4:], teaches=row[2], unread=row[3])
        if row is None or not _good(user, data):
            self._session_key = None
            return {}
        self.user, self._stored = user, True
        if user is not None:
            still_signed_in.remember(
                token_hash=hashed, user_id=user.pk, data=row[0] or "", password=user.password
            )
        self._touch(time_value(row[1]), now)
        return data

    def _touch(self, seen_at: datetime, now: datetime) -> None:
        if now - seen_at < SEEN_EVERY:
            return
        here = origin.get()
        Session.objects.filter(token_hash=token_hash(self.session_key or "")).update(
            last_seen_at=now, ip=here.ip, user_agent=here.user_agent
        )

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(token_hash=token_hash(session_key)).exists()

    def create(self) -> None:
        """Take a fresh token. The row is written by `save`, when there is something to keep."""
        self._session_key = secrets.token_urlsafe(32)
        self._session_cache: dict[str, Any] = {}
        self._stored = False
        self.modified = True

    def save(self, must_create: bool = False) -> None:
        """Write the values; a session that was ended meanwhile stays ended (`UpdateError`)."""
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]  # as above
        if self.session_key is None:
            self._session_key = secrets.token_urlsafe(32)
            self._stored = False
        now = clock.now()
        values = {
            "data": json.dumps(data, separators=(",", ":")),
            "user_id": data.get(SESSION_KEY),
            "expires_at": now + timedelta(seconds=self.get_expiry_age(modification=now)),
        }
        rows = Session.objects.filter(token_hash=token_hash(self.session_key or ""))
        if self._stored and not must_create:
            if not rows.update(**values):
                raise UpdateError
            return
        here = origin.get()
        Session.objects.create(
            token_hash=token_hash(self.session_key or ""),
            created_at=now,
            last_seen_at=now,
            ip=here.ip,
            user_agent=here.user_agent,
            **values,
        )
        self._stored = True

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            Session.objects.filter(token_hash=token_hash(key)).delete()

    def flush(self) -> None:
        super().flush()
        self.user = None

    @classmethod
    def clear_expired(cls) -> None:
        Session.objects.filter(expires_at__lte=clock.now()).delete()


def _good(user: User | None, data: dict[str, Any]) -> bool:
    """Whether the session still stands: nobody signed in, or an active person whose password is
    the one it was opened with (a changed password ends the other sessions)."""
    if user is None:
        return SESSION_KEY not in data
    return data.get(SESSION_KEY) == str(user.pk) and constant_time_compare(
        data.get(HASH_SESSION_KEY, ""), _auth_hash(user.password)
    )


@lru_cache(maxsize=4096)
def _auth_hash(password: str) -> str:
    """Django's session hash of a stored password; the same for every page until it changes."""
    return User(password=password).get_session_auth_hash()
