"""Rules of quizzes and questions: keys fit, and an answered question never changes."""

from studium.assessment.kinds import KINDS
from studium.assessment.kinds.sql import NOTHING
from studium.lib.triggers import Trigger, changed, frozen

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

_BAD_KEY = {
    vendor: "CASE NEW.kind "
    + " ".join(f"WHEN '{name}' THEN ({one.bad_key[vendor]})" for name, one in KINDS.items())
    + f" ELSE {no} END"
    for vendor, no in NOTHING.items()
}
_KINDS = ", ".join(f"'{name}'" for name in KINDS)

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
        "questions_kind",
        "questions",
        ("INSERT", "UPDATE"),
        f"NEW.kind NOT IN ({_KINDS})",
        "questions: this kind of question is unknown",
    ),
    Trigger(
        "questions_key",
        "questions",
        ("INSERT", "UPDATE"),
        _BAD_KEY,
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
