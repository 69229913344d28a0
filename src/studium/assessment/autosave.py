"""The hot path: one changed answer of a running exam, stored for good with its journal line.

Hand-written SQL, the same text on both databases but for how each writes "later than its grace"
and for the lock that PostgreSQL needs (SQLite has one writer at a time anyway). The statements
guard everything that matters: whose attempt it is, that it runs, that it is in time, that the
question is on its paper, and that this change is the next one. A change that is refused is looked
at afterwards, to say why.

On PostgreSQL each message to the server costs more than what it does there, so answer and line are
one statement, which is its own transaction. It sees the journal as it was when it began. Where it
had to wait for another change of the same attempt, the line would not be the next one: the
database refuses it, and it is done once more in two statements.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from studium.assessment import chain, journal, pausing
from studium.assessment.chain import Event
from studium.assessment.kinds import Response
from studium.assessment.models.triggers.pool import IS_ASKED
from studium.identity.still_signed_in import STILL_SIGNED_IN, SignIn
from studium.lib.db import (
    for_driver,
    is_watched,
    json_value,
    on_postgresql,
    time_param,
    time_value,
    uuid_param,
    write_returning,
)
from studium.lib.ids import uuid7
from studium.lib.sqlite.together import Together

_IN_TIME = {
    "sqlite": "(t.deadline_at >= %s OR t.grace_seconds > 0 AND (julianday(%s) "
    "- julianday(t.deadline_at)) * 86400.0 <= t.grace_seconds + 0.0005)",
    "postgresql": "(t.deadline_at >= %s "
    "OR t.deadline_at + make_interval(secs => t.grace_seconds) >= %s)",
}
_LOCK = {"sqlite": "", "postgresql": "FOR NO KEY UPDATE OF t"}

# Whose attempt, whether it runs, in time, asks this question: the row `p` of its paper.
_ASKED = """
FROM exam_attempts t JOIN exam_questions p ON p.exam_id = t.exam_id
WHERE t.id = %s AND t.user_id = %s AND t.status = 'in_progress' AND p.question_id = %s
    AND {is_asked} AND {in_time} AND (t.paused_at IS NULL OR t.paused_at >= %s)
    {signed_in}
{lock}
"""
# A first change is a new row and any other one is not: triggers of both would run where one
# statement tried the first and did the second.
_KEEP_FIRST = """
INSERT INTO attempt_answers
    (id, attempt_id, question_id, response, revision, saved_at, points_possible)
SELECT %s, t.id, p.question_id, %s, %s, %s, p.points
{asked}
ON CONFLICT (attempt_id, question_id) DO NOTHING
RETURNING {returning}
"""
_KEEP_NEXT = """
WITH asked AS (SELECT t.id AS of_attempt, p.question_id AS of_question {asked})
UPDATE attempt_answers SET response = %s, revision = %s, saved_at = %s
FROM asked WHERE attempt_answers.attempt_id = asked.of_attempt
    AND attempt_answers.question_id = asked.of_question AND attempt_answers.revision + 1 = %s
RETURNING {returning}
"""
# The line in the journal follows the last one. SQLite has no SHA-256 and no second writer, so there
# the last line comes with the answer. PostgreSQL computes the hash itself in the next statement,
# which sees what was there when it got the lock; this one may see what was there before.
_RETURNING = {
    "sqlite": "(SELECT v.seq || ' ' || v.hash FROM attempt_events v "
    "WHERE v.attempt_id = attempt_answers.attempt_id ORDER BY v.seq DESC LIMIT 1)",
    "postgresql": "1",
}
_JOURNAL = {
    "sqlite": """
INSERT INTO attempt_events (id, attempt_id, seq, kind, question_id, response, revision,
    occurred_at, actor_id, detail, hash)
VALUES (%s, %s, %s, 'save', %s, %s, %s, %s, %s, '{}', %s)
""",
    "postgresql": """
INSERT INTO attempt_events (id, attempt_id, seq, kind, question_id, response, revision,
    occurred_at, actor_id, detail, hash)
SELECT %s, %s, 1 + coalesce(v.seq, 0), 'save', %s, %s, %s, %s, %s, '{}',
    encode(sha256(convert_to(
        coalesce(v.hash, %s::text) || %s::text || (1 + coalesce(v.seq, 0))::text || '}', 'UTF8'
    )), 'hex')
FROM (SELECT 1) one LEFT JOIN (
    SELECT w.seq, w.hash FROM attempt_events w WHERE w.attempt_id = %s ORDER BY w.seq DESC LIMIT 1
) v ON true
RETURNING hash
""",
}
_AT_ONCE = """
WITH kept AS ({keep}), line AS (
    SELECT %s::uuid AS id, %s::uuid AS attempt_id, %s::text AS first, %s::text AS head
)
INSERT INTO attempt_events (id, attempt_id, seq, kind, question_id, response, revision,
    occurred_at, actor_id, detail, hash)
SELECT line.id, kept.attempt_id, 1 + coalesce(v.seq, 0), 'save', kept.question_id, kept.response,
    kept.revision, kept.saved_at, %s, '{{}}',
    encode(sha256(convert_to(
        coalesce(v.hash, line.first) || line.head || (1 + coalesce(v.seq, 0))::text || '}}', 'UTF8'
    )), 'hex')
FROM kept CROSS JOIN line LEFT JOIN LATERAL (
    SELECT w.seq, w.hash FROM attempt_events w
    WHERE w.attempt_id = line.attempt_id ORDER BY w.seq DESC LIMIT 1
) v ON true
RETURNING hash
"""

_LOOK = """
SELECT t.status, t.closed_by, t.deadline_at, t.grace_seconds, t.paused_at,
    a.response, a.revision, a.saved_at,
    (SELECT v.hash FROM attempt_events v WHERE v.attempt_id = t.id AND v.kind = 'save'
        AND v.question_id = p.question_id AND v.revision = a.revision ORDER BY v.seq LIMIT 1)
FROM exam_attempts t JOIN exam_questions p ON p.exam_id = t.exam_id AND p.question_id = %s
    AND {is_asked}
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
    sign_in: SignIn | None = None
    """The session it comes by, where the statement has to ask whether that still stands."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the database holds about the attempt and this answer, when a change was refused."""

    status: str
    closed_by: str | None
    deadline_at: datetime
    grace_seconds: int
    paused_at: datetime | None
    response: Response
    revision: int
    saved_at: datetime | None
    hash: str | None


def store(change: Change) -> str | None:
    """Store the change and its line in the journal, durable on return; gives the line's hash,
    or None when the change was refused."""
    line = _Line(change)
    if on_postgresql() and not connection.in_atomic_block:
        # A refusal for another reason than the one below is met again in the two statements.
        with suppress(IntegrityError):
            return line.write_at_once()
    if on_postgresql() or connection.in_atomic_block or is_watched():
        with transaction.atomic(), connection.cursor() as cursor:
            return line.write(cursor.execute, connection.vendor)
    # Past Django's cursor, together with whoever saves at the same moment.
    return _together.run(connection, lambda raw: line.write(raw.execute, "driver"))


class _Line:
    """A change as the parameters of its statements, made before anybody waits for the write."""

    def __init__(self, change: Change) -> None:
        self.event = Event(
            id=uuid7(),
            attempt_id=change.attempt_id,
            seq=0,  # found by the statement
            kind="save",
            occurred_at=change.now,
            question_id=change.question_id,
            response=change.response,
            revision=change.revision,
            actor_id=change.user_id,
            detail={},
        )
        self.head = self.event.head()
        attempt, question = uuid_param(change.attempt_id), uuid_param(change.question_id)
        user, at = uuid_param(change.user_id), time_param(change.now)
        response, revision = journal.json_param(change.response), change.revision
        asked = [attempt, user, question, at, at, time_param(change.now - pausing.ON_ITS_WAY)]
        if change.sign_in is not None:
            asked += change.sign_in.parameters(change.now)
        self.which = (revision == 1, change.sign_in is not None)
        if revision == 1:
            self.answer = [uuid_param(uuid7()), response, revision, at, *asked]
        else:
            self.answer = [*asked, response, revision, at, revision]
        self.line = [uuid_param(self.event.id), attempt, question, response, revision, at, user]

    def write(self, execute: Callable[..., Any], spelling: str) -> str | None:
        """Run the statements; the line's hash, or None when nothing was stored."""
        kept = execute(_STATEMENTS[spelling, *self.which], self.answer).fetchall()
        if not kept:
            return None
        if spelling == "postgresql":
            return self._journal_postgresql(execute)
        return self._journal(execute, _JOURNAL[spelling], after=kept[0][0])

    def write_at_once(self) -> str | None:
        """The same on PostgreSQL in one statement, outside a transaction.

        Raises `IntegrityError` also where another change of the attempt came between.
        """
        first = chain.start_value(self.event.attempt_id)
        values = [*self.answer, self.line[0], self.line[1], first, self.head, self.line[-1]]
        made = write_returning(_STATEMENTS["at once", *self.which], values)
        return made[0][0] if made else None

    def _journal(self, execute: Callable[..., Any], statement: str, *, after: str | None) -> str:
        """Write the line after the last one; gives its hash."""
        last, _, before = (after or f"0 {chain.start_value(self.event.attempt_id)}").partition(" ")
        seq = int(last) + 1
        made = chain.link(before, f"{self.head}{seq}}}")
        execute(statement, [*self.line[:2], seq, *self.line[2:], made])
        return made

    def _journal_postgresql(self, execute: Callable[..., Any]) -> str:
        first = chain.start_value(self.event.attempt_id)
        made: str = execute(
            _JOURNAL["postgresql"], [*self.line, first, self.head, self.line[1]]
        ).fetchone()[0]
        return made


def look(*, attempt_id: UUID, question_id: UUID, user_id: UUID) -> Standing | None:
    """How the answer stands; None where the person has no such attempt or question."""
    with connection.cursor() as cursor:
        cursor.execute(
            _LOOK.format(is_asked=IS_ASKED[connection.vendor]),
            [uuid_param(question_id), uuid_param(attempt_id), uuid_param(user_id)],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    status, closed_by, deadline_at, grace, paused_at, response, revision, saved_at, hash_ = row
    return Standing(
        status=status,
        closed_by=closed_by,
        deadline_at=time_value(deadline_at),
        grace_seconds=grace,
        paused_at=time_value(paused_at) if paused_at else None,
        response=json_value(response) if revision else None,
        revision=revision or 0,
        saved_at=time_value(saved_at) if saved_at else None,
        hash=hash_,
    )


def _keep(vendor: str, *, returning: str, first: bool, asks: bool) -> str:
    asked = _ASKED.format(
        is_asked=IS_ASKED[vendor],
        in_time=_IN_TIME[vendor],
        signed_in=f"AND {STILL_SIGNED_IN[vendor]}" if asks else "",
        lock=_LOCK[vendor],
    )
    return (_KEEP_FIRST if first else _KEEP_NEXT).format(asked=asked, returning=returning)


# By their spelling, whether it is the first change, and whether they ask for the session too.
_STATEMENTS: dict[tuple[str, bool, bool], str] = {}
for _first, _asks in product((False, True), repeat=2):
    for _vendor in _LOCK:
        _STATEMENTS[_vendor, _first, _asks] = _keep(
            _vendor, returning=_RETURNING[_vendor], first=_first, asks=_asks
        )
    # SQLite's statement again, in the spelling of its driver.
    _STATEMENTS["driver", _first, _asks] = for_driver(_STATEMENTS["sqlite", _first, _asks])
    _STATEMENTS["at once", _first, _asks] = _AT_ONCE.format(
        keep=_keep(
            "postgresql",
            returning="attempt_answers.attempt_id, attempt_answers.question_id, "
            "attempt_answers.response, attempt_answers.revision, attempt_answers.saved_at",
            first=_first,
            asks=_asks,
        )
    )
_JOURNAL["driver"] = for_driver(_JOURNAL["sqlite"])
_together = Together()
