"""`/exam-attempts`: sitting an exam. The server's clock alone decides."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field

from studium.assessment import presence, queries, rights
from studium.assessment.actions import signals, sit
from studium.lib import clock
from studium.rest.attempt_shapes import (
    Event,
    ExamAttempt,
    Noted,
    Receipt,
    Result,
    Signals,
    State,
    attempt_shown,
    result_shown,
)
from studium.rest.auth import Request
from studium.rest.describe import says
from studium.rest.fields import Id, Sent
from studium.rest.paging import Items, Page
from studium.rest.quiz_shapes import Response

router = Router(tags=["exam attempts"])


class Change(Sent):
    """A response, and which change of this question it is, from 1."""

    response: Response
    revision: Annotated[int, Field(strict=True, ge=1, le=1_000_000, examples=[1])]


@router.get("/{attempt_id}", response=ExamAttempt, exclude_unset=True)
def read_attempt(request: Request, attempt_id: Id) -> dict[str, Any]:
    """An attempt with its questions and saved answers: to go on with it anywhere."""
    return _attempt(request, attempt_id)


@router.put(
    "/{attempt_id}/answers/{question_id}",
    response=Receipt,
    openapi_extra=says(
        "wrong_shape", "stale_revision", "paused", "deadline_passed", "already_submitted"
    ),
)
def save_answer(request: Request, attempt_id: Id, question_id: Id, sent: Change) -> Receipt:
    """Save one change; the reply is sent when it is on the disk.

    `revision` is the stored one + 1. The same revision with the same response gets the same reply.
    """
    # Requests come to the plain view that is mounted before this one; both call this action.
    saved = sit.save_answer(
        by_id=request.auth.pk,
        attempt_id=attempt_id,
        question_id=question_id,
        response=sent.response,
        revision=sent.revision,
        now=clock.now(),
    )
    return Receipt.model_validate(saved)


@router.post("/{attempt_id}/submit", response=ExamAttempt, exclude_unset=True)
def submit_attempt(request: Request, attempt_id: Id) -> dict[str, Any]:
    """Hand in what is saved. Doing it again changes nothing."""
    sit.submit(by=request.auth, attempt_id=attempt_id, now=clock.now())
    return _attempt(request, attempt_id)


@router.get("/{attempt_id}/state", response=State)
def read_state(request: Request, attempt_id: Id) -> State:
    """Until when it runs, whether the clock stands, and what the staff have written.

    Ask when the number at `/exams/{exam_id}/pulse` has changed; it is asked for without a token.
    """
    _close(request, attempt_id)
    now = clock.now()
    state = queries.attempt_state(viewer=request.auth, attempt_id=attempt_id, now=now)
    if state.owner_id == request.auth.pk and state.status == "in_progress":
        presence.beat(attempt_id, now=now)
    return State.model_validate(state)


@router.post("/{attempt_id}/signals", response=Noted)
def note_signals(request: Request, attempt_id: Id, sent: Signals) -> Noted:
    """Note facts about how one's attempt is sat; without any it is a sign of life."""
    facts = [one.model_dump(exclude_none=True) for one in sent.signals]
    noted = signals.note_signals(
        by=request.auth, attempt_id=attempt_id, signals=facts, now=clock.now()
    )
    return Noted(noted=noted)


@router.get("/{attempt_id}/receipt", openapi_extra=says(media="application/json"))
def read_receipt(request: Request, attempt_id: Id) -> HttpResponse:
    """The receipt of an attempt as a file, byte by byte as it has to be kept to be checked."""
    content = queries.receipt_file(viewer=request.auth, attempt_id=attempt_id)
    return HttpResponse(content, content_type="application/json")


@router.get("/{attempt_id}/events", response=Items[Event])
def list_events(request: Request, attempt_id: Id, page: Query[Page]) -> Items[Event]:
    """The journal of an attempt, in order."""
    rows, count = page.cut(queries.events_of(viewer=request.auth, attempt_id=attempt_id))
    return Items[Event](items=[Event.model_validate(row) for row in rows], count=count)


@router.get("/{attempt_id}/result", response=Result)
def read_result(request: Request, attempt_id: Id) -> Result:
    """How an attempt was marked, as far as the release rule says."""
    now = clock.now()
    _close(request, attempt_id)
    view = queries.result_view(viewer=request.auth, attempt_id=attempt_id, now=now)
    return result_shown(view)


def _attempt(request: Request, attempt_id: Id) -> dict[str, Any]:
    now = clock.now()
    view = queries.attempt_view(viewer=request.auth, attempt_id=attempt_id, now=now)
    if view.may_be_over and sit.close_overdue(now=now, pk=attempt_id):
        view = queries.attempt_view(viewer=request.auth, attempt_id=attempt_id, now=now)
    return attempt_shown(view)


def _close(request: Request, attempt_id: Id) -> None:
    """An attempt whose time is over is closed by the next read, by whoever may read it."""
    rights.exam_attempt_for_reader(request.auth, attempt_id)
    sit.close_overdue(now=clock.now(), pk=attempt_id)
