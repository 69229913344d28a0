"""Rules of exam attempts: begun with the exam's terms, which then never change."""

from studium.assessment.models.triggers.conditions import LATE, MARKED_SO
from studium.lib.triggers import Trigger, changed, frozen, no_replace

_MARK = ("score", "points", "max_points", "graded_at", "grading_version")
_CLOSED_STAYS = (
    "exam_attempts: how and when it was closed stays; a mark changes by a journalled regrade"
)
_COPIED = ("pass_mark", "grace_seconds", "late_tiers")
_TERMS = ("attempts_allowed", *_COPIED)
# What a student has of their own for the exam `e`: for it alone, or for all exams of its course.
_THEIRS = "FROM accommodations a WHERE a.user_id = NEW.user_id AND a.revoked_at IS NULL AND "
_EXTRA_ATTEMPTS = (
    f"coalesce((SELECT max(a.extra_attempts) {_THEIRS} a.course_id = e.course_id "
    "AND (a.exam_id IS NULL OR a.exam_id = e.id)), 0)"
)


def _window(column: str) -> str:
    """The student's own moment for the exam, else that for all exams, else the exam's."""
    return (
        f"coalesce((SELECT a.{column} {_THEIRS} a.exam_id = e.id), "
        f"(SELECT a.{column} {_THEIRS} a.course_id = e.course_id AND a.exam_id IS NULL), "
        f"e.{column})"
    )


ATTEMPTS: list[Trigger] = [
    Trigger(
        "exam_attempts_by_active_user",
        "exam_attempts",
        ("INSERT",),
        "EXISTS (SELECT 1 FROM users u WHERE u.id = NEW.user_id AND NOT u.is_active)",
        "exam_attempts: the person is deactivated",
    ),
    Trigger(
        "exam_attempts_enrolled",
        "exam_attempts",
        ("INSERT",),
        "NOT EXISTS (SELECT 1 FROM enrollments n JOIN exams e ON e.course_id = n.course_id "
        "WHERE e.id = NEW.exam_id AND n.user_id = NEW.user_id AND n.ended_at IS NULL)",
        "exam_attempts: the person is not enrolled in the course of the exam",
        # Accommodations lock this row too: what is given and what is begun come in turn.
        lock="FROM enrollments WHERE user_id = NEW.user_id AND course_id = "
        "(SELECT e.course_id FROM exams e WHERE e.id = NEW.exam_id) FOR SHARE",
    ),
    Trigger(
        "exam_attempts_terms",
        "exam_attempts",
        ("INSERT",),
        "NOT EXISTS (SELECT 1 FROM exams e WHERE e.id = NEW.exam_id AND "
        + " AND ".join(f"e.{term} = NEW.{term}" for term in _COPIED)
        + f" AND e.attempts_allowed + {_EXTRA_ATTEMPTS} = NEW.attempts_allowed"
        + " AND (e.due_at IS NULL AND NEW.due_at IS NULL OR e.due_at <= NEW.due_at))",
        "exam_attempts: attempts allowed, pass mark, grace and late rule are those of the exam "
        "and the accommodation",
        lock="FROM exams WHERE id = NEW.exam_id FOR SHARE",
    ),
    Trigger(
        "exam_attempts_exam_open",
        "exam_attempts",
        ("INSERT",),
        "NOT EXISTS (SELECT 1 FROM exams e WHERE e.id = NEW.exam_id AND e.status = 'published' "
        f"AND coalesce({_window('opens_at')}, NEW.attempted_at) <= NEW.attempted_at "
        f"AND ({_window('closes_at')} IS NULL OR {_window('closes_at')} > NEW.attempted_at))",
        "exam_attempts: the exam is not published or not open at that time",
    ),
    Trigger(
        "exam_attempts_begins_running",
        "exam_attempts",
        ("INSERT",),
        "NEW.status <> 'in_progress'",
        "exam_attempts: an attempt begins in progress",
    ),
    frozen(
        "exam_attempts",
        (
            "id",
            "exam_id",
            "user_id",
            "attempted_at",
            "attempt_no",
            "shuffle_seed",
            "draw_seed",
            "drawn",
            *_TERMS,
        ),
        "exam_attempts: owner, exam, start and terms never change",
    ),
    Trigger(
        "exam_attempts_deadline_later_only",
        "exam_attempts",
        ("UPDATE",),
        changed("deadline_at", "due_at")
        + " AND (OLD.status <> 'in_progress' OR NEW.deadline_at < OLD.deadline_at "
        "OR NEW.due_at < OLD.due_at OR (OLD.due_at IS NULL) <> (NEW.due_at IS NULL))",
        "exam_attempts: the deadline only moves later, and only while the attempt runs",
        of=("deadline_at", "due_at"),
    ),
    Trigger(
        "exam_attempts_status_forward",
        "exam_attempts",
        ("UPDATE",),
        "(OLD.status = 'submitted' AND NEW.status = 'in_progress') "
        "OR (OLD.status = 'graded' AND NEW.status <> 'graded')",
        "exam_attempts: what was handed in is not opened again",
        of=("status",),
    ),
    Trigger(
        "exam_attempts_closed_stays",
        "exam_attempts",
        ("UPDATE",),
        f"OLD.status <> 'in_progress' AND {changed('submitted_at', 'closed_by')}",
        _CLOSED_STAYS,
        of=("submitted_at", "closed_by"),
    ),
    Trigger(
        "exam_attempts_mark_stays",
        "exam_attempts",
        ("UPDATE",),
        {vendor: f"NOT {anew}" for vendor, anew in MARKED_SO.items()},
        _CLOSED_STAYS,
        of=_MARK,
        given=f"OLD.status = 'graded' AND {changed(*_MARK)}",
    ),
    Trigger(
        "exam_attempts_closed_in_time",
        "exam_attempts",
        ("UPDATE",),
        {
            vendor: "NEW.submitted_at IS NOT NULL AND "
            + text.format(at="submitted_at", deadline="NEW.deadline_at", grace="NEW.grace_seconds")
            for vendor, text in LATE.items()
        },
        "exam_attempts: it is handed in by its deadline and grace at the latest",
        of=("submitted_at", "deadline_at", "grace_seconds"),
    ),
    Trigger(
        "exam_attempts_no_delete",
        "exam_attempts",
        ("DELETE",),
        "1 = 1",
        "exam_attempts: every attempt is kept",
    ),
    no_replace("exam_attempts", unique=(("exam_id", "user_id", "attempt_no"),)),
]
