"""The journal of an attempt: events are added at its end, chained by their hashes, and checked.

`begin`, `append` and `append_many` are the only ways into `attempt_events` but for the hot path of
saves (`autosave.py`), which writes the same line by hand. Call them inside the transaction of what
is journalled. On SQLite there is one writer at a time; on PostgreSQL the attempts' rows are locked,
so that two events cannot follow the same one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from studium.assessment import chain
from studium.assessment.chain import Event
from studium.assessment.models import AttemptEvent, AttemptStatus, EventKind
from studium.lib.db import (
    Question,
    Write,
    json_value,
    on_postgresql,
    read_each,
    time_param,
    time_value,
    uuid_param,
    uuid_value,
    write_rows,
)
from studium.lib.ids import uuid7

_MANY = 400  # attempts whose heads are asked for in one statement

_INSERT = """
INSERT INTO attempt_events (id, attempt_id, seq, kind, question_id, response, revision,
    occurred_at, actor_id, detail, hash)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
# The moment without its declared type: the driver would give a datetime and hide how it is stored.
_READ = {
    "sqlite": "SELECT id, attempt_id, seq, kind, question_id, response, revision, "
    "'' || occurred_at, actor_id, detail, hash FROM attempt_events "
    "WHERE attempt_id = %s ORDER BY seq",
    "postgresql": "SELECT id, attempt_id, seq, kind, question_id, response, revision, "
    "occurred_at, actor_id, detail, hash FROM attempt_events "
    "WHERE attempt_id = %s ORDER BY seq",
}
_LOCK = "SELECT 1 FROM exam_attempts WHERE id IN ({}) ORDER BY id FOR NO KEY UPDATE"
_HEADS = (
    "SELECT v.attempt_id, v.seq, v.hash FROM attempt_events v WHERE v.attempt_id IN ({}) "
    "AND v.seq = (SELECT max(w.seq) FROM attempt_events w WHERE w.attempt_id = v.attempt_id)"
)
_HEAD = (
    "SELECT v.attempt_id, v.seq, v.hash FROM attempt_events v WHERE v.attempt_id = %s "
    "ORDER BY v.seq DESC LIMIT 1"
)
_KEPT = "SELECT question_id, revision, response FROM attempt_answers WHERE attempt_id = %s"
_STATUS = "SELECT status FROM exam_attempts WHERE id = %s"
_PERSON = "SELECT u.erased_at FROM exam_attempts t JOIN users u ON u.id = t.user_id WHERE t.id = %s"
_OF_PLACES = ("other_address", "other_browser")  # signals that name where somebody sat
_SIGNAL = {"sqlite": "json_extract(detail, '$.signal')", "postgresql": "detail ->> 'signal'"}
_ENDS = (EventKind.SUBMIT, EventKind.CLOSE)
_MARKS = (EventKind.GRADED, EventKind.MARKED, EventKind.REGRADED)


End = tuple[int, str]
"""The place and the hash of a journal's last line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What shall be journalled; its place and hash are found when it is added."""

    attempt_id: UUID
    kind: str
    now: datetime
    actor_id: UUID | None = None
    question_id: UUID | None = None
    response: Any = None
    revision: int | None = None
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """An event as it is stored, with its hash."""

    event: Event
    hash: str

    @property
    def is_erased(self) -> bool:
        """Whether it says that its words or addresses were erased; what it says else is as kept,
        and its hash is that of what was written."""
        return self.event.response == chain.ERASED or self.event.detail.get("erased") is True

    @property
    def code(self) -> str:
        """The short code of this line, which is the receipt where it was an acknowledgement."""
        return chain.code_of(self.hash)


def append(
    attempt_id: UUID,
    kind: str,
    *,
    now: datetime,
    actor_id: UUID | None = None,
    question_id: UUID | None = None,
    response: Any = None,
    revision: int | None = None,
    detail: dict[str, Any] | None = None,
) -> AttemptEvent:
    """Add one event at the end of an attempt's journal; gives the stored row."""
    entry = Entry(
        attempt_id=attempt_id,
        kind=str(kind),
        now=now,
        actor_id=actor_id,
        question_id=question_id,
        response=response,
        revision=revision,
        detail=detail or {},
    )
    return _append([entry])[0]


def beginning(
    attempt_id: UUID, kind: str, *, now: datetime, actor_id: UUID, detail: dict[str, Any]
) -> tuple[str, list[list[Any]]]:
    """The statement that writes the first event of an attempt, and its values, to be sent along
    with the one that makes the attempt: nobody else knows it, and nothing is journalled of it."""
    entry = Entry(attempt_id=attempt_id, kind=str(kind), now=now, actor_id=actor_id, detail=detail)
    event = _placed(entry, 1)
    linked = chain.link(chain.start_value(attempt_id), event.text())
    return _INSERT, [_stored(event, linked)]


def append_many(entries: Iterable[Entry]) -> list[AttemptEvent]:
    """Add events, each at the end of its attempt's journal, in their order; gives the rows.

    A few statements whatever their number; for changes of many attempts at once.
    """
    return _append(list(entries))


@transaction.atomic(savepoint=False)  # part of what is journalled, or nothing of either
def _append(listed: Sequence[Entry]) -> list[AttemptEvent]:
    ends = heads({entry.attempt_id for entry in listed}, lock=True)
    lines = _linked(listed, ends)
    write_rows(_INSERT, [_stored(line.event, line.hash) for line in lines])
    return [_row(line) for line in lines]


def asked_end(attempt_id: UUID) -> list[Question]:
    """What locks an attempt's journal and asks for its last line, to be asked along with others;
    `adding` takes the rows of the last of these."""
    return _asked_heads([uuid_param(attempt_id)], lock=True)


def adding(entries: Sequence[Entry], rows: Iterable[Sequence[Any]]) -> Write:
    """What writes entries of one attempt, in their order, behind the line that `asked_end` found.
    Nothing else may have been added meanwhile."""
    return _INSERT, [_stored(line.event, line.hash) for line in _linked(entries, _ends(rows))]


def heads(attempt_ids: Collection[UUID], *, lock: bool = False) -> dict[UUID, End]:
    """The last place and hash of each journal that has an event; with `lock` they stay the last
    ones until the transaction ends."""
    found: dict[UUID, End] = {}
    ids = sorted(attempt_ids)
    for start in range(0, len(ids), _MANY):
        some = [uuid_param(one) for one in ids[start : start + _MANY]]
        *_, rows = read_each(_asked_heads(some, lock=lock))
        found |= _ends(rows)
    return found


def lines(attempt_id: UUID) -> list[Line]:
    """The whole journal of an attempt, in order."""
    return [Line(_event(row), str(row[-1])) for row in _rows(attempt_id)]


def verify(attempt_id: UUID) -> list[str]:
    """What is wrong with an attempt's journal, a sentence each; nothing when it is sound.

    Every hash is computed anew; the answers that are kept must be the last ones journalled, and an
    attempt that was handed in or marked must say so. Lines cut off the end are found only as far
    as these show it, or by a receipt. Of a person who was erased, words and addresses are not there
    to be compared: such a line has its place and its hash. On SQLite a value that means the same in
    other bytes is found as well.
    """
    rows = _rows(attempt_id)
    try:
        read = [Line(_event(row), str(row[-1])) for row in rows]
    except (ValueError, TypeError, AttributeError) as error:
        return [f"A line of the journal cannot be read: {error}."]
    faults = chain_faults(attempt_id, read, erased=_of_nobody(attempt_id, read))
    for row, line in zip(rows, read, strict=True):
        if not on_postgresql() and list(row) != _stored(line.event, line.hash):
            faults.append(f"Line {line.event.seq} is stored in another form than it was written.")
    return [*faults, *_answer_faults(attempt_id, read), *_end_faults(attempt_id, read)]


def chain_faults(attempt_id: UUID, read: Sequence[Line], *, erased: bool) -> list[str]:
    """Where places or hashes of these lines, from the first one on, are not what they must be;
    `erased` is whether the person of the attempt was, so that lines may have lost their words."""
    faults = []
    before = chain.start_value(attempt_id)
    for place, line in enumerate(read, start=1):
        if line.event.seq != place:
            faults.append(
                f"Line {place} is missing or out of order: {line.event.seq} stands there."
            )
            break
        if line.event.attempt_id != attempt_id:
            faults.append(f"Line {place} belongs to another attempt.")
        lost = erased and line.is_erased
        if not lost and chain.link(before, line.event.text()) != line.hash:
            faults.append(
                f"Line {place} ({line.event.kind}) is not what was written: its hash differs."
            )
        before = line.hash
    return faults


def erase_words(person_id: UUID, *, kinds: Sequence[str]) -> None:
    """Take what a person wrote to questions of these kinds, and from where they sat, out of their
    journals. They are erased already, or the database refuses; the hashes stay."""
    mine = "attempt_id IN (SELECT id FROM exam_attempts WHERE user_id = %s)"
    person, marks = uuid_param(person_id), ", ".join(["%s"] * len(kinds))
    with connection.cursor() as cursor:
        for table, saved in (("attempt_events", "kind = 'save'"), ("attempt_answers", "1 = 1")):
            cursor.execute(
                f"UPDATE {table} SET response = %s WHERE {mine} AND {saved} "
                "AND response IS NOT NULL AND CAST(response AS TEXT) <> 'null' "
                f"AND question_id IN (SELECT id FROM questions WHERE kind IN ({marks}))",
                [json_param(chain.ERASED), person, *kinds],
            )
        for signal in _OF_PLACES:
            cursor.execute(
                f"UPDATE attempt_events SET detail = %s WHERE {mine} AND kind = 'signal' "
                f"AND {_SIGNAL[connection.vendor]} = %s",
                [json_param({"signal": signal, "erased": True}), person, signal],
            )


# --- rows ------------------------------------------------------------------------------------


def _asked_heads(some: list[Any], *, lock: bool) -> list[Question]:
    marks = ", ".join(["%s"] * len(some))
    # That for one takes PostgreSQL half the time to plan, which it does each time.
    asked: list[Question] = [(_HEAD if len(some) == 1 else _HEADS.format(marks), some)]
    if lock and on_postgresql():
        # The second sees what was there when the first got the lock.
        asked.insert(0, (_LOCK.format(marks), some))
    return asked


def _ends(rows: Iterable[Sequence[Any]]) -> dict[UUID, End]:
    return {uuid_value(id_): (seq, hash_) for id_, seq, hash_ in rows}


def _linked(entries: Iterable[Entry], ends: dict[UUID, End]) -> list[Line]:
    """The lines that entries become behind the ends of their journals; the ends move on."""
    lines = []
    for entry in entries:
        seq, before = ends.get(entry.attempt_id) or (0, chain.start_value(entry.attempt_id))
        event = _placed(entry, seq + 1)
        ends[entry.attempt_id] = (event.seq, chain.link(before, event.text()))
        lines.append(Line(event, ends[entry.attempt_id][1]))
    return lines


def _placed(entry: Entry, seq: int) -> Event:
    return Event(
        id=uuid7(),
        attempt_id=entry.attempt_id,
        seq=seq,
        kind=str(entry.kind),
        occurred_at=entry.now,
        question_id=entry.question_id,
        response=entry.response,
        revision=entry.revision,
        actor_id=entry.actor_id,
        detail=entry.detail,
    )


def _stored(event: Event, hash_: str) -> list[Any]:
    """The columns of a row, as the driver takes them; on SQLite the very values it gives back."""
    answered = event.kind == EventKind.SAVE or event.response is not None
    return [
        uuid_param(event.id),
        uuid_param(event.attempt_id),
        event.seq,
        event.kind,
        _id_param(event.question_id),
        json_param(event.response) if answered else None,
        event.revision,
        time_param(event.occurred_at),
        _id_param(event.actor_id),
        json_param(event.detail),
        hash_,
    ]


def json_param(value: Any) -> Any:
    """A JSON value for a column: its one text on SQLite, the driver's type on PostgreSQL."""
    if not on_postgresql():
        return chain.normal(value)
    from psycopg.types.json import Jsonb

    return Jsonb(value, dumps=chain.normal)


def _id_param(value: UUID | None) -> Any:
    return None if value is None else uuid_param(value)


def _rows(attempt_id: UUID) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_READ[connection.vendor], [uuid_param(attempt_id)])
        return list(cursor.fetchall())


def _event(row: Sequence[Any]) -> Event:
    id_, attempt_id, seq, kind, question_id, response, revision, at, actor_id, detail, _ = row
    return Event(
        id=uuid_value(id_),
        attempt_id=uuid_value(attempt_id),
        seq=seq,
        kind=kind,
        occurred_at=time_value(at),
        question_id=None if question_id is None else uuid_value(question_id),
        response=json_value(response),
        revision=revision,
        actor_id=None if actor_id is None else uuid_value(actor_id),
        detail=json_value(detail),
    )


def _row(line: Line) -> AttemptEvent:
    """The stored line as a row of the model, without reading it back."""
    event = line.event
    row = AttemptEvent(
        id=event.id,
        attempt_id=event.attempt_id,
        seq=event.seq,
        kind=event.kind,
        question_id=event.question_id,
        response=event.response,
        revision=event.revision,
        occurred_at=event.occurred_at,
        actor_id=event.actor_id,
        detail=dict(event.detail),
        hash=line.hash,
    )
    row._state.adding, row._state.db = False, connection.alias
    return row


def _of_nobody(attempt_id: UUID, read: Sequence[Line]) -> bool:
    """Whether lines say that they were erased and the person of the attempt was."""
    if not any(line.is_erased for line in read):
        return False
    with connection.cursor() as cursor:
        cursor.execute(_PERSON, [uuid_param(attempt_id)])
        row = cursor.fetchone()
    return row is not None and row[0] is not None


def _answer_faults(attempt_id: UUID, read: Sequence[Line]) -> list[str]:
    """Where the answers that are kept are not the last ones of the journal."""
    last: dict[UUID | None, tuple[int | None, str]] = {
        line.event.question_id: (line.event.revision, chain.normal(line.event.response))
        for line in read
        if line.event.kind == EventKind.SAVE
    }
    with connection.cursor() as cursor:
        cursor.execute(_KEPT, [uuid_param(attempt_id)])
        kept: dict[UUID | None, tuple[int | None, str]] = {
            uuid_value(question): (revision, chain.normal(json_value(response)))
            for question, revision, response in cursor.fetchall()
        }
    return [
        f"The answer to question {question} is not the last one journalled."
        for question in sorted(set(last) | set(kept), key=str)
        if last.get(question) != kept.get(question)
    ]


def _end_faults(attempt_id: UUID, read: Sequence[Line]) -> list[str]:
    """Where the attempt is further than its journal."""
    with connection.cursor() as cursor:
        cursor.execute(_STATUS, [uuid_param(attempt_id)])
        row = cursor.fetchone()
    status = row[0] if row else AttemptStatus.IN_PROGRESS
    said = {line.event.kind for line in read}
    faults = []
    if status != AttemptStatus.IN_PROGRESS and said.isdisjoint(_ENDS):
        faults.append("The attempt was handed in, and no line says so.")
    if status == AttemptStatus.GRADED and said.isdisjoint(_MARKS):
        faults.append("The attempt has a mark, and no line says so.")
    return faults
