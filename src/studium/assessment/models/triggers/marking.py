"""Rules of marks, appeals and the gradebook: who may write, about what, and what then stays."""

from studium.assessment.models.triggers.conditions import OF_NOBODY
from studium.lib.triggers import Trigger, append_only, changed, frozen

_STAFF = (
    "EXISTS (SELECT 1 FROM users u WHERE u.id = {who} AND u.is_active AND (u.role = 'ADMIN' "
    "OR EXISTS (SELECT 1 FROM enrollments n WHERE n.user_id = u.id AND n.course_id = {course} "
    "AND n.ended_at IS NULL AND n.role IN ('assistant', 'instructor'))))"
)
_COURSE_OF_ATTEMPT = (
    "(SELECT e.course_id FROM exam_attempts t JOIN exams e ON e.id = t.exam_id WHERE t.id = {id})"
)
_COURSE_OF_APPEAL = (
    "(SELECT e.course_id FROM appeals a JOIN exam_attempts t ON t.id = a.attempt_id "
    "JOIN exams e ON e.id = t.exam_id WHERE a.id = {id})"
)
_COURSE_OF_ITEM = "(SELECT i.course_id FROM grade_items i WHERE i.id = {id})"


def _staff(who: str, course: str, row: str) -> str:
    return _STAFF.format(who=who, course=course.format(id=row))


MARKS: list[Trigger] = [
    *append_only("marks"),
    Trigger(
        "marks_of_answer",
        "marks",
        ("INSERT",),
        "NOT EXISTS (SELECT 1 FROM attempt_answers a JOIN exam_attempts t ON t.id = a.attempt_id "
        "JOIN exam_questions p ON p.exam_id = t.exam_id AND p.question_id = a.question_id "
        "WHERE a.attempt_id = NEW.attempt_id AND a.question_id = NEW.question_id "
        "AND NEW.points <= p.points)",
        "marks: a mark is for an answer that was given, and within its points",
    ),
    Trigger(
        "marks_after_hand_in",
        "marks",
        ("INSERT",),
        "EXISTS (SELECT 1 FROM exam_attempts t WHERE t.id = NEW.attempt_id "
        "AND (t.status = 'in_progress' OR (t.status = 'graded' AND NEW.round <> 'final')))",
        "marks: marks are given after handing in; after grading only final ones",
        lock="FROM exam_attempts WHERE id = NEW.attempt_id FOR NO KEY UPDATE",
    ),
    Trigger(
        "marks_by_staff",
        "marks",
        ("INSERT",),
        f"NOT {_staff('NEW.marker_id', _COURSE_OF_ATTEMPT, 'NEW.attempt_id')}",
        "marks: the marker is of the staff of the course",
    ),
    Trigger(
        "marks_not_ones_own",
        "marks",
        ("INSERT",),
        "EXISTS (SELECT 1 FROM exam_attempts t WHERE t.id = NEW.attempt_id "
        "AND t.user_id = NEW.marker_id)",
        "marks: nobody marks an attempt of their own",
    ),
    Trigger(
        "marks_by_two_people",
        "marks",
        ("INSERT",),
        "(NEW.round = 'second' AND NOT EXISTS (SELECT 1 FROM marks m "
        "WHERE m.attempt_id = NEW.attempt_id AND m.question_id = NEW.question_id "
        "AND m.round = 'first')) "
        "OR (NEW.round <> 'final' AND EXISTS (SELECT 1 FROM marks m "
        "WHERE m.attempt_id = NEW.attempt_id AND m.question_id = NEW.question_id "
        "AND m.marker_id = NEW.marker_id AND m.round NOT IN ('final', NEW.round)))",
        "marks: the second mark comes from another person, after the first",
    ),
]

# What an erased person said may be erased, see the rules of the journal.
_SAID, *_SAID_ONCE = append_only("appeal_messages")

APPEALS: list[Trigger] = [
    Trigger(
        "appeals_of_graded",
        "appeals",
        ("INSERT",),
        "NEW.status <> 'open' OR NOT EXISTS (SELECT 1 FROM exam_attempts t "
        "JOIN exam_questions p ON p.exam_id = t.exam_id WHERE t.id = NEW.attempt_id "
        "AND t.status = 'graded' AND p.question_id = NEW.question_id)",
        "appeals: an appeal begins open, about a question of a graded attempt",
    ),
    Trigger(
        "appeals_frozen",
        "appeals",
        ("UPDATE",),
        changed("id", "attempt_id", "question_id", "created_at")
        + f" OR NEW.text <> '[erased]' OR NOT {OF_NOBODY}",
        "appeals: what was asked stays",
        given=changed("id", "attempt_id", "question_id", "text", "created_at"),
    ),
    Trigger(
        "appeals_closed_stays",
        "appeals",
        ("UPDATE",),
        "OLD.status <> 'open' AND "
        + changed("status", "answer", "answered_by_id", "mark_id", "regrade_id", "closed_at"),
        "appeals: an answered appeal stays as it is",
    ),
    Trigger(
        "appeals_answered_by_staff",
        "appeals",
        ("UPDATE",),
        "NEW.answered_by_id IS NOT NULL AND ("
        f"NOT {_staff('NEW.answered_by_id', _COURSE_OF_ATTEMPT, 'NEW.attempt_id')} "
        "OR EXISTS (SELECT 1 FROM exam_attempts t WHERE t.id = NEW.attempt_id "
        "AND t.user_id = NEW.answered_by_id))",
        "appeals: answered by the staff of the course, and not by the one who asks",
    ),
    Trigger(
        "appeals_mark_is_of_answer",
        "appeals",
        ("UPDATE",),
        "NEW.mark_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM marks m WHERE m.id = NEW.mark_id "
        "AND m.attempt_id = NEW.attempt_id AND m.question_id = NEW.question_id)",
        "appeals: the new mark is one of the same answer",
    ),
    Trigger(
        "appeals_regrade_is_of_exam",
        "appeals",
        ("UPDATE",),
        "NEW.regrade_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM regrades g "
        "JOIN exam_attempts t ON t.exam_id = g.exam_id WHERE g.id = NEW.regrade_id "
        "AND t.id = NEW.attempt_id AND (NEW.status = 'open' OR g.applied_at IS NOT NULL))",
        "appeals: the correction is one of the same exam, and applied",
    ),
    Trigger("appeals_no_delete", "appeals", ("DELETE",), "1 = 1", "appeals: an appeal is kept"),
    Trigger(
        "appeals_no_replace",
        "appeals",
        ("INSERT",),
        "EXISTS (SELECT 1 FROM appeals o WHERE o.id = NEW.id OR (o.status = 'open' "
        "AND o.attempt_id = NEW.attempt_id AND o.question_id = NEW.question_id))",
        "appeals: an open appeal is there already and is not replaced",
        vendors=("sqlite",),
    ),
    Trigger(
        _SAID.name,
        _SAID.table,
        _SAID.on,
        changed("id", "appeal_id", "author_id", "created_at") + " OR NEW.text <> '[erased]' "
        "OR NOT EXISTS (SELECT 1 FROM users u WHERE u.id = NEW.author_id "
        "AND u.erased_at IS NOT NULL)",
        _SAID.message,
    ),
    *_SAID_ONCE,
    Trigger(
        "appeal_messages_while_open",
        "appeal_messages",
        ("INSERT",),
        "NOT EXISTS (SELECT 1 FROM appeals a WHERE a.id = NEW.appeal_id AND a.status = 'open')",
        "appeal_messages: the appeal was answered",
        lock="FROM appeals WHERE id = NEW.appeal_id FOR NO KEY UPDATE",
    ),
    Trigger(
        "appeal_messages_by_the_two",
        "appeal_messages",
        ("INSERT",),
        "NOT EXISTS (SELECT 1 FROM appeals a JOIN exam_attempts t ON t.id = a.attempt_id "
        "WHERE a.id = NEW.appeal_id AND t.user_id = NEW.author_id) "
        f"AND NOT {_staff('NEW.author_id', _COURSE_OF_APPEAL, 'NEW.appeal_id')}",
        "appeal_messages: written by the one who asks or by the staff of the course",
    ),
]

GRADEBOOK: list[Trigger] = [
    Trigger(
        "grade_items_of_course",
        "grade_items",
        ("INSERT",),
        "NOT EXISTS (SELECT 1 FROM exams e WHERE e.id = NEW.exam_id "
        "AND e.course_id = NEW.course_id) AND NOT EXISTS (SELECT 1 FROM quizzes z "
        "JOIN lessons l ON l.id = z.lesson_id WHERE z.id = NEW.quiz_id "
        "AND l.course_id = NEW.course_id)",
        "grade_items: the exam or quiz is one of the course",
    ),
    frozen(
        "grade_items",
        ("id", "course_id", "exam_id", "quiz_id"),
        "grade_items: a column stays what it is",
    ),
    *append_only("grade_entries"),
    Trigger(
        "grade_entries_by_staff",
        "grade_entries",
        ("INSERT",),
        f"NEW.user_id = NEW.written_by_id OR NOT "
        f"{_staff('NEW.written_by_id', _COURSE_OF_ITEM, 'NEW.item_id')}",
        "grade_entries: written by the staff of the course, about somebody else",
    ),
    Trigger(
        "grade_entries_of_student",
        "grade_entries",
        ("INSERT",),
        "NOT EXISTS (SELECT 1 FROM enrollments n JOIN grade_items i ON i.course_id = n.course_id "
        "WHERE i.id = NEW.item_id AND n.user_id = NEW.user_id AND n.role = 'student')",
        "grade_entries: a cell belongs to a student of the course",
    ),
]

MARKING: list[Trigger] = [*MARKS, *APPEALS, *GRADEBOOK]
