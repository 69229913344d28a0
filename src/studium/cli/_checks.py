"""What `studium doctor` looks at. Each check gives what is wrong and what is good to know."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models

from studium.cli import _database
from studium.lib import clock, triggers
from studium.lib.db import time_param

Found = tuple[list[str], list[str]]
_LEAST_FREE = 500 * 1024 * 1024
_PRAGMAS = {"synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1, "journal_mode": "wal"}
_SERVER = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
_MEND = "Run `studium migrate` to put it right."


def migrations() -> Found:
    """Whether this version's migrations have all run."""
    waiting = _database.pending_migrations()
    return [f"{name} has not run. Run `studium migrate`." for name in waiting], []


def rules_of_the_database() -> Found:
    """Whether the triggers are those of the list."""
    return [f"{sentence} {_MEND}" for sentence in triggers.differences()], []


def schema() -> Found:
    """Whether tables, columns, constraints and indexes are those of the models."""
    tables = set(connection.introspection.table_names())
    problems = []
    for model in apps.get_models():
        meta = model._meta
        if not meta.managed or not model.__module__.startswith("studium."):
            continue
        if meta.db_table in tables:
            problems += _missing_parts(model)
        else:
            problems.append(f"The table {meta.db_table} is missing.")
    return problems, []


def integrity() -> Found:
    """Whether the database finds its own rows sound."""
    if connection.vendor != "sqlite":
        return [], ["PostgreSQL checks pages and keys itself; see `amcheck` for a deep look."]
    bad = [f"integrity_check: {row[0]}" for row in _rows("PRAGMA integrity_check")]
    problems = [] if bad == ["integrity_check: ok"] else bad[:20]
    broken = _rows("PRAGMA foreign_key_check")
    problems += [f"A row of {row[0]} points to a {row[2]} that is gone." for row in broken[:20]]
    return problems, []


def durability() -> Found:
    """Whether what is acknowledged is on the disk."""
    problems = []
    if connection.vendor == "sqlite":
        for name, wanted in _PRAGMAS.items():
            value = _rows(f"PRAGMA {name}")[0][0]
            if value != wanted:
                problems.append(f"PRAGMA {name} is {value}; it should be {wanted}.")
    else:
        for name, wanted in _SERVER.items():
            value = _rows(f"SHOW {name}")[0][0]
            if value != wanted:
                problems.append(f"The server runs with {name} = {value}; it should be {wanted}.")
    return problems, []


def disk() -> Found:
    """Whether the data folder can be written and has room."""
    folder = settings.DATA_DIR
    if not os.access(folder, os.W_OK | os.X_OK):
        return [f"The data folder {folder} cannot be written by this account."], []
    free = shutil.disk_usage(folder).free
    room = f"{free / 1024**3:.1f} GB are free in {folder}."
    return (
        ([f"Only {room} Make room: a full disk stops saving."], [])
        if free < _LEAST_FREE
        else (
            [],
            [room],
        )
    )


def jobs() -> Found:
    """Whether somebody works on the queue, and what failed."""
    from studium.lib.jobs import counts_by_status

    late = time_param(clock.now() - timedelta(minutes=10))
    stuck = _rows(
        "SELECT COUNT(*) FROM jobs WHERE (status = 'queued' AND lease_until IS NULL"
        " AND created_at < %s) OR (status = 'running' AND lease_until < %s)",
        [late, late],
    )[0][0]
    problems = []
    if stuck:
        problems = [
            f"{stuck} jobs have waited for more than ten minutes. Does a worker run? Start "
            "`studium serve` or `studium worker`."
        ]
    counts = counts_by_status()
    return problems, [
        f"{counts['queued']} jobs wait, {counts['failed']} failed (see /admin/jobs/)."
    ]


def derived() -> Found:
    """How far notes and analytics are behind; neither is wrong, both are good to know."""
    stale, failed = _rows(
        "SELECT COUNT(CASE WHEN n.source_hash <> l.content_hash THEN 1 END),"
        " COUNT(CASE WHEN n.status = 'failed' THEN 1 END)"
        " FROM ai_notes n JOIN lessons l ON l.id = n.lesson_id"
    )[0]
    unfolded = _rows(
        "SELECT COUNT(*) FROM responses r WHERE NOT EXISTS"
        " (SELECT 1 FROM response_folds f WHERE f.response_id = r.id)"
    )[0][0]
    return [], [
        f"{stale} notes are older than their lesson, {failed} lessons have nothing to note.",
        f"{unfolded} responses are not in the analytics yet (unreleased ones wait on purpose).",
    ]


def search_index() -> Found:
    """Whether what is searched is what the lessons say."""
    from studium.content import entry_index, passage_index

    mend = "Run `studium search rebuild`."
    problems = [f"{fault} {mend}" for fault in passage_index.faults() + entry_index.faults()]
    late, lacking = _rows(
        "SELECT COUNT(CASE WHEN p.version <> l.version THEN 1 END),"
        " COUNT(CASE WHEN p.version IS NULL AND CAST(l.blocks AS TEXT) LIKE %s THEN 1 END)"
        " FROM lessons l LEFT JOIN (SELECT lesson_id, MIN(version) AS version FROM passages"
        " GROUP BY lesson_id) p ON p.lesson_id = l.id",
        ['%"paragraph"%'],
    )[0]
    if late:
        problems.append(f"{late} lessons are searched in an older version. {mend}")
    if lacking:
        problems.append(f"{lacking} lessons are not searched. {mend}")
    return problems, [f"{_rows('SELECT COUNT(*) FROM passages')[0][0]} passages are searched."]


def demo_sign_ins() -> Found:
    """Whether anybody could sign in with the demo's public password."""
    from studium.cli.demo import sign_ins

    said = sign_ins.refusal()
    return ([], [said] if said else []) if settings.DEMO else ([said] if said else [], [])


def journals() -> Found:
    """Whether every attempt's journal is what was written."""
    from studium.assessment import queries

    looked, broken = queries.check_journals()
    problems = [f"Attempt {attempt}: {faults[0]}" for attempt, faults in broken[:20]]
    if len(broken) > len(problems):
        problems.append(f"And {len(broken) - len(problems)} more attempts.")
    return problems, [f"{looked} journals were recomputed."]


ALWAYS: list[tuple[str, Callable[[], Found]]] = [
    ("Migrations have run", migrations),
    ("What is saved survives a power cut", durability),
    ("The data folder is writable and has room", disk),
    ("Rows are sound", integrity),
]
ONCE_MIGRATED: list[tuple[str, Callable[[], Found]]] = [
    ("Triggers are those of the list", rules_of_the_database),
    ("Tables, constraints and indexes are those of the models", schema),
    ("The search index fits the lessons", search_index),
    ("Jobs are worked on", jobs),
    ("Notes and analytics", derived),
    ("Nobody signs in with the demo's password", demo_sign_ins),
]
IF_ASKED: list[tuple[str, Callable[[], Found]]] = [
    ("Journals are what was written", journals),
]


def _missing_parts(model: type[models.Model]) -> list[str]:
    meta, table = model._meta, model._meta.db_table
    columns, names, keys = _sqlite_parts(table) if _on_sqlite() else _postgresql_parts(table)
    problems = [
        f"The column {table}.{field.column} is missing."
        for field in meta.local_concrete_fields
        if field.column not in columns
    ]
    problems += [
        f"The constraint or index {one.name} of {table} is missing."
        for one in [*meta.constraints, *meta.indexes]
        if one.name not in names
    ]
    problems += [
        f"The foreign key of {table}.{field.column} is missing."
        for field in meta.local_concrete_fields
        if isinstance(field, models.ForeignKey)
        and getattr(field, "db_constraint", True)
        and field.column not in keys
    ]
    return problems


def _on_sqlite() -> bool:
    return connection.vendor == "sqlite"


def _sqlite_parts(table: str) -> tuple[set[str], set[str], set[str]]:
    """Columns, names of constraints and indexes, and columns with a foreign key.

    Read from SQLite's own catalogue: Django's reader of it stumbles over our checks.
    """
    columns = {row[1] for row in _rows(f'PRAGMA table_xinfo("{table}")')}
    text = _rows("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = %s", [table])[0][0]
    names = set(re.findall(r'CONSTRAINT\s+"(\w+)"', text))
    indexes = _rows(
        "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = %s", [table]
    )
    keys = {row[3] for row in _rows(f'PRAGMA foreign_key_list("{table}")')}
    return columns, names | {row[0] for row in indexes}, keys


def _postgresql_parts(table: str) -> tuple[set[str], set[str], set[str]]:
    with connection.cursor() as cursor:
        there = connection.introspection.get_constraints(cursor, table)
        described = connection.introspection.get_table_description(cursor, table)
    keys = {one["columns"][0] for one in there.values() if one["foreign_key"]}
    return {one.name for one in described}, set(there), keys


def _rows(statement: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
