"""What only a trigger can hold in content: 1..n lessons of a published course, and its kin."""

from studium.lib.triggers import Trigger, append_only, changed, frozen

_COURSE_LOCK = "FROM courses WHERE id = OLD.course_id FOR UPDATE"
_LAST_LESSON = (
    "EXISTS (SELECT 1 FROM courses c WHERE c.id = OLD.course_id AND c.status = 'published') "
    "AND NOT EXISTS (SELECT 1 FROM lessons l WHERE l.course_id = OLD.course_id AND l.id <> OLD.id)"
)

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
    frozen("concepts", ("id", "course_id"), "concepts: a concept stays in its course"),
    *append_only("lesson_revisions"),
    frozen(
        "lesson_origins", ("id", "lesson_id"), "lesson_origins: an origin stays with its lesson"
    ),
]
