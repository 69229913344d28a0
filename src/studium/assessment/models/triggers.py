"""What only a trigger can hold in assessment.

Three ideas: an answered question never changes, an attempt's terms never change, and an answer is
only ever stored inside a running attempt, for a question on its paper, in a shape that the
question can score.
"""

from studium.lib.triggers import Trigger, append_only, changed, frozen, no_replace

# --- questions -------------------------------------------------------------------------------

_CHOICES = "('single_choice', 'multiple_choice')"

_BAD_OPTIONS = {
    "sqlite": (
        "NEW.options IS NOT NULL AND json_type(NEW.options) <> 'null' AND ("
        "json_type(NEW.options) <> 'array' "
        "OR EXISTS (SELECT 1 FROM json_each(NEW.options) o WHERE o.type <> 'object' "
        "OR json_type(o.value, '$.id') IS NOT 'text' OR json_type(o.value, '$.text') IS NOT 'text' "
        "OR trim(json_extract(o.value, '$.id')) = '' OR trim(json_extract(o.value, '$.text')) = '')"
        " OR EXISTS (SELECT 1 FROM json_each(NEW.options) a, json_each(NEW.options) b "
        "WHERE a.key < b.key "
        "AND (json_extract(a.value, '$.id') = json_extract(b.value, '$.id') "
        "OR trim(json_extract(a.value, '$.text')) = trim(json_extract(b.value, '$.text')))))"
    ),
    "postgresql": (
        "NEW.options IS NOT NULL AND jsonb_typeof(NEW.options) <> 'null' AND CASE "
        "WHEN jsonb_typeof(NEW.options) <> 'array' THEN true ELSE "
        "EXISTS (SELECT 1 FROM jsonb_array_elements(NEW.options) o "
        "WHERE jsonb_typeof(o) <> 'object' "
        "OR jsonb_typeof(o -> 'id') IS DISTINCT FROM 'string' "
        "OR jsonb_typeof(o -> 'text') IS DISTINCT FROM 'string' "
        "OR btrim(o ->> 'id') = '' OR btrim(o ->> 'text') = '') "
        "OR EXISTS (SELECT 1 FROM jsonb_array_elements(NEW.options) WITH ORDINALITY a(v, n), "
        "jsonb_array_elements(NEW.options) WITH ORDINALITY b(v, n) WHERE a.n < b.n "
        "AND (a.v ->> 'id' = b.v ->> 'id' OR btrim(a.v ->> 'text') = btrim(b.v ->> 'text'))) END"
    ),
}

_BAD_CHOICE_KEY = {
    "sqlite": (
        f"NEW.kind IN {_CHOICES} AND ("
        "coalesce(json_type(NEW.options), 'null') <> 'array' OR json_array_length(NEW.options) < 2 "
        "OR (NEW.kind = 'single_choice' AND NOT EXISTS (SELECT 1 FROM json_each(NEW.options) o "
        "WHERE json_extract(o.value, '$.id') = NEW.answer)) "
        "OR (NEW.kind = 'multiple_choice' AND (CASE WHEN json_valid(NEW.answer) THEN "
        "json_type(NEW.answer) <> 'array' OR json_array_length(NEW.answer) = 0 "
        "OR EXISTS (SELECT 1 FROM json_each(NEW.answer) k WHERE NOT EXISTS "
        "(SELECT 1 FROM json_each(NEW.options) o WHERE json_extract(o.value, '$.id') = k.value)) "
        "OR (SELECT count(*) <> count(DISTINCT k.value) FROM json_each(NEW.answer) k) "
        "ELSE 1 END)))"
    ),
    "postgresql": (
        f"NEW.kind IN {_CHOICES} AND CASE "
        "WHEN coalesce(jsonb_typeof(NEW.options), 'null') <> 'array' THEN true "
        "WHEN jsonb_array_length(NEW.options) < 2 THEN true "
        "WHEN NEW.kind = 'single_choice' THEN NOT EXISTS ("
        "SELECT 1 FROM jsonb_array_elements(NEW.options) o WHERE o ->> 'id' = NEW.answer) "
        "WHEN left(ltrim(NEW.answer), 1) <> '[' THEN true "
        "WHEN jsonb_array_length(NEW.answer::jsonb) = 0 THEN true "
        "ELSE EXISTS (SELECT 1 FROM jsonb_array_elements(NEW.answer::jsonb) k WHERE NOT EXISTS "
        "(SELECT 1 FROM jsonb_array_elements(NEW.options) o WHERE o -> 'id' = k)) "
        "OR (SELECT count(*) <> count(DISTINCT k) "
        "FROM jsonb_array_elements(NEW.answer::jsonb) k) END"
    ),
}

_BAD_OTHER_KEY = {
    "sqlite": (
        "(NEW.kind = 'true_false' AND NEW.answer NOT IN ('true', 'false')) "
        "OR (NEW.kind = 'short_text' AND trim(NEW.answer) = '') "
        "OR (NEW.kind = 'numeric' AND (NEW.answer NOT GLOB '*[0-9]*' "
        "OR NEW.answer GLOB '*[^0-9.eE+-]*')) "
        "OR (NEW.kind = 'tracing' AND (CASE WHEN json_valid(NEW.answer) "
        "THEN json_type(NEW.answer) <> 'object' "
        "OR coalesce(json_type(NEW.answer, '$.compiles'), '') NOT IN ('true', 'false') "
        "ELSE 1 END))"
    ),
    "postgresql": (
        "(NEW.kind = 'true_false' AND NEW.answer NOT IN ('true', 'false')) "
        "OR (NEW.kind = 'short_text' AND btrim(NEW.answer) = '') "
        "OR (NEW.kind = 'numeric' AND (NEW.answer !~ '[0-9]' OR NEW.answer ~ '[^0-9.eE+-]')) "
        "OR (NEW.kind = 'tracing' AND CASE WHEN left(ltrim(NEW.answer), 1) <> '{' THEN true "
        "ELSE coalesce(jsonb_typeof(NEW.answer::jsonb -> 'compiles'), '') <> 'boolean' END)"
    ),
}

_ANSWERED = (
    "(EXISTS (SELECT 1 FROM attempt_answers a WHERE a.question_id = OLD.id) "
    "OR EXISTS (SELECT 1 FROM quiz_answers a WHERE a.question_id = OLD.id) "
    "OR EXISTS (SELECT 1 FROM responses a WHERE a.question_id = OLD.id) "
    "OR EXISTS (SELECT 1 FROM exam_questions p JOIN exam_attempts t ON t.exam_id = p.exam_id "
    "WHERE p.question_id = OLD.id))"
)

_LAST_QUESTION = (
    "OLD.retired_at IS NULL AND OLD.status = 'approved' "
    "AND EXISTS (SELECT 1 FROM quizzes z WHERE z.id = OLD.quiz_id AND z.status = 'published') "
    "AND NOT EXISTS (SELECT 1 FROM questions q WHERE q.quiz_id = OLD.quiz_id "
    "AND q.retired_at IS NULL AND q.status = 'approved' AND q.id <> OLD.id)"
)

_QUESTIONS: list[Trigger] = [
    Trigger(
        "questions_options",
        "questions",
        ("INSERT", "UPDATE"),
        _BAD_OPTIONS,
        "questions: options are a list of {id, text}, no id and no text twice",
    ),
    Trigger(
        "questions_choice_key",
        "questions",
        ("INSERT", "UPDATE"),
        _BAD_CHOICE_KEY,
        "questions: a choice has two options or more and its answer names right ones among them",
    ),
    Trigger(
        "questions_key",
        "questions",
        ("INSERT", "UPDATE"),
        _BAD_OTHER_KEY,
        "questions: the answer does not fit the kind of question",
    ),
    Trigger(
        "questions_answered",
        "questions",
        ("UPDATE",),
        changed("question_text", "answer", "options", "kind", "spec") + f" AND {_ANSWERED}",
        "questions: it was answered; make a new version instead",
    ),
    frozen(
        "questions",
        ("id", "quiz_id", "version", "bank_key"),
        "questions: quiz, version and bank key never change",
    ),
    Trigger(
        "questions_last_of_published",
        "questions",
        ("DELETE",),
        _LAST_QUESTION,
        "questions: this is the last question of a published quiz",
        lock="FROM quizzes WHERE id = OLD.quiz_id FOR UPDATE",
    ),
    Trigger(
        "questions_last_of_published",
        "questions",
        ("UPDATE",),
        f"(NEW.retired_at IS NOT NULL OR NEW.status <> 'approved') AND {_LAST_QUESTION}",
        "questions: this is the last question of a published quiz",
        lock="FROM quizzes WHERE id = OLD.quiz_id FOR UPDATE",
    ),
    Trigger(
        "quizzes_published_has_question",
        "quizzes",
        ("INSERT", "UPDATE"),
        "NEW.status = 'published' AND NOT EXISTS (SELECT 1 FROM questions q "
        "WHERE q.quiz_id = NEW.id AND q.retired_at IS NULL AND q.status = 'approved')",
        "quizzes: a published quiz has at least one question",
    ),
    frozen("quizzes", ("id", "lesson_id"), "quizzes: a quiz stays with its lesson"),
]

# --- exams -----------------------------------------------------------------------------------

_EXAMS: list[Trigger] = [
    Trigger(
        "exams_published_has_question",
        "exams",
        ("INSERT", "UPDATE"),
        "NEW.status = 'published' "
        "AND NOT EXISTS (SELECT 1 FROM exam_questions p WHERE p.exam_id = NEW.id)",
        "exams: a published exam has at least one question",
    ),
    frozen("exams", ("id", "course_id"), "exams: an exam stays in its course"),
    Trigger(
        "exam_questions_last_of_published",
        "exam_questions",
        ("DELETE",),
        "EXISTS (SELECT 1 FROM exams e WHERE e.id = OLD.exam_id AND e.status = 'published') "
        "AND NOT EXISTS (SELECT 1 FROM exam_questions p "
        "WHERE p.exam_id = OLD.exam_id AND p.id <> OLD.id)",
        "exam_questions: this is the last question of a published exam",
        lock="FROM exams WHERE id = OLD.exam_id FOR UPDATE",
    ),
    frozen(
        "exam_questions",
        ("id", "exam_id", "question_id"),
        "exam_questions: a row stays with its exam and question",
    ),
    Trigger(
        "exam_questions_paper_frozen",
        "exam_questions",
        ("INSERT", "UPDATE", "DELETE"),
        "EXISTS (SELECT 1 FROM exam_attempts t WHERE t.exam_id = THIS.exam_id)",
        "exam_questions: the exam was begun, its paper is frozen",
        lock="FROM exams WHERE id = THIS.exam_id FOR UPDATE",
    ),
    Trigger(
        "exam_questions_same_owner",
        "exam_questions",
        ("INSERT",),
        "NOT EXISTS (SELECT 1 FROM exams e JOIN courses ec ON ec.id = e.course_id, questions q "
        "JOIN quizzes z ON z.id = q.quiz_id JOIN lessons l ON l.id = z.lesson_id "
        "JOIN courses qc ON qc.id = l.course_id WHERE e.id = NEW.exam_id "
        "AND q.id = NEW.question_id AND (ec.id = qc.id OR ec.owner_id = qc.owner_id) "
        "AND q.retired_at IS NULL AND q.status = 'approved')",
        "exam_questions: the question is a current one of a course of the same owner",
    ),
]

# --- exam attempts ---------------------------------------------------------------------------

_TERMS = ("attempts_allowed", "pass_mark", "grace_seconds")
_LATE = {
    "sqlite": (
        "NEW.{at} > {deadline} AND ({grace} = 0 "
        "OR (julianday(NEW.{at}) - julianday({deadline})) * 86400.0 > {grace} + 0.0005)"
    ),
    "postgresql": "NEW.{at} > {deadline} + make_interval(secs => {grace})",
}

_ATTEMPTS: list[Trigger] = [
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
    ),
    Trigger(
        "exam_attempts_terms",
        "exam_attempts",
        ("INSERT",),
        "NOT EXISTS (SELECT 1 FROM exams e WHERE e.id = NEW.exam_id AND "
        + " AND ".join(f"e.{term} = NEW.{term}" for term in _TERMS)
        + ")",
        "exam_attempts: attempts allowed, pass mark and grace are those of the exam",
        lock="FROM exams WHERE id = NEW.exam_id FOR SHARE",
    ),
    Trigger(
        "exam_attempts_exam_open",
        "exam_attempts",
        ("INSERT",),
        "NOT EXISTS (SELECT 1 FROM exams e WHERE e.id = NEW.exam_id AND e.status = 'published' "
        "AND (e.opens_at IS NULL OR e.opens_at <= NEW.attempted_at) "
        "AND (e.closes_at IS NULL OR e.closes_at > NEW.attempted_at))",
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
        ("id", "exam_id", "user_id", "attempted_at", "attempt_no", "shuffle_seed", *_TERMS),
        "exam_attempts: owner, exam, start and terms never change",
    ),
    Trigger(
        "exam_attempts_deadline_later_only",
        "exam_attempts",
        ("UPDATE",),
        changed("deadline_at")
        + " AND (OLD.status <> 'in_progress' OR NEW.deadline_at < OLD.deadline_at)",
        "exam_attempts: the deadline only moves later, and only while the attempt runs",
    ),
    Trigger(
        "exam_attempts_status_forward",
        "exam_attempts",
        ("UPDATE",),
        "(OLD.status = 'submitted' AND NEW.status = 'in_progress') "
        "OR (OLD.status = 'graded' AND NEW.status <> 'graded')",
        "exam_attempts: what was handed in is not opened again",
    ),
    Trigger(
        "exam_attempts_closed_stays",
        "exam_attempts",
        ("UPDATE",),
        "(OLD.status <> 'in_progress' AND " + changed("submitted_at", "closed_by") + ") "
        "OR (OLD.status = 'graded' AND "
        + changed("score", "points", "max_points", "graded_at", "grading_version")
        + ")",
        "exam_attempts: how and when it was closed and its mark stay",
    ),
    Trigger(
        "exam_attempts_closed_in_time",
        "exam_attempts",
        ("UPDATE",),
        {
            vendor: "NEW.submitted_at IS NOT NULL AND "
            + text.format(at="submitted_at", deadline="NEW.deadline_at", grace="NEW.grace_seconds")
            for vendor, text in _LATE.items()
        },
        "exam_attempts: it is handed in by its deadline and grace at the latest",
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

# --- answers ---------------------------------------------------------------------------------

_BAD_RESPONSE = {
    "sqlite": (
        "NEW.response IS NOT NULL AND json_type(NEW.response) <> 'null' "
        "AND EXISTS (SELECT 1 FROM questions q WHERE q.id = NEW.question_id AND CASE q.kind "
        "WHEN 'single_choice' THEN json_type(NEW.response) <> 'text' OR NOT EXISTS ("
        "SELECT 1 FROM json_each(q.options) o "
        "WHERE json_extract(o.value, '$.id') = json_extract(NEW.response, '$')) "
        "WHEN 'multiple_choice' THEN json_type(NEW.response) <> 'array' OR EXISTS ("
        "SELECT 1 FROM json_each(NEW.response) r WHERE r.type <> 'text' OR NOT EXISTS ("
        "SELECT 1 FROM json_each(q.options) o WHERE json_extract(o.value, '$.id') = r.value)) "
        "OR (SELECT count(*) <> count(DISTINCT r.value) FROM json_each(NEW.response) r) "
        "WHEN 'true_false' THEN json_type(NEW.response) NOT IN ('true', 'false') "
        "WHEN 'short_text' THEN json_type(NEW.response) <> 'text' "
        "WHEN 'numeric' THEN json_type(NEW.response) NOT IN ('text', 'integer', 'real') "
        "WHEN 'tracing' THEN json_type(NEW.response) <> 'object' ELSE 1 END)"
    ),
    "postgresql": (
        "NEW.response IS NOT NULL AND jsonb_typeof(NEW.response) <> 'null' "
        "AND EXISTS (SELECT 1 FROM questions q WHERE q.id = NEW.question_id AND CASE q.kind "
        "WHEN 'single_choice' THEN jsonb_typeof(NEW.response) <> 'string' OR NOT EXISTS ("
        "SELECT 1 FROM jsonb_array_elements(q.options) o WHERE o -> 'id' = NEW.response) "
        "WHEN 'multiple_choice' THEN CASE WHEN jsonb_typeof(NEW.response) <> 'array' THEN true "
        "ELSE EXISTS (SELECT 1 FROM jsonb_array_elements(NEW.response) r WHERE NOT EXISTS ("
        "SELECT 1 FROM jsonb_array_elements(q.options) o WHERE o -> 'id' = r)) "
        "OR (SELECT count(*) <> count(DISTINCT r) FROM jsonb_array_elements(NEW.response) r) END "
        "WHEN 'true_false' THEN jsonb_typeof(NEW.response) <> 'boolean' "
        "WHEN 'short_text' THEN jsonb_typeof(NEW.response) <> 'string' "
        "WHEN 'numeric' THEN jsonb_typeof(NEW.response) NOT IN ('string', 'number') "
        "WHEN 'tracing' THEN jsonb_typeof(NEW.response) <> 'object' ELSE true END)"
    ),
}

_ANSWERS: list[Trigger] = [
    Trigger(
        "attempt_answers_on_paper",
        "attempt_answers",
        ("INSERT",),
        "NOT EXISTS (SELECT 1 FROM exam_attempts t JOIN exam_questions p ON p.exam_id = t.exam_id "
        "WHERE t.id = NEW.attempt_id AND p.question_id = NEW.question_id "
        "AND p.points = NEW.points_possible)",
        "attempt_answers: the question is on the exam's paper, with the points it has there",
    ),
    frozen(
        "attempt_answers",
        ("id", "attempt_id", "question_id", "points_possible"),
        "attempt_answers: an answer stays with its attempt and question",
    ),
    Trigger(
        "attempt_answers_fit",
        "attempt_answers",
        ("INSERT", "UPDATE"),
        _BAD_RESPONSE,
        "attempt_answers: the response does not fit the question",
        of=("response",),
    ),
    Trigger(
        "attempt_answers_running",
        "attempt_answers",
        ("INSERT",),
        "EXISTS (SELECT 1 FROM exam_attempts t WHERE t.id = NEW.attempt_id "
        "AND t.status <> 'in_progress')",
        "attempt_answers: the attempt was handed in",
        lock="FROM exam_attempts WHERE id = NEW.attempt_id FOR NO KEY UPDATE",
    ),
    Trigger(
        "attempt_answers_running",
        "attempt_answers",
        ("UPDATE",),
        changed("response", "revision", "saved_at")
        + " AND EXISTS (SELECT 1 FROM exam_attempts t WHERE t.id = NEW.attempt_id "
        "AND t.status <> 'in_progress')",
        "attempt_answers: the attempt was handed in",
        lock="FROM exam_attempts WHERE id = NEW.attempt_id FOR NO KEY UPDATE",
    ),
    Trigger(
        "attempt_answers_in_time",
        "attempt_answers",
        ("INSERT", "UPDATE"),
        {
            vendor: "EXISTS (SELECT 1 FROM exam_attempts t WHERE t.id = NEW.attempt_id "
            "AND (NEW.saved_at < t.attempted_at OR ("
            + text.format(at="saved_at", deadline="t.deadline_at", grace="t.grace_seconds")
            + ")))"
            for vendor, text in _LATE.items()
        },
        "attempt_answers: it is saved between the start and the deadline with its grace",
        of=("saved_at",),
    ),
    Trigger(
        "attempt_answers_revision",
        "attempt_answers",
        ("UPDATE",),
        "(" + changed("response", "saved_at") + " AND NEW.revision <> OLD.revision + 1) "
        "OR NEW.revision NOT IN (OLD.revision, OLD.revision + 1)",
        "attempt_answers: each change has the next revision",
    ),
    Trigger(
        "attempt_answers_points_at_grading",
        "attempt_answers",
        ("UPDATE",),
        changed("points_awarded")
        + " AND NOT EXISTS (SELECT 1 FROM exam_attempts t WHERE t.id = NEW.attempt_id "
        "AND t.status = 'submitted')",
        "attempt_answers: points are given between handing in and the mark",
    ),
    Trigger(
        "attempt_answers_begins_unmarked",
        "attempt_answers",
        ("INSERT",),
        "NEW.points_awarded IS NOT NULL",
        "attempt_answers: a new answer has no points yet",
    ),
    Trigger(
        "attempt_answers_no_delete",
        "attempt_answers",
        ("DELETE",),
        "1 = 1",
        "attempt_answers: an answer is kept",
    ),
    *append_only("attempt_events"),
    Trigger(
        "attempt_events_in_order",
        "attempt_events",
        ("INSERT",),
        "NEW.seq <> 1 + coalesce("
        "(SELECT max(v.seq) FROM attempt_events v WHERE v.attempt_id = NEW.attempt_id), 0)",
        "attempt_events: the journal has no gaps",
        lock="FROM exam_attempts WHERE id = NEW.attempt_id FOR NO KEY UPDATE",
    ),
]

# --- practice and responses ------------------------------------------------------------------

_PRACTICE: list[Trigger] = [
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
        _BAD_RESPONSE,
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
    Trigger(
        "responses_of_attempt",
        "responses",
        ("INSERT",),
        "NOT EXISTS (SELECT 1 FROM quiz_attempts t WHERE t.id = NEW.quiz_attempt_id "
        "AND t.user_id = NEW.user_id) "
        "AND NOT EXISTS (SELECT 1 FROM exam_attempts t WHERE t.id = NEW.exam_attempt_id "
        "AND t.user_id = NEW.user_id)",
        "responses: the person is the one whose attempt it is",
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

TRIGGERS: list[Trigger] = [*_QUESTIONS, *_EXAMS, *_ATTEMPTS, *_ANSWERS, *_PRACTICE]
