"""The matrix of rights: every address, every kind of person, what they get.

A row names, for one method of one address, the status each of the six actors gets:

    anonymous, student of the course, student elsewhere, its instructor, instructor elsewhere, admin

`Cell` is that status. A refusal (401, 403, 404, or the way to the sign-in page) must also leave
every row of the database as it was; `snapshot` is how we know.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, transaction

ACTORS = ("anonymous", "student", "stranger", "instructor", "outsider", "admin")

# Columns that a mere look may move: when a session or key was last seen.
MOVING = {
    "user_sessions": {"last_seen_at", "data", "expires_at", "token_hash"},
    "api_tokens": {"last_used_at"},
}
# Tables that a refusal may fill: sessions of visitors, counters of wrong passwords.
UNWATCHED = {"user_sessions", "sign_in_limits"}


@dataclass(frozen=True)
class Row:
    """What the six actors get from one method of one address.

    `data` is the body or form; keys and values may name things of the world in braces. `expect`
    lists the six statuses.
    """

    method: str
    expect: tuple[int, int, int, int, int, int]
    data: Any = None


def rows_of(statuses: str, method: str = "GET", **more: Any) -> Row:
    """A row from its six statuses as text: `rows_of("302 200 404 200 404 200")`."""
    values = tuple(int(each) for each in statuses.split())
    assert len(values) == len(ACTORS), statuses
    return Row(method, values, **more)  # type: ignore[arg-type]


def snapshot() -> str:
    """A hash of every row of ours and of the sign-in library's."""
    digest = hashlib.sha256()
    with connection.cursor() as cursor:
        for model in apps.get_models():
            table = model._meta.db_table
            if table in UNWATCHED or table.startswith("django_"):
                continue
            moving = MOVING.get(table, set())
            columns = [
                f.column for f in model._meta.local_concrete_fields if f.column not in moving
            ]
            listed = ", ".join(f'"{column}"' for column in columns)
            cursor.execute(f'SELECT {listed} FROM "{table}" ORDER BY 1')
            digest.update(f"{table}{cursor.fetchall()}".encode())
    return digest.hexdigest()


_writes_before = 0
_sent = 0
# Statements that change no row of a table; everything else may have.
_HARMLESS = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "SET", "SHOW")


def _counted(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
    global _sent
    _sent += not str(sql).lstrip().upper().startswith(_HARMLESS)
    return execute(sql, params, many, context)


def writes() -> int:
    """A number that grows with every write of this connection, also of one rolled back.

    SQLite counts the rows; for PostgreSQL the statements are counted on their way.
    """
    if connection.vendor == "sqlite":
        return int(connection.connection.total_changes)
    return _sent


def written() -> str | None:
    """The snapshot inside `undone`; None where nothing was written since that began."""
    return snapshot() if writes() != _writes_before else None


def moved(before: str) -> bool:
    """Whether the rows differ from the snapshot `before`; asked inside `undone`."""
    return written() not in (None, before)


@contextmanager
def undone() -> Iterator[None]:
    """Run something and put the database back as it was."""
    global _writes_before
    with transaction.atomic():
        point = transaction.savepoint()
        _writes_before = writes()
        try:
            with connection.execute_wrapper(_counted):
                yield
        finally:
            transaction.savepoint_rollback(point)


def filled(value: Any, world: dict[str, Any]) -> Any:
    """The value with `{name}` replaced by things of the world, at any depth."""
    if isinstance(value, str):
        return value.format(**world) if "{" in value else value
    if isinstance(value, dict):
        return {filled(key, world): filled(each, world) for key, each in value.items()}
    if isinstance(value, list):
        return [filled(each, world) for each in value]
    return value


def refused(status: int, location: str) -> bool:
    """Whether an answer is a refusal, whose request must not have changed anything."""
    to_sign_in = status == 302 and "/account/login/" in location
    return status in (400, 401, 403, 404, 405) or to_sign_in
