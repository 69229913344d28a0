"""How a running attempt stands, for its paper: asked for often, so in as few words as can be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from studium.assessment import rights
from studium.assessment.models import AttemptStatus
from studium.lib.db import read_rows, time_value, uuid_param, uuid_value

if TYPE_CHECKING:
    from studium.identity.models import User

_ATTEMPT = """
SELECT t.exam_id, t.user_id, t.status, t.closed_by, t.deadline_at, t.grace_seconds, t.submitted_at,
    t.paused_at, p.number
FROM exam_attempts t LEFT JOIN exam_pulses p ON p.exam_id = t.exam_id WHERE t.id = %s
"""
_MESSAGES = """
SELECT m.id, m.text, m.sent_at, m.attempt_id FROM exam_messages m
WHERE m.exam_id = %s AND (m.attempt_id IS NULL OR m.attempt_id = %s)
ORDER BY m.sent_at DESC, m.id DESC LIMIT 50
"""


@dataclass(frozen=True, slots=True)
class Message:
    """What the staff wrote during the exam."""

    id: UUID
    text: str
    sent_at: datetime
    to_all: bool

    def as_json(self) -> dict[str, Any]:
        return {
            "id": str(self.id),
            "text": self.text,
            "sent_at": self.sent_at.isoformat(),
            "to_all": self.to_all,
        }


@dataclass(frozen=True, slots=True)
class AttemptState:
    """All that may change about an attempt while it is sat, but for its answers.

    `pulse` is the exam's pulse at that time: a paper that knows it asks again when it rises. While
    `paused_at` is set the clock stands; what is left is then `deadline_at - paused_at`.
    """

    owner_id: UUID
    status: str
    closed_by: str | None
    deadline_at: datetime
    grace_seconds: int
    submitted_at: datetime | None
    paused_at: datetime | None
    server_time: datetime
    pulse: int
    messages: tuple[Message, ...]

    @property
    def is_overdue(self) -> bool:
        """Whether its time is over and nobody has closed it yet."""
        runs = self.status == AttemptStatus.IN_PROGRESS and self.paused_at is None
        return runs and self.server_time > self.deadline_at + timedelta(seconds=self.grace_seconds)

    def as_json(self) -> dict[str, Any]:
        """The shape the API promises."""
        return {
            "status": self.status,
            "closed_by": self.closed_by,
            "deadline_at": self.deadline_at.isoformat(),
            "grace_seconds": self.grace_seconds,
            "submitted_at": _text(self.submitted_at),
            "paused_at": _text(self.paused_at),
            "server_time": self.server_time.isoformat(),
            "pulse": self.pulse,
            "messages": [message.as_json() for message in self.messages],
        }


def attempt_state(*, viewer: User, attempt_id: UUID, now: datetime) -> AttemptState:
    """How an attempt stands, for its owner and the staff; raises `NotFound` for others."""
    rows = read_rows(_ATTEMPT, [uuid_param(attempt_id)])
    if not rows or uuid_value(rows[0][1]) != viewer.pk:
        rights.exam_attempt_for_reader(viewer, attempt_id)  # the staff, or nobody's business
    exam_id, owner_id, status, closed_by, deadline, grace, submitted, paused, number = rows[0]
    # The number came first: what is done between the two statements is asked for again.
    said = read_rows(_MESSAGES, [exam_id, uuid_param(attempt_id)])
    return AttemptState(
        owner_id=uuid_value(owner_id),
        status=status,
        closed_by=closed_by,
        deadline_at=time_value(deadline),
        grace_seconds=grace,
        submitted_at=_moment(submitted),
        paused_at=_moment(paused),
        server_time=now,
        pulse=number or 0,
        messages=tuple(
            Message(uuid_value(id_), text, time_value(at), to is None)
            for id_, text, at, to in reversed(said)
        ),
    )


def _moment(value: Any) -> datetime | None:
    return None if value is None else time_value(value)


def _text(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat()
