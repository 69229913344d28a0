"""Django's SQLite backend, whose transactions and single writes pass the gate one by one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base

from studium.lib.sqlite.gate import Gate, Late, gate_of
from studium.lib.sqlite.values import Values

_READS = re.compile(r"\s*(SELECT|PRAGMA|EXPLAIN|BEGIN|SAVEPOINT|RELEASE|ROLLBACK|COMMIT)\b", re.I)
_BUSY = "database is locked"


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection. It holds the gate from BEGIN to the end of the transaction."""

    ops_class = Values
    _gate: Gate | None = None
    _inside = False

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        name = str(self.settings_dict["NAME"])
        self._gate = None if self.is_in_memory_db() else gate_of(name)
        self.patience = float(params.get("timeout", 5.0))
        return params

    def create_cursor(self, name: str | None = None) -> Any:
        cursor = self.connection.cursor(factory=GatedCursor)
        cursor.owner = self
        return cursor

    def enter_gate(self) -> None:
        """Wait for this connection's turn to write; raises `OperationalError` when it is late."""
        if self._gate is None or self._inside:
            return
        try:
            self._gate.enter(self.patience)
        except Late:
            raise OperationalError(_BUSY) from None
        self._inside = True

    def leave_gate(self) -> None:
        """Let the next one write."""
        if self._inside and self._gate is not None:
            self._inside = False
            self._gate.leave()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """While inside, it is this connection's turn."""
        held = self._inside
        self.enter_gate()
        try:
            yield
        finally:
            if not held:
                self.leave_gate()

    def _start_transaction_under_autocommit(self) -> None:
        self.enter_gate()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # not in the stubs
        except BaseException:
            self.leave_gate()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]  # not in the stubs
        self.leave_gate()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]  # not in the stubs
        finally:
            self.leave_gate()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]  # not in the stubs
        finally:
            self.leave_gate()


class GatedCursor(base.SQLiteCursorWrapper):
    """A cursor whose writes outside a transaction wait for their turn."""

    owner: DatabaseWrapper

    def execute(self, query: str, params: Any = None) -> Any:
        if self.owner.in_atomic_block or _READS.match(query):
            return super().execute(query, params)
        with self.owner.turn():
            return super().execute(query, params)

    def executemany(self, query: str, param_list: Any) -> Any:
        if self.owner.in_atomic_block:
            return super().executemany(query, param_list)
        with self.owner.turn():
            return super().executemany(query, param_list)
