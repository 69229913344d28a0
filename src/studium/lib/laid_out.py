"""The tables of a new SQLite database, laid out at one go from a committed file.

Ninety migrations of an empty database take ten seconds of CPU, nearly all of it spent on keeping
Django's models of each moment. `tables.sqlite.sql` holds what they lead to: the tables, the
indexes, the search's triggers and the names of the migrations. `python -m tools.tables` writes it,
and a test compares it with a database that went through every migration. A migration that is newer
than the file runs after it; the listed triggers and content types come after every `migrate`.
"""

from __future__ import annotations

from pathlib import Path

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from studium.lib import triggers

TABLES = Path(__file__).with_name("tables.sqlite.sql")
_END = ";\n\n"


def is_wanted(connection: BaseDatabaseWrapper) -> bool:
    """Whether this is an SQLite database without any table."""
    return connection.vendor == "sqlite" and not connection.introspection.table_names()


def lay_out(connection: BaseDatabaseWrapper) -> None:
    """Make all tables and indexes, and note the migrations as run, in one transaction."""
    statements = TABLES.read_text("utf-8").removesuffix(_END).split(_END)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def text(connection: BaseDatabaseWrapper) -> str:
    """The file for the tables that this SQLite database has."""
    listed = triggers.expected("sqlite")
    with connection.cursor() as cursor:
        # Tables before what is about them; in order of names, so that a change shows as one.
        cursor.execute(
            "SELECT m.name, m.sql FROM sqlite_master m LEFT JOIN pragma_table_list t"
            " ON t.schema = 'main' AND t.name = m.name"
            " WHERE m.sql IS NOT NULL AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
            " AND coalesce(t.type, '') <> 'shadow' ORDER BY m.type <> 'table', m.type, m.name"
        )
        statements = [sql for name, sql in cursor.fetchall() if name not in listed]
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY id")
        ran = ",\n".join(f"  ('{app}', '{name}')" for app, name in cursor.fetchall())
    statements.append(
        "INSERT INTO django_migrations (app, name, applied)\n"
        "SELECT column1, column2, strftime('%Y-%m-%d %H:%M:%f', 'now') FROM (VALUES\n"
        f"{ran}\n)"
    )
    return "".join(statement + _END for statement in statements)
