"""The first answer to a request with an `Idempotency-Key`, given again to its repeats.

Key, effect and answer are one transaction: a process that dies half-way leaves neither the effect
nor the key, and of many equal requests at once exactly one acts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.db import connection, transaction

from studium.lib.errors import Conflict, Invalid
from studium.lib.models import IdempotencyKey

KEPT_FOR = timedelta(hours=24)
LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """What is kept of an answer: its status, its type and its text."""

    status: int
    content_type: str
    body: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that may be repeated: whose, under which key, and the hash of all it says."""

    user_id: UUID
    key: str
    fingerprint: str


@transaction.atomic
def once(asked: Asked, work: Callable[[], Answer], *, now: datetime) -> tuple[Answer, bool]:
    """Do the work, or give the answer of the first time; and whether it is that one.

    Only a success is kept: after a refusal nothing was done, and the key is free again. Raises
    `Invalid` (`idempotency_key_reused`) for a key that came with another request, and `Conflict`
    (`request_running`) while the first one runs.
    """
    require_key(asked.key)
    _require_alone(asked)
    rows = IdempotencyKey.objects.filter(user_id=asked.user_id)
    rows.filter(created_at__lt=now - KEPT_FOR).delete()
    first = rows.filter(key=asked.key).first()
    if first is not None:
        return _again(first, asked), True
    row = IdempotencyKey.objects.create(
        user_id=asked.user_id, key=asked.key, fingerprint=asked.fingerprint, created_at=now
    )
    answer = work()
    if answer.status >= 500:
        transaction.set_rollback(True)
    elif answer.status >= 400:
        row.delete()
    else:
        row.status_code, row.content_type, row.body = (
            answer.status,
            answer.content_type,
            answer.body,
        )
        row.save(update_fields=["status_code", "content_type", "body"])
    return answer, False


def is_known(asked: Asked) -> bool:
    """Whether the key came before, as far as can be seen from outside a transaction."""
    return IdempotencyKey.objects.filter(user_id=asked.user_id, key=asked.key).exists()


def require_key(key: str) -> None:
    """Raise `Invalid` unless the key is 1 to 200 printable ASCII characters."""
    if not 0 < len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
        message = f"An Idempotency-Key has 1 to {LONGEST_KEY} printable ASCII characters."
        raise Invalid(message, fields={"Idempotency-Key": message})
    if not key.strip():
        raise Invalid("The Idempotency-Key is blank.", fields={"Idempotency-Key": "Blank."})


def _again(first: IdempotencyKey, asked: Asked) -> Answer:
    if first.fingerprint != asked.fingerprint:
        raise Invalid(
            "This Idempotency-Key came with another request before. Make a new key for this one.",
            code="idempotency_key_reused",
        )
    if first.status_code is None:
        raise _running()
    return Answer(first.status_code, first.content_type, first.body)


def _require_alone(asked: Asked) -> None:
    """On SQLite the write lock of the transaction does this: a second request waits its turn."""
    if connection.vendor != "postgresql":
        return
    digest = sha256(f"{asked.user_id} {asked.key}".encode()).digest()
    with connection.cursor() as cursor:
        number = int.from_bytes(digest[:8], signed=True)
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        if not cursor.fetchone()[0]:
            raise _running()


def _running() -> Conflict:
    return Conflict(
        "The first request with this Idempotency-Key is still running. Ask again in a moment.",
        code="request_running",
        extra={"retry_after": 1},
    )
