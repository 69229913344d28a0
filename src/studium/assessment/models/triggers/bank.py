"""Rules of quizzes and questions: keys fit, and an answered question never changes."""

from studium.lib.triggers import Trigger, changed, frozen

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

QUESTIONS: list[Trigger] = [
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
