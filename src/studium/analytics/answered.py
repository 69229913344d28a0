"""Answers as the fold reads them, in the order in which they are taken in.

Ids stay as the driver gives them; see `stored`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from studium.analytics.rules import Tally
from studium.lib.db import Question, on_postgresql, read_rows, time_param, time_value

_COLUMNS = (
    "r.id, r.user_id, r.course_id, r.lesson_id, r.question_id, r.share, r.concepts, "
    "r.occurred_at, r.replaces_id, r.quiz_attempt_id, a.points"
)
# Each response is looked up by its id: a plan that PostgreSQL made while there were few would read
# all of them for those that wait.
_DUE = """
SELECT q.response_id FROM fold_queue q WHERE q.release_at <= %s
ORDER BY (SELECT r.received_at FROM responses r WHERE r.id = q.response_id), q.response_id LIMIT %s
"""
# As in `chains`: SQLite is told that few match, since it takes the index for useless else.
_WAITING = """
SELECT {columns}, r.replaces_id IS NOT NULL
    OR (SELECT n.id FROM responses n WHERE {corrects}) IS NOT NULL,
    l.topic, k.id, k.course_id, k.name, t.course_id, t.answers, t.share_sum, t.last_at, t.last_seq
FROM fold_queue q JOIN responses r ON r.id = q.response_id
JOIN questions a ON a.id = r.question_id JOIN lessons l ON l.id = r.lesson_id
LEFT JOIN concepts k ON k.lesson_id = r.lesson_id
LEFT JOIN lesson_tallies t ON t.user_id = r.user_id AND t.lesson_id = r.lesson_id
WHERE q.release_at <= %s AND q.response_id IN ({marks})
"""
_CORRECTS = "n.replaces_id = r.id"
_FOLDED = (
    f"SELECT f.seq, f.p_before, {_COLUMNS} FROM response_folds f "
    "JOIN responses r ON r.id = f.response_id JOIN questions a ON a.id = r.question_id "
    "WHERE f.seq > %s AND f.seq <= %s ORDER BY f.seq"
)


@dataclass(frozen=True, slots=True)
class Place:
    """What an answer was about when it was read: the topic of its lesson, and the lesson's own
    concept with its course and its name (all None before the first answer there), and how the
    person stood in the lesson."""

    topic: str
    concept_id: Any
    course_id: Any
    name: Any
    tally: Tally | None


@dataclass(slots=True)
class Answer:
    """A response, and the `seq` at which it is taken in. `concepts` is the JSON as it is stored,
    `p_before` the prediction stored at the time. `run_id`: the practice run it belongs to, `worth`:
    the points of its question."""

    id: Any
    user_id: Any
    course_id: Any
    lesson_id: Any
    question_id: Any
    share: Decimal
    concepts: Any
    occurred_at: datetime
    replaces_id: Any
    run_id: Any
    worth: int
    seq: int = 0
    p_before: float | None = None
    in_chain: bool = True
    """False where it is known that the answer corrects none and none corrects it."""
    place: Place | None = None
    """Read along with an answer that waits."""


def due_ids(*, now: datetime, limit: int) -> list[Any]:
    """The responses that may be told by now and wait, in the order of arrival."""
    return [row[0] for row in read_rows(_DUE, [time_param(now), limit])]


def asked_waiting(ids: Sequence[Any], *, now: datetime) -> Question:
    """What asks for those of `ids` that still wait; `waiting` reads its rows."""
    return _waiting_sql(len(ids)), [time_param(now), *ids]


def waiting(ids: Sequence[Any], rows: Iterable[Sequence[Any]]) -> list[Answer]:
    """Those of `ids` that still wait, in this order."""
    found = {row[0]: _waits(row) for row in rows}
    return [found[one] for one in ids if one in found]


def folded(*, after: int, until: int, chunk: int) -> Iterator[list[Answer]]:
    """What was taken in after one seq until another one, in this order, chunk by chunk."""
    while after < until:
        end = min(after + chunk, until)
        rows = read_rows(_FOLDED, [after, end])
        if rows:
            yield [_folded(row) for row in rows]
        after = end


def last_seq() -> int:
    """The seq of the answer taken in last; 0 before the first."""
    return int(read_rows("SELECT COALESCE(MAX(seq), 0) FROM response_folds", [])[0][0])


def share_value(share: Any) -> Decimal:
    """A share or a sum of shares as the driver gives it."""
    return share if isinstance(share, Decimal) else Decimal(repr(share))


@cache
def _waiting_sql(count: int) -> str:
    corrects = _CORRECTS if on_postgresql() else f"unlikely({_CORRECTS})"
    marks = ", ".join(["%s"] * count)
    return _WAITING.format(columns=_COLUMNS, corrects=corrects, marks=marks)


def _waits(row: Sequence[Any]) -> Answer:
    made = _answer(row[:11])
    topic, concept, course, name = row[12:16]
    made.in_chain = bool(row[11])
    made.place = Place(topic, concept, course, name, tally_of(row[16:]))
    return made


def tally_of(row: Sequence[Any]) -> Tally | None:
    """A tally from the columns course_id, answers, share_sum, last_at, last_seq; None of NULLs."""
    course, answers, share_sum, last_at, last_seq = row
    if answers is None:
        return None
    return Tally(course, answers, share_value(share_sum), time_value(last_at), last_seq)


def _answer(row: Sequence[Any]) -> Answer:
    id_, user, course, lesson, question, share, concepts, at, replaces, run, worth = row
    shared = (share_value(share), concepts, time_value(at), replaces, run, worth)
    return Answer(id_, user, course, lesson, question, *shared)


def _folded(row: Sequence[Any]) -> Answer:
    made = _answer(row[2:])
    made.seq, made.p_before = row[0], row[1]
    return made
