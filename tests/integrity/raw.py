"""Raw connections to the schema under test: `sqlite3` and `psycopg`, no Django in between.

A `Raw` answers one question: is this statement accepted, at the latest at its commit? It leaves
the world as it was.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Protocol

import psycopg
from django.apps import apps
from django.db import connection

from studium.lib import triggers
from tests.integrity.world import WORLD, Step, filled


class Raw(Protocol):
    """One engine with the world in it."""

    vendor: str

    def refusal(self, sql: str) -> str | None:
        """Why the statement is refused; None where it is accepted."""


@cache
def sqlite_schema() -> list[tuple[str, str, str]]:
    """(kind, name, DDL) of everything in the migrated database, tables first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL "
            "AND name NOT LIKE 'sqlite_%%' "
            # The tables behind a search index come and go with it.
            "AND name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow') "
            "ORDER BY type = 'trigger', type = 'index', rowid"
        )
        return list(cursor.fetchall())


class RawSqlite:
    """An in-memory database made from given DDL, with foreign keys on as every tool must set."""

    vendor = "sqlite"

    def __init__(
        self, ddl: Iterable[str], steps: Iterable[Step] = WORLD, *, lasting: bool = True
    ) -> None:
        self._db = sqlite3.connect(":memory:", isolation_level=None)
        self._db.execute("PRAGMA foreign_keys = ON")
        self._db.execute("BEGIN")
        for statement in ddl:
            self._db.execute(statement)
        for step in steps:
            self._db.execute(filled(step.sql))
        self._db.execute("COMMIT")
        self._clean = sqlite3.connect(":memory:", isolation_level=None) if lasting else None
        if self._clean is not None:
            self._db.backup(self._clean)

    def add(self, step: Step) -> None:
        """Let the world grow by one step."""
        self._db.execute(filled(step.sql))
        assert self._clean is not None
        self._clean.execute(filled(step.sql))

    @contextmanager
    def less(self, removed: Iterable[str]) -> Iterator[RawSqlite]:
        """A copy without these triggers, indexes and CHECKs: cheaper than making all anew."""
        made = self._copy()
        for name in removed:
            made._remove(name)
        try:
            yield made
        finally:
            made.close()

    def about(self, tables: Collection[str]) -> RawSqlite:
        """A lasting copy with the triggers of these tables alone, and with the tables that those
        name or that a key leads to or from, so that it opens faster.

        A statement fires no triggers but those of the tables that it names.
        """
        made = self._copy()
        near = made._near(tables)
        made._db.execute("PRAGMA writable_schema = ON")
        for kind, kept in (("trigger", tables), ("table", near), ("index", near)):
            named = ", ".join("?" * len(kept))
            made._db.execute(
                f"DELETE FROM sqlite_master WHERE type = '{kind}' AND tbl_name NOT IN ({named})",
                [*kept],
            )
        made._db.execute("PRAGMA writable_schema = RESET")
        made._clean = sqlite3.connect(":memory:", isolation_level=None)
        made._db.backup(made._clean)
        return made

    def _near(self, tables: Collection[str]) -> set[str]:
        """What statements about these tables can touch by triggers and keys."""
        listed = self._db.execute("SELECT type, tbl_name, sql FROM sqlite_master").fetchall()
        everything = {table for kind, table, _ in listed if kind == "table"}
        bodies = [sql for kind, table, sql in listed if kind == "trigger" and table in tables]
        named = {*tables, *everything.intersection(re.findall(r"\w+", " ".join(bodies)))}
        keys = [
            {table, parent}
            for table in everything
            for _, _, parent, *_ in self._db.execute(f'PRAGMA foreign_key_list("{table}")')
        ]
        near = named.union(*(key for key in keys if key & named))
        # The tables behind a search index have its name before their own, as SQLite's have.
        near.add("sqlite")
        return {one for one in everything if one in near or one.rpartition("_")[0] in near}

    def _copy(self) -> RawSqlite:
        made = RawSqlite.__new__(RawSqlite)
        made._db = sqlite3.connect(":memory:", isolation_level=None)
        assert self._clean is not None
        self._clean.backup(made._db)
        made._db.execute("PRAGMA foreign_keys = ON")
        made._clean = None
        return made

    def _remove(self, name: str) -> None:
        listed = self._db.execute(
            "SELECT type, name, sql FROM sqlite_master"
            " WHERE name = ? OR type = 'table' AND instr(sql, ?)",
            [name, f'CONSTRAINT "{name}"'],
        )
        for kind, found, sql in listed.fetchall():
            if found == name:
                self._db.execute(f'DROP {kind} "{name}"')
            elif kind == "table" and f'CONSTRAINT "{name}"' in sql:
                self._db.execute("PRAGMA writable_schema = ON")
                self._db.execute(
                    "UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = ?",
                    [without_constraint(sql, name), found],
                )
                self._db.execute("PRAGMA writable_schema = RESET")

    def refusal(self, sql: str) -> str | None:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            self._db.execute(filled(sql))
            # Only a key that leads nowhere is left for the commit to refuse. Where there is none
            # nothing is committed: taking back costs less than putting all back as it was.
            undo = self._clean is not None and not self.rows("PRAGMA foreign_key_check")
            self._db.execute("ROLLBACK" if undo else "COMMIT")
        except (sqlite3.Error, OverflowError) as error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            return str(error)
        if self._clean is not None and not undo:
            self._clean.backup(self._db)
        return None

    def rows(self, sql: str) -> list[Any]:
        return self._db.execute(filled(sql)).fetchall()

    def close(self) -> None:
        self._db.close()
        if self._clean is not None:
            self._clean.close()


class RawPostgres:
    """A transaction on the test database that is never committed; each try is a savepoint."""

    vendor = "postgresql"

    def __init__(self) -> None:
        settings = connection.settings_dict
        self._db = psycopg.connect(
            dbname=settings["NAME"], user=settings["USER"] or None,
            password=settings["PASSWORD"] or None, host=settings["HOST"] or None,
            port=settings["PORT"] or None,
        )  # fmt: skip
        self._db.execute("SET TIME ZONE 'UTC'")
        for step in WORLD:
            self._db.execute(filled(step.sql))
        # Deferred foreign keys of the world itself are settled here, not in the first try.
        self._db.execute("SET CONSTRAINTS ALL IMMEDIATE")
        self._db.execute("SET CONSTRAINTS ALL DEFERRED")

    @contextmanager
    def less(self, removed: Iterable[str]) -> Iterator[RawPostgres]:
        """Itself without these rules, until the end of the block."""
        self._db.execute("SAVEPOINT whole")
        try:
            for name in removed:
                for statement in self._removals(name):
                    self._db.execute(statement)
            yield self
        finally:
            self._db.execute("ROLLBACK TO SAVEPOINT whole")

    @staticmethod
    def _removals(name: str) -> list[str]:
        if name.startswith(triggers.PREFIX):
            return [f"DROP FUNCTION {name}() CASCADE"]
        table = table_of_constraint(name)
        return [
            f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}",
            f"DROP INDEX IF EXISTS {name}",
        ]

    def refusal(self, sql: str) -> str | None:
        self._db.execute("SAVEPOINT attempt")
        try:
            self._db.execute(filled(sql))
            self._db.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except psycopg.Error as error:
            return str(error).splitlines()[0]
        finally:
            self._db.execute("ROLLBACK TO SAVEPOINT attempt")
        return None

    def close(self) -> None:
        self._db.rollback()
        self._db.close()


def constraints() -> list[tuple[str, str]]:
    """(table, name) of every constraint of our own models."""
    own = [m for m in apps.get_models() if m.__module__.startswith("studium.")]
    return [(m._meta.db_table, c.name) for m in own for c in m._meta.constraints]


@cache
def table_of_constraint(name: str) -> str:
    return next(table for table, found in constraints() if found == name)


def without_constraint(ddl: str, name: str) -> str:
    """A CREATE TABLE statement without one of its named constraints."""
    start = ddl.index(f'CONSTRAINT "{name}"')
    opening = ddl.index("(", start)
    depth, end = 0, opening
    for end in range(opening, len(ddl)):
        depth += {"(": 1, ")": -1}.get(ddl[end], 0)
        if depth == 0:
            break
    before = re.sub(r",\s*$", "", ddl[:start])
    return before + ddl[end + 1 :]
