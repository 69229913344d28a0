"""What the two databases need said differently, said once.

SQLite keeps UUIDs as 32 hex digits and moments as text; PostgreSQL has types for both. Hand-written
SQL on the hot paths goes through `uuid_param` and `time_param` so that one text serves both.
"""

from __future__ import annotations

import json
import re
import select
import uuid
from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any, Protocol, TypeAlias, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models import CheckConstraint, Func, Q
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThan

M = TypeVar("M", bound=models.Model)
Write: TypeAlias = tuple[str, Sequence[Sequence[Any]]]
"""A hand-written INSERT, UPDATE or DELETE, and its rows; see `write_rows`."""
Question: TypeAlias = tuple[str, Sequence[Any]]
"""A hand-written SELECT with its parameters; see `read_rows`."""

_ROW = re.compile(r"VALUES (\((?:[^()]*%s)+[^()]*\))")
_AT_ONCE = 500  # rows in one statement


class Noting(Protocol):
    """One who keeps what is read, besides being a wrapper of the connection's statements."""

    def note(self, sql: str, given: Sequence[Any], rows: list[tuple[Any, ...]]) -> None: ...
    def read(self, ask: Callable[[], list[tuple[Any, ...]]]) -> list[tuple[Any, ...]]: ...


noting: ContextVar[Noting | None] = ContextVar("noting", default=None)

# Blanks a title must not consist of: space, tab, line ends, no-break, zero-width, ideographic.
_BLANKS = (32, 9, 10, 11, 12, 13, 160, 8203, 8239, 12288, 65279)


@cache
def on_postgresql() -> bool:
    """Whether the default connection speaks PostgreSQL; asked once, since a look at the connection
    costs 4 us each time and the hot paths ask for every parameter.
    """
    return connection.vendor == "postgresql"


def uuid_param(value: uuid.UUID) -> Any:
    """A UUID as the driver of the current database wants it in hand-written SQL."""
    return value if on_postgresql() else value.hex


def uuid_value(value: Any) -> uuid.UUID:
    """A UUID read by hand-written SQL, whichever database it came from."""
    return value if isinstance(value, uuid.UUID) else _read_uuid(value)


@lru_cache(maxsize=8192)
def _read_uuid(text: str) -> uuid.UUID:
    """Kept, since pages about a whole course read the same thousand ids again and again."""
    return uuid.UUID(text)


def time_param(value: datetime) -> Any:
    """An aware moment as the driver wants it; SQLite gets the text form Django stores."""
    if on_postgresql():
        return value
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ")


def time_value(value: str | datetime) -> datetime:
    """A moment read by hand-written SQL, aware and in UTC."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def json_value(value: Any) -> Any:
    """A JSON column read by hand-written SQL."""
    return json.loads(value) if isinstance(value, str | bytes) else value


def json_param(value: Any) -> Any:
    """A value for a JSON column, as Django stores it."""
    if on_postgresql():
        from psycopg.types.json import Jsonb

        return Jsonb(value)
    return json.dumps(value)


def read_rows(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of a hand-written SELECT, for the pages that are asked for most.

    The driver is asked directly: Django's cursor wraps each call anew (and on SQLite rewrites the
    statement), which costs as much as the statement itself. Where something watches the statements
    (a test that counts, a recorder) they go through Django as everywhere else.
    """
    reads = noting.get()
    if reads is None:
        return _read_rows(sql, parameters, wrappers=0)
    rows = reads.read(lambda: _read_rows(sql, parameters, wrappers=1))
    reads.note(sql, parameters, rows)
    return rows


def read_each(asked: Sequence[Question]) -> list[list[tuple[Any, ...]]]:
    """`read_rows` for several statements of which none needs what another one gives: on PostgreSQL
    they are one message."""
    database, reads = connections[DEFAULT_DB_ALIAS], noting.get()
    wrappers = 0 if reads is None else 1
    watched = database.queries_logged or len(database.execute_wrappers) > wrappers
    if len(asked) == 1 or watched or not on_postgresql():
        return [read_rows(sql, parameters) for sql, parameters in asked]
    if database.connection is None:
        database.ensure_connection()
    with database.wrap_database_errors:
        found = _run_each(database.connection, asked)
    if reads is not None:
        for (sql, parameters), rows in zip(asked, found, strict=True):
            reads.note(sql, parameters, rows)
    return found


def write_returning(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows that a hand-written change gives back; outside a transaction it is one by itself,
    kept for good on return."""
    return _read_rows(sql, parameters, wrappers=0)


def _read_rows(sql: str, parameters: Sequence[Any], *, wrappers: int) -> list[tuple[Any, ...]]:
    """`wrappers`: so many of the connection's do not watch, since they are told otherwise."""
    database = connections[DEFAULT_DB_ALIAS]  # looked up once: each look costs a microsecond
    if database.queries_logged or len(database.execute_wrappers) > wrappers:
        with database.cursor() as cursor:
            cursor.execute(sql, parameters)
            return list(cursor.fetchall())
    if database.connection is None:
        database.ensure_connection()
    with database.wrap_database_errors:
        if on_postgresql():
            return _run(database.connection, sql, parameters)
        rows: list[tuple[Any, ...]] = database.connection.execute(
            for_driver(sql), parameters
        ).fetchall()
        return rows


def written_stamp() -> tuple[object, object] | None:
    """What stands for this connection, and what stays the same for it while nobody writes anything
    to the database; None where that is not known: on PostgreSQL, in a transaction (it may be rolled
    back), or where statements are watched.
    """
    database = connections[DEFAULT_DB_ALIAS]
    raw = database.connection
    if on_postgresql() or raw is None or database.in_atomic_block or is_watched():
        return None
    known = database.__dict__.get("stamped")
    if known is None or known[0] is not raw:
        # The numbers of one connection say nothing about another's.
        known = database.__dict__["stamped"] = (raw, object())
    others = raw.execute("PRAGMA data_version").fetchone()[0]
    return known[1], (others, raw.total_changes)


def write_rows(sql: str, rows: Sequence[Sequence[Any]]) -> None:
    """Run a hand-written INSERT, UPDATE or DELETE for each row, inside an open transaction.

    Like `read_rows` it spares Django's cursor unless somebody watches the statements. On
    PostgreSQL, where each statement is a message, one with `VALUES (…)` writes its rows at once: no
    two of them may have the same key.
    """
    if not rows:
        return
    database = connections[DEFAULT_DB_ALIAS]
    watched = database.queries_logged or database.execute_wrappers
    if watched or not database.in_atomic_block:
        with database.cursor() as cursor:
            if len(rows) == 1:
                cursor.execute(sql, rows[0])
            elif on_postgresql() and _ROW.search(sql):
                for some, flat in _many_at_once(rows):
                    cursor.execute(_inserting(sql, some), flat)
            else:
                cursor.executemany(sql, rows)
        return
    with database.wrap_database_errors:
        if on_postgresql():
            _run_each(database.connection, _each(sql, rows))
        else:
            database.connection.executemany(for_driver(sql), rows)


def _run(raw: Any, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """`libpq.run`, where there is PostgreSQL's driver."""
    from studium.lib import libpq

    return libpq.run(raw, sql, values)


def _run_each(
    raw: Any, statements: Sequence[tuple[str, Sequence[Any]]]
) -> list[list[tuple[Any, ...]]]:
    """`libpq.run_each`, where there is PostgreSQL's driver."""
    from studium.lib import libpq

    return libpq.run_each(raw, statements)


def _many_at_once(rows: Sequence[Sequence[Any]]) -> Iterable[tuple[int, list[Any]]]:
    """How many rows one statement takes, and their values one after the other."""
    for start in range(0, len(rows), _AT_ONCE):
        some = rows[start : start + _AT_ONCE]
        yield len(some), [value for row in some for value in row]


def write_each(writes: Iterable[Write]) -> None:
    """`write_rows` for several statements in their order, the connection looked at once; on
    PostgreSQL they are one message."""
    database = connections[DEFAULT_DB_ALIAS]
    watched = database.queries_logged or database.execute_wrappers
    if watched or not database.in_atomic_block:
        for sql, rows in writes:
            write_rows(sql, rows)
        return
    with database.wrap_database_errors:
        if on_postgresql():
            _run_each(
                database.connection, [one for sql, rows in writes for one in _each(sql, rows)]
            )
            return
        for sql, rows in writes:
            if len(rows) == 1:
                database.connection.execute(for_driver(sql), rows[0])
            elif rows:
                database.connection.executemany(for_driver(sql), rows)


def write_and_read(
    writes: Sequence[Write], asked: Sequence[Question]
) -> list[list[tuple[Any, ...]]]:
    """`write_each`, then `read_each`, inside an open transaction; on PostgreSQL they are one
    message."""
    database = connections[DEFAULT_DB_ALIAS]
    watched = database.queries_logged or database.execute_wrappers
    if watched or not database.in_atomic_block or not on_postgresql():
        write_each(writes)
        return read_each(asked)
    written = [one for sql, rows in writes for one in _each(sql, rows)]
    with database.wrap_database_errors:
        return _run_each(database.connection, [*written, *asked])[len(written) :]


def _each(sql: str, rows: Sequence[Sequence[Any]]) -> list[Question]:
    """The statements that write some rows on PostgreSQL, with their values."""
    if len(rows) > 1 and _ROW.search(sql):
        return [(_inserting(sql, some), flat) for some, flat in _many_at_once(rows)]
    return [(sql, row) for row in rows]


@lru_cache(maxsize=512)
def _inserting(sql: str, count: int) -> str:
    """An INSERT of one row as one of so many."""
    return _ROW.sub(lambda found: f"VALUES {', '.join([found[1]] * count)}", sql, count=1)


def is_watched() -> bool:
    """Whether something wants to see every statement of this connection."""
    return bool(connection.queries_logged or connection.execute_wrappers)


@lru_cache(maxsize=512)
def for_driver(sql: str) -> str:
    """A statement as SQLite's driver spells its parameters."""
    return sql.replace("%s", "?").replace("%%", "%")


def ids(rows: Iterable[M]) -> list[Any]:
    """The primary keys of some rows, in their order."""
    return [row.pk for row in rows]


class Stripped(Func):
    """The text without blanks at its ends, Unicode blanks included; a raw client can compute it."""

    arity = 1

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = f"TRIM(%(expressions)s, CHAR({', '.join(map(str, _BLANKS))}))"
        return super().as_sql(compiler, connection, template=template, **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        blanks = " || ".join(f"CHR({code})" for code in _BLANKS)
        return super().as_sql(
            compiler, connection, template=f"BTRIM(%(expressions)s, {blanks})", **extra
        )


def one_of(column: str, choices: type[models.TextChoices], *, name: str) -> CheckConstraint:
    """CHECK (column IN the values of an enumeration)."""
    return CheckConstraint(condition=Q(**{f"{column}__in": choices.values}), name=name)


def not_blank(column: str, *, name: str) -> CheckConstraint:
    """CHECK that a text holds something besides blanks."""
    return CheckConstraint(condition=GreaterThan(Length(Stripped(column)), 0), name=name)


def between(column: str, low: int, high: int, *, name: str) -> CheckConstraint:
    """CHECK (low <= column <= high); NULL passes, as it does in SQL."""
    return CheckConstraint(
        condition=Q(**{f"{column}__gte": low, f"{column}__lte": high}), name=name
    )


def leave_unusable_connection() -> None:
    """What happens before each request to this thread's connection where Django's signals are not
    sent: it is closed if it does not work any more or has lasted long enough, or was ended."""
    connections[DEFAULT_DB_ALIAS].close_if_unusable_or_obsolete()
    leave_ended_connection()


def leave_ended_connection(**_: Any) -> None:
    """Close this thread's connection to PostgreSQL if the server has ended it since the last
    request; the next statement opens a new one.

    A server that was restarted has said so on the connection or closed it, so that there is
    something to read where nothing was asked. Without this look, which costs no message, the first
    request that each thread answers after a restart would be refused.
    """
    if not on_postgresql():
        return
    database = connections[DEFAULT_DB_ALIAS]
    raw = database.connection
    if raw is None or raw.closed or database.in_atomic_block:
        return
    looking = select.poll()
    looking.register(raw.fileno(), select.POLLIN | select.POLLHUP)
    if looking.poll(0):
        database.close()
