"""Invalid states of what people say beside their answers, and what must be let through."""

from __future__ import annotations


def _slip(**changed: str) -> str:
    row = {"response_id": "'{r2}'", "words": "''", "noted_at": "'2026-02-03 08:00:00'"} | changed
    return f"INSERT INTO response_slips ({', '.join(row)}) VALUES ({', '.join(row.values())})"


STATES = [
    (1501, "a slip of an answer that is not there, or twice of one", (
        _slip(response_id="'{new}'"),
        _slip(response_id="NULL"),
        _slip(response_id="'{r1}'"),
    )),
    (1502, "a slip beside the correction of an answer", (_slip(response_id="'{r3}'"),)),
    (1503, "a slip that moves to another answer", (
        "UPDATE response_slips SET response_id = '{r2}' WHERE response_id = '{r1}'",
        "UPDATE response_slips SET response_id = '{new}' WHERE response_id = '{r1}'",
    )),
    (1504, "a slip without words for its words, without a time, or longer than a note", (
        _slip(words="NULL"),
        _slip(noted_at="NULL"),
        _slip(words=f"'{301 * 'a'}'"),
        f"UPDATE response_slips SET words = '{301 * 'a'}' WHERE response_id = '{{r1}}'",
    )),
    (1505, "a slip of no kind of moment", (_slip(noted_at="'soon'"),)),
    (1506, "an answer that goes while something is said beside it", (
        "DELETE FROM responses WHERE id = '{r1}'",
    )),
]  # fmt: skip

CONTROLS = [
    ("a slip", _slip()),
    ("a slip with the longest note", _slip(words=f"'{300 * 'a'}'")),
    ("other words for a slip", "UPDATE response_slips SET words = 'Typo' WHERE words = ''"),
    ("a slip taken back", "DELETE FROM response_slips WHERE response_id = '{r1}'"),
]
