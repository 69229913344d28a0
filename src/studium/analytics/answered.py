"""Answers as the fold reads them, in the order in which they are taken in.

Ids stay as the driver gives them; see `stored`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from studium.lib.db import read_rows, time_param, time_value

_COLUMNS = (
    "r.id, r.user_id, r.course_id, r.lesson_id, r.question_id, r.share, r.concepts, "
    "r.occurred_at, r.replaces_id, r.quiz_attempt_id, a.points"
)
_DUE = """
SELECT q.response_id FROM fold_queue q JOIN responses r ON r.id = q.response_id
WHERE q.release_at <= %s ORDER BY r.received_at, r.id LIMIT %s
"""
_WAITING = (
    f"SELECT {_COLUMNS} FROM fold_queue q JOIN responses r ON r.id = q.response_id "
    "JOIN questions a ON a.id = r.question_id "
    "WHERE q.release_at <= %s AND q.response_id IN ({})"
)
_FOLDED = (
    f"SELECT f.seq, f.p_before, {_COLUMNS} FROM response_folds f "
    "JOIN responses r ON r.id = f.response_id JOIN questions a ON a.id = r.question_id "
    "WHERE f.seq > %s AND f.seq <= %s ORDER BY f.seq"
)


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


def due_ids(*, now: datetime, limit: int) -> list[Any]:
    """The responses that may be told by now and wait, in the order of arrival."""
    return [row[0] for row in read_rows(_DUE, [time_param(now), limit])]


def waiting(ids: Sequence[Any], *, now: datetime) -> list[Answer]:
    """Those of `ids` that still wait, in this order."""
    marks = ", ".join(["%s"] * len(ids))
    rows = read_rows(_WAITING.format(marks), [time_param(now), *ids])
    found = {row[0]: _answer(row) for row in rows}
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


def _answer(row: Sequence[Any]) -> Answer:
    id_, user, course, lesson, question, share, concepts, at, replaces, run, worth = row
    shared = (share_value(share), concepts, time_value(at), replaces, run, worth)
    return Answer(id_, user, course, lesson, question, *shared)


def _folded(row: Sequence[Any]) -> Answer:
    made = _answer(row[2:])
    made.seq, made.p_before = row[0], row[1]
    return made
