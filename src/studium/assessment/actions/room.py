"""What the staff do in the room of a running exam. Papers hear of it by the exam's pulse.

Each act is for some attempts or, with none named, for all that run; each is in the journal of
every attempt it touches and once in the audit log. Acts on attempts that have just ended leave
those as they are.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from studium.assessment import closing, effective, journal, pausing, pulse, rights
from studium.assessment.models import (
    AttemptStatus,
    ClosedBy,
    EventKind,
    Exam,
    ExamAttempt,
    ExamMessage,
)
from studium.assessment.models.room import MESSAGE_LENGTH
from studium.identity.actions.audit import record
from studium.lib.errors import Invalid

if TYPE_CHECKING:
    from studium.identity.models import User

MOST_MINUTES = 600
_NAMED_IN_THE_LOG = 20


@transaction.atomic
def give_minutes(
    *,
    by: User,
    exam_id: UUID,
    minutes: int,
    now: datetime,
    attempt_ids: Collection[UUID] | None = None,
    reason: str = "",
) -> int:
    """Move the deadline of running attempts later by whole minutes; gives of how many."""
    if (
        isinstance(minutes, bool)
        or not isinstance(minutes, int)
        or not 1 <= minutes <= MOST_MINUTES
    ):
        raise _wrong("minutes", f"This must be a whole number from 1 to {MOST_MINUTES}.")
    why = _text(reason, "reason", most=300)
    exam, attempts = _running(by, exam_id, attempt_ids, now=now)
    pausing.extend(attempts, minutes=minutes, reason=why, now=now, by_id=by.pk)
    effective.hold_results(exam.pk, now=now)
    detail = {"minutes": minutes, "reason": why}
    return _done(by, exam, "exam.extend", attempts, detail, everybody=attempt_ids is None, now=now)


@transaction.atomic
def pause(
    *, by: User, exam_id: UUID, now: datetime, attempt_ids: Collection[UUID] | None = None
) -> int:
    """Stop the clocks of running attempts; gives how many stand now that did not before."""
    exam, attempts = _running(by, exam_id, attempt_ids, now=now)
    attempts = [one for one in attempts if one.paused_at is None]
    pausing.pause(attempts, now=now, by_id=by.pk)
    effective.hold_results(exam.pk, now=now)
    return _done(by, exam, "exam.pause", attempts, {}, everybody=attempt_ids is None, now=now)


@transaction.atomic
def go_on(
    *, by: User, exam_id: UUID, now: datetime, attempt_ids: Collection[UUID] | None = None
) -> int:
    """Let stopped attempts go on with the time they had; gives how many."""
    exam, attempts = _running(by, exam_id, attempt_ids, now=now)
    attempts = [one for one in attempts if one.paused_at is not None]
    pausing.go_on(attempts, now=now, by_id=by.pk)
    effective.hold_results(exam.pk, now=now)
    return _done(by, exam, "exam.go_on", attempts, {}, everybody=attempt_ids is None, now=now)


@transaction.atomic
def send_message(
    *,
    by: User,
    exam_id: UUID,
    text: str,
    now: datetime,
    attempt_ids: Collection[UUID] | None = None,
) -> int:
    """Write to those who sit the exam; gives to how many. What goes to all is also there for those
    who begin later."""
    said = _text(text, "text", most=MESSAGE_LENGTH)
    if not said:
        raise _wrong("text", "Write what the students shall read.")
    exam, attempts = _running(by, exam_id, attempt_ids, now=now)
    to = [None] if attempt_ids is None else [one.pk for one in attempts]
    ExamMessage.objects.bulk_create(
        ExamMessage(exam=exam, attempt_id=each, text=said, sent_by=by, sent_at=now) for each in to
    )
    journal.append_many(
        journal.Entry(
            attempt_id=one.pk,
            kind=EventKind.MESSAGE,
            now=now,
            actor_id=by.pk,
            detail={"text": said, "to_all": attempt_ids is None},
        )
        for one in attempts
    )
    detail = {"text": said}
    return _done(by, exam, "exam.message", attempts, detail, everybody=attempt_ids is None, now=now)


@transaction.atomic
def hand_in_for(*, by: User, exam_id: UUID, attempt_ids: Collection[UUID], now: datetime) -> int:
    """Close running attempts with what they have saved, and grade them; gives how many."""
    exam, attempts = _running(by, exam_id, attempt_ids, now=now)
    for attempt in attempts:
        closing.close(attempt, closed_by=ClosedBy.STAFF, now=now, actor_id=by.pk)
    return _done(by, exam, "exam.hand_in_for", attempts, {}, everybody=False, now=now)


# --- parts -----------------------------------------------------------------------------------


def _running(
    by: User, exam_id: UUID, attempt_ids: Collection[UUID] | None, *, now: datetime
) -> tuple[Exam, list[ExamAttempt]]:
    """The exam and, locked, those of its attempts that run, in the order in which all lock them."""
    exam = rights.exam_for_supervisor(by, exam_id)
    rows = ExamAttempt.objects.select_for_update(no_key=True).order_by("pk")
    rows = rows.filter(exam_id=exam.pk, status=AttemptStatus.IN_PROGRESS)
    if attempt_ids is not None:
        rows = rows.filter(pk__in=list(attempt_ids))
    return exam, [one for one in rows if not closing.is_overdue(one, now)]


def _done(
    by: User,
    exam: Exam,
    action: str,
    attempts: list[ExamAttempt],
    detail: dict[str, Any],
    *,
    everybody: bool,
    now: datetime,
) -> int:
    """Log the act and let the papers know; an act on nobody leaves a line, but no pulse."""
    named = [str(one.user_id) for one in attempts[:_NAMED_IN_THE_LOG]]
    record(
        by=by,
        action=action,
        object_type="exam",
        object_id=exam.pk,
        course_id=exam.course_id,
        detail=detail | {"attempts": len(attempts), "everybody": everybody, "students": named},
        now=now,
    )
    if attempts or everybody:
        pulse.bump(exam.pk)
    return len(attempts)


def _text(given: str, field: str, *, most: int) -> str:
    if not isinstance(given, str) or "\x00" in given:
        raise _wrong(field, "This must be a text.")
    text = given.replace("\r\n", "\n").strip()
    if len(text) > most:
        raise _wrong(field, f"This is longer than {most:,} characters.")
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise _wrong(field, "This holds a character that cannot be stored.")
    return text


def _wrong(field: str, problem: str) -> Invalid:
    return Invalid("Nothing was done: look at what is marked.", fields={field: problem})
