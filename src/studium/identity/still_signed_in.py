"""Sessions as they were when they were last read, and the condition that they still are so.

An answer of an exam is saved twenty times and more by the same session. To read session and person
first is a message to the database of its own each time; the statement that stores the answer can
ask instead whether the session it was read by is there as it was: not ended, not run out, its
person active, with the same password. What is remembered here lets nobody in by itself.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from studium.identity.people_sql import ACTIVE
from studium.lib.db import on_postgresql, time_param

MOST = 4096  # sessions remembered by a process
# Seen-at is written at most this often, so that reading a page costs no write.
SEEN_EVERY = timedelta(minutes=5)

_SAME = {
    # As a digest, so that no password's hash is among the parameters that a server may log.
    "sqlite": "s.data || u.password_hash = %s",
    "postgresql": "encode(sha256(convert_to(s.data || u.password_hash, 'UTF8')), 'hex') = %s",
}
# For the owner of an attempt `t`; its parameters are those of `SignIn.parameters`.
STILL_SIGNED_IN = {
    vendor: "EXISTS (SELECT 1 FROM user_sessions s JOIN users u ON u.id = s.user_id "
    f"WHERE s.token_hash = %s AND s.user_id = t.user_id AND {ACTIVE} "
    f"AND s.expires_at > %s AND s.last_seen_at > %s AND {same})"
    for vendor, same in _SAME.items()
}


@dataclass(frozen=True, slots=True)
class SignIn:
    """A session that was good when it was read: whose, and what it and its person held."""

    token_hash: str
    user_id: UUID
    held: str

    def parameters(self, now: datetime) -> list[Any]:
        """Those of `STILL_SIGNED_IN`. A session that is to be marked as seen has to be read."""
        return [self.token_hash, time_param(now), time_param(now - SEEN_EVERY), self.held]


_known: OrderedDict[str, SignIn] = OrderedDict()
_lock = threading.Lock()


def remember(*, token_hash: str, user_id: UUID, data: str, password: str) -> None:
    """Keep a session that was just read and found good."""
    held = data + password
    if on_postgresql():
        held = sha256(held.encode()).hexdigest()
    with _lock:
        _known[token_hash] = SignIn(token_hash, user_id, held)
        _known.move_to_end(token_hash)
        while len(_known) > MOST:
            _known.popitem(last=False)


def remembered(token_hash: str) -> SignIn | None:
    """The session of this token as it was last read by this process, if it was."""
    return _known.get(token_hash)


def forget() -> None:
    """Know no session, as a process that has just begun."""
    with _lock:
        _known.clear()
