"""Invalid states of the history of notes, of refusals and of parts of jobs; and what is let in."""

from __future__ import annotations


def _version(**changed: str) -> str:
    """An INSERT of the second version of a note, but for what is changed."""
    row = {
        "id": "'{new}'", "lesson_id": "'{l1}'", "version": "2", "cause": "'edited'",
        "by_id": "'{bruno}'",
    } | changed  # fmt: skip
    return f"INSERT INTO ai_note_versions ({', '.join(row)}) VALUES ({', '.join(row.values())})"


def _refusal(**changed: str) -> str:
    """An INSERT of a refused sentence, but for what is changed."""
    row = {
        "id": "'{new}'", "lesson_id": "'{l1}'", "kind": "'note'", "text": "'It is so.'",
        "code": "'dangling'",
    } | changed  # fmt: skip
    return f"INSERT INTO ai_rejections ({', '.join(row)}) VALUES ({', '.join(row.values())})"


STATES = [
    (701, "ai_note_versions: history is rewritten or deleted", (
        "UPDATE ai_note_versions SET cause = 'kept' WHERE id = '{nv1}'",
        "DELETE FROM ai_note_versions WHERE id = '{nv1}'",
    )),
    (702, "ai_note_versions: history is replaced", (
        "INSERT OR REPLACE INTO ai_note_versions (id, lesson_id, version, cause) VALUES "
        "('{nv1}', '{l1}', 3, 'edited')",
    ), "sqlite"),
    (703, "ai_note_versions: twice, from nothing, of an unknown cause, number 0", (
        _version(version="1"), _version(version="0"), _version(cause="'dreamt'"),
        _version(lesson_id="'{new3}'"), _version(by_id="'{new3}'"),
    )),
    (704, "ai_note_versions: a value of the wrong type", (
        _version(version="'two'"), _version(created_at="'soon'"),
    )),
    (711, "ai_rejections: a refusal is reworded", (
        "UPDATE ai_rejections SET code = 'other' WHERE id = '{rj1}'",
    )),
    (712, "ai_rejections: a refusal is replaced", (
        "INSERT OR REPLACE INTO ai_rejections (id, lesson_id, kind, code) VALUES "
        "('{rj1}', '{l1}', 'note', 'x')",
    ), "sqlite"),
    (713, "ai_rejections: of nothing known, without a reason, of no lesson", (
        _refusal(kind="'song'"), _refusal(code="' '"), _refusal(lesson_id="'{new3}'"),
    )),
    (714, "ai_rejections: a value of the wrong type", (_refusal(created_at="'soon'"),)),
    (721, "ai_note_wishes: twice for a course, of no course, neither yes nor no", (
        "INSERT INTO ai_note_wishes (id, course_id) VALUES ('{new}', '{c1}')",
        "INSERT INTO ai_note_wishes (id, course_id) VALUES ('{new}', '{new3}')",
        "UPDATE ai_note_wishes SET make_on_save = 'perhaps' WHERE id = '{nw1}'",
    )),
    (731, "jobs: a part of itself, or of nothing", (
        "UPDATE jobs SET parent_id = id WHERE id = '{job1}'",
        "UPDATE jobs SET parent_id = '{new3}' WHERE id = '{job1}'",
    )),
]  # fmt: skip

CONTROLS = [
    ("a second version of a note", _version()),
    ("a version nobody asked for", _version(by_id="NULL", cause="'made'")),
    ("a refused sentence", _refusal()),
    ("a refused question", _refusal(kind="'item'")),
    ("an old refusal is forgotten", "DELETE FROM ai_rejections WHERE id = '{rj1}'"),
    ("a course wishes otherwise", "UPDATE ai_note_wishes SET make_on_save = false"),
    ("a part of a job", "UPDATE jobs SET parent_id = '{job2}' WHERE id = '{job1}'"),
]
