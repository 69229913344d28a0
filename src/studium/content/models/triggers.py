"""What only a trigger can hold in content: 1..n lessons of a published course, and its kin."""

from studium.lib.triggers import Trigger, append_only, changed, frozen, no_replace

_COURSE_LOCK = "FROM courses WHERE id = OLD.course_id FOR UPDATE"
_LAST_LESSON = (
    "EXISTS (SELECT 1 FROM courses c WHERE c.id = OLD.course_id AND c.status = 'published') "
    "AND NOT EXISTS (SELECT 1 FROM lessons l WHERE l.course_id = OLD.course_id AND l.id <> OLD.id)"
)

# A target is never merged itself when it is chosen, and only one that is not merged yet can be
# merged: so no chain of merges ever comes back to where it began.
_GOOD_TARGET = (
    "EXISTS (SELECT 1 FROM concepts t WHERE t.id = NEW.merged_into_id "
    "AND t.course_id = NEW.course_id AND t.merged_into_id IS NULL)"
)
_TARGET_LOCK = "FROM concepts WHERE id = NEW.merged_into_id FOR UPDATE"

EDITING: list[Trigger] = [
    Trigger(
        "lesson_drafts_of_own_course",
        "lesson_drafts",
        ("INSERT",),
        "NEW.lesson_id IS NOT NULL AND NOT EXISTS "
        "(SELECT 1 FROM lessons l WHERE l.id = NEW.lesson_id AND l.course_id = NEW.course_id)",
        "lesson_drafts: the lesson is one of the same course",
    ),
    frozen(
        "lesson_drafts",
        ("id", "course_id", "lesson_id", "author_id"),
        "lesson_drafts: a draft stays with its lesson and its author",
    ),
    frozen("lesson_locks", ("id", "lesson_id"), "lesson_locks: a lock stays with its lesson"),
    frozen(
        "undo_steps",
        ("id", "course_id", "user_id", "act", "before", "made_at"),
        "undo_steps: what was there before does not change",
    ),
    Trigger(
        "undo_steps_once",
        "undo_steps",
        ("UPDATE",),
        "OLD.undone_at IS NOT NULL",
        "undo_steps: an act is taken back once",
    ),
    Trigger(
        "files_both_sides",
        "files",
        ("INSERT", "UPDATE"),
        "(NEW.width IS NULL) <> (NEW.height IS NULL) "
        "OR NEW.width NOT BETWEEN 1 AND 100000 OR NEW.height NOT BETWEEN 1 AND 100000",
        "files: an image has a width and a height, both from 1",
    ),
]

CONCEPTS: list[Trigger] = [
    frozen("concepts", ("id", "course_id"), "concepts: a concept stays in its course"),
    Trigger(
        "concepts_of_own_lesson",
        "concepts",
        ("INSERT", "UPDATE"),
        "NEW.lesson_id IS NOT NULL AND NOT EXISTS "
        "(SELECT 1 FROM lessons l WHERE l.id = NEW.lesson_id AND l.course_id = NEW.course_id)",
        "concepts: the lesson is one of the same course",
    ),
    Trigger(
        "concepts_lesson_stays",
        "concepts",
        ("UPDATE",),
        "OLD.lesson_id IS NOT NULL AND OLD.lesson_id IS_NOT NEW.lesson_id",
        "concepts: what a lesson teaches as a whole stays its concept",
    ),
    Trigger(
        "concepts_merged_new",
        "concepts",
        ("INSERT",),
        f"NEW.merged_into_id IS NOT NULL AND NOT {_GOOD_TARGET}",
        "concepts: merged into a concept of the same course that is not merged itself",
        lock=_TARGET_LOCK,
    ),
    Trigger(
        "concepts_merged_later",
        "concepts",
        ("UPDATE",),
        "NEW.merged_into_id IS NOT NULL AND OLD.merged_into_id IS_NOT NEW.merged_into_id "
        f"AND (OLD.merged_into_id IS NOT NULL OR NOT {_GOOD_TARGET})",
        "concepts: merged once, into a concept of the same course that is not merged itself",
        lock=_TARGET_LOCK,
    ),
    Trigger(
        "concepts_merged_name_stays",
        "concepts",
        ("UPDATE",),
        "OLD.merged_into_id IS NOT NULL AND NEW.merged_into_id IS NOT NULL "
        "AND OLD.name IS_NOT NEW.name",
        "concepts: a merged concept keeps its name",
    ),
    Trigger(
        "concepts_counted_stays",
        "concepts",
        ("UPDATE",),
        "OLD.merged_epoch IS NOT NULL AND " + changed("merged_into_id", "merged_epoch"),
        "concepts: a merge that analytics counts with stays",
    ),
    Trigger(
        "concepts_no_delete",
        "concepts",
        ("DELETE",),
        "1 = 1",
        "concepts: a concept is kept, since answers name it",
    ),
    no_replace("concepts", unique=(("course_id", "name"), ("lesson_id",))),
    Trigger(
        "lesson_concepts_same_course",
        "lesson_concepts",
        ("INSERT", "UPDATE"),
        "NOT EXISTS (SELECT 1 FROM lessons l JOIN concepts k ON k.course_id = l.course_id "
        "WHERE l.id = NEW.lesson_id AND k.id = NEW.concept_id)",
        "lesson_concepts: the concept is one of the course of the lesson",
    ),
]

GROUPS: list[Trigger] = [
    frozen("course_groups", ("id", "course_id"), "course_groups: a group stays in its course"),
    frozen(
        "course_group_members",
        ("id", "group_id", "user_id"),
        "course_group_members: a place in a group is taken or left, never moved",
    ),
    Trigger(
        "course_group_members_are_students",
        "course_group_members",
        ("INSERT",),
        "NOT EXISTS (SELECT 1 FROM course_groups g JOIN enrollments n ON n.course_id = g.course_id "
        "WHERE g.id = NEW.group_id AND n.user_id = NEW.user_id AND n.role = 'student' "
        "AND n.ended_at IS NULL)",
        "course_group_members: who is in a group is a student of its course",
    ),
]

OWN_NOTES: list[Trigger] = [
    frozen(
        "own_notes",
        ("id", "user_id", "lesson_id", "created_at"),
        "own_notes: a note stays with its reader and its lesson",
    ),
    no_replace("own_notes"),
    Trigger(
        "lesson_progress_seen_version",
        "lesson_progress",
        ("INSERT", "UPDATE"),
        "NEW.seen_version < 1 OR NEW.seen_version > 1000000000",
        "lesson_progress: versions of a lesson count from 1",
    ),
]

TRIGGERS: list[Trigger] = [
    Trigger(
        "courses_published_has_lesson",
        "courses",
        ("INSERT", "UPDATE"),
        "NEW.status = 'published' "
        "AND NOT EXISTS (SELECT 1 FROM lessons l WHERE l.course_id = NEW.id)",
        "courses: a published course has at least one lesson",
    ),
    Trigger(
        "lessons_last_of_published",
        "lessons",
        ("DELETE",),
        _LAST_LESSON,
        "lessons: this is the last lesson of a published course",
        lock=_COURSE_LOCK,
    ),
    Trigger(
        "lessons_stay_in_course",
        "lessons",
        ("UPDATE",),
        changed("course_id", "id"),
        "lessons: a lesson stays in its course",
    ),
    Trigger(
        "lessons_parent_same_course",
        "lessons",
        ("INSERT", "UPDATE"),
        "NEW.parent_id IS NOT NULL AND NOT EXISTS "
        "(SELECT 1 FROM lessons p WHERE p.id = NEW.parent_id AND p.course_id = NEW.course_id)",
        "lessons: the parent is a lesson of the same course",
    ),
    Trigger(
        "courses_id_stays",
        "courses",
        ("UPDATE",),
        changed("id"),
        "courses: the id never changes",
    ),
    Trigger(
        "passages_of_own_course",
        "passages",
        ("INSERT", "UPDATE"),
        "NOT EXISTS "
        "(SELECT 1 FROM lessons l WHERE l.id = NEW.lesson_id AND l.course_id = NEW.course_id)",
        "passages: a passage is in the course of its lesson",
    ),
    *CONCEPTS,
    *GROUPS,
    *EDITING,
    *OWN_NOTES,
    *append_only("lesson_revisions"),
    frozen(
        "lesson_origins", ("id", "lesson_id"), "lesson_origins: an origin stays with its lesson"
    ),
]
