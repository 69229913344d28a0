"""Rules of the exam room: the pulse only rises, and what was said stays."""

from studium.lib.triggers import Trigger, append_only, frozen

ROOM: list[Trigger] = [
    Trigger(
        "exam_pulses_rise",
        "exam_pulses",
        ("UPDATE",),
        "NEW.exam_id <> OLD.exam_id OR NEW.number <= OLD.number",
        "exam_pulses: the number of an exam only rises",
    ),
    *append_only("exam_messages"),
    Trigger(
        "exam_messages_same_exam",
        "exam_messages",
        ("INSERT",),
        "NEW.attempt_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM exam_attempts t "
        "WHERE t.id = NEW.attempt_id AND t.exam_id = NEW.exam_id)",
        "exam_messages: the attempt is one of the exam",
    ),
    frozen("attempt_presence", ("attempt_id",), "attempt_presence: a row stays with its attempt"),
]
