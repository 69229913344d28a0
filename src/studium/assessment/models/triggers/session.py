"""Rules of practice sessions, their answers, and what was offered."""

from studium.assessment.models.triggers.conditions import BAD_RESPONSE
from studium.lib.triggers import Trigger, changed, frozen, no_replace

# The question that the plan of session t has at the place of the answer.
_PLANNED = {
    "sqlite": "json_extract(t.planned, '$[' || (NEW.position - 1) || '].question') "
    "= NEW.question_id",
    "postgresql": "(t.planned -> (NEW.position - 1) ->> 'question') "
    "= replace(NEW.question_id::text, '-', '')",
}

SESSIONS: list[Trigger] = [
    Trigger(
        "practice_sessions_begin",
        "practice_sessions",
        ("INSERT",),
        "NEW.status <> 'in_progress' OR NOT EXISTS (SELECT 1 FROM users u, enrollments n "
        "JOIN courses c ON c.id = n.course_id WHERE u.id = NEW.user_id AND u.is_active "
        "AND n.user_id = NEW.user_id AND n.course_id = NEW.course_id AND n.role = 'student' "
        "AND n.ended_at IS NULL AND c.status = 'published')",
        "practice_sessions: begun by an active student of a published course",
    ),
    frozen(
        "practice_sessions",
        ("id", "user_id", "course_id", "concept_id", "planned", "created_at"),
        "practice_sessions: owner, course, plan and start never change",
    ),
    Trigger(
        "practice_sessions_finished_stays",
        "practice_sessions",
        ("UPDATE",),
        "OLD.status = 'finished' AND " + changed("status", "finished_at"),
        "practice_sessions: a finished session stays as it is",
    ),
    Trigger(
        "practice_sessions_no_delete",
        "practice_sessions",
        ("DELETE",),
        "1 = 1",
        "practice_sessions: every session is kept",
    ),
    no_replace("practice_sessions"),
    Trigger(
        "practice_answers_of_plan",
        "practice_answers",
        ("INSERT",),
        {
            vendor: "NOT EXISTS (SELECT 1 FROM practice_sessions t JOIN questions q "
            "ON q.id = NEW.question_id JOIN quizzes z ON z.id = q.quiz_id "
            "JOIN lessons l ON l.id = z.lesson_id WHERE t.id = NEW.session_id "
            f"AND t.status = 'in_progress' AND l.course_id = t.course_id AND {planned})"
            for vendor, planned in _PLANNED.items()
        },
        "practice_answers: the session is going on and has the course's question at this place",
        lock="FROM practice_sessions WHERE id = NEW.session_id FOR NO KEY UPDATE",
    ),
    Trigger(
        "practice_answers_fit",
        "practice_answers",
        ("INSERT",),
        BAD_RESPONSE,
        "practice_answers: the response does not fit the question",
    ),
    Trigger(
        "practice_answers_final",
        "practice_answers",
        ("UPDATE",),
        changed(
            "id", "session_id", "question_id", "position", "share", "was_shown", "answered_at",
            "seconds",
        )
        + " OR (NEW.response IS_NOT OLD.response AND NEW.response IS NOT NULL)",
        "practice_answers: an answer given in practice is final",
    ),
    Trigger(
        "practice_answers_no_delete", "practice_answers", ("DELETE",), "1 = 1",
        "practice_answers: kept",
    ),
    no_replace("practice_answers", unique=(("session_id", "question_id"),)),
    Trigger(
        "practice_offers_of_session",
        "practice_offers",
        ("INSERT", "UPDATE"),
        "NEW.session_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM practice_sessions t "
        "WHERE t.id = NEW.session_id AND t.user_id = NEW.user_id AND t.course_id = NEW.course_id)",
        "practice_offers: taken in a session of the same person and course",
    ),
    Trigger(
        "practice_offers_stays",
        "practice_offers",
        ("UPDATE",),
        changed(
            "id", "user_id", "course_id", "concept_id", "day", "kind", "minutes", "points",
            "p_before", "p_expected", "offered_at",
        )
        + " OR (OLD.session_id IS NOT NULL AND " + changed("session_id")
        + ") OR (OLD.p_after IS NOT NULL AND " + changed("p_after") + ")",
        "practice_offers: what was offered, taken and came of it is written once",
    ),
    Trigger(
        "practice_offers_no_delete", "practice_offers", ("DELETE",), "1 = 1",
        "practice_offers: kept",
    ),
    no_replace(
        "practice_offers", unique=(("user_id", "course_id", "concept_id", "day"), ("session_id",))
    ),
]  # fmt: skip
