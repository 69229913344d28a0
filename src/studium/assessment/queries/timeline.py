"""The time line of an attempt: every event of its journal, and its answers at any of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from studium.assessment import drawing, journal, rights
from studium.assessment.asked import headline
from studium.assessment.models import Exam, ExamQuestion
from studium.assessment.queries.attempts import AttemptLine, line_of
from studium.identity.queries import names_of
from studium.lib.errors import NotAllowed

if TYPE_CHECKING:
    from studium.identity.models import User

_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Moment:
    """One event. `question` is its number in this attempt; `answer` the response in words."""

    seq: int
    kind: str
    at: datetime
    actor: str
    question: int | None
    answer: str
    revision: int | None
    detail: Mapping[str, Any]
    code: str


@dataclass(frozen=True, slots=True)
class AnswerThen:
    """How a question of the paper stood at a moment; `changed` marks the one it was about."""

    number: int
    title: str
    answer: str
    saved_at: datetime | None
    changed: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """An attempt as it was when event `seq` had happened. `faults` is empty for a whole journal."""

    line: AttemptLine
    exam: Exam
    moments: tuple[Moment, ...]
    seq: int
    answers: tuple[AnswerThen, ...]
    faults: tuple[str, ...]

    @property
    def chosen(self) -> Moment | None:
        """The event that is looked at; None in a journal without any."""
        return self.moments[self.seq - 1] if self.moments else None


def attempt_timeline(
    *,
    viewer: User,
    attempt_id: UUID,
    now: datetime,
    seq: int | None = None,
    code: str | None = None,
) -> Timeline:
    """The time line for the exam's staff, at the event with this code, or at `seq` (by default the
    last one).

    Raises `NotFound` for outsiders and `NotAllowed` for the attempt's owner.
    """
    attempt, as_staff = rights.exam_attempt_for_reader(viewer, attempt_id)
    if not as_staff:
        raise NotAllowed("Only the staff of this course can look at the time line of an attempt.")
    lines = journal.lines(attempt_id)
    places = drawing.paper_of_attempt(attempt, shuffled=True)
    numbers = {place.question_id: number for number, place in enumerate(places, start=1)}
    names = names_of({line.event.actor_id for line in lines if line.event.actor_id is not None})
    words = {place.question_id: place for place in places}
    moments = tuple(_moment(line, numbers, words, names) for line in lines)
    coded = next((one.seq for one in moments if one.code == code), seq)
    chosen = len(moments) if coded is None else max(1, min(coded, len(moments)))
    return Timeline(
        line=line_of(attempt, now, as_staff=True),
        exam=attempt.exam,
        moments=moments,
        seq=chosen,
        answers=_answers_then(places, moments[:chosen]),
        faults=tuple(journal.verify(attempt_id)),
    )


def in_words(response: Any, question: Any) -> str:
    """A response as people read it: options by their texts, parts by their names."""
    texts = {option["id"]: option["text"] for option in question.options or ()}
    return _said(response, texts)[:_LONGEST]


def _said(response: Any, texts: Mapping[str, str]) -> str:
    if response is None:
        return ""
    if isinstance(response, bool):
        return "true" if response else "false"
    if isinstance(response, list):
        return " · ".join(_said(one, texts) for one in response)
    if isinstance(response, dict):
        pairs = ((texts.get(name, name), _said(one, texts)) for name, one in response.items())
        return "; ".join(f"{name}: {said}" for name, said in pairs)
    return texts.get(response, response) if isinstance(response, str) else str(response)


def _moment(
    line: journal.Line,
    numbers: Mapping[UUID, int],
    places: Mapping[UUID, ExamQuestion],
    names: Mapping[UUID, str],
) -> Moment:
    event = line.event
    place = None if event.question_id is None else places.get(event.question_id)
    return Moment(
        seq=event.seq,
        kind=event.kind,
        at=event.occurred_at,
        actor="" if event.actor_id is None else names.get(event.actor_id, ""),
        question=None if event.question_id is None else numbers.get(event.question_id),
        answer="" if place is None else in_words(event.response, place.question),
        revision=event.revision,
        detail=event.detail,
        code=line.code,
    )


def _answers_then(
    places: Sequence[ExamQuestion], moments: Sequence[Moment]
) -> tuple[AnswerThen, ...]:
    last = {one.question: one for one in moments if one.kind == "save"}
    now = moments[-1] if moments else None
    made = []
    for number, place in enumerate(places, start=1):
        then = last.get(number)
        made.append(
            AnswerThen(
                number=number,
                title=headline(place.question.question_text),
                answer=then.answer if then else "",
                saved_at=then.at if then else None,
                changed=then is not None and then is now,
            )
        )
    return tuple(made)
