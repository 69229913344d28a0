"""`/questions`: one question of the bank, for those who write it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from ninja import Router

from studium.assessment import queries
from studium.assessment.actions import bank
from studium.lib import clock
from studium.lib.errors import Invalid
from studium.rest.auth import Request
from studium.rest.describe import says
from studium.rest.fields import Id
from studium.rest.quiz_shapes import Question, QuestionChange, question_shown, settings_sent

router = Router(tags=["quizzes"])


@router.get("/{question_id}", response=Question)
def read_question(request: Request, question_id: Id) -> Question:
    """One question with its key, for the staff. Learners meet questions in quizzes and exams."""
    row = queries.question_for_staff(viewer=request.auth, question_id=question_id)
    return question_shown(row, queries.right_answer(row))


@router.patch(
    "/{question_id}",
    response=Question,
    openapi_extra=says("not_allowed", "question_retired"),
)
def change_question(request: Request, question_id: Id, sent: QuestionChange) -> Question:
    """Write a question anew, or move it.

    One that was answered stays as it was: its next version takes its place, and is the answer.
    """
    by, now = request.auth, clock.now()
    changes = draft_changes(sent)
    with transaction.atomic():
        row = queries.question_for_staff(viewer=by, question_id=question_id)
        if changes:
            row = bank.edit_question(by=by, question_id=question_id, changes=changes, now=now)
        if sent.position is not None:
            bank.move_question(by=by, question_id=row.pk, to=sent.position, now=now)
        row = queries.question_for_staff(viewer=by, question_id=row.pk)
    return question_shown(row, queries.right_answer(row))


@router.delete(
    "/{question_id}",
    response={204: None},
    openapi_extra=says("not_allowed", "question_retired", "last_question", "question_on_paper"),
)
def retire_question(request: Request, question_id: Id) -> None:
    """Take a question out of its quiz and the bank; what was answered stays."""
    bank.retire_question(by=request.auth, question_id=question_id, now=clock.now())


def draft_changes(sent: Any) -> dict[str, Any]:
    """Fields to write anew as the domain takes them; null where nothing can be null is refused."""
    given = settings_sent(sent)
    given.pop("position", None)
    needed = {"kind", "question_text", "points", "explanation", "spec"}
    if nulls := [name for name in given if given[name] is None and name in needed]:
        raise Invalid("Some fields cannot be null.", fields=dict.fromkeys(nulls, "Not null."))
    if sent.options is not None:
        given["options"] = [bank.OptionDraft(**one.model_dump()) for one in sent.options]
    return given
