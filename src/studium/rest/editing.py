"""While lessons are written: drafts, who has one open, many at once, and the way back."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.db import transaction
from ninja import Query, Router
from pydantic import Field

from studium.content import queries, rights
from studium.content.actions import editing, lessons, undoing
from studium.content.actions.editing import Typed
from studium.lib import clock
from studium.lib.errors import NotFound
from studium.rest.auth import Request
from studium.rest.describe import says
from studium.rest.fields import Flag, Id, Line, Markdown, Moment, Sent, Shown, Text, Title
from studium.rest.paging import Items, Page

router = Router(tags=["lessons"])
_Lessons = Annotated[list[Id], Field(min_length=1, max_length=2_000)]
_Concepts = Annotated[Text, Field(max_length=2_000, examples=["Moves; Copies"])]
_From = Annotated[int, Field(strict=True, ge=0, le=1_000_000_000, examples=[1])]
_HOLD = says("not_allowed", "not_enrolled")


class LessonDraft(Shown):
    """A text that is not saved; `based_on` is the version it began from."""

    topic: Annotated[str, Field(examples=["Ownership"])]
    content: Annotated[str, Field(examples=["Half a sentence"])]
    part: Annotated[str, Field(examples=["The basics"])]
    concepts: _Concepts
    based_on: int
    kept_at: Moment


class NewLessonDraft(Sent):
    """What one typed; `concepts` are names with semicolons between."""

    topic: Line = ""
    content: Markdown
    part: Annotated[Text, Field(max_length=200, examples=["The basics"])] = ""
    concepts: _Concepts = ""
    based_on: _From = 0


class LessonLock(Shown):
    """Who has the lesson open to change it, and since when."""

    holder_id: Id
    name: Annotated[str, Field(examples=["Bruno Berg"])]
    since: Moment
    is_mine: bool


class HoldLesson(Sent):
    """Whether to take the lesson from somebody who has it open."""

    take_over: Flag = False


class ChosenLessons(Sent):
    """Lessons, and the state they shall have."""

    lesson_ids: _Lessons
    status: Literal["draft", "published", "archived"]


class MovedLessons(Sent):
    """Lessons, and where they go: behind another one, to the end of a part, or to the start."""

    lesson_ids: _Lessons
    after: Id | None = None
    part: Annotated[Text, Field(max_length=200, examples=["The basics"])] | None = None


class LessonsChanged(Shown):
    """How many lessons it concerned, and the way back if anything changed."""

    count: int
    undo_id: Id | None


class UndoStep(Shown):
    """An act that can be taken back for a day."""

    id: Id
    act: Annotated[str, Field(examples=["lesson_status"])]
    course_id: Id
    made_at: Moment
    undone_at: Moment | None


class WrittenLesson(Sent):
    """A text to look at."""

    topic: Title
    content: Markdown


class CheckFinding(Shown):
    """Something to look at; `line` counts from 1, 0 means the whole lesson."""

    line: int
    message: Annotated[str, Field(examples=["The link to “old.md” leads nowhere in this course."])]


class LessonPreview(Shown):
    """The text as readers would see it, and its check list."""

    html: Annotated[str, Field(examples=["<p>Each value has an owner.</p>"])]
    minutes: int
    findings: list[CheckFinding]


@router.get("/lessons/{lesson_id}/draft", response=LessonDraft, openapi_extra=_HOLD)
def read_lesson_draft(request: Request, lesson_id: Id) -> LessonDraft:
    """What one typed in a lesson and did not save."""
    lesson = queries.lesson_of_author(request.auth, lesson_id)
    draft = queries.draft_of(request.auth, lesson.course, lesson)
    if draft is None:
        raise NotFound
    return LessonDraft.model_validate(draft)


@router.put("/lessons/{lesson_id}/draft", response=LessonDraft | None, openapi_extra=_HOLD)
def keep_lesson_draft(request: Request, lesson_id: Id, sent: NewLessonDraft) -> LessonDraft | None:
    """Keep a text for oneself, in place of an earlier one; null when it is saved already."""
    lesson = queries.lesson_of_author(request.auth, lesson_id)
    draft = editing.keep_draft(
        by=request.auth,
        course_id=lesson.course_id,
        lesson_id=lesson_id,
        typed=Typed(**sent.model_dump()),
        now=clock.now(),
    )
    return None if draft is None else LessonDraft.model_validate(draft)


@router.delete("/lessons/{lesson_id}/draft", response={204: None}, openapi_extra=_HOLD)
def discard_lesson_draft(request: Request, lesson_id: Id) -> None:
    """Forget what one typed and did not save."""
    lesson = queries.lesson_of_author(request.auth, lesson_id)
    editing.discard_draft(by=request.auth, course_id=lesson.course_id, lesson_id=lesson_id)


@router.put("/lessons/{lesson_id}/lock", response=LessonLock, openapi_extra=_HOLD)
def hold_lesson(request: Request, lesson_id: Id, sent: HoldLesson) -> LessonLock:
    """Have a lesson open to change it, for 75 seconds each time this is sent.

    The answer says who has it; while it is somebody else, saving is refused.
    """
    held = editing.hold_lesson(
        by=request.auth, lesson_id=lesson_id, now=clock.now(), take_over=sent.take_over
    )
    return LessonLock.model_validate(held)


@router.delete("/lessons/{lesson_id}/lock", response={204: None}, openapi_extra=_HOLD)
def let_lesson_go(request: Request, lesson_id: Id) -> None:
    """Leave a lesson to others; what somebody else has open stays theirs."""
    editing.let_go(by=request.auth, lesson_id=lesson_id)


@router.post(
    "/courses/{course_id}/lessons/preview",
    response=LessonPreview,
    openapi_extra=says("not_allowed", "too_large"),
)
def preview_lesson_text(request: Request, course_id: Id, sent: WrittenLesson) -> LessonPreview:
    """A text as readers would see it, with its check list; nothing is stored."""
    course = queries.course_by_id(course_id)
    rights.require_edit_course(request.auth, course)
    page, findings = queries.preview(course, sent.topic, sent.content)
    shown = {"html": page.columns["content_html"], "minutes": page.columns["minutes"]}
    return LessonPreview.model_validate({**shown, "findings": findings})


@router.post(
    "/courses/{course_id}/lessons/status",
    response=LessonsChanged,
    openapi_extra=says("not_allowed", "last_lesson"),
)
def set_lessons_status(request: Request, course_id: Id, sent: ChosenLessons) -> LessonsChanged:
    """Publish, hide or archive many lessons at once; those of other courses are passed over."""
    now = clock.now()
    with transaction.atomic():
        count = lessons.set_lesson_status(
            by=request.auth,
            course_id=course_id,
            lesson_ids=sent.lesson_ids,
            status=sent.status,
            now=now,
        )
        return _changed(request, course_id, count, now)


@router.post(
    "/courses/{course_id}/lessons/move",
    response=LessonsChanged,
    openapi_extra=says("not_allowed", "lessons_changed"),
)
def move_lessons(request: Request, course_id: Id, sent: MovedLessons) -> LessonsChanged:
    """Bring lessons, with what is inside them, to one place; they keep their order."""
    now = clock.now()
    with transaction.atomic():
        count = lessons.move_lessons(
            by=request.auth, course_id=course_id, now=now, **sent.model_dump()
        )
        return _changed(request, course_id, count, now)


@router.get(
    "/courses/{course_id}/undo", response=Items[UndoStep], openapi_extra=says("not_allowed")
)
def list_undo(request: Request, course_id: Id, page: Query[Page]) -> Items[UndoStep]:
    """What one did in a course within a day and can take back, the newest first."""
    course = queries.course_by_id(course_id)
    rows, count = page.cut(queries.steps_of(request.auth, course))
    return Items[UndoStep](items=[UndoStep.model_validate(row) for row in rows], count=count)


@router.post(
    "/undo/{step_id}",
    response=UndoStep,
    openapi_extra=says(
        "not_allowed", "undone", "too_late", "overtaken", "file_exists", "last_lesson", "no_lessons"
    ),
)
def undo_act(request: Request, step_id: Id) -> UndoStep:
    """Take back one's own act, as long as what it changed is as it left it."""
    return UndoStep.model_validate(undoing.undo(by=request.auth, step_id=step_id, now=clock.now()))


def _changed(request: Request, course_id: Any, count: int, now: Any) -> LessonsChanged:
    step = queries.step_made(request.auth, course_id, now)
    return LessonsChanged(count=count, undo_id=step.pk if step else None)
