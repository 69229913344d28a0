"""What a person asked the tutor and was told, for them alone; the staff sees sums."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, Max, Q

from studium.ai.own_answer import Compared
from studium.content import rights as course_rights
from studium.content.models import Course, Lesson, lesson_texts
from studium.lib.errors import NotFound
from studium.lib.jobs import latest_job
from studium.lib.words import phrase
from studium.notes import tutor_rights
from studium.notes.models import TutorMessage, TutorState, Wording
from studium.notes.rules import tutor as rules

if TYPE_CHECKING:
    from studium.identity.models import User


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: the passage `block_id` of a lesson, under a heading."""

    lesson_id: UUID
    title: str
    heading: str
    block_id: str


@dataclass(frozen=True, slots=True)
class QuoteView:
    """A quotation and its place."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class WrittenView:
    """A sentence of a model with the quotations that were found for it."""

    text: str
    quotes: tuple[QuoteView, ...]


@dataclass(frozen=True, slots=True)
class MessageView:
    """A question and its answer as its owner sees it.

    A hint or a check has `places` and no `quotes`: it names where to look. `wording` is `pending`
    while a model is asked for words.
    """

    id: UUID
    lesson_id: UUID
    asked_at: datetime
    mode: str
    question: str
    own_answer: str
    state: str
    places: tuple[Place, ...]
    quotes: tuple[QuoteView, ...]
    written: tuple[WrittenView, ...]
    unknown: tuple[str, ...]
    compared: Compared | None
    engine: str
    wording: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """The tutor of one lesson for one person; `messages` from the oldest to the newest.

    `closed` says in a sentence why nothing can be asked now, or is "".
    """

    lesson: Lesson
    messages: tuple[MessageView, ...]
    closed: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """How much is asked in a course and what comes of it; no names, no words."""

    asked: int
    people: int
    answered: int
    related: int
    absent: int


def conversation(*, viewer: User, lesson_id: UUID, now: datetime) -> Conversation:
    """The newest questions of this person in a lesson.

    During an exam of theirs it is empty and says why; raises as reading the lesson does.
    """
    lesson = _readable(viewer, lesson_id)
    if tutor_rights.exam_runs(viewer, now):
        return Conversation(lesson, (), closed=tutor_rights.EXAM_RUNS)
    rows = TutorMessage.objects.filter(user=viewer, lesson=lesson).order_by("-asked_at", "-id")
    shown = tuple(_view(one) for one in reversed(rows[: rules.MOST_SHOWN]))
    closed = (
        "" if tutor_rights.is_on(lesson.course_id) else phrase("The tutor is switched off here.")
    )
    return Conversation(lesson, shown, closed=closed)


def message(*, viewer: User, message_id: UUID, now: datetime) -> MessageView:
    """One question of this person's; else `NotFound`, during an exam `Conflict`."""
    row = TutorMessage.objects.filter(user=viewer, pk=message_id).first()
    if row is None:
        raise NotFound
    tutor_rights.require_no_exam(viewer, now)
    return _view(row)


def history(*, viewer: User, now: datetime) -> list[dict[str, Any]]:
    """The lessons in which this person asked, the last one first, with how often."""
    tutor_rights.require_no_exam(viewer, now)
    rows = TutorMessage.objects.filter(user=viewer).values(
        "lesson_id", "lesson__topic", "lesson__course__title"
    )
    counted = rows.annotate(count=Count("id"), last=Max("asked_at")).order_by("-last")
    return [dict(one) for one in counted]


def export(*, viewer: User, now: datetime, lesson_id: UUID | None = None) -> list[dict[str, Any]]:
    """All that this person asked and was told, as JSON; nothing while an exam of theirs runs."""
    if tutor_rights.exam_runs(viewer, now):
        return []
    rows = TutorMessage.objects.filter(user=viewer).select_related("lesson")
    rows = rows.defer(*lesson_texts("lesson"))
    if lesson_id is not None:
        rows = rows.filter(lesson_id=lesson_id)
    return [
        {
            "asked_at": one.asked_at,
            "lesson_id": one.lesson_id,
            "lesson": one.lesson.topic,
            "mode": one.mode,
            "question": one.question,
            "own_answer": one.own_answer,
            "state": one.state,
            "engine": one.engine,
            "quotes": [each.text for each in _view(one).quotes],
            "written": [each.text for each in _view(one).written],
        }
        for one in rows.order_by("asked_at", "id")
    ]


def totals_for(course: Course, *, viewer: User) -> Totals:
    """The sums of a course, for its staff; else `NotAllowed` or `NotFound`."""
    course_rights.require_course_staff(viewer, course)
    rows = TutorMessage.objects.filter(lesson__course=course)
    return Totals(
        **rows.aggregate(
            asked=Count("id"),
            people=Count("user", distinct=True),
            **{str(state.value): Count("id", filter=Q(state=state)) for state in TutorState},
        )
    )


def _readable(viewer: User, lesson_id: UUID) -> Lesson:
    rows = Lesson.objects.select_related("course").defer("content", "content_html", "blocks")
    lesson = rows.filter(pk=lesson_id).first()
    if lesson is None:
        raise NotFound
    course_rights.require_see_lesson(viewer, lesson)
    return lesson


def _view(row: TutorMessage) -> MessageView:
    said = rules.reply_of(row.reply, state=row.state, engine=row.engine)
    told = rules.tells(row.mode)
    quotes = tuple(_quote(one) for one in said.quotes)
    compared = row.reply.get("compared")
    return MessageView(
        id=row.pk,
        lesson_id=row.lesson_id,
        asked_at=row.asked_at,
        mode=row.mode,
        question=row.question,
        own_answer=row.own_answer,
        state=row.state,
        places=tuple(dict.fromkeys(one.place for one in quotes)),
        quotes=quotes if told else (),
        written=tuple(
            WrittenView(one.text, tuple(_quote(each) for each in one.quotes))
            for one in said.written
        ),
        unknown=said.unknown,
        compared=_compared(compared) if compared else None,
        engine=row.engine,
        wording=_wording(row),
    )


def _wording(row: TutorMessage) -> str:
    """`pending` only as long as a job is really under way."""
    if row.wording != Wording.PENDING:
        return str(row.wording)
    job = latest_job(rules.TUTOR_JOB, row.pk)
    over = job is None or job.status in ("failed", "cancelled", "done")
    return str(Wording.FAILED if over else Wording.PENDING)


def _compared(kept: dict[str, Any]) -> Compared:
    return Compared(
        tuple(kept["said"]), tuple(kept["missing"]), kept["share"], tuple(kept["differs"])
    )


def _quote(one: Any) -> QuoteView:
    return QuoteView(one.text, Place(UUID(one.lesson), one.title, one.heading, one.block_id))
