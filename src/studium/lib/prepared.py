"""Queries of the ORM that are put into SQL once per connection, for the pages asked for most.

Building a queryset and compiling it takes longer than the database needs for a row. A prepared
query keeps the SQL that Django made of it, with the places of its values, and how Django makes
objects of the rows; what comes out is what the queryset gives.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models import query
from django.db.transaction import TransactionManagementError

from studium.lib.db import read_rows, time_param, uuid_param, write_rows

M = TypeVar("M", bound=models.Model)

_FIRST_ID = 0x9E3779B9_7F4A_7000_8000_000000000000
_FIRST_YEAR = 1901


@dataclass(frozen=True, slots=True)
class _Compiled:
    """What one connection made of it. `values` are the parameters, names in place of stand-ins."""

    sql: str
    values: tuple[tuple[str | None, Any], ...]
    converters: tuple[tuple[int, Sequence[Callable[..., Any]], Any], ...]
    make: Callable[[Any], Any]
    """An object from a converted row."""


class Prepared(Generic[M]):
    """`build` makes the queryset of values by name; a UUID each, or a moment or a text where it is
    named in `moments` or `texts`. Every value stands in it as a parameter of its own, whatever it
    is: a list, or a condition that depends on a value, needs a query of its own."""

    def __init__(
        self,
        build: Callable[..., models.QuerySet[M]],
        *ids: str,
        moments: Sequence[str] = (),
        texts: Sequence[str] = (),
    ) -> None:
        self._build = build
        self._stand_ins: dict[str, Any] = {
            name: UUID(int=_FIRST_ID + at) for at, name in enumerate(ids)
        }
        for at, name in enumerate(moments):
            self._stand_ins[name] = datetime(_FIRST_YEAR + at, 1, 1, tzinfo=UTC)
        for at, name in enumerate(texts):
            self._stand_ins[name] = f"\0{at}"
        self._locks = False

    def all(self, **values: UUID | datetime | str) -> list[M]:
        """The objects, with values as `build` names them; each has to be there.

        Raises `TransactionManagementError` for a query that locks, outside a transaction.
        """
        database = connections[DEFAULT_DB_ALIAS]
        kept: dict[Prepared[Any], _Compiled] = database.__dict__.setdefault("prepared", {})
        made = kept.get(self)
        if made is None:
            made = kept[self] = self._compiled(database)
        if self._locks and not database.in_atomic_block:
            raise TransactionManagementError("a query that locks needs a transaction")
        sent = {name: _param(values[name]) for name in self._stand_ins}
        parameters = [value if name is None else sent[name] for name, value in made.values]
        found = []
        for row in read_rows(made.sql, parameters):
            columns = list(row)
            for at, steps, expression in made.converters:
                value = columns[at]
                for step in steps:
                    value = step(value, expression, database)
                columns[at] = value
            found.append(made.make(columns))
        return found

    def first(self, **values: UUID | datetime | str) -> M | None:
        """The first of the objects, or None."""
        found = self.all(**values)
        return found[0] if found else None

    def _compiled(self, database: Any) -> _Compiled:
        rows = self._build(**self._stand_ins)
        self._locks = bool(rows.query.select_for_update)
        compiler: Any = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, parameters = compiler.as_sql()
        named = {_param(value): name for name, value in self._stand_ins.items()}
        values = tuple((named.get(one) if _hashable(one) else None, one) for one in parameters)
        if {name for name, _ in values if name} != self._stand_ins.keys():
            raise ValueError("a value of a prepared query is not a parameter of its own")
        converters = compiler.get_converters([one[0] for one in compiler.select])
        return _Compiled(
            sql,
            values,
            tuple((at, steps, expression) for at, (steps, expression) in converters.items()),
            _maker(compiler),
        )


def save_fields(row: models.Model, *names: str) -> None:
    """Store some fields of a row that is there, inside an open transaction: as
    `save(update_fields=…)` does, which makes its statement anew each time."""
    database = connections[DEFAULT_DB_ALIAS]
    sql, fields = _updating(type(row), names)
    values = [one.get_db_prep_save(getattr(row, one.attname), database) for one in fields]
    write_rows(sql, [values])


@cache
def _updating(model: type[models.Model], names: tuple[str, ...]) -> tuple[str, tuple[Any, ...]]:
    """The statement, and the fields it takes in order, the key last."""
    meta: Any = model._meta
    fields = [meta.get_field(name) for name in names]
    sets = ", ".join(f"{one.column} = %s" for one in fields)
    sql = f"UPDATE {meta.db_table} SET {sets} WHERE {meta.pk.column} = %s"
    return sql, (*fields, meta.pk)


def _maker(compiler: Any) -> Callable[[Any], Any]:
    """How an object comes out of a row, with those it was read along with: as `ModelIterable`."""
    select, info = compiler.select, compiler.klass_info
    start, end = info["select_fields"][0], info["select_fields"][-1] + 1
    names = [one[0].target.attname for one in select[start:end]]
    related: Any = query.get_related_populators  # the stubs are those of a later Django
    populators = related(info, select, DEFAULT_DB_ALIAS)
    from_db = info["model"].from_db

    def make(row: Any) -> Any:
        made = from_db(DEFAULT_DB_ALIAS, names, row[start:end])
        for one in populators:
            one.populate(row, made)
        return made

    return make


def _param(value: UUID | datetime | str) -> Any:
    if isinstance(value, str):
        return value
    return uuid_param(value) if isinstance(value, UUID) else time_param(value)


def _hashable(value: Any) -> bool:
    return isinstance(value, str | UUID | datetime)
