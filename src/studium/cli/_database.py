"""Bring the database to where the code expects it: migrations, a copy before them, triggers."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from studium.lib import clock, triggers
from studium.lib.errors import Refused


def pending_migrations() -> list[str]:
    """Names of the migrations that have not run on this database, in their order."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def migrate() -> list[str]:
    """Run what is pending, after a copy of an SQLite database that holds something.

    Returns the names of the migrations. Killed in the middle, it goes on when it is run again:
    each migration is one transaction.
    """
    waiting = pending_migrations()
    if waiting:
        copy = copy_sqlite("before-migration")
        if copy:
            print(f"Copied the database to {copy}.")
    call_command("migrate", verbosity=0, interactive=False)
    return waiting


def copy_sqlite(reason: str) -> Path | None:
    """A consistent copy in the data folder's `backups`; None on PostgreSQL and when it is empty.

    Uses SQLite's online backup, so others may write meanwhile.
    """
    if connection.vendor != "sqlite" or not connection.introspection.table_names():
        return None
    stamp = clock.now().strftime("%Y%m%dT%H%M%SZ")
    path = settings.DATA_DIR / "backups" / f"{reason}-{stamp}.sqlite3"
    path.parent.mkdir(parents=True, exist_ok=True)
    source = str(settings.DATABASES["default"]["NAME"])
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(path)) as new:
        old.backup(new)
    path.chmod(0o600)
    return Path(path)


def mend_triggers() -> list[str]:
    """Put the triggers back to the list; returns what was otherwise, a sentence each."""
    wrong = triggers.differences()
    if not wrong:
        return []
    try:
        triggers.install()
    except DatabaseError as error:
        raise Refused(
            "The database lacks rules that guard its rows, and this account may not put them "
            f"back: {error}. Run `studium migrate` as the owner of the tables. {wrong[0]}"
        ) from error
    return wrong
