"""Queries of the ORM that are put into SQL once per connection, for the pages asked for most.

Building a queryset and compiling it takes longer than the database needs for a row. A prepared
query keeps the SQL that Django made of it, with the places of its values, and how its rows become
what the queryset gives: objects, tuples or single values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from operator import itemgetter
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models import query, signals
from django.db.models.base import ModelState
from django.db.models.expressions import DatabaseDefault
from django.db.transaction import TransactionManagementError

from studium.lib.db import Write, read_each, time_param, uuid_param, write_each

M = TypeVar("M")

_FIRST_ID = 0x9E3779B9_7F4A_7000_8000_000000000000
_FIRST_YEAR = 1901


@dataclass(frozen=True, slots=True)
class _Compiled:
    """What one connection made of it. `values` are the parameters, names in place of stand-ins."""

    sql: str
    values: tuple[tuple[str | None, Any], ...]
    converters: tuple[tuple[int, Callable[..., Any], Any], ...]
    make: Callable[[Any], Any]
    """What the queryset gives for a converted row."""


class Prepared(Generic[M]):
    """`build` makes the queryset of values by name; a UUID each, or a moment or a text where it is
    named in `moments` or `texts`. Every value stands in it as a parameter of its own, whatever it
    is: a list, or a condition that depends on a value, needs a query of its own."""

    def __init__(
        self,
        build: Callable[..., models.QuerySet[Any, M]],
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
        """What the queryset gives, with values as `build` names them; each has to be there.

        Raises `TransactionManagementError` for a query that locks, outside a transaction.
        """
        return together(self.asked(**values))[0]

    def asked(self, **values: UUID | datetime | str) -> Asked[M]:
        """The same to be asked for `together` with others; raises as `all` does."""
        database = connections[DEFAULT_DB_ALIAS]
        kept: dict[Prepared[Any], _Compiled] = database.__dict__.setdefault("prepared", {})
        made = kept.get(self)
        if made is None:
            made = kept[self] = self._compiled(database)
        if self._locks and not database.in_atomic_block:
            raise TransactionManagementError("a query that locks needs a transaction")
        sent = {name: _param(values[name]) for name in self._stand_ins}
        parameters = [value if name is None else sent[name] for name, value in made.values]
        return Asked(made, parameters)

    def first(self, **values: UUID | datetime | str) -> M | None:
        """The first of it, or None."""
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
            tuple(
                (at, step, expression)
                for at, (steps, expression) in converters.items()
                for step in steps
            ),
            _maker(compiler, getattr(rows, "_iterable_class", None)),
        )


class Asked(Generic[M]):
    """A prepared query with its values."""

    def __init__(self, made: _Compiled, parameters: list[Any]) -> None:
        self._made = made
        self.statement = (made.sql, parameters)

    def found(self, rows: list[tuple[Any, ...]]) -> list[M]:
        """What the queryset gives for the rows that the database gave."""
        made, database = self._made, connections[DEFAULT_DB_ALIAS]
        if not made.converters:
            return [made.make(row) for row in rows]
        found = []
        for row in rows:
            columns = list(row)
            for at, step, expression in made.converters:
                columns[at] = step(columns[at], expression, database)
            found.append(made.make(columns))
        return found


class ByHand:
    """A statement that was written by hand, with its parameters; it gives its rows."""

    def __init__(self, sql: str, parameters: Sequence[Any]) -> None:
        self.statement = (sql, parameters)

    def found(self, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        return rows


def together(*asked: Asked[Any] | ByHand) -> list[list[Any]]:
    """What some queries give of which none needs what another one gives (`db.read_each`)."""
    every = read_each([one.statement for one in asked])
    return [one.found(rows) for one, rows in zip(asked, every, strict=True)]


def save_fields(row: models.Model, *names: str) -> None:
    """Store some fields of a row that is there, inside an open transaction: as
    `save(update_fields=…)` does, which makes its statement anew each time."""
    write_each([saving(row, *names)])


def saving(row: models.Model, *names: str) -> Write:
    """What `save_fields` writes, to be sent along with others."""
    database = connections[DEFAULT_DB_ALIAS]
    sql, fields = _updating(type(row), names)
    return sql, [[one.get_db_prep_save(getattr(row, one.attname), database) for one in fields]]


def adding(row: models.Model) -> tuple[str, list[list[Any]]]:
    """The statement that stores a new row, and its values, to be sent along with others
    (`db.write_each`): as `save(force_insert=True)`, which makes its statement anew each time. What
    the database itself fills in is read when it is asked for.

    Every other field needs a value: one left to the database's default raises `ValueError`.
    """
    database = connections[DEFAULT_DB_ALIAS]
    sql, fields = _inserting(type(row))
    given = [one.pre_save(row, True) for one in fields]
    if any(isinstance(one, DatabaseDefault) for one in given):
        raise ValueError(f"a {type(row).__name__} is added with a value for every field")
    values = [
        one.get_db_prep_save(value, database) for one, value in zip(fields, given, strict=True)
    ]
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    return sql, [values]


@cache
def _inserting(model: type[models.Model]) -> tuple[str, tuple[Any, ...]]:
    """The statement, and the fields it takes in order."""
    meta: Any = model._meta
    fields = [one for one in meta.local_concrete_fields if not one.generated]
    columns = ", ".join(one.column for one in fields)
    sql = f"INSERT INTO {meta.db_table} ({columns}) VALUES ({', '.join(['%s'] * len(fields))})"
    return sql, tuple(fields)


@cache
def _updating(model: type[models.Model], names: tuple[str, ...]) -> tuple[str, tuple[Any, ...]]:
    """The statement, and the fields it takes in order, the key last."""
    meta: Any = model._meta
    fields = [meta.get_field(name) for name in names]
    sets = ", ".join(f"{one.column} = %s" for one in fields)
    sql = f"UPDATE {meta.db_table} SET {sets} WHERE {meta.pk.column} = %s"
    return sql, (*fields, meta.pk)


_TUPLES = (query.ValuesListIterable, query.FlatValuesListIterable)


def _maker(compiler: Any, given_as: Any) -> Callable[[Any], Any]:
    """How a row becomes what the queryset gives, an object with those it was read along with."""
    if given_as in _TUPLES:
        return tuple if given_as is query.ValuesListIterable else itemgetter(0)
    select, info = compiler.select, compiler.klass_info
    if given_as is not query.ModelIterable or compiler.annotation_col_map:
        raise ValueError("a prepared query gives objects, tuples or single values")
    start, end = info["select_fields"][0], info["select_fields"][-1] + 1
    names = [one[0].target.attname for one in select[start:end]]
    related: Any = query.get_related_populators  # the stubs are those of a later Django
    populators = related(info, select, DEFAULT_DB_ALIAS)
    for one in populators:
        _quicken(one)
    plain = _from_row(info["model"])

    def make(row: Any) -> Any:
        made = plain(DEFAULT_DB_ALIAS, names, row[start:end])
        for one in populators:
            one.populate(row, made)
        return made

    return make


class _Rows:
    """Stands for a model where Django asks it for an object of a row, and for nothing else."""

    def __init__(self, model: type[models.Model]) -> None:
        self.from_db = _from_row(model)


def _quicken(populator: Any) -> None:
    populator.model_cls = _Rows(populator.model_cls)
    for one in populator.related_populators:
        _quicken(one)


def _from_row(model: type[models.Model]) -> Callable[[str, Sequence[str], Sequence[Any]], Any]:
    """The model's `from_db`, for a model that leaves all to Django: its `__init__` sets each field
    by itself and sends two signals, which takes six times as long as filling the object."""
    own: Any = model.from_db
    is_plain = (
        own.__func__ is models.Model.from_db.__func__  # type: ignore[attr-defined]  # a classmethod
        and model.__init__ is models.Model.__init__
        and model.__setattr__ is object.__setattr__
    )

    def filled(db: str, names: Sequence[str], values: Sequence[Any]) -> Any:
        if not is_plain or _hears(signals.pre_init, model) or _hears(signals.post_init, model):
            return own(db, names, values)
        made = model.__new__(model)
        state = ModelState()
        state.adding, state.db = False, db
        made.__dict__["_state"] = state
        made.__dict__.update(zip(names, values, strict=True))
        return made

    return filled


def _hears(signal: Any, model: type[models.Model]) -> bool:
    return bool(signal.receivers) and signal.has_listeners(model)


def _param(value: UUID | datetime | str) -> Any:
    if isinstance(value, str):
        return value
    return uuid_param(value) if isinstance(value, UUID) else time_param(value)


def _hashable(value: Any) -> bool:
    return isinstance(value, str | UUID | datetime)
