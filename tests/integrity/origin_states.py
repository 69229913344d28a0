"""Invalid states of where imported lessons come from, and what must be let through."""

from __future__ import annotations


def _origin(**changed: str) -> str:
    """An INSERT of the origin of a second lesson, but for what is changed."""
    row = {
        "id": "'{new}'", "lesson_id": "'{l2}'", "file_name": "'book.pdf'", "format": "'pdf'",
        "pages": "'[[\"b-1\", 3]]'",
    } | changed  # fmt: skip
    return f"INSERT INTO lesson_origins ({', '.join(row)}) VALUES ({', '.join(row.values())})"


STATES = [
    (741, "lesson_origins: no name, or of no kind of document", (
        _origin(file_name="' '"), _origin(format="'exe'"), _origin(file_name="NULL"),
    )),
    (742, "lesson_origins: a second one, or one of no lesson", (
        _origin(lesson_id="'{l1}'"), _origin(lesson_id="'{new3}'"),
    )),
    (743, "lesson_origins: an origin moves to another lesson", (
        "UPDATE lesson_origins SET lesson_id = '{l2}' WHERE id = '{or1}'",
        "UPDATE lesson_origins SET id = '{new}' WHERE id = '{or1}'",
    )),
    (744, "lesson_origins: a value of the wrong type", (
        _origin(created_at="'soon'"), _origin(pages="'no'"),
    )),
]  # fmt: skip

CONTROLS = [
    ("where a second lesson comes from", _origin()),
    ("an origin without pages", _origin(format="'docx'", pages="'[]'")),
]
