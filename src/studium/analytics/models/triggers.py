"""What only a trigger can hold in analytics."""

from studium.lib.triggers import Trigger, changed

TRIGGERS: list[Trigger] = [
    Trigger(
        "analytics_stay",
        "analytics",
        ("UPDATE",),
        changed("user_id", "course_id"),
        "analytics: a row stays with its person and course",
    ),
    Trigger(
        "lesson_tallies_same_course",
        "lesson_tallies",
        ("INSERT", "UPDATE"),
        "NOT EXISTS (SELECT 1 FROM lessons l "
        "WHERE l.id = NEW.lesson_id AND l.course_id = NEW.course_id)",
        "lesson_tallies: the lesson is one of the course",
    ),
    Trigger(
        "mastery_same_course",
        "mastery",
        ("INSERT", "UPDATE"),
        "NOT EXISTS (SELECT 1 FROM concepts k "
        "WHERE k.id = NEW.concept_id AND k.course_id = NEW.course_id)",
        "mastery: the concept is one of the course",
    ),
    Trigger(
        "response_slips_original",
        "response_slips",
        ("INSERT",),
        "EXISTS (SELECT 1 FROM responses r "
        "WHERE r.id = NEW.response_id AND r.replaces_id IS NOT NULL)",
        "response_slips: a slip is noted beside the answer, not beside its correction",
    ),
    Trigger(
        "response_slips_stay",
        "response_slips",
        ("UPDATE",),
        changed("response_id"),
        "response_slips: a note stays with its answer",
    ),
    Trigger(
        "practice_suggestions_same_course",
        "practice_suggestions",
        ("INSERT", "UPDATE"),
        "NOT EXISTS (SELECT 1 FROM concepts k "
        "WHERE k.id = NEW.concept_id AND k.course_id = NEW.course_id)",
        "practice_suggestions: the concept is one of the course",
    ),
    Trigger(
        "practice_suggestions_to_student",
        "practice_suggestions",
        ("INSERT", "UPDATE"),
        "NOT EXISTS (SELECT 1 FROM enrollments e WHERE e.user_id = NEW.user_id "
        "AND e.course_id = NEW.course_id AND e.role = 'student')",
        "practice_suggestions: made to a student of the course",
    ),
]
