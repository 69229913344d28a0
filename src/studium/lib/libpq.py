"""Statements that PostgreSQL has prepared already, run by one call of its own library.

psycopg runs each statement as a coroutine that sends, waits for the socket and reads, which costs
45 us of CPU more than libpq's own call, a third of what a small statement costs in all. A thread
that answers a request has nothing to do meanwhile. Which statements are prepared, and under which
name, stays psycopg's to say; whatever it does not know yet is run by it.

Several statements of which none needs what another one gives travel together: one message there
and one back, for which the server wakes up once. What begins a transaction travels along with its
first statement.
"""

from __future__ import annotations

import select
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from psycopg import Connection, OperationalError, RawCursor, abc, errors, pq
from psycopg.adapt import PyFormat, Transformer

_GOOD = (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK)
_BETWEEN = (pq.TransactionStatus.IDLE, pq.TransactionStatus.INTRANS)


Rows = list[tuple[Any, ...]]


class _Ready(NamedTuple):
    """A statement that is prepared under a name, and its values as they travel."""

    name: bytes
    given: Sequence[Any]
    formats: Sequence[Any]


def run(raw: Connection[Any], sql: str, values: Sequence[Any]) -> Rows:
    """The rows that a statement gives, none where it gives no rows; `%s` stands for each value.

    Raises what psycopg raises.
    """
    adapting: abc.Transformer = Transformer(raw)
    ready = _ready(raw, sql, values, adapting)
    if ready is None:
        return _run_by_psycopg(raw, sql, values)
    return _run_together(raw, [ready], adapting)[0]


def run_each(raw: Connection[Any], statements: Sequence[tuple[str, Sequence[Any]]]) -> list[Rows]:
    """What `run` gives for each of some statements, in their order, inside a transaction.

    The first that is refused raises; those after it are not run.
    """
    adapting: abc.Transformer = Transformer(raw)
    found: list[Rows] = []
    together: list[_Ready] = []
    for sql, values in statements:
        ready = _ready(raw, sql, values, adapting)
        if ready is None:
            found += _run_together(raw, together, adapting)
            together.clear()
            found.append(_run_by_psycopg(raw, sql, values))
        else:
            together.append(ready)
    return found + _run_together(raw, together, adapting)


def _run_by_psycopg(raw: Connection[Any], sql: str, values: Sequence[Any]) -> Rows:
    with RawCursor(raw) as cursor:
        cursor.execute(_numbered(sql)[0], values)
        return cursor.fetchall() if cursor.description else []


def _ready(
    raw: Connection[Any], sql: str, values: Sequence[Any], adapting: abc.Transformer
) -> _Ready | None:
    """The statement to be run by libpq, or None where psycopg has something to do first: to prepare
    the statement, to forget others."""
    known = raw._prepared
    if raw.pgconn.transaction_status not in _BETWEEN or known._to_flush or not known._names:
        return None
    given = adapting.dump_sequence(values, _formats(len(values)))
    key = (_numbered(sql)[1], adapting.types or ())
    name = known._names.get(key)
    if name is None:
        return None
    known._names.move_to_end(key)  # the one that was used longest ago is forgotten first
    return _Ready(name, given, adapting.formats or ())


def _run_together(
    raw: Connection[Any], together: Sequence[_Ready], adapting: abc.Transformer
) -> list[Rows]:
    """What statements give that are sent as one message, with what begins their transaction."""
    if not together:
        return []
    wire: Any = raw.pgconn  # its type knows no NULL among the values
    begins = wire.transaction_status == pq.TransactionStatus.IDLE and not raw.autocommit
    if len(together) == 1 and not begins:
        with raw.lock:
            result = wire.exec_prepared(*together[0])
        return [_rows(result, wire, adapting)]
    with raw.lock:
        try:
            wire.enter_pipeline_mode()
            if begins:
                wire.send_query_params(raw._get_tx_start_command(), None)
            for one in together:
                wire.send_query_prepared(*one)
            wire.pipeline_sync()
            _send_all(wire)
            results = []
            for _ in range(begins + len(together)):
                results.append(_next(wire))
                _next(wire)  # the end of what belongs to it
            _next(wire)  # and of the whole
            wire.exit_pipeline_mode()
        except BaseException:
            # Nobody knows what would be read next: no statement can follow on this connection.
            raw.close()
            raise
    return [_rows(one, wire, adapting) for one in results][begins:]


def _send_all(wire: Any) -> None:
    """Send what is waiting; what the server says meanwhile is taken, or it would wait in turn."""
    while wire.flush():
        if _wait(wire, select.POLLIN | select.POLLOUT) & select.POLLIN:
            wire.consume_input()


def _next(wire: Any) -> Any:
    """The next result. Other threads run while it is waited for, which `get_result` alone would
    not let them."""
    while wire.is_busy():
        _wait(wire, select.POLLIN)
        wire.consume_input()
    return wire.get_result()


def _wait(wire: Any, events: int) -> int:
    polled = select.poll()
    polled.register(wire.socket, events)
    return sum(event for _, event in polled.poll())


def _rows(result: Any, wire: Any, loading: abc.Transformer) -> Rows:
    """The rows of a result; raises where it is a refusal."""
    if result is None or result.status not in _GOOD:
        if result is None or wire.status == pq.ConnStatus.BAD:
            said = wire.error_message if result is None else result.error_message
            raise OperationalError(said.decode(errors="replace"))
        raise errors.error_from_result(result)
    loading.set_pgresult(result)
    rows: Rows = loading.load_rows(0, result.ntuples, tuple)
    return rows


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
