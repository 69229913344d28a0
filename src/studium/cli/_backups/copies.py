"""Consistent copies of the database while others write, and databases made of such copies."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from studium.lib.errors import Refused

_PAGES = 4096  # copied between two words about progress
Progress = Callable[[int], None]
"""Is told how many more bytes there are."""


@contextmanager
def standing_in(name: str) -> Iterator[BaseDatabaseWrapper]:
    """While inside, `connection` is a new one to the database of this name on the same engine.

    So everything that looks at the site's database can look at a copy of it.
    """
    here = connections["default"]
    there = type(here)({**here.settings_dict, "NAME": name}, "default")
    connections["default"] = there
    try:
        yield there
    finally:
        there.close()
        connections["default"] = here


@contextmanager
def of_sqlite(target: Path, tell: Progress) -> Iterator[None]:
    """A copy in `target`; while inside, `connection` is one to the copy.

    One reading transaction spans the copy: writers go on beside it, and it holds exactly what was
    committed when it began.
    """
    name = str(connection.settings_dict["NAME"])
    if not Path(name).exists():
        raise Refused(f"There is no database at {name}: nothing to save.")
    with (
        closing(sqlite3.connect(f"{Path(name).resolve().as_uri()}?mode=rw", uri=True)) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        target.chmod(0o600)
        source.isolation_level = None
        source.execute("BEGIN")
        (size,) = source.execute("PRAGMA page_size").fetchone()
        source.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()  # the moment of the copy
        before = 0

        def told(status: int, remaining: int, total: int) -> None:
            nonlocal before
            tell((total - remaining - before) * size)
            before = total - remaining

        source.backup(copy, pages=_PAGES, progress=told)
    with standing_in(str(target)):
        yield


@contextmanager
def of_postgresql(target: Path, tell: Progress) -> Iterator[None]:
    """A dump in `target`; while inside, `connection` sees exactly what is in the dump."""
    dump = program("pg_dump")
    with standing_in(str(connection.settings_dict["NAME"])), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            (snapshot,) = cursor.fetchone()
        target.touch(mode=0o600)
        options = ["--format=custom", "--compress=1", f"--snapshot={snapshot}"]
        command = [dump, *options, f"--file={target}", *_database(_name())]
        _run(command, _growth(target, tell))
        yield


def into_postgresql(dump: Path, name: str) -> None:
    """Put a dump into a database without tables, all of it or nothing."""
    options = ["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges"]
    _run([program("pg_restore"), *options, *_database(name), str(dump)])


def readable_dump(dump: Path) -> None:
    """Refuse a dump that `pg_restore` cannot read."""
    _run([program("pg_restore"), "--list", str(dump)])


def program(name: str) -> str:
    """Where a program of PostgreSQL is; `Refused` says what to install."""
    found = shutil.which(name)
    if found is None:
        raise Refused(
            f"{name} was not found. Install PostgreSQL's client programs, of the server's version "
            "or a newer one (Debian, Ubuntu: apt-get install postgresql-client)."
        )
    return found


def counts() -> dict[str, int]:
    """The rows of every table of the database that `connection` is to, by table."""
    found = {}
    with connection.cursor() as cursor:
        for table in _tables(cursor):
            cursor.execute(f'SELECT COUNT(*) FROM "{table}"')
            (found[table],) = cursor.fetchone()
    return found


def migrations() -> dict[str, list[str]]:
    """The migrations that have run on the database that `connection` is to, by app."""
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
        for app, name in cursor.fetchall():
            found.setdefault(app, []).append(name)
    return found


def file_hashes() -> set[str]:
    """The SHA-256 of every uploaded file that the database names."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT content_hash FROM files")
        return {row[0] for row in cursor.fetchall()}


def _tables(cursor: Any) -> list[str]:
    """The tables with rows of their own: none of the full-text indexes, which are derived."""
    if connection.vendor == "postgresql":
        return sorted(connection.introspection.table_names(cursor))
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND sql IS NOT NULL")
    listed = dict(cursor.fetchall())
    derived = tuple(name for name, text in listed.items() if text.startswith("CREATE VIRTUAL"))
    within = tuple(f"{name}_" for name in derived)
    return sorted(
        name for name in listed if name not in derived and not name.startswith((*within, "sqlite_"))
    )


def _name() -> str:
    return str(connection.settings_dict["NAME"])


def _database(name: str) -> list[str]:
    """How the programs are told which database; the name alone could be taken for an address."""
    from psycopg.conninfo import make_conninfo

    return [f"--dbname={make_conninfo(dbname=name)}"]


def _run(command: Sequence[str], while_it_runs: Callable[[], None] = lambda: None) -> None:
    """Run a program of PostgreSQL to its end, which comes with ours if ours is sooner.

    Raises:
        Refused: it failed, with what it said.
    """
    from studium.cli._processes import die_with_parent

    given = connection.settings_dict
    variables = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    own = {name: str(given[key]) for name, key in variables.items() if given.get(key)}
    us = os.getpid()
    with subprocess.Popen(  # noqa: S603 - a fixed program; what is given are arguments, no shell
        command,
        env={**os.environ, **own},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        # Killed alone it would go on, and commit what nobody waits for.
        preexec_fn=lambda: die_with_parent(us),
    ) as process:
        try:
            said = _said(process, while_it_runs)
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        name = Path(command[0]).name
        told = said.strip().removeprefix(f"{name}: ") or f"it ended with {process.returncode}"
        raise Refused(f"{name} did not do it: {told[:2000]}")


def _said(process: subprocess.Popen[str], while_it_runs: Callable[[], None]) -> str:
    while True:
        try:
            said = process.communicate(timeout=0.5)[1]
        except subprocess.TimeoutExpired:
            while_it_runs()
        else:
            while_it_runs()
            return said


def _growth(target: Path, tell: Progress) -> Callable[[], None]:
    """What tells how much a file has grown since it was called before."""
    told = 0

    def tell_more() -> None:
        nonlocal told
        size = target.stat().st_size
        tell(size - told)
        told = size

    return tell_more
