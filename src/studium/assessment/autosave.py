"""The hot path: one changed answer of a running exam, stored for good in two statements.

Hand-written SQL, the same text on both databases but for how each writes "later than its grace"
and for the lock that PostgreSQL needs (SQLite has one writer at a time anyway). The statements
guard everything that matters: whose attempt it is, that it runs, that it is in time, that the
question is on its paper, and that this change is the next one. A change that is refused is looked
at afterwards, to say why.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from studium.assessment.kinds import Response
from studium.lib.db import json_value, time_param, time_value, uuid_param
from studium.lib.ids import uuid7

_IN_TIME = {
    "sqlite": "(t.deadline_at >= %s OR t.grace_seconds > 0 AND (julianday(%s) "
    "- julianday(t.deadline_at)) * 86400.0 <= t.grace_seconds + 0.0005)",
    "postgresql": "(t.deadline_at >= %s "
    "OR t.deadline_at + make_interval(secs => t.grace_seconds) >= %s)",
}
_LOCK = {"sqlite": "", "postgresql": "FOR NO KEY UPDATE OF t"}

_KEEP = """
INSERT INTO attempt_answers
    (id, attempt_id, question_id, response, revision, saved_at, points_possible)
SELECT %s, t.id, p.question_id, %s, %s, %s, p.points
FROM exam_attempts t JOIN exam_questions p ON p.exam_id = t.exam_id
WHERE t.id = %s AND t.user_id = %s AND t.status = 'in_progress' AND p.question_id = %s
    AND {in_time}
    AND (%s = 1 OR EXISTS (SELECT 1 FROM attempt_answers a
        WHERE a.attempt_id = t.id AND a.question_id = p.question_id))
{lock}
ON CONFLICT (attempt_id, question_id) DO UPDATE
SET response = excluded.response, revision = excluded.revision, saved_at = excluded.saved_at
WHERE attempt_answers.revision + 1 = excluded.revision
"""

_JOURNAL = """
INSERT INTO attempt_events
    (id, attempt_id, seq, kind, question_id, response, revision, occurred_at, actor_id)
SELECT %s, %s, 1 + coalesce(max(v.seq), 0), 'save', %s, %s, %s, %s, %s
FROM attempt_events v WHERE v.attempt_id = %s
"""

_LOOK = """
SELECT t.status, t.closed_by, t.deadline_at, t.grace_seconds, a.response, a.revision, a.saved_at
FROM exam_attempts t JOIN exam_questions p ON p.exam_id = t.exam_id AND p.question_id = %s
LEFT JOIN attempt_answers a ON a.attempt_id = t.id AND a.question_id = p.question_id
WHERE t.id = %s AND t.user_id = %s
"""


@dataclass(frozen=True, slots=True)
class Change:
    """A response in its normal form, and which change of this question it is, from 1."""

    attempt_id: UUID
    question_id: UUID
    user_id: UUID
    response: Response
    revision: int
    now: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """What the database holds about the attempt and this answer, when a change was refused."""

    status: str
    closed_by: str | None
    deadline_at: datetime
    grace_seconds: int
    response: Response
    revision: int
    saved_at: datetime | None


def store(change: Change) -> bool:
    """Store the change and its line in the journal, durable on return; false when refused."""
    vendor = connection.vendor
    new_id, attempt, question = (
        uuid7(),
        uuid_param(change.attempt_id),
        uuid_param(change.question_id),
    )
    user, at, response = uuid_param(change.user_id), time_param(change.now), _json(change.response)
    keep = _statement(vendor)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            keep,
            [
                uuid_param(new_id),
                response,
                change.revision,
                at,
                attempt,
                user,
                question,
                at,
                at,
                change.revision,
            ],
        )
        if cursor.rowcount < 1:
            return False
        cursor.execute(
            _JOURNAL,
            [
                uuid_param(uuid7()),
                attempt,
                question,
                response,
                change.revision,
                at,
                user,
                attempt,
            ],
        )
    return True


def look(*, attempt_id: UUID, question_id: UUID, user_id: UUID) -> Standing | None:
    """How the answer stands; None where the person has no such attempt or question."""
    with connection.cursor() as cursor:
        cursor.execute(
            _LOOK, [uuid_param(question_id), uuid_param(attempt_id), uuid_param(user_id)]
        )
        row = cursor.fetchone()
    if row is None:
        return None
    status, closed_by, deadline_at, grace, response, revision, saved_at = row
    return Standing(
        status=status,
        closed_by=closed_by,
        deadline_at=time_value(deadline_at),
        grace_seconds=grace,
        response=json_value(response) if revision else None,
        revision=revision or 0,
        saved_at=time_value(saved_at) if saved_at else None,
    )


def _statement(vendor: str) -> str:
    return _STATEMENTS[vendor]


def _json(response: Response) -> Any:
    text = json.dumps(response, ensure_ascii=False, separators=(",", ":"))
    if connection.vendor != "postgresql":
        return text
    from psycopg.types.json import Jsonb

    return Jsonb(response)


_STATEMENTS = {
    vendor: _KEEP.format(in_time=_IN_TIME[vendor], lock=_LOCK[vendor]) for vendor in _LOCK
}
