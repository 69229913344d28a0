"""Small writes of several threads in one transaction: one sync of the disk for all of them.

Who comes first leads: waits for the gate, then writes its own work and that of everybody who has
come meanwhile, commits, and hands the lead to the next one waiting. Nobody returns before the
commit that holds their work is on the disk. A work that fails takes back its own changes alone.
There is no thread besides, and a work that meets nobody costs no more than a transaction.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")
MOST = 64
"""Works in one transaction; so that other writers get their turn soon."""


class _Work:
    __slots__ = ("done", "error", "function", "leads", "result")

    def __init__(self, function: Callable[[sqlite3.Connection], Any]) -> None:
        self.function = function
        self.done = threading.Lock()
        self.done.acquire()
        self.leads = False
        self.result: Any = None
        self.error: BaseException | None = None


class Together:
    """The works that wait in this process."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._waiting: deque[_Work] = deque()
        self._led = False

    def run(self, connection: Any, function: Callable[[sqlite3.Connection], T]) -> T:
        """What `function` gives, once its changes are on the disk.

        `connection` is this thread's, of our backend (`base.DatabaseWrapper`). The function gets a
        driver's connection inside a transaction, perhaps another thread's, and must neither
        commit nor keep it. Raises what the function raised, or why the transaction failed.
        """
        work = _Work(function)
        with self._mutex:
            self._waiting.append(work)
            leads, self._led = not self._led, True
        if not leads:
            work.done.acquire()
            leads = work.leads
        if leads:
            self._lead(connection)
        if work.error is not None:
            with connection.wrap_database_errors:
                raise work.error
        result: T = work.result
        return result

    def _lead(self, connection: Any) -> None:
        """Write those who wait, this thread's work first; then let them go on."""
        batch: list[_Work] = []
        try:
            connection.ensure_connection()
            with connection.turn():
                batch = self._taken(MOST)
                _write(connection.connection, batch)
        except BaseException as error:
            batch = batch or self._taken(len(self._waiting))
            for work in batch:
                work.error = work.error or error
            if not isinstance(error, Exception):
                raise
        finally:
            self._hand_over(batch)

    def _taken(self, most: int) -> list[_Work]:
        with self._mutex:
            return [self._waiting.popleft() for _ in range(min(most, len(self._waiting)))]

    def _hand_over(self, batch: list[_Work]) -> None:
        with self._mutex:
            following = self._waiting[0] if self._waiting else None
            self._led = following is not None
        if following is not None:
            following.leads = True
            following.done.release()
        for work in batch[1:]:  # the first one is the leader's own
            work.done.release()


def _write(raw: sqlite3.Connection, batch: list[_Work]) -> None:
    raw.execute("BEGIN IMMEDIATE")
    try:
        if len(batch) == 1:
            batch[0].result = batch[0].function(raw)
        else:
            for work in batch:
                _write_one(raw, work)
        raw.execute("COMMIT")
    except BaseException:
        if raw.in_transaction:
            raw.execute("ROLLBACK")
        raise


def _write_one(raw: sqlite3.Connection, work: _Work) -> None:
    """Do one of several works; when it fails, take back what it did."""
    raw.execute("SAVEPOINT one")
    try:
        work.result = work.function(raw)
    except Exception as error:
        if not raw.in_transaction:  # the disk is full, say: SQLite gave up everything
            raise
        work.error = error
        raw.execute("ROLLBACK TO one")
    raw.execute("RELEASE one")
