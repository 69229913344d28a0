"""Invalid states of what stands beside a lesson while it is written, and what is let through."""

from __future__ import annotations


def _row(table: str, row: dict[str, str]) -> str:
    return f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(row.values())})"


def _draft(**changed: str) -> str:
    row = {
        "id": "'{new}'", "course_id": "'{c1}'", "lesson_id": "'{l2}'", "author_id": "'{bruno}'",
        "topic": "'Sets'", "content": "'Words.'", "based_on": "1",
    } | changed  # fmt: skip
    return _row("lesson_drafts", row)


def _lock(**changed: str) -> str:
    row = {
        "id": "'{new}'", "lesson_id": "'{l2}'", "holder_id": "'{bruno}'",
        "taken_at": "'2026-01-03 08:00:00'", "seen_at": "'2026-01-03 08:00:00'",
    } | changed  # fmt: skip
    return _row("lesson_locks", row)


def _step(**changed: str) -> str:
    row = {
        "id": "'{new}'", "course_id": "'{c1}'", "user_id": "'{bruno}'", "act": "'file_removed'",
        "before": "'{{}}'", "made_at": "'2026-01-03 08:00:00'",
    } | changed  # fmt: skip
    return _row("undo_steps", row)


STATES = [
    (2301, "lesson_drafts: two of one author for one lesson, or for a new one", (
        _draft(lesson_id="'{l1}'"), _draft(lesson_id="NULL"),
    )),
    (2302, "lesson_drafts: of another course's lesson, of nobody, from no version", (
        _draft(lesson_id="'{l3}'"), _draft(author_id="NULL"), _draft(course_id="NULL"),
        _draft(based_on="-1"), "UPDATE lesson_drafts SET based_on = -1 WHERE id = '{ld1}'",
    )),
    (2303, "lesson_drafts: a draft goes to another lesson, course or author", (
        "UPDATE lesson_drafts SET lesson_id = '{l2}' WHERE id = '{ld1}'",
        "UPDATE lesson_drafts SET author_id = '{dora}' WHERE id = '{ld1}'",
        "UPDATE lesson_drafts SET course_id = '{c3}' WHERE id = '{ld2}'",
        "UPDATE lesson_drafts SET id = '{new}' WHERE id = '{ld1}'",
    )),
    (2304, "lesson_locks: two people in one lesson, or seen before it was taken", (
        _lock(lesson_id="'{l1}'"), _lock(seen_at="'2026-01-02 08:00:00'"),
        _lock(holder_id="NULL"), _lock(lesson_id="'{new3}'"),
        "UPDATE lesson_locks SET lesson_id = '{l2}' WHERE id = '{lk1}'",
        "UPDATE lesson_locks SET seen_at = '2026-01-02 08:00:00' WHERE id = '{lk1}'",
    )),
    (2305, "undo_steps: an unknown act, or one that is rewritten or taken back twice", (
        _step(act="'lesson_burnt'"), _step(user_id="NULL"), _step(course_id="NULL"),
        _step(undone_at="'2026-01-02 08:00:00'"),
        "UPDATE undo_steps SET act = 'lesson_order' WHERE id = '{us1}'",
        "UPDATE undo_steps SET before = '[]' WHERE id = '{us1}'",
        "UPDATE undo_steps SET user_id = '{dora}' WHERE id = '{us1}'",
        "UPDATE undo_steps SET undone_at = NULL WHERE id = '{us2}'",
    )),
    (2306, "files: an image with one side, or with a side of nothing", (
        _row("files", {
            "id": "'{new}'", "course_id": "'{c1}'", "path": "'b.png'", "content_hash": "'h'",
            "media_type": "'image/png'", "size": "10", "width": "3",
        }),
        "UPDATE files SET width = 3 WHERE id = '{f1}'",
        "UPDATE files SET height = 3 WHERE id = '{f1}'",
        "UPDATE files SET width = 0, height = 3 WHERE id = '{f1}'",
        "UPDATE files SET width = 3, height = 100001 WHERE id = '{f1}'",
        "UPDATE files SET width = -3, height = 3 WHERE id = '{f1}'",
        "UPDATE files SET width = 3, height = -3 WHERE id = '{f1}'",
    )),
    (2307, "editing: a value of the wrong type", (
        _draft(kept_at="'soon'"), _lock(taken_at="'soon'", seen_at="'soon'"),
        _step(before="'no'"), _step(made_at="'soon'"),
    )),
]  # fmt: skip

CONTROLS = [
    ("a draft of a second lesson", _draft()),
    ("a colleague's draft of the same lesson", _draft(lesson_id="'{l1}'", author_id="'{dora}'")),
    ("a lock that is taken over",
     "UPDATE lesson_locks SET holder_id = '{dora}', taken_at = '2026-01-03 08:06:00', "
     "seen_at = '2026-01-03 08:06:00' WHERE id = '{lk1}'"),
    ("an act that is taken back",
     "UPDATE undo_steps SET undone_at = '2026-01-03 08:01:00' WHERE id = '{us1}'"),
    ("an image with its size", "UPDATE files SET width = 1, height = 100000 WHERE id = '{f1}'"),
]  # fmt: skip
