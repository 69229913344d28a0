"""Rules of practice, and of the responses that analytics reads."""

from studium.assessment.models.triggers.conditions import BAD_RESPONSE
from studium.lib.triggers import Trigger, append_only, changed, frozen, no_replace

PRACTICE: list[Trigger] = [
    Trigger(
        "quiz_attempts_begin",
        "quiz_attempts",
        ("INSERT",),
        "NEW.status <> 'in_progress' OR NOT EXISTS (SELECT 1 FROM users u, quizzes z "
        "JOIN lessons l ON l.id = z.lesson_id JOIN enrollments n ON n.course_id = l.course_id "
        "WHERE u.id = NEW.user_id AND u.is_active AND z.id = NEW.quiz_id "
        "AND z.status = 'published' AND n.user_id = NEW.user_id AND n.ended_at IS NULL "
        "AND (z.max_attempts IS NULL OR NEW.attempt_no <= z.max_attempts))",
        "quiz_attempts: begun by an active, enrolled person, on a published quiz, within its limit",
        lock="FROM quizzes WHERE id = NEW.quiz_id FOR SHARE",
    ),
    frozen(
        "quiz_attempts",
        ("id", "quiz_id", "user_id", "attempt_no", "started_at", "paper", "shuffle_seed"),
        "quiz_attempts: owner, quiz, start and paper never change",
    ),
    Trigger(
        "quiz_attempts_finished_stays",
        "quiz_attempts",
        ("UPDATE",),
        "OLD.status = 'finished' AND "
        + changed("status", "finished_at", "points", "max_points", "score"),
        "quiz_attempts: a finished run stays as it is",
    ),
    Trigger(
        "quiz_attempts_no_delete",
        "quiz_attempts",
        ("DELETE",),
        "1 = 1",
        "quiz_attempts: every run is kept",
    ),
    no_replace("quiz_attempts", unique=(("quiz_id", "user_id", "attempt_no"),)),
    Trigger(
        "quiz_answers_of_quiz",
        "quiz_answers",
        ("INSERT",),
        "NOT EXISTS (SELECT 1 FROM quiz_attempts t JOIN questions q ON q.quiz_id = t.quiz_id "
        "WHERE t.id = NEW.attempt_id AND q.id = NEW.question_id AND t.status = 'in_progress')",
        "quiz_answers: the run is going on and the question is one of its quiz",
        lock="FROM quiz_attempts WHERE id = NEW.attempt_id FOR NO KEY UPDATE",
    ),
    Trigger(
        "quiz_answers_fit",
        "quiz_answers",
        ("INSERT",),
        BAD_RESPONSE,
        "quiz_answers: the response does not fit the question",
    ),
    Trigger(
        "quiz_answers_final",
        "quiz_answers",
        ("UPDATE",),
        changed("id", "attempt_id", "question_id", "share", "answered_at", "seconds")
        + " OR (NEW.response IS_NOT OLD.response AND NEW.response IS NOT NULL)",
        "quiz_answers: an answer given in practice is final",
    ),
    Trigger("quiz_answers_no_delete", "quiz_answers", ("DELETE",), "1 = 1", "quiz_answers: kept"),
    no_replace("quiz_answers", unique=(("attempt_id", "question_id"),)),
    *append_only("responses"),
    # A rule for each source, of which a CHECK lets a response have one: PostgreSQL would plan a
    # condition on all of them anew for every row, since two of its values are NULL.
    *(
        Trigger(
            f"responses_of_{source}",
            "responses",
            ("INSERT",),
            f"NOT EXISTS (SELECT 1 FROM {source}s t WHERE t.id = NEW.{source}_id "
            "AND t.user_id = NEW.user_id)",
            "responses: the person is the one whose attempt it is",
            given=f"NEW.{source}_id IS NOT NULL",
        )
        for source in ("quiz_attempt", "exam_attempt", "practice_session")
    ),
    Trigger(
        "responses_of_lesson",
        "responses",
        ("INSERT",),
        "NOT EXISTS (SELECT 1 FROM lessons l JOIN quizzes z ON z.lesson_id = l.id "
        "JOIN questions q ON q.quiz_id = z.id WHERE l.id = NEW.lesson_id "
        "AND q.id = NEW.question_id)",
        "responses: the lesson is that of the question",
    ),
]
