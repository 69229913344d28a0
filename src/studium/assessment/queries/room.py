"""The room of a running exam: everybody who sits it, or should, and how far they are.

Three statements whatever the size of the class: who there is with their latest attempt, what the
shown ones have saved, and the last saves of those whose papers are silent.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from studium.assessment import rights
from studium.assessment.models import Exam, ExamQuestion
from studium.content.queries import group_in, members
from studium.lib.db import json_value, read_rows, time_value, uuid_param, uuid_value

if TYPE_CHECKING:
    from studium.identity.models import User

SILENT_AFTER = timedelta(seconds=60)
STATES = ("working", "silent", "paused", "not_started", "handed_in")
_SOME = 500

_PEOPLE = """
SELECT u.id, u.name, u.email, t.id, t.attempt_no, t.status, t.closed_by, t.attempted_at,
    t.deadline_at, t.submitted_at, t.paused_at, t.drawn, p.seen_at, p.signals, p.origins
FROM users u
JOIN enrollments n ON n.user_id = u.id AND n.course_id = %s AND n.role = 'student'
LEFT JOIN exam_attempts t ON t.user_id = u.id AND t.exam_id = %s AND NOT EXISTS (
    SELECT 1 FROM exam_attempts l WHERE l.user_id = t.user_id AND l.exam_id = t.exam_id
    AND l.attempt_no > t.attempt_no)
LEFT JOIN attempt_presence p ON p.attempt_id = t.id
WHERE n.ended_at IS NULL OR t.id IS NOT NULL
"""
_SAVED = {
    "sqlite": "SELECT attempt_id, max(saved_at), count(*) FILTER (WHERE response <> 'null') "
    "FROM attempt_answers WHERE attempt_id IN ({marks}) GROUP BY attempt_id",
    "postgresql": "SELECT attempt_id, max(saved_at), "
    "count(*) FILTER (WHERE response <> 'null'::jsonb) "
    "FROM attempt_answers WHERE attempt_id IN ({marks}) GROUP BY attempt_id",
}


@dataclass(frozen=True, slots=True)
class Seat:
    """One student in the room. Without an attempt only name and address are known.

    `state` is one of `STATES`; `extra_minutes` is how much later the deadline is than the exam's
    own terms give; `signals` counts facts noted, `places` the pairs of address and browser.
    """

    user_id: UUID
    name: str
    email: str
    state: str = "not_started"
    attempt_id: UUID | None = None
    attempt_no: int | None = None
    closed_by: str | None = None
    attempted_at: datetime | None = None
    deadline_at: datetime | None = None
    submitted_at: datetime | None = None
    paused_at: datetime | None = None
    seen_at: datetime | None = None
    extra_minutes: int = 0
    signals: int = 0
    places: int = 0
    questions: int = 0
    answered: int | None = None
    saved_at: datetime | None = None

    @property
    def runs(self) -> bool:
        """Whether the staff can do something about it."""
        return self.state in ("working", "silent", "paused")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many are where. `working` includes those who are silent; paused ones are apart."""

    students: int
    not_started: int
    working: int
    silent: int
    paused: int
    handed_in: int


@dataclass(frozen=True, slots=True)
class Room:
    """The room at `at`. `seats` are those asked for, `count` is how many these would be in all."""

    exam: Exam
    at: datetime
    counts: Counts
    seats: tuple[Seat, ...]
    count: int


def exam_room(
    *,
    viewer: User,
    exam_id: UUID,
    now: datetime,
    state: str = "",
    search: str = "",
    group: UUID | None = None,
    offset: int = 0,
    limit: int = 100,
) -> Room:
    """The room for the exam's staff: those in trouble first, then by name. `group`: one of the
    course's, which narrows the list and leaves the numbers those of everybody."""
    exam = rights.exam_for_supervisor(viewer, exam_id)
    seats = _seats(exam, now)
    chosen = [one for one in seats if _fits(one, state, search)]
    if group is not None:
        inside = set(members(group_in(exam.course_id, group)))
        chosen = [one for one in chosen if one.user_id in inside]
    chosen.sort(key=lambda one: (_RANK[one.state], one.name.casefold(), one.user_id))
    page = chosen[offset : offset + limit]
    return Room(exam, now, _counts(seats), tuple(_with_saves(page)), len(chosen))


def running_seats(
    *, viewer: User, exam_id: UUID, now: datetime, attempt_ids: Collection[UUID] | None
) -> list[Seat]:
    """Those of the named attempts (or all) that run, by name: whom an act would reach."""
    exam = rights.exam_for_supervisor(viewer, exam_id)
    wanted = None if attempt_ids is None else set(attempt_ids)
    seats = [
        one
        for one in _seats(exam, now)
        if one.runs and (wanted is None or one.attempt_id in wanted)
    ]
    return sorted(seats, key=lambda one: (one.name.casefold(), one.user_id))


_RANK = {"silent": 0, "paused": 1, "working": 2, "not_started": 3, "handed_in": 4}


def _fits(seat: Seat, state: str, search: str) -> bool:
    if state and seat.state != state and not (state == "working" and seat.state == "silent"):
        return False
    return search.casefold() in f"{seat.name}\n{seat.email}".casefold()


def _counts(seats: Sequence[Seat]) -> Counts:
    each = dict.fromkeys(STATES, 0)
    for seat in seats:
        each[seat.state] += 1
    return Counts(
        students=len(seats),
        not_started=each["not_started"],
        working=each["working"] + each["silent"],
        silent=each["silent"],
        paused=each["paused"],
        handed_in=each["handed_in"],
    )


def _seats(exam: Exam, now: datetime) -> list[Seat]:
    rows = read_rows(_PEOPLE, [uuid_param(exam.course_id), uuid_param(exam.pk)])
    fixed = ExamQuestion.objects.filter(exam=exam, pool_id__isnull=True).count()
    seats = [_seat(row, exam, fixed, now) for row in rows]
    quiet = [one for one in seats if one.state == "silent" and one.attempt_id is not None]
    last = _saves([one.attempt_id for one in quiet if one.attempt_id is not None])
    saving = {id_ for id_, (saved_at, _count) in last.items() if now - saved_at <= SILENT_AFTER}
    return [
        replace(one, state="working") if one.state == "silent" and one.attempt_id in saving else one
        for one in seats
    ]


def _seat(row: tuple[Any, ...], exam: Exam, fixed: int, now: datetime) -> Seat:
    user_id, name, email, attempt_id, number, status, closed_by, began, deadline = row[:9]
    submitted, paused, drawn, seen, signals, origins = row[9:]
    if attempt_id is None:
        return Seat(uuid_value(user_id), name, email)
    attempted_at, deadline_at = time_value(began), time_value(deadline)
    seen_at = _moment(seen) or attempted_at
    return Seat(
        user_id=uuid_value(user_id),
        name=name,
        email=email,
        state=_state(status, paused, seen_at, now),
        attempt_id=uuid_value(attempt_id),
        attempt_no=number,
        closed_by=closed_by,
        attempted_at=attempted_at,
        deadline_at=deadline_at,
        submitted_at=_moment(submitted),
        paused_at=_moment(paused),
        seen_at=_moment(seen),
        extra_minutes=_extra_minutes(exam, attempted_at, deadline_at),
        signals=signals or 0,
        places=len(json_value(origins) or []) if origins else 0,
        questions=fixed + len(json_value(drawn) or []) if drawn else fixed,
    )


def _state(status: str, paused: Any, seen_at: datetime, now: datetime) -> str:
    if status != "in_progress":
        return "handed_in"
    if paused is not None:
        return "paused"
    return "silent" if now - seen_at > SILENT_AFTER else "working"


def _extra_minutes(exam: Exam, began: datetime, deadline: datetime) -> int:
    plain = began + timedelta(minutes=exam.duration_minutes)
    if exam.closes_at is not None:
        plain = min(plain, exam.closes_at)
    return max(0, round((deadline - plain).total_seconds() / 60))


def _with_saves(seats: Sequence[Seat]) -> list[Seat]:
    saves = _saves([one.attempt_id for one in seats if one.attempt_id is not None])
    made = []
    for one in seats:
        if one.attempt_id is None:
            made.append(one)
            continue
        saved_at, answered = saves.get(one.attempt_id, (None, 0))
        made.append(replace(one, saved_at=saved_at, answered=answered))
    return made


def _saves(attempt_ids: Sequence[UUID]) -> dict[UUID, tuple[datetime, int]]:
    """When each attempt saved last, and how many of its questions have an answer."""
    found: dict[UUID, tuple[datetime, int]] = {}
    for start in range(0, len(attempt_ids), _SOME):
        some = [uuid_param(one) for one in attempt_ids[start : start + _SOME]]
        sql = _SAVED[connection.vendor].format(marks=", ".join(["%s"] * len(some)))
        for id_, saved_at, answered in read_rows(sql, some):
            found[uuid_value(id_)] = (time_value(saved_at), answered)
    return found


def _moment(value: Any) -> datetime | None:
    return None if value is None else time_value(value)
