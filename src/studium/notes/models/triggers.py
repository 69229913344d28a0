"""What only a trigger can hold in notes."""

from studium.lib.triggers import Trigger, append_only, changed, no_replace

TRIGGERS: list[Trigger] = [
    Trigger(
        "ai_notes_stay_with_lesson",
        "ai_notes",
        ("UPDATE",),
        changed("lesson_id"),
        "ai_notes: a note stays with the lesson it was made from",
    ),
    *append_only("ai_note_versions"),
    Trigger(
        "ai_rejections_no_update",
        "ai_rejections",
        ("UPDATE",),
        "1 = 1",
        "ai_rejections: a row never changes",
    ),
    no_replace("ai_rejections"),
]
