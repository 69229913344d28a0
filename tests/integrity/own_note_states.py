"""Invalid states of readers' own notes and of what they have read, and what must be let through."""

from __future__ import annotations

from typing import Any


def _note(**changed: str) -> str:
    """An INSERT of a note at a passage, but for what is changed."""
    row = {
        "id": "'{new}'", "user_id": "'{max}'", "lesson_id": "'{l1}'", "block_id": "'b-1'",
        "quote": "'Text'", "begins": "0", "ends": "4", "body": "'Why?'", "kind": "'note'",
    } | changed  # fmt: skip
    return f"INSERT INTO own_notes ({', '.join(row)}) VALUES ({', '.join(row.values())})"


def _mark(**changed: str) -> str:
    return _note(**({"kind": "'highlight'", "body": "''"} | changed))


UP = "UPDATE own_notes SET "
OF = " WHERE id = '{on1}'"

STATES: list[tuple[Any, ...]] = [
    (1701, "own_notes: of nobody, or of no lesson", (
        _note(user_id="'{new3}'"), _note(lesson_id="'{new3}'"),
    )),
    (1702, "own_notes: neither a highlight nor a note", (_note(kind="'question'"),)),
    (1703, "own_notes: a note without words, a highlight with words or of nothing", (
        _note(body="' '"), _mark(body="'Why?'"), _mark(quote="''", block_id="NULL"),
    )),
    (1704, "own_notes: at a passage that is empty or without a name", (
        _note(ends="0"), _note(block_id="''"), _note(quote="''"),
    )),
    (1705, "own_notes: it ends before it begins, or begins nowhere", (
        _note(block_id="NULL", begins="5"), _note(begins="-1"),
        _note(begins="2000001", ends="2000002"),
    )),
    (1706, "own_notes: longer than anybody writes", (
        _note(quote=f"'{2001 * 'x'}'"), _note(body=f"'{20001 * 'x'}'"),
    )),
    (1707, "own_notes: it becomes somebody else's, of another lesson, or older", (
        UP + "user_id = '{max}'" + OF, UP + "lesson_id = '{l2}'" + OF, UP + "id = '{new}'" + OF,
        UP + "created_at = '2025-01-01 08:00:00'" + OF,
    )),
    (1708, "own_notes: a value of the wrong type", (
        _note(begins="'soon'"), UP + "updated_at = 'soon'" + OF,
    )),
    (1709, "own_notes: one replaces another", (
        _note(id="'{on1}'").replace("INSERT INTO", "INSERT OR REPLACE INTO"),
    ), "sqlite"),
    (1711, "own_notes: two with one id", (_note(id="'{on1}'"),)),
    (1710, "lesson_progress: a version that no lesson has", (
        "UPDATE lesson_progress SET seen_version = 0 WHERE id = '{lp1}'",
        "INSERT INTO lesson_progress (id, user_id, lesson_id, seen_version) "
        "VALUES ('{new}', '{ada}', '{l2}', -1)",
    )),
]  # fmt: skip

CONTROLS = [
    ("a note at a passage", _note()),
    ("a highlight", _mark()),
    ("a note about a lesson as a whole", _note(block_id="NULL", quote="''", ends="0")),
    ("the same passage is marked twice", _mark(user_id="'{ada}'")),
    ("a note gets other words", UP + "body = 'So.'" + OF),
    ("a note loses its passage", UP + "block_id = NULL" + OF),
    ("a note goes", "DELETE FROM own_notes" + OF),
    ("a reader knows the third version",
     "UPDATE lesson_progress SET seen_version = 3 WHERE id = '{lp1}'"),
]  # fmt: skip
