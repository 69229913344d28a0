"""What a student does in an exam: begin, answer, hand in. The server's clock alone decides."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, transaction

from studium.assessment import autosave, closing, pausing, rights
from studium.assessment.actions.begin import start_attempt as start_attempt
from studium.assessment.asked import begun_content
from studium.assessment.chain import code_of
from studium.assessment.kinds import Response, WrongShape, kind
from studium.assessment.models import (
    AttemptStatus,
    ClosedBy,
    ExamAttempt,
)
from studium.identity.still_signed_in import SignIn
from studium.lib.errors import Conflict, NotFound, NotSignedIn

if TYPE_CHECKING:
    from studium.identity.models import User

MAX_REVISION = 1_000_000


@dataclass(frozen=True, slots=True)
class Saved:
    """The acknowledgement of one change: it is on the disk. `receipt` is the short code of its
    line in the journal (`chain.code_of`)."""

    revision: int
    saved_at: datetime
    receipt: str

    def as_json(self) -> dict[str, Any]:
        """The shape the API promises."""
        return {
            "revision": self.revision,
            "saved_at": self.saved_at.isoformat(),
            "receipt": self.receipt,
        }


def save_answer(
    *,
    by_id: UUID,
    attempt_id: UUID,
    question_id: UUID,
    response: object,
    revision: object,
    now: datetime,
    sign_in: SignIn | None = None,
) -> Saved:
    """Store one change of an answer, durably, and say so.

    The next revision is stored; the stored one with the same response gets the same reply again.
    Raises `Conflict` with the code `stale_revision` (extra: the stored `answer`), `paused`,
    `deadline_passed` or `already_submitted`, `WrongShape`, or `NotFound`.

    With `sign_in`, a session of the same person that was read before, the change is stored only
    while that still stands as it was; nothing is said then about why it was not (`NotSignedIn`).
    """
    number = _revision(revision)
    try:
        read = _read(question_id, response)
    except WrongShape:
        _require_mine(attempt_id, question_id, by_id)
        raise
    change = autosave.Change(attempt_id, question_id, by_id, read, number, now, sign_in)
    try:
        stored = autosave.store(change)
    except IntegrityError:
        began = _began_later(change)
        if began is None:
            raise
        # The server's clock was set back since: it counts as saved at the start.
        change = replace(change, now=began)
        stored = autosave.store(change)
    if stored is not None:
        return Saved(number, change.now, code_of(stored))
    if sign_in is not None:
        raise NotSignedIn("Sign in again.")
    return _look_again(change)


@transaction.atomic
def submit(*, by: User, attempt_id: UUID, now: datetime) -> ExamAttempt:
    """Hand in. Once handed in, doing it again changes nothing; too late, what was saved counts."""
    attempt = rights.exam_attempt_for(by, attempt_id, lock=True)
    if attempt.status != AttemptStatus.IN_PROGRESS:
        return attempt
    if closing.is_overdue(attempt, now):
        return closing.close(attempt, closed_by=ClosedBy.DEADLINE, now=now)
    return closing.close(attempt, closed_by=ClosedBy.USER, now=now, actor_id=by.pk)


def close_overdue(*, now: datetime, **narrowed: UUID) -> int:
    """Close and grade every attempt whose time is over; gives how many.

    Pages call it for what they are about to show (`exam_id=`, `user_id=`, `pk=`), the sweeper for
    all. Each attempt is its own transaction unless one is open already.
    """
    overdue = closing.overdue_ids(now=now, **narrowed)
    return sum(closing.close_if_overdue(attempt_id, now=now) for attempt_id in overdue)


# --- answering -------------------------------------------------------------------------------


def _began_later(change: autosave.Change) -> datetime | None:
    """When the attempt began, where that is after the change."""
    rows = ExamAttempt.objects.filter(pk=change.attempt_id, attempted_at__gt=change.now)
    return rows.values_list("attempted_at", flat=True).first()


def _read(question_id: UUID, response: object) -> Response:
    """The response in its normal form; raises `WrongShape`, or `NotFound` for no such question."""
    try:
        content = begun_content(question_id)
    except LookupError:
        raise NotFound from None
    return kind(content.kind).read_response(content, response)


def _revision(revision: object) -> int:
    if isinstance(revision, bool) or not isinstance(revision, int):
        raise WrongShape("revision", "The revision must be a whole number from 1.")
    if not 1 <= revision <= MAX_REVISION:
        raise WrongShape("revision", f"The revision must be from 1 to {MAX_REVISION:,}.")
    return revision


def _require_mine(attempt_id: UUID, question_id: UUID, user_id: UUID) -> None:
    """What is wrong with an answer is told to the attempt's owner only."""
    if autosave.look(attempt_id=attempt_id, question_id=question_id, user_id=user_id) is None:
        raise NotFound


def _look_again(change: autosave.Change) -> Saved:
    """A change was not stored: it was stored before, or say why not."""
    now = change.now
    standing = autosave.look(
        attempt_id=change.attempt_id, question_id=change.question_id, user_id=change.user_id
    )
    if standing is None:
        raise NotFound
    if standing.revision == change.revision and _same(standing.response, change.response):
        assert standing.saved_at is not None
        assert standing.hash is not None
        return Saved(standing.revision, standing.saved_at, code_of(standing.hash))
    last_moment = standing.deadline_at + timedelta(seconds=standing.grace_seconds)
    if standing.paused_at is not None and now > min(
        standing.paused_at + pausing.ON_ITS_WAY, last_moment
    ):
        raise Conflict(
            "The exam is paused. Answers are taken again when it goes on; nothing is lost.",
            code="paused",
            extra={"paused_at": standing.paused_at.isoformat()},
        )
    if standing.status == AttemptStatus.IN_PROGRESS and now <= last_moment:
        raise _stale(standing)
    closing.close_if_overdue(change.attempt_id, now=now)
    if standing.closed_by in (None, ClosedBy.DEADLINE):
        raise Conflict(
            "The time is over. What was saved before was handed in.",
            code="deadline_passed",
            extra={"deadline_at": standing.deadline_at.isoformat()},
        )
    raise Conflict(
        "The exam was handed in already; answers cannot change any more.",
        code="already_submitted",
    )


def _same(stored: Response, sent: Response) -> bool:
    """Equal, and of equal type: true is not 1."""
    return type(stored) is type(sent) and stored == sent


def _stale(standing: autosave.Standing) -> Conflict:
    return Conflict(
        "This answer was changed elsewhere meanwhile; the stored one comes with this message.",
        code="stale_revision",
        extra={
            "answer": {
                "response": standing.response,
                "revision": standing.revision,
                "saved_at": standing.saved_at.isoformat() if standing.saved_at else None,
            }
        },
    )
