"""What only a trigger can hold in notes."""

from studium.lib.triggers import Trigger, changed

TRIGGERS: list[Trigger] = [
    Trigger(
        "ai_notes_stay_with_lesson",
        "ai_notes",
        ("UPDATE",),
        changed("lesson_id"),
        "ai_notes: a note stays with the lesson it was made from",
    ),
]
