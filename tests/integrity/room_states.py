"""Invalid states of the exam room, and what must be let through."""

from __future__ import annotations

_PAUSE = "UPDATE exam_attempts SET paused_at = '2026-02-02 10:20:00' WHERE id = "


def _message(**changed: str) -> str:
    """An INSERT of a message to Ada's running attempt, but for what is changed."""
    row = {
        "id": "'{new}'", "exam_id": "'{e1}'", "attempt_id": "'{a2}'", "text": "'Ten minutes.'",
        "sent_by_id": "'{bruno}'",
    } | changed  # fmt: skip
    return f"INSERT INTO exam_messages ({', '.join(row)}) VALUES ({', '.join(row.values())})"


STATES = [
    (401, "a pulse that falls or moves to another exam", (
        "UPDATE exam_pulses SET number = 1 WHERE exam_id = '{e1}'",
        "UPDATE exam_pulses SET number = -1 WHERE exam_id = '{e1}'",
        "UPDATE exam_pulses SET exam_id = '{e2}', number = 4 WHERE exam_id = '{e1}'",
    )),
    (402, "a pulse that is no number of beats", (
        "INSERT INTO exam_pulses (exam_id, number) VALUES ('{e2}', 0)",
        "UPDATE exam_pulses SET number = 2000000001 WHERE exam_id = '{e1}'",
        "INSERT INTO exam_pulses (exam_id, number) VALUES ('{new}', 1)",
    )),
    (403, "a message without words", (_message(text="''"), _message(text="'  '"))),
    (404, "a message to an attempt at another exam", (
        _message(exam_id="'{e2}'"),
        _message(exam_id="'{e2}'", attempt_id="'{a1}'"),
    )),
    (405, "a message that changes or goes", (
        "UPDATE exam_messages SET text = 'x' WHERE id = '{msg1}'",
        "DELETE FROM exam_messages WHERE id = '{msg1}'",
        _message(id="'{msg1}'"),
    )),
    (406, "a message from nobody", (_message(sent_by_id="NULL"), _message(sent_by_id="'{new2}'"))),
    (407, "a sign of life that moves to another attempt", (
        "UPDATE attempt_presence SET attempt_id = '{a4}' WHERE attempt_id = '{a2}'",
        "INSERT INTO attempt_presence (attempt_id) VALUES ('{new}')",
    )),
    (408, "fewer than no signals", (
        "UPDATE attempt_presence SET signals = -1 WHERE attempt_id = '{a2}'",
    )),
    (410, "a message replaced by another", (
        _message(id="'{msg1}'").replace("INSERT", "REPLACE", 1),
    ), "sqlite"),
    (409, "an attempt that has ended and whose clock stands", (
        _PAUSE + "'{a1}'",
        _PAUSE + "'{a3}'",
        "UPDATE exam_attempts SET paused_at = '2026-02-02 10:20:00', status = 'submitted', "
        "closed_by = 'staff', submitted_at = '2026-02-02 10:30:00' WHERE id = '{a2}'",
    )),
]  # fmt: skip

CONTROLS = [
    ("a pulse that rises", "UPDATE exam_pulses SET number = 4 WHERE exam_id = '{e1}'"),
    (
        "a pulse that rises by an upsert",
        "INSERT INTO exam_pulses (exam_id, number) VALUES ('{e1}', 1) ON CONFLICT (exam_id) "
        "DO UPDATE SET number = exam_pulses.number + 1",
    ),
    ("a message to one", _message()),
    ("a message to all", _message(attempt_id="NULL")),
    (
        "a later sign of life",
        "UPDATE attempt_presence SET seen_at = '2026-02-02 10:21:00', signals = 2 "
        "WHERE attempt_id = '{a2}'",
    ),
    ("a clock that stands", _PAUSE + "'{a2}'"),
    (
        "a clock that goes on, with a later deadline",
        "UPDATE exam_attempts SET paused_at = NULL, deadline_at = '2026-02-02 11:10:00' "
        "WHERE id = '{a2}'",
    ),
]
