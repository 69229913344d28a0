"""`/exams/{id}/room`: who sits an exam, and what the staff do about it; papers hear of it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, TypedDict
from uuid import UUID

from ninja import Query, Router
from pydantic import Field

from studium.assessment import queries
from studium.assessment.actions import room
from studium.lib import clock
from studium.rest.auth import Request
from studium.rest.describe import says
from studium.rest.fields import Id, Moment, Sent, Shown, Text
from studium.rest.paging import Page

if TYPE_CHECKING:
    from studium.identity.models import User

router = Router(tags=["exam room"])

Minutes = Annotated[int, Field(strict=True, ge=1, le=room.MOST_MINUTES, examples=[5])]
Some = Annotated[list[Id], Field(min_length=1, max_length=5000)]


class Counts(Shown):
    """How many are where; `working` includes the silent ones, `paused` ones are apart."""

    students: int
    not_started: int
    working: int
    silent: int
    paused: int
    handed_in: int


class Seat(Shown):
    """A student in the room; what needs an attempt is null before they begin."""

    user_id: Id
    name: Annotated[str, Field(examples=["Ada Alm"])]
    email: Annotated[str, Field(examples=["ada@example.org"])]
    state: Annotated[str, Field(examples=["working"])]
    attempt_id: Id | None
    attempt_no: int | None
    closed_by: str | None
    attempted_at: Moment | None
    deadline_at: Moment | None
    submitted_at: Moment | None
    paused_at: Moment | None
    seen_at: Moment | None
    saved_at: Moment | None
    extra_minutes: int
    answered: int | None
    questions: int
    signals: int
    places: int


class Room(Shown):
    """The room at a moment; `count` is how many seats fit the filter in all."""

    at: Moment
    counts: Counts
    items: list[Seat]
    count: int


class Filter(Page):
    """Which students: in a state, with these letters in name or address, in a group."""

    state: Annotated[str, Field(max_length=20)] = ""
    q: Annotated[str, Field(max_length=100)] = ""
    group_id: Id | None = None


class Reached(Shown):
    """How many attempts an act has reached."""

    reached: Annotated[int, Field(examples=[1])]


class Whom(Sent):
    """For these attempts; null or left out: for all that run."""

    attempts: Annotated[Some | None, Field(examples=[None])] = None


class MoreMinutes(Whom):
    """Minutes to add, and why, for the log."""

    minutes: Minutes
    reason: Annotated[Text, Field(max_length=300)] = ""


class Words(Whom):
    """What to write to the students."""

    text: Annotated[Text, Field(min_length=1, max_length=1000, examples=["Ten minutes left."])]


class Named(Sent):
    """Exactly these attempts."""

    attempts: Some


@router.get("/{exam_id}/room", response=Room, openapi_extra=says("not_allowed"))
def read_room(request: Request, exam_id: Id, asked: Query[Filter]) -> Room:
    """Who sits the exam, how far they are, and whose papers are silent."""
    shown = queries.exam_room(
        viewer=request.auth,
        exam_id=exam_id,
        now=clock.now(),
        state=asked.state,
        search=asked.q,
        group=asked.group_id,
        offset=asked.offset,
        limit=asked.limit,
    )
    return Room(
        at=shown.at,
        counts=Counts.model_validate(shown.counts),
        items=[Seat.model_validate(one) for one in shown.seats],
        count=shown.count,
    )


@router.post("/{exam_id}/room/minutes", response=Reached, openapi_extra=says("not_allowed"))
def give_minutes(request: Request, exam_id: Id, sent: MoreMinutes) -> Reached:
    """Move deadlines later; they never move back."""
    return Reached(
        reached=room.give_minutes(
            by=request.auth,
            exam_id=exam_id,
            minutes=sent.minutes,
            reason=sent.reason,
            attempt_ids=sent.attempts,
            now=clock.now(),
        )
    )


@router.post("/{exam_id}/room/pause", response=Reached, openapi_extra=says("not_allowed"))
def pause_attempts(request: Request, exam_id: Id, sent: Whom) -> Reached:
    """Stop clocks. What they stand still is given back when they go on."""
    return Reached(reached=room.pause(attempt_ids=sent.attempts, **_by(request, exam_id)))


@router.post("/{exam_id}/room/resume", response=Reached, openapi_extra=says("not_allowed"))
def resume_attempts(request: Request, exam_id: Id, sent: Whom) -> Reached:
    """Let stopped clocks go on."""
    return Reached(reached=room.go_on(attempt_ids=sent.attempts, **_by(request, exam_id)))


@router.post("/{exam_id}/room/messages", response=Reached, openapi_extra=says("not_allowed"))
def write_to_students(request: Request, exam_id: Id, sent: Words) -> Reached:
    """Write to those who sit the exam; what goes to all is there for who begins later, too."""
    return Reached(
        reached=room.send_message(
            text=sent.text, attempt_ids=sent.attempts, **_by(request, exam_id)
        )
    )


@router.post("/{exam_id}/room/hand-in", response=Reached, openapi_extra=says("not_allowed"))
def hand_in_for(request: Request, exam_id: Id, sent: Named) -> Reached:
    """Hand in what these attempts have saved."""
    return Reached(reached=room.hand_in_for(attempt_ids=sent.attempts, **_by(request, exam_id)))


class _Act(TypedDict):
    by: User
    exam_id: UUID
    now: datetime


def _by(request: Request, exam_id: UUID) -> _Act:
    """What every act is told."""
    return {"by": request.auth, "exam_id": exam_id, "now": clock.now()}
