"""The full-text index over `passages`: made, kept by the database itself, checked, made anew.

SQLite has an FTS5 table that holds no text of its own (external content) and three triggers that
follow every change of `passages`; PostgreSQL has a generated `tsvector` column with a GIN index.
Either way no door can forget the index, and a rolled-back save takes its index entries with it.
"""

from __future__ import annotations

from typing import Any

from django.db import DatabaseError, connection, transaction

from studium.lib.db import on_postgresql

COLUMNS = "course_id, title, heading, text"
_OLD = "old.id, old.course_id, old.title, old.heading, old.text"
_NEW = "new.id, new.course_id, new.title, new.heading, new.text"
_ADD = f"INSERT INTO passage_index (rowid, {COLUMNS}) VALUES ({_NEW});"
_DROP = f"INSERT INTO passage_index (passage_index, rowid, {COLUMNS}) VALUES ('delete', {_OLD});"

SQLITE_TABLE = (
    f"CREATE VIRTUAL TABLE passage_index USING fts5({COLUMNS}, content = 'passages',"
    " content_rowid = 'id', tokenize = 'porter unicode61 remove_diacritics 2')"
)
SQLITE_TRIGGERS = {
    "passage_index_insert": f"AFTER INSERT ON passages BEGIN {_ADD} END",
    "passage_index_delete": f"AFTER DELETE ON passages BEGIN {_DROP} END",
    "passage_index_update": f"AFTER UPDATE ON passages BEGIN {_DROP} {_ADD} END",
}
CONFIGURATIONS = {
    "en": "english", "de": "german", "es": "spanish", "fr": "french", "it": "italian",
}  # fmt: skip
"""PostgreSQL's name of a language; every other one is searched word by word, unstemmed."""
_CHOICE = " ".join(f"WHEN '{tag}' THEN '{name}'::regconfig" for tag, name in CONFIGURATIONS.items())
_CONFIGURATION = f"(CASE substr(language, 1, 2) {_CHOICE} ELSE 'simple'::regconfig END)"
POSTGRESQL_COLUMN = (
    "ALTER TABLE passages ADD COLUMN search tsvector GENERATED ALWAYS AS ("
    f"setweight(to_tsvector({_CONFIGURATION}, title), 'A') || "
    f"setweight(to_tsvector({_CONFIGURATION}, heading), 'B') || "
    f"setweight(to_tsvector({_CONFIGURATION}, text), 'D')) STORED"
)
POSTGRESQL_INDEX = "CREATE INDEX passages_search ON passages USING gin (search)"


def configuration(tag: str) -> str:
    """The text search configuration by which passages of a language are indexed."""
    return CONFIGURATIONS.get(tag[:2], "simple")


def make(cursor: Any, *, vendor: str) -> None:
    """Create what belongs to `passages`; for the migration, and for `remake`."""
    if vendor == "postgresql":
        cursor.execute(POSTGRESQL_COLUMN)
        cursor.execute(POSTGRESQL_INDEX)
        return
    cursor.execute(SQLITE_TABLE)
    for name, body in SQLITE_TRIGGERS.items():
        cursor.execute(f"CREATE TRIGGER {name} {body}")
    cursor.execute("INSERT INTO passage_index (passage_index) VALUES ('rebuild')")


def drop(cursor: Any, *, vendor: str) -> None:
    """Take away what `make` has made, as far as it is there."""
    if vendor == "postgresql":
        cursor.execute("ALTER TABLE passages DROP COLUMN IF EXISTS search")
        return
    for name in SQLITE_TRIGGERS:
        cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
    cursor.execute("DROP TABLE IF EXISTS passage_index")


@transaction.atomic
def remake() -> None:
    """Make the index anew from `passages`, whatever state it is in."""
    with connection.cursor() as cursor:
        if on_postgresql():  # it alters no table whose foreign keys are still to be checked
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        drop(cursor, vendor=connection.vendor)
        make(cursor, vendor=connection.vendor)


def faults() -> list[str]:
    """What is wrong with the index itself, in sentences; empty when it is sound."""
    return _faults_postgresql() if on_postgresql() else _faults_sqlite()


def _faults_sqlite() -> list[str]:
    wanted = {"passage_index", *SQLITE_TRIGGERS}
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE name LIKE 'passage_index%%'")
        present = dict(cursor.fetchall())
    found = [f"The search index lacks {name}." for name in sorted(wanted - present.keys())]
    for name, body in SQLITE_TRIGGERS.items():
        if name in present and body not in present[name]:
            found.append(f"The search index has another {name} than it should.")
    if not found:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO passage_index (passage_index, rank) VALUES ('integrity-check', 1)"
                )
        except DatabaseError as damage:
            found.append(f"The search index does not fit the passages: {damage}.")
    return found


def _faults_postgresql() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT is_generated FROM information_schema.columns WHERE table_name = 'passages'"
            " AND table_schema = current_schema() AND column_name = 'search'"
        )
        column = cursor.fetchone()
        cursor.execute("SELECT to_regclass('passages_search') IS NOT NULL")
        (indexed,) = cursor.fetchone()
    found = [] if column == ("ALWAYS",) else ["The search index lacks its column passages.search."]
    return found if indexed else [*found, "The search index lacks passages_search."]
