"""`search_entries` and the full-text index over it, both kept by the database itself.

Triggers on the tables of notes, questions and people write an entry in the statement that changes
the row; SQLite's FTS5 table and PostgreSQL's generated column follow the entries as those of
`passages` do. The triggers name several tables, so they go before migrations run and come back
after them, with the entries written anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, connection, transaction

from studium.content.passage_index import CONFIGURATIONS
from studium.lib.db import on_postgresql

PREFIX = "entry_"
TABLE = "search_entries"
_COLUMNS = "kind, object_id, lesson_id, owner_id, is_draft, language, title, text"
_LANGUAGE = (
    "(SELECT c.language FROM lessons l JOIN courses c ON c.id = l.course_id WHERE l.id = {})"
)
_LESSON_OF_QUIZ = "(SELECT z.lesson_id FROM quizzes z WHERE z.id = THIS.quiz_id)"
_OPTIONS = {
    "sqlite": "COALESCE((SELECT group_concat(json_extract(o.value, '$.text'), ' ')"
    " FROM json_each(THIS.options) o WHERE o.type = 'object'), '')",
    "postgresql": "COALESCE((SELECT string_agg(o.value ->> 'text', ' ') FROM jsonb_array_elements("
    "CASE WHEN jsonb_typeof(THIS.options) = 'array' THEN THIS.options ELSE '[]'::jsonb END)"
    " o(value)), '')",
}
_LONGEST_TITLE = 300


@dataclass(frozen=True)
class Source:
    """A table whose rows can be found. `THIS.` is the row; texts are SQL that both engines read."""

    kind: str
    table: str
    columns: tuple[str, ...]
    counts: str
    values: Mapping[str, str]
    text: str | Mapping[str, str]

    def select(self, vendor: str, row: str, *, rows: str = "") -> str:
        """A SELECT of the columns of the entry for one row, or (`rows`) for all of the table."""
        text = self.text if isinstance(self.text, str) else self.text[vendor]
        given = {"lesson_id": "NULL", "owner_id": "NULL", "is_draft": "false", "language": "''"}
        value = given | dict(self.values) | {"text": text}
        names = ("lesson_id", "owner_id", "is_draft", "language", "title", "text")
        listed = ", ".join(value[name] for name in names)
        made = f"SELECT '{self.kind}', THIS.id, {listed}{rows} WHERE {self.counts}"
        return made.replace("THIS.", f"{row}.")

    @property
    def trigger(self) -> str:
        return f"{PREFIX}{self.kind}"


_TITLE = f"substr(THIS.question_text, 1, {_LONGEST_TITLE})"
SOURCES = (
    Source(
        "note",
        "ai_notes",
        ("generated_content", "status"),
        "THIS.status IN ('draft', 'approved')",
        {
            "lesson_id": "THIS.lesson_id",
            "is_draft": "THIS.status <> 'approved'",
            "language": _LANGUAGE.format("THIS.lesson_id"),
            "title": "''",
        },
        "THIS.generated_content",
    ),
    Source(
        "own_note",
        "own_notes",
        ("quote", "body"),
        "1 = 1",
        {
            "lesson_id": "THIS.lesson_id",
            "owner_id": "THIS.user_id",
            "language": _LANGUAGE.format("THIS.lesson_id"),
            "title": "THIS.quote",
        },
        "THIS.body",
    ),
    Source(
        "question",
        "questions",
        ("question_text", "options", "explanation", "quiz_id", "retired_at", "status"),
        "THIS.retired_at IS NULL",
        {
            "lesson_id": _LESSON_OF_QUIZ,
            "is_draft": "THIS.status <> 'approved'",
            "language": _LANGUAGE.format(_LESSON_OF_QUIZ),
            "title": _TITLE,
        },
        {
            vendor: f"substr(THIS.question_text, {_LONGEST_TITLE + 1}) || ' ' || {options}"
            " || ' ' || THIS.explanation"
            for vendor, options in _OPTIONS.items()
        },
    ),
    Source(
        "person",
        "users",
        ("name", "email", "erased_at"),
        "THIS.erased_at IS NULL",
        {"title": "THIS.name"},
        "THIS.email",
    ),
)

_INDEXED = "title, text"
_ADD = f"INSERT INTO entry_index (rowid, {_INDEXED}) VALUES (new.id, new.title, new.text);"
_DROP = (
    f"INSERT INTO entry_index (entry_index, rowid, {_INDEXED})"
    " VALUES ('delete', old.id, old.title, old.text);"
)
SQLITE_TABLE = (
    f"CREATE VIRTUAL TABLE entry_index USING fts5({_INDEXED}, content = '{TABLE}',"
    " content_rowid = 'id', tokenize = 'porter unicode61 remove_diacritics 2')"
)
SQLITE_TRIGGERS = {
    "entry_index_insert": f"AFTER INSERT ON {TABLE} BEGIN {_ADD} END",
    "entry_index_delete": f"AFTER DELETE ON {TABLE} BEGIN {_DROP} END",
    "entry_index_update": f"AFTER UPDATE ON {TABLE} BEGIN {_DROP} {_ADD} END",
}
_CHOICE = " ".join(f"WHEN '{tag}' THEN '{name}'::regconfig" for tag, name in CONFIGURATIONS.items())
_STEMS = f"(CASE substr(language, 1, 2) {_CHOICE} ELSE 'simple'::regconfig END)"
# The plain words too: they are found from their beginnings, stems are not.
POSTGRESQL_COLUMN = (
    f"ALTER TABLE {TABLE} ADD COLUMN search tsvector GENERATED ALWAYS AS ("
    "setweight(to_tsvector('simple'::regconfig, title), 'A') || "
    "setweight(to_tsvector('simple'::regconfig, text), 'D') || "
    f"setweight(to_tsvector({_STEMS}, title), 'A') || "
    f"setweight(to_tsvector({_STEMS}, text), 'D')) STORED"
)
POSTGRESQL_INDEX = f"CREATE INDEX search_entries_search ON {TABLE} USING gin (search)"


def make(cursor: Any, *, vendor: str) -> None:
    """Create the index of `search_entries`; for the migration."""
    if vendor == "postgresql":
        cursor.execute(POSTGRESQL_COLUMN)
        cursor.execute(POSTGRESQL_INDEX)
        return
    cursor.execute(SQLITE_TABLE)
    for name, body in SQLITE_TRIGGERS.items():
        cursor.execute(f"CREATE TRIGGER {name} {body}")


def drop(cursor: Any, *, vendor: str) -> None:
    """Take away what `make` has made; for the migration backwards."""
    if vendor == "postgresql":
        cursor.execute(f"ALTER TABLE {TABLE} DROP COLUMN search")
        return
    for name in SQLITE_TRIGGERS:
        cursor.execute(f"DROP TRIGGER {name}")
    cursor.execute("DROP TABLE entry_index")


def before_migrate(*, plan: Any = (), **_: Any) -> None:
    """Signal handler: a migration may rebuild a table that a trigger names."""
    if plan:
        with connection.cursor() as cursor:
            _remove(cursor)


def after_migrate(**_: Any) -> None:
    """Signal handler: put the triggers back, and write the entries anew where they were away."""
    present = _installed()
    if any(name not in present for name in _wanted()):
        write_again()


@transaction.atomic
def write_again() -> int:
    """All entries anew, and the triggers with them; returns how many entries there are."""
    vendor, sources = connection.vendor, _sources()
    with connection.cursor() as cursor:
        if on_postgresql():  # it alters no table whose foreign keys are still to be checked
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        _remove(cursor)
        cursor.execute(f"DELETE FROM {TABLE}")
        for source in sources:
            rows = source.select(vendor, "s", rows=f" FROM {source.table} s")
            cursor.execute(f"INSERT INTO {TABLE} ({_COLUMNS}) {rows}")
            for statement in _statements(source, vendor):
                cursor.execute(statement)
        cursor.execute(f"SELECT COUNT(*) FROM {TABLE}")
        return int(cursor.fetchone()[0])


def faults() -> list[str]:
    """What is wrong with the entries and their index, in sentences; empty when all is sound."""
    present = _installed()
    found = [f"The search lacks the trigger {one}." for one in _wanted() if one not in present]
    if connection.vendor != "sqlite":
        return found
    found += [f"The search lacks {one}." for one in SQLITE_TRIGGERS if one not in present]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO entry_index (entry_index, rank) VALUES ('integrity-check', 1)"
            )
    except DatabaseError as damage:
        found.append(f"The search index does not fit its entries: {damage}.")
    return found


def _sources() -> list[Source]:
    tables = set(connection.introspection.table_names())
    needed = {"lessons", "courses", "quizzes", TABLE}
    return [one for one in SOURCES if needed | {one.table} <= tables]


def _wanted() -> list[str]:
    events = ("insert", "update", "delete") if connection.vendor == "sqlite" else ("",)
    return [f"{one.trigger}_{event}".rstrip("_") for one in _sources() for event in events]


def _installed() -> set[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'entry_%%'"
            )
        else:
            cursor.execute(
                "SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
                " WHERE NOT t.tgisinternal AND t.tgname LIKE 'entry_%%' AND t.tgenabled = 'O'"
                " AND c.relnamespace = current_schema()::regnamespace"
            )
        return {str(row[0]) for row in cursor.fetchall()}


def _remove(cursor: Any) -> None:
    for source in SOURCES:
        if connection.vendor == "postgresql":
            cursor.execute(f"DROP FUNCTION IF EXISTS {source.trigger}() CASCADE")
            continue
        for event in ("insert", "update", "delete"):
            cursor.execute(f"DROP TRIGGER IF EXISTS {source.trigger}_{event}")


def _statements(source: Source, vendor: str) -> list[str]:
    """CREATE statements of a source's triggers."""
    kind = source.kind
    add = f"INSERT INTO {TABLE} ({_COLUMNS}) {source.select(vendor, 'NEW')};"
    away = f"DELETE FROM {TABLE} WHERE kind = '{kind}' AND object_id = OLD.id;"
    columns, on = ", ".join(source.columns), source.table
    if vendor == "postgresql":
        return [
            f"CREATE FUNCTION {source.trigger}() RETURNS trigger LANGUAGE plpgsql AS $st$ BEGIN "
            f"IF TG_OP <> 'INSERT' THEN {away} END IF; IF TG_OP <> 'DELETE' THEN {add} END IF; "
            "RETURN NULL; END $st$",
            f"CREATE TRIGGER {source.trigger} AFTER INSERT OR DELETE OR UPDATE OF {columns} "
            f"ON {on} FOR EACH ROW EXECUTE FUNCTION {source.trigger}()",
        ]
    differs = " OR ".join(f"OLD.{one} IS NOT NEW.{one}" for one in source.columns)
    return [
        f"CREATE TRIGGER {source.trigger}_insert AFTER INSERT ON {on} BEGIN {add} END",
        f"CREATE TRIGGER {source.trigger}_update AFTER UPDATE OF {columns} ON {on} "
        f"WHEN {differs} BEGIN {away} {add} END",
        f"CREATE TRIGGER {source.trigger}_delete AFTER DELETE ON {on} BEGIN {away} END",
    ]
