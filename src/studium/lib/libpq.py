"""Statements that PostgreSQL has prepared already, run by one call of its own library.

psycopg runs each statement as a coroutine that sends, waits for the socket and reads, which costs
45 us of CPU more than libpq's own call, a third of what a small statement costs in all. A thread
that answers a request has nothing to do meanwhile. Which statements are prepared, and under which
name, stays psycopg's to say; whatever it does not know yet is run by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from psycopg import Connection, OperationalError, RawCursor, abc, errors, pq
from psycopg.adapt import PyFormat, Transformer

_GOOD = (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK)
_BETWEEN = (pq.TransactionStatus.IDLE, pq.TransactionStatus.INTRANS)


def run(raw: Connection[Any], sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows that a statement gives, none where it gives no rows; `%s` stands for each value.

    Raises what psycopg raises.
    """
    text, query = _numbered(sql)
    result, loading = _run_at_once(raw, query, values)
    if result is None:
        with RawCursor(raw) as cursor:
            cursor.execute(text, values)
            return cursor.fetchall() if cursor.description else []
    loading.set_pgresult(result)
    rows: list[tuple[Any, ...]] = loading.load_rows(0, result.ntuples, tuple)
    return rows


def _run_at_once(
    raw: Connection[Any], query: bytes, values: Sequence[Any]
) -> tuple[Any, abc.Transformer]:
    """What libpq gave, or None where psycopg has something to do first: to begin a transaction, to
    prepare the statement, to forget others."""
    adapting: abc.Transformer = Transformer(raw)
    wire: Any = raw.pgconn  # its type knows no NULL among the values
    known = raw._prepared
    status = wire.transaction_status
    begins = status == pq.TransactionStatus.IDLE and not raw.autocommit
    if begins or status not in _BETWEEN or known._to_flush or not known._names:
        return None, adapting
    given = adapting.dump_sequence(values, _formats(len(values)))
    key = (query, adapting.types or ())
    name = known._names.get(key)
    if name is None:
        return None, adapting
    known._names.move_to_end(key)  # the one that was used longest ago is forgotten first
    with raw.lock:
        result = wire.exec_prepared(name, given, adapting.formats)
    if result.status in _GOOD:
        return result, adapting
    if wire.status == pq.ConnStatus.BAD:
        raise OperationalError(result.error_message.decode(errors="replace"))
    raise errors.error_from_result(result)


@lru_cache(maxsize=512)
def _numbered(sql: str) -> tuple[str, bytes]:
    """A statement with the parameters that PostgreSQL itself knows: `$1`, `$2` and so on."""
    first, *rest = sql.split("%s")
    whole = first + "".join(f"${at}{text}" for at, text in enumerate(rest, start=1))
    whole = whole.replace("%%", "%")
    return whole, whole.encode()


@lru_cache(maxsize=512)
def _formats(count: int) -> list[PyFormat]:
    return [PyFormat.AUTO] * count
