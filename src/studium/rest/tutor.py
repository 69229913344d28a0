"""`/tutor`: ask about a lesson, and what one has asked."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from ninja import Router
from pydantic import Field

from studium.content import queries as courses
from studium.lib import clock
from studium.notes import conversation, tutor_rights
from studium.notes.actions import tutor as actions
from studium.rest.auth import Request
from studium.rest.describe import says
from studium.rest.fields import Flag, Id, Moment, Sent, Shown, Text

router = Router()


class TutorPlace(Shown):
    """A passage: `block_id` in a lesson, under a heading."""

    lesson_id: Id
    title: Annotated[str, Field(examples=["Lipids"])]
    heading: Annotated[str, Field(examples=["Fats and oils"])]
    block_id: Annotated[str, Field(examples=["b-1f0a9c2d3e"])]


class Quote(Shown):
    """Words of a lesson, and where they stand."""

    text: Annotated[str, Field(examples=["A fat molecule consists of two main components."])]
    place: TutorPlace


class Written(Shown):
    """A sentence of a model, with the quotations that were found for it."""

    text: str
    quotes: list[Quote]


class Compared(Shown):
    """An own answer beside the passage, word by word. Nothing is marked."""

    said: list[str]
    missing: list[str]
    share: float
    differs: list[str]


class TutorMessage(Shown):
    """A question and its answer. A hint and a check name places and hold no quotes.

    `state` is `answered`, `related` (no direct answer was found) or `absent` (not in the material);
    while `wording` is `pending` a model is asked for words, which come with the next reading.
    """

    id: Id
    lesson_id: Id
    asked_at: Moment
    mode: Annotated[str, Field(examples=["explain"])]
    question: Annotated[str, Field(examples=["What is a fat made of?"])]
    own_answer: str
    state: Annotated[str, Field(examples=["answered"])]
    places: list[TutorPlace]
    quotes: list[Quote]
    written: list[Written]
    unknown: list[str]
    compared: Compared | None
    engine: Annotated[str, Field(examples=["extractive"])]
    wording: Annotated[str, Field(examples=["none"])]


class Conversation(Shown):
    """The newest questions in a lesson; `closed` says why none can be asked now, or is empty."""

    messages: list[TutorMessage]
    closed: Annotated[str, Field(examples=[""])]


class Ask(Sent):
    """A question; with the mode `check` also one's own answer to it."""

    question: Annotated[Text, Field(max_length=2000, examples=["What is a fat made of?"])]
    mode: Literal["hint", "explain", "check"] = "hint"
    own_answer: Annotated[Text, Field(max_length=4000, examples=[""])] = ""


class Deleted(Shown):
    """How many questions were deleted."""

    deleted: Annotated[int, Field(examples=[3])]


class Switch(Sent):
    """Whether the tutor of a course is on."""

    on: Flag


class CourseTutor(Shown):
    """Whether the tutor is on, and the sums of what is asked; never who asks or what."""

    on: bool
    asked: int
    people: int
    answered: int
    related: int
    absent: int


@router.post(
    "/tutor/{lesson_id}",
    response={201: TutorMessage},
    openapi_extra=says("exam_running", "tutor_off", "too_many", location="/tutor/messages/{id}"),
)
def ask_tutor(request: Request, lesson_id: Id, sent: Ask) -> Any:
    """Ask about a lesson; the answer quotes the course or says that it does not cover it."""
    given = sent.model_dump()
    asked = actions.ask(by=request.auth, lesson_id=lesson_id, now=clock.now(), **given)
    return _message(request, asked.pk)


@router.get("/tutor/{lesson_id}", response=Conversation)
def read_conversation(request: Request, lesson_id: Id) -> Any:
    """The newest questions one has asked in a lesson, oldest first."""
    return conversation.conversation(viewer=request.auth, lesson_id=lesson_id, now=clock.now())


@router.delete("/tutor/{lesson_id}", response=Deleted, openapi_extra=says("exam_running"))
def delete_conversation(request: Request, lesson_id: Id) -> Deleted:
    """Delete what one has asked in a lesson."""
    now = clock.now()
    conversation.conversation(viewer=request.auth, lesson_id=lesson_id, now=now)
    return Deleted(deleted=actions.delete_history(by=request.auth, lesson_id=lesson_id, now=now))


@router.get(
    "/tutor/messages/{message_id}", response=TutorMessage, openapi_extra=says("exam_running")
)
def read_tutor_message(request: Request, message_id: Id) -> Any:
    """One question of one's own; ask again while its wording is `pending`."""
    return _message(request, message_id)


@router.post(
    "/tutor/messages/{message_id}/stop", response=TutorMessage, openapi_extra=says("exam_running")
)
def stop_tutor_message(request: Request, message_id: Id) -> Any:
    """Do without the model's words; the quotations stay."""
    actions.stop_wording(by=request.auth, message_id=message_id, now=clock.now())
    return _message(request, message_id)


@router.delete("/tutor", response=Deleted, openapi_extra=says("exam_running"))
def delete_tutor_history(request: Request) -> Deleted:
    """Delete all that one has asked, in all lessons."""
    return Deleted(deleted=actions.delete_history(by=request.auth, now=clock.now()))


@router.get("/courses/{course_id}/tutor", response=CourseTutor, openapi_extra=says("not_allowed"))
def read_course_tutor(request: Request, course_id: Id) -> CourseTutor:
    """Whether the tutor of a course is on, and how much is asked; for its staff."""
    return _course(request, course_id)


@router.put("/courses/{course_id}/tutor", response=CourseTutor, openapi_extra=says("not_allowed"))
def switch_course_tutor(request: Request, course_id: Id, sent: Switch) -> CourseTutor:
    """Switch the tutor of a course on or off for everybody in it."""
    actions.set_tutor(by=request.auth, course_id=course_id, on=sent.on, now=clock.now())
    return _course(request, course_id)


def _message(request: Request, message_id: Any) -> Any:
    return conversation.message(viewer=request.auth, message_id=message_id, now=clock.now())


def _course(request: Request, course_id: Any) -> CourseTutor:
    course = courses.course_by_id(course_id)
    sums = conversation.totals_for(course, viewer=request.auth)
    return CourseTutor(
        on=tutor_rights.is_on(course.pk),
        asked=sums.asked,
        people=sums.people,
        answered=sums.answered,
        related=sums.related,
        absent=sums.absent,
    )
