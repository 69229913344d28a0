"""INSERTs made before a transaction begins, so that in it nothing is left but to send them.

Making rows costs Django many times what the database needs to store them, and on SQLite everybody's
saves wait for whoever is in a transaction. Signals and keys that the database would give back are
left out: rows have their keys, or nobody asks for them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.fields import AutoField
from django.db.models.sql.subqueries import InsertQuery

from studium.lib.db import on_postgresql

_PARAMETERS = 30_000
"""In one statement. SQLite's full-text index is brought to its table at the end of each statement
that writes to it: fifty rows at a time cost nearly twice what thousands do."""


@dataclass(frozen=True, slots=True)
class Insert:
    """One statement, and the same as SQLite's driver spells it."""

    sql: str
    driver: str
    parameters: Sequence[Any]
    rows: Sequence[models.Model]


def inserts(rows: Iterable[models.Model]) -> list[Insert]:
    """The statements that store these rows, in their order; runs none."""
    return [
        one for model, same in groupby(rows, key=type) for one in _of_one_table(model, list(same))
    ]


def run(made: Iterable[Insert]) -> None:
    """Store the rows, in the caller's transaction."""
    database = connections[DEFAULT_DB_ALIAS]
    assert database.in_atomic_block, "all of them, or none"
    if on_postgresql() or database.queries_logged or database.execute_wrappers:
        with database.cursor() as cursor:
            for one in made:
                cursor.execute(one.sql, one.parameters)
                _stored(one)
        return
    with database.wrap_database_errors:
        for one in made:
            database.connection.execute(one.driver, one.parameters)
            _stored(one)


def _stored(one: Insert) -> None:
    """A row that is saved again from now on is changed, not stored a second time."""
    for row in one.rows:
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def _of_one_table(model: type[models.Model], rows: list[models.Model]) -> Iterator[Insert]:
    database = connections[DEFAULT_DB_ALIAS]
    fields = [
        one
        for one in model._meta.local_concrete_fields
        if not (one.generated or (isinstance(one, AutoField) and rows[0].pk is None))
    ]
    size = max(1, _most_parameters(database) // len(fields))
    for start in range(0, len(rows), size):
        query = InsertQuery(model)
        some = rows[start : start + size]
        query.insert_values(fields, some)
        for sql, parameters in query.get_compiler(connection=database).as_sql():
            driver = sql if on_postgresql() else sql.replace("%s", "?").replace("%%", "%")
            yield Insert(sql, driver, parameters, some)


def _most_parameters(database: Any) -> int:
    if on_postgresql():
        return _PARAMETERS
    database.ensure_connection()
    allowed = database.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
    return int(min(_PARAMETERS, allowed))
