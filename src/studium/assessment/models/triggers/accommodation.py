"""Rules of accommodations: for a student of the course, and only ever ended, never rewritten."""

from studium.lib.triggers import Trigger, changed, no_replace

# The same row that beginning an attempt locks: what is given and what is begun come in turn.
_STUDENT = "FROM enrollments WHERE user_id = NEW.user_id AND course_id = NEW.course_id "
_FIXED = (
    "id", "user_id", "course_id", "exam_id", "factor", "extra_minutes", "break_minutes",
    "opens_at", "closes_at", "extra_attempts", "created_by_id", "created_at",
)  # fmt: skip

ACCOMMODATIONS: list[Trigger] = [
    Trigger(
        "accommodations_enrolled",
        "accommodations",
        ("INSERT",),
        "NOT EXISTS (SELECT 1 FROM enrollments n WHERE n.user_id = NEW.user_id "
        "AND n.course_id = NEW.course_id AND n.ended_at IS NULL)",
        "accommodations: the person is not enrolled in the course",
        lock=_STUDENT + "FOR NO KEY UPDATE",
    ),
    Trigger(
        "accommodations_exam_of_course",
        "accommodations",
        ("INSERT",),
        "NEW.exam_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM exams e "
        "WHERE e.id = NEW.exam_id AND e.course_id = NEW.course_id)",
        "accommodations: the exam is one of the course",
    ),
    Trigger(
        "accommodations_only_end",
        "accommodations",
        ("UPDATE",),
        changed(*_FIXED)
        + " OR (NEW.reason IS_NOT OLD.reason AND NEW.reason <> '')"
        + " OR (OLD.revoked_at IS NOT NULL AND "
        + changed("revoked_at", "revoked_by_id")
        + ")",
        "accommodations: a row is only ever ended; a change is the next row",
        lock=_STUDENT + "FOR NO KEY UPDATE",
    ),
    Trigger(
        "accommodations_no_delete",
        "accommodations",
        ("DELETE",),
        "1 = 1",
        "accommodations: a row is kept",
    ),
    no_replace("accommodations"),
]
