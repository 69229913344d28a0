"""The triggers: rules that no constraint can say, held by the database itself on both engines.

Each domain lists its triggers in `models/triggers.py`, beside the tables they guard. This module
collects those lists, adds what it derives from the models (SQLite's missing column types, and rows
that may not be replaced), and compares the database with the list after every `migrate`, which puts
everything back where it differs, and in `studium doctor`.

A trigger here is a *refusal*: its `when` describes the state that must not come about, in SQL that
both engines read. `IS_NOT` stands for the null-safe "differs". Where the engines need different
words, `when` is a mapping from vendor to text.

A trigger runs for every row. PostgreSQL evaluates what needs no table without its executor, and
sets up the whole of a statement however little of it is reached. So what can be said of the row
alone stands in `given`, and a condition that reads one row and then distinguishes is a `Looked`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import Any, TypeAlias

from django.apps import apps
from django.db import connection, models
from django.db.backends.base.base import BaseDatabaseWrapper

PREFIX = "st_"
VENDORS = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Looked:
    """A condition for PostgreSQL about one row that is looked up, where there is such a row.

    `columns` and `source` are those of the SELECT, which may lock; `row` is the row's name in
    `holds`. With `by`, an expression on the row, `holds` are conditions by its value, and any
    other value is refused. `more` are further conditions on the row with the message of each, so
    that rules about the same row look once.
    """

    row: str
    columns: str
    source: str
    holds: str | Mapping[str, str]
    by: str = ""
    more: tuple[tuple[str, str], ...] = ()

    def statements(self, refuse: str) -> str:
        """What looks, and refuses where the condition holds."""
        if isinstance(self.holds, str):
            decide = f"IF ({self.holds}) THEN {refuse} END IF;" + "".join(
                f" IF ({holds}) THEN {_refusal(message)} END IF;" for holds, message in self.more
            )
        else:
            cases = " ".join(
                f"WHEN '{value}' THEN IF ({one}) THEN {refuse} END IF;"
                for value, one in self.holds.items()
            )
            decide = f"CASE {self.by} {cases} ELSE {refuse} END CASE;"
        look = f"SELECT {self.columns} INTO {self.row} {self.source};"
        return f"{look} IF FOUND THEN {decide} END IF;"


Condition: TypeAlias = str | Mapping[str, str | Looked]
"""What must not come about: for both engines, or by vendor."""


@dataclass(frozen=True)
class Trigger:
    """One refusal. `lock` (PostgreSQL) takes row locks first, so that two writers cannot each see
    a state the other one is about to change; SQLite has one writer and needs none. With `given`,
    a condition on the row alone, nothing is refused, locked or looked up where that does not hold.
    """

    name: str
    table: str
    on: tuple[str, ...]
    when: Condition
    message: str
    of: tuple[str, ...] = ()
    lock: str = ""
    given: str = ""
    timing: str = "BEFORE"
    vendors: tuple[str, ...] = field(default=VENDORS)

    def statements(self, vendor: str) -> dict[str, list[str]]:
        """CREATE statements by trigger name; empty where the vendor does not need this rule."""
        if vendor not in self.vendors:
            return {}
        condition = self.when if isinstance(self.when, str) else self.when[vendor]
        if vendor == "sqlite":
            assert isinstance(condition, str), f"{self.name}: Looked is for PostgreSQL"
            return self._sqlite(_spelled(condition, vendor))
        return self._postgresql(condition)

    def _sqlite(self, condition: str) -> dict[str, list[str]]:
        made = {}
        if self.given:
            condition = f"{_spelled(self.given, 'sqlite')} AND ({condition})"
        for event in self.on:
            name = f"{PREFIX}{self.name}_{event.lower()}"
            columns = f" OF {', '.join(self.of)}" if event == "UPDATE" and self.of else ""
            made[name] = [
                f"CREATE TRIGGER {name} {self.timing} {event}{columns} ON {self.table} "
                f"FOR EACH ROW WHEN {_for_event(condition, event)} "
                f"BEGIN SELECT RAISE(ABORT, '{_quoted(self.message)}'); END"
            ]
        return made

    def _postgresql(self, condition: str | Looked) -> dict[str, list[str]]:
        made = {}
        refuse = _refusal(self.message)
        declared, decide = "", f"IF ({condition}) THEN {refuse} END IF;"
        if isinstance(condition, Looked):
            declared, decide = f"DECLARE {condition.row} record; ", condition.statements(refuse)
        for event in self.on:
            name = f"{PREFIX}{self.name}_{event.lower()}"
            columns = f" OF {', '.join(self.of)}" if event == "UPDATE" and self.of else ""
            row = "OLD" if event == "DELETE" else "NEW"
            body = f"PERFORM 1 {self.lock}; {decide}" if self.lock else decide
            if self.given:
                body = f"IF ({self.given}) THEN {body} END IF;"
            body = _spelled(_for_event(body, event), "postgresql")
            made[name] = [
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $st$ "
                f"{declared}BEGIN {body} RETURN {row}; END $st$",
                f"CREATE TRIGGER {name} {self.timing} {event}{columns} ON {self.table} "
                f"FOR EACH ROW EXECUTE FUNCTION {name}()",
            ]
        return made


def changed(*columns: str) -> str:
    """The condition that an UPDATE changes any of the columns."""
    return "(" + " OR ".join(f"OLD.{column} IS_NOT NEW.{column}" for column in columns) + ")"


def frozen(table: str, columns: tuple[str, ...], message: str, *, name: str = "") -> Trigger:
    """A rule that the columns never change once the row exists; it costs nothing where an UPDATE
    names none of them."""
    name = name or f"{table}_frozen"
    return Trigger(name, table, ("UPDATE",), changed(*columns), message, of=columns)


def append_only(table: str) -> list[Trigger]:
    """Rules that rows of a table are written once and stay."""
    return [
        Trigger(f"{table}_no_update", table, ("UPDATE",), "1 = 1", f"{table}: a row never changes"),
        Trigger(f"{table}_no_delete", table, ("DELETE",), "1 = 1", f"{table}: a row is kept"),
        no_replace(table),
    ]


def no_replace(table: str, *, unique: tuple[tuple[str, ...], ...] = ()) -> Trigger:
    """SQLite's REPLACE deletes the row in the way without firing delete triggers: refuse that."""
    keys = (("id",), *unique)
    same = " OR ".join(
        f"EXISTS (SELECT 1 FROM {table} o WHERE "
        + " AND ".join(f"o.{column} = NEW.{column}" for column in key)
        + ")"
        for key in keys
    )
    return Trigger(
        f"{table}_no_replace",
        table,
        ("INSERT",),
        f"({same})",
        f"{table}: this row is there already and is not replaced",
        vendors=("sqlite",),
    )


def all_triggers() -> list[Trigger]:
    """The one list, in the order of the data story, then what is derived from the models."""
    listed: list[Trigger] = []
    for config in apps.get_app_configs():
        place = f"{config.name}.models.triggers"
        if config.name.startswith("studium.") and _exists(place):
            listed += import_module(place).TRIGGERS
    unchanging = {trigger.table for trigger in listed if trigger.name.endswith("_no_update")}
    return listed + [_type_guard(model, unchanging) for model in _own_models()]


def expected(vendor: str) -> dict[str, list[str]]:
    """Trigger name -> the statements that make it, for one database engine."""
    made: dict[str, list[str]] = {}
    for trigger in all_triggers():
        for name, statements in trigger.statements(vendor).items():
            if name in made:
                raise ValueError(f"Two triggers are named {name}.")
            made[name] = statements
    return made


def installed(conn: BaseDatabaseWrapper | None = None) -> dict[str, str]:
    """Trigger name -> its text as the database holds it (PostgreSQL: trigger and function)."""
    conn = conn or connection
    with conn.cursor() as cursor:
        if conn.vendor == "sqlite":
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s",
                [PREFIX + "%"],
            )
        else:
            cursor.execute(
                "SELECT t.tgname, pg_get_triggerdef(t.oid) || ' ' || p.prosrc"
                " || CASE WHEN t.tgenabled = 'O' THEN '' ELSE ' DISABLED' END"
                " FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
                " JOIN pg_class c ON c.oid = t.tgrelid"
                " WHERE NOT t.tgisinternal AND t.tgname LIKE %s"
                " AND c.relnamespace = current_schema()::regnamespace",
                [PREFIX + "%"],
            )
        return dict(cursor.fetchall())


def differences(conn: BaseDatabaseWrapper | None = None) -> list[str]:
    """What the database has otherwise than the list: one sentence each, empty when equal."""
    conn = conn or connection
    wanted, present = expected(conn.vendor), installed(conn)
    found = [f"The trigger {name} is missing." for name in wanted if name not in present]
    found += [f"The trigger {name} is not in the list." for name in present if name not in wanted]
    for name in wanted.keys() & present.keys():
        if not _same(conn.vendor, wanted[name], present[name]):
            found.append(f"The trigger {name} has other text than the list.")
    return sorted(found)


def install(conn: BaseDatabaseWrapper | None = None) -> None:
    """Put exactly the listed triggers into the database, in one transaction."""
    from django.db import transaction

    conn = conn or connection
    with transaction.atomic(using=conn.alias), conn.cursor() as cursor:
        for statement in removal(conn):
            cursor.execute(statement)
        for statements in expected(conn.vendor).values():
            for statement in statements:
                cursor.execute(statement)


def remove(conn: BaseDatabaseWrapper | None = None) -> None:
    """Take all our triggers away (before migrations)."""
    conn = conn or connection
    with conn.cursor() as cursor:
        for statement in removal(conn):
            cursor.execute(statement)


def removal(conn: BaseDatabaseWrapper) -> list[str]:
    """The statements that take every installed trigger of ours away."""
    if conn.vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {name}" for name in installed(conn)]
    return [f"DROP FUNCTION IF EXISTS {name}() CASCADE" for name in installed(conn)]


def before_migrate(*, using: str, plan: Any = (), **_: Any) -> None:
    """Signal handler, see `LibConfig.ready`; nothing is in the way of a plan without migrations."""
    from django.db import connections

    if plan:
        remove(connections[using])


def after_migrate(*, using: str, **_: Any) -> None:
    """Signal handler; does nothing while some of our tables do not exist (a partial migrate).

    To compare costs a fraction of making hundreds of triggers anew, and writes nothing.
    """
    from django.db import connections

    conn = connections[using]
    tables = set(conn.introspection.table_names())
    complete = all(model._meta.db_table in tables for model in _own_models())
    if complete and differences(conn):
        install(conn)


def _own_models() -> list[type[models.Model]]:
    return [
        model
        for config in apps.get_app_configs()
        if config.name.startswith("studium.")
        for model in config.get_models()
        if model._meta.managed
    ]


def _type_guard(model: type[models.Model], unchanging: set[str]) -> Trigger:
    """SQLite lets any type into any column; this rule holds each column to its declared type."""
    terms = [term for column in model._meta.local_concrete_fields if (term := _typed(column))]
    table = model._meta.db_table
    return Trigger(
        f"{table}_types",
        table,
        ("INSERT",) if table in unchanging else ("INSERT", "UPDATE"),
        "NOT (" + " AND ".join(terms) + ")",
        f"{table}: a value has the wrong type",
        vendors=("sqlite",),
    )


def _typed(column: models.Field[Any, Any]) -> str:
    """The SQLite condition that NEW's value fits the column; empty for generated columns."""
    if getattr(column, "generated", False):
        return ""
    target = column
    while isinstance(target, models.ForeignKey):
        target = target.target_field
    c = f"NEW.{column.column}"
    fits = _fits(target, c)
    return f"({c} IS NULL OR {fits})" if column.null else f"({fits})"


def _fits(column: models.Field[Any, Any], c: str) -> str:
    if isinstance(column, models.BooleanField):
        return f"typeof({c}) = 'integer' AND {c} IN (0, 1)"
    if isinstance(column, models.IntegerField):
        return f"typeof({c}) = 'integer'"
    if isinstance(column, models.DecimalField):
        limit = 10 ** (column.max_digits - column.decimal_places)
        return (
            f"typeof({c}) IN ('integer', 'real') AND abs({c}) < {limit} "
            f"AND round({c}, {column.decimal_places}) = {c}"
        )
    if isinstance(column, models.FloatField):
        return f"typeof({c}) IN ('integer', 'real') AND abs({c}) < 1e300"
    if isinstance(column, models.UUIDField):
        return f"typeof({c}) = 'text' AND length({c}) = 32 AND {c} NOT GLOB '*[^0-9a-f]*'"
    if isinstance(column, models.DateTimeField):
        return (
            f"typeof({c}) = 'text' "
            f"AND datetime(substr({c}, 1, 19), '+0 days') IS substr({c}, 1, 19) "
            f"AND substr({c}, 11, 1) = ' ' AND length({c}) <= 26 "
            f"AND (length({c}) = 19 OR (substr({c}, 20, 2) GLOB '.[0-9]' "
            f"AND substr({c}, 21) NOT GLOB '*[^0-9]*'))"
        )
    if isinstance(column, models.DateField):
        return f"typeof({c}) = 'text' AND date({c}, '+0 days') IS {c}"
    if isinstance(column, models.JSONField):
        return f"typeof({c}) = 'text'"
    text = f"typeof({c}) = 'text' AND instr({c}, char(0)) = 0"
    if isinstance(column, models.CharField) and column.max_length:
        text += f" AND length({c}) <= {column.max_length}"
    return text


def _spelled(condition: str, vendor: str) -> str:
    return condition.replace("IS_NOT", "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM")


def _for_event(condition: str, event: str) -> str:
    """`THIS.` is the row the event is about: the old one where it is deleted, else the new one."""
    return condition.replace("THIS.", "OLD." if event == "DELETE" else "NEW.")


def _same(vendor: str, statements: list[str], present: str) -> bool:
    if vendor == "sqlite":
        return _squeezed(statements[0]) == _squeezed(present)
    body = statements[0].split("$st$")[1]
    event = statements[1].split(" FOR EACH ROW ")[0].removeprefix("CREATE TRIGGER ")
    return _squeezed(body) in _squeezed(present) and _same_head(event, present)


def _same_head(event: str, present: str) -> bool:
    """PostgreSQL prints the schema before the table and quotes nothing of ours."""
    head = present.split(" FOR EACH ROW ")[0].removeprefix("CREATE TRIGGER ")
    return _squeezed(event) == re.sub(r" ON \w+\.", " ON ", _squeezed(head)) and (
        not present.endswith(" DISABLED")
    )


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _refusal(message: str) -> str:
    """How PostgreSQL refuses, as it does for a constraint."""
    return f"RAISE EXCEPTION '{_quoted(message)}' USING ERRCODE = 'check_violation';"


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def _exists(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False
