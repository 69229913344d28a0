"""Invalid states of what is found by words and of what a person has set; what is let through."""

from __future__ import annotations

from typing import NamedTuple


class _State(NamedTuple):
    number: int
    title: str
    statements: tuple[str, ...]


def _entry(**changed: str) -> str:
    row = {
        "id": "902", "kind": "'question'", "object_id": "'{new}'", "lesson_id": "'{l1}'",
        "title": "'What?'",
    } | changed  # fmt: skip
    return f"INSERT INTO search_entries ({', '.join(row)}) VALUES ({', '.join(row.values())})"


def _preference(**changed: str) -> str:
    row = {"id": "'{new}'", "user_id": "'{bruno}'", "single_keys": "false"} | changed
    return f"INSERT INTO preferences ({', '.join(row)}) VALUES ({', '.join(row.values())})"


STATES = [
    _State(841, "two entries for one thing", (_entry(object_id="'{new2}'", kind="'note'"),)),
    _State(842, "an entry of no known kind", (_entry(kind="'exam'"),)),
    _State(843, "a question to be found in no lesson", (_entry(lesson_id="NULL"),)),
    _State(844, "an own note of nobody", (_entry(kind="'own_note'"),
                                          _entry(owner_id="'{ada}'"))),
    _State(845, "a person twice with settings", (_preference(user_id="'{ada}'"),)),
    _State(846, "settings of nobody", (_preference(user_id="'{new}'"),)),
]  # fmt: skip

CONTROLS: list[tuple[str, str]] = [
    ("another entry", _entry()),
    ("an own note to be found", _entry(kind="'own_note'", owner_id="'{ada}'")),
    ("a person to be found", _entry(kind="'person'", lesson_id="NULL")),
    ("an entry goes", "DELETE FROM search_entries WHERE id = 901"),
    ("settings of another person", _preference()),
]
