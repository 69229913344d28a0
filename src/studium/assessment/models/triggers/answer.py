"""Rules of answers in an attempt and of its journal."""

from studium.assessment.models.triggers.conditions import (
    BAD_RESPONSE,
    ERASED,
    LATE,
    MARKED_ANEW,
    OF_NOBODY,
)
from studium.assessment.models.triggers.pool import IS_ASKED
from studium.lib.triggers import Condition, Looked, Trigger, append_only, changed, frozen

_OUT_OF_TIME = {
    vendor: "NEW.saved_at < t.attempted_at OR ("
    + text.format(at="saved_at", deadline="t.deadline_at", grace="t.grace_seconds")
    + ")"
    for vendor, text in LATE.items()
}
_IN_TIME = "attempt_answers: it is saved between the start and the deadline with its grace"
# PostgreSQL locks the attempt by the same look, and sees whether it is in time by it too.
_HANDED_IN: Condition = {
    "sqlite": "EXISTS (SELECT 1 FROM exam_attempts t WHERE t.id = NEW.attempt_id "
    "AND t.status <> 'in_progress')",
    "postgresql": Looked(
        "t",
        "status, attempted_at, deadline_at, grace_seconds",
        "FROM exam_attempts WHERE id = NEW.attempt_id FOR NO KEY UPDATE",
        "t.status <> 'in_progress'",
        more=((_OUT_OF_TIME["postgresql"], _IN_TIME),),
    ),
}

# A save has another revision, which is looked at first.
_ERASING = (
    f"(NEW.revision = OLD.revision AND NOT {changed('saved_at')} "
    f"AND {changed('response')} AND {ERASED})"
)
_ANOTHER_LINE = changed(
    "id", "attempt_id", "seq", "kind", "question_id", "revision", "occurred_at", "actor_id", "hash"
)
_NO_ERASED_ADDRESS = {
    "sqlite": "coalesce(json_extract(NEW.detail, '$.erased'), 0) <> 1",
    "postgresql": "(NEW.detail -> 'erased') IS DISTINCT FROM 'true'",
}
_FOLLOWING, *_APPEND_ONLY = append_only("attempt_events")

ANSWERS: list[Trigger] = [
    Trigger(
        "attempt_answers_on_paper",
        "attempt_answers",
        ("INSERT",),
        {
            vendor: "NOT EXISTS (SELECT 1 FROM exam_attempts t "
            "JOIN exam_questions p ON p.exam_id = t.exam_id "
            "WHERE t.id = NEW.attempt_id AND p.question_id = NEW.question_id "
            f"AND p.points = NEW.points_possible AND {asked})"
            for vendor, asked in IS_ASKED.items()
        },
        "attempt_answers: the question is on the exam's paper, with the points it has there",
    ),
    frozen(
        "attempt_answers",
        ("id", "attempt_id", "question_id"),
        "attempt_answers: an answer stays with its attempt and question",
    ),
    Trigger(
        "attempt_answers_worth",
        "attempt_answers",
        ("UPDATE",),
        "NOT EXISTS (SELECT 1 FROM exam_attempts t JOIN regrades r ON r.exam_id = t.exam_id "
        "JOIN corrections c ON c.regrade_id = r.id WHERE t.id = NEW.attempt_id "
        "AND c.question_id = NEW.question_id AND c.kind = 'points' AND r.applied_at IS NOT NULL)",
        "attempt_answers: what an answer is worth changes by a correction of the points only",
        of=("points_possible",),
        given=changed("points_possible"),
    ),
    Trigger(
        "attempt_answers_fit",
        "attempt_answers",
        ("INSERT", "UPDATE"),
        BAD_RESPONSE,
        "attempt_answers: the response does not fit the question",
        of=("response",),
    ),
    Trigger(
        "attempt_answers_running",
        "attempt_answers",
        ("INSERT",),
        _HANDED_IN,
        "attempt_answers: the attempt was handed in",
    ),
    Trigger(
        "attempt_answers_running",
        "attempt_answers",
        ("UPDATE",),
        _HANDED_IN,
        "attempt_answers: the attempt was handed in",
        of=("response", "revision", "saved_at"),
        given=f"{changed('response', 'revision', 'saved_at')} AND NOT {_ERASING}",
    ),
    Trigger(
        "attempt_answers_in_time",
        "attempt_answers",
        ("INSERT", "UPDATE"),
        "EXISTS (SELECT 1 FROM exam_attempts t WHERE t.id = NEW.attempt_id "
        f"AND ({_OUT_OF_TIME['sqlite']}))",
        _IN_TIME,
        of=("saved_at",),
        vendors=("sqlite",),
    ),
    Trigger(
        "attempt_answers_revision",
        "attempt_answers",
        ("UPDATE",),
        "(" + changed("response", "saved_at") + " AND NEW.revision <> OLD.revision + 1 "
        f"AND NOT {_ERASING}) "
        "OR NEW.revision NOT IN (OLD.revision, OLD.revision + 1)",
        "attempt_answers: each change has the next revision",
        of=("response", "revision", "saved_at"),
    ),
    Trigger(
        "attempt_answers_erased",
        "attempt_answers",
        ("UPDATE",),
        f"NOT {OF_NOBODY}",
        "attempt_answers: a text is erased with the person who wrote it, and only then",
        of=("response",),
        given=_ERASING,
    ),
    Trigger(
        "attempt_answers_points_at_grading",
        "attempt_answers",
        ("UPDATE",),
        "NOT EXISTS (SELECT 1 FROM exam_attempts t WHERE t.id = NEW.attempt_id "
        f"AND (t.status = 'submitted' OR t.status = 'graded' AND {MARKED_ANEW.format('t.id')}))",
        "attempt_answers: points are given between handing in and the mark, or by a regrade",
        of=("points_awarded", "points_possible"),
        given=changed("points_awarded", "points_possible"),
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
    # Nothing of a line changes but the words and addresses of a person who was erased.
    Trigger(
        _FOLLOWING.name,
        _FOLLOWING.table,
        _FOLLOWING.on,
        {
            vendor: f"{_ANOTHER_LINE} OR NOT {OF_NOBODY} "
            f"OR NEW.kind NOT IN ('save', 'signal') "
            f"OR (NEW.kind = 'save' AND ({changed('detail')} OR NOT coalesce({ERASED}, 1 = 0))) "
            f"OR (NEW.kind = 'signal' AND ({changed('response')} OR {lacking}))"
            for vendor, lacking in _NO_ERASED_ADDRESS.items()
        },
        _FOLLOWING.message,
    ),
    *_APPEND_ONLY,
    # It needs no lock: a line that is there stays there, and of two that are written at once as the
    # same one, `attempt_events_once` keeps the first.
    Trigger(
        "attempt_events_in_order",
        "attempt_events",
        ("INSERT",),
        "NEW.seq <> 1 + coalesce((SELECT v.seq FROM attempt_events v "
        "WHERE v.attempt_id = NEW.attempt_id ORDER BY v.seq DESC LIMIT 1), 0)",
        "attempt_events: the journal has no gaps",
    ),
    Trigger(
        "attempt_events_hash",
        "attempt_events",
        ("INSERT",),
        {
            "sqlite": "length(NEW.hash) <> 64 OR NEW.hash GLOB '*[^0-9a-f]*'",
            "postgresql": "length(NEW.hash) <> 64 "
            "OR translate(NEW.hash, '0123456789abcdef', '') <> ''",
        },
        "attempt_events: the hash has 64 hexadecimal digits",
    ),
]
