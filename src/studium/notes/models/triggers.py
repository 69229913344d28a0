"""What only a trigger can hold in notes."""

from studium.lib.triggers import Trigger, append_only, changed, frozen, no_replace

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
    Trigger(
        "tutor_messages_answered_stay",
        "tutor_messages",
        ("UPDATE",),
        "OLD.wording <> 'pending'",
        "tutor_messages: what was answered stays",
    ),
    frozen(
        "tutor_messages",
        ("id", "user_id", "lesson_id", "asked_at", "mode", "question", "own_answer", "state"),
        "tutor_messages: a question stays as it was asked",
    ),
    Trigger(
        "tutor_messages_not_in_exam",
        "tutor_messages",
        ("INSERT",),
        "EXISTS (SELECT 1 FROM exam_attempts a WHERE a.user_id = NEW.user_id "
        "AND a.status = 'in_progress' "
        "AND (a.paused_at IS NOT NULL OR a.deadline_at >= NEW.asked_at))",
        "tutor_messages: no tutor while an exam runs",
    ),
    no_replace("tutor_messages"),
    frozen("tutor_switches", ("id", "course_id"), "tutor_switches: a switch stays with its course"),
]
