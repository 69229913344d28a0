"""`/quiz-attempts`: practising, question by question."""

from __future__ import annotations

from typing import Annotated

from ninja import Router
from pydantic import Field

from studium.assessment import queries
from studium.assessment.actions import practise
from studium.lib import clock
from studium.rest.attempt_shapes import QuizRun, run_shown
from studium.rest.auth import Request
from studium.rest.describe import says
from studium.rest.fields import Id, Sent
from studium.rest.quiz_shapes import Response

router = Router(tags=["quizzes"])


class Answer(Sent):
    """The final answer to one question of a run."""

    question_id: Id
    response: Response
    seconds: Annotated[int, Field(strict=True, ge=0, le=86_400, examples=[20])] | None = None


@router.get("/{attempt_id}", response=QuizRun)
def read_run(request: Request, attempt_id: Id) -> QuizRun:
    """One's own run, with as much feedback as the quiz gives by now."""
    return _run(request, attempt_id)


@router.post(
    "/{attempt_id}/answers",
    response=QuizRun,
    openapi_extra=says("wrong_shape", "already_answered", "already_finished", "exam_running"),
)
def answer_question(request: Request, attempt_id: Id, sent: Answer) -> QuizRun:
    """Answer a question; the same answer again changes nothing, another one is refused."""
    practise.answer_question(
        by=request.auth,
        attempt_id=attempt_id,
        question_id=sent.question_id,
        response=sent.response,
        seconds=sent.seconds,
        now=clock.now(),
    )
    return _run(request, attempt_id)


@router.post("/{attempt_id}/finish", response=QuizRun, openapi_extra=says("exam_running"))
def finish_run(request: Request, attempt_id: Id) -> QuizRun:
    """End a run: its score is over all its questions. Ending it again changes nothing."""
    practise.finish_quiz(by=request.auth, attempt_id=attempt_id, now=clock.now())
    return _run(request, attempt_id)


def _run(request: Request, attempt_id: Id) -> QuizRun:
    view = queries.run_view(viewer=request.auth, attempt_id=attempt_id, now=clock.now())
    return run_shown(view)
