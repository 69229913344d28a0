"""Answers as a form without scripts sends them: a page at a time, and never over newer ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from studium.assessment import rights
from studium.assessment.actions import sit
from studium.assessment.asked import begun_content
from studium.assessment.kinds import Response, WrongShape, kind
from studium.assessment.models import AttemptAnswer, AttemptEvent, EventKind, ExamAttempt
from studium.lib.errors import Conflict

if TYPE_CHECKING:
    from studium.identity.models import User


@dataclass(slots=True)
class Outcome:
    """What was not stored, by question: `problems` says what is wrong with an answer, `changed`
    names those that were changed elsewhere after the form was made."""

    problems: dict[UUID, str] = field(default_factory=dict)
    changed: set[UUID] = field(default_factory=set)

    def __bool__(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.problems or self.changed)


def save_form(
    *,
    by: User,
    attempt_id: UUID,
    answers: Mapping[UUID, object],
    revisions: Mapping[UUID, int],
    now: datetime,
) -> Outcome:
    """Store those of a form's answers that the student changed in it.

    `revisions` are the numbers of the answers the form was made with, 0 for none. Each answer is
    a change of its own: one that cannot be stored keeps no other back. Raises `Conflict` when the
    attempt is over.
    """
    attempt = rights.exam_attempt_for(by, attempt_id)
    stored = {row.question_id: row for row in AttemptAnswer.objects.filter(attempt=attempt)}
    outcome = Outcome()
    for question_id, response in answers.items():
        try:
            read = _read(question_id, response)
            number = _next_number(attempt, question_id, read, stored, revisions)
            if number is not None:
                sit.save_answer(
                    by_id=by.pk,
                    attempt_id=attempt_id,
                    question_id=question_id,
                    response=response,
                    revision=number,
                    now=now,
                )
        except WrongShape as wrong:
            outcome.problems[question_id] = wrong.message
        except Conflict as refused:
            if refused.code != "stale_revision":
                raise
            outcome.changed.add(question_id)
    return outcome


def _next_number(
    attempt: ExamAttempt,
    question_id: UUID,
    read: Response,
    stored: Mapping[UUID, AttemptAnswer],
    revisions: Mapping[UUID, int],
) -> int | None:
    """The number of this change; None where the form changes nothing. Raises `Conflict` where both
    the form and another page changed the answer."""
    before = stored.get(question_id)
    latest = before.revision if before else 0
    shown = revisions.get(question_id, latest)
    if _same(before.response if before else None, read):
        return None
    if shown == latest:
        return latest + 1
    if _same(_shown_then(attempt, question_id, shown), read):
        return None
    raise Conflict("The answer was changed elsewhere.", code="stale_revision")


def _shown_then(attempt: ExamAttempt, question_id: UUID, revision: int) -> Response:
    """The response that was the latest when the form was made; the journal keeps them all."""
    rows = AttemptEvent.objects.filter(
        attempt=attempt, kind=EventKind.SAVE, question_id=question_id, revision=revision
    )
    event = rows.only("response").first()
    return event.response if event else None


def _read(question_id: UUID, response: object) -> Response:
    content = begun_content(question_id)
    return kind(content.kind).read_response(content, response)


def _same(one: Response, other: Response) -> bool:
    """Equal, and of one type: to Python, 1 is True."""
    return type(one) is type(other) and one == other
