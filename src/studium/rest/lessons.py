"""`/lessons`: one lesson, its versions, its reader's progress, its quizzes and notes."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.db import transaction
from ninja import Query, Router
from pydantic import Field

from studium.assessment import queries as assessment
from studium.assessment.actions import bank
from studium.content import queries
from studium.content.actions import lessons, progress
from studium.content.actions.lessons import LessonText
from studium.lib import clock
from studium.lib.errors import NotFound
from studium.notes import actions as note_actions
from studium.notes import queries as notes
from studium.rest.auth import Request
from studium.rest.describe import says
from studium.rest.fields import Flag, Id, Line, Markdown, Moment, Sent, Shown, Text, Title, Version
from studium.rest.jobs import JobStarted, job_shown
from studium.rest.lesson_shapes import Lesson, lesson_shown
from studium.rest.note_shapes import Generate, Note, note_shown
from studium.rest.paging import Items, Page
from studium.rest.quiz_shapes import NewQuiz, Quiz, quiz_shown, settings_sent

router = Router()
_Number = Annotated[int, Field(ge=1, le=1_000_000_000, examples=[1])]


class LessonChange(Sent):
    """A changed text, with the `version` it was made from; what is left out stays."""

    version: Version
    topic: Title | None = None
    content: Markdown | None = None
    part: Line | None = None
    comment: Annotated[Text, Field(max_length=200, examples=["A clearer example"])] = ""
    status: Literal["draft", "published", "archived"] | None = None


class Done(Sent):
    """What the reader tells: that the lesson is done or not, where they are in it, and by `seen`
    that they know its text as it stands.
    """

    done: Flag | None = None
    seen: Flag | None = None
    block: Annotated[Text, Field(max_length=80, examples=["what-is-ownership"])] | None = None


class LessonProgress(Shown):
    """What the asker has done in a lesson; all null while it was not opened."""

    lesson_id: Id
    opened_at: Moment | None
    last_opened_at: Moment | None
    last_block: Annotated[str | None, Field(examples=["what-is-ownership"])]
    done_at: Moment | None
    seen_version: Annotated[int | None, Field(examples=[3])]


class Revision(Shown):
    """A version that was saved; `content` is there when one version is read."""

    version: int
    topic: str
    author: Annotated[str | None, Field(examples=["Bruno Berg"])]
    comment: str
    created_at: Moment
    content: Annotated[str | None, Field(examples=["Each value has an owner.\n"])]


class Restore(Sent):
    """The version that the lesson has now, so that nobody's newer text is overwritten."""

    version: Version


@router.get("/{lesson_id}", response=Lesson, openapi_extra=says("not_enrolled"))
def read_lesson(request: Request, lesson_id: Id) -> Lesson:
    """One lesson, rendered."""
    return lesson_shown(queries.lesson_for_reader(request.auth, lesson_id), request.auth)


@router.patch(
    "/{lesson_id}",
    response=Lesson,
    openapi_extra=says(
        "not_allowed", "not_enrolled", "newer_version", "being_edited", "last_lesson"
    ),
)
def change_lesson(request: Request, lesson_id: Id, sent: LessonChange) -> Lesson:
    """Save a changed text as the next version, or show, hide or archive the lesson.

    A version that is not the stored one is answered with `newer_version` and the stored text.
    """
    by = request.auth
    lesson = queries.lesson_of_author(by, lesson_id)
    text = LessonText(
        topic=lesson.topic if sent.topic is None else sent.topic,
        content=lesson.content if sent.content is None else sent.content,
        part=lesson.part_title if sent.part is None else sent.part,
    )
    with transaction.atomic():
        lessons.edit_lesson(
            by=by,
            lesson_id=lesson_id,
            text=text,
            based_on=sent.version,
            comment=sent.comment,
            now=clock.now(),
        )
        if sent.status is not None:
            _set_status(by, lesson, sent.status)
    return lesson_shown(queries.lesson_for_reader(by, lesson_id), by)


@router.get("/{lesson_id}/notes", response=Note, tags=["notes"], openapi_extra=says("not_enrolled"))
def read_notes(request: Request, lesson_id: Id) -> Note:
    """The AI notes of a lesson; for students when they are approved or shown as checked drafts."""
    note = notes.panel_for(lesson_id, request.auth).note
    if note is None:
        raise NotFound
    return note_shown(note)


@router.post(
    "/{lesson_id}/notes/generate",
    response={202: JobStarted},
    tags=["notes"],
    openapi_extra=says("not_allowed", "conflict", location="/jobs/{job[id]}"),
)
def generate_notes(request: Request, lesson_id: Id, sent: Generate | None = None) -> JobStarted:
    """Have the notes of a lesson made; they are a draft until an instructor approves them.

    Asked again while it runs, this answers with the same job.
    """
    job = note_actions.request_notes(
        by=request.auth,
        lesson_id=lesson_id,
        replace_edited=sent.replace_edited if sent else False,
        now=clock.now(),
    )
    return JobStarted(job=job_shown(job))


@router.get(
    "/{lesson_id}/quizzes",
    response=Items[Quiz],
    tags=["quizzes"],
    openapi_extra=says("not_enrolled"),
)
def list_quizzes(request: Request, lesson_id: Id, page: Query[Page]) -> Items[Quiz]:
    """The quizzes of a lesson in order; drafts for the staff only."""
    user = request.auth
    queries.lesson_for_reader(user, lesson_id)
    rows, count = page.cut(assessment.quizzes_of_lesson(viewer=user, lesson_id=lesson_id))
    return Items[Quiz](items=[quiz_shown(row) for row in rows], count=count)


@router.post(
    "/{lesson_id}/quizzes",
    response={201: Quiz},
    tags=["quizzes"],
    openapi_extra=says("not_allowed", location="/quizzes/{id}"),
)
def create_quiz(request: Request, lesson_id: Id, sent: NewQuiz) -> Quiz:
    """Add a quiz to a lesson, as a draft."""
    by = request.auth
    made = bank.create_quiz(
        by=by, lesson_id=lesson_id, settings=settings_sent(sent), now=clock.now()
    )
    return quiz_shown(assessment.quiz_view(viewer=by, quiz_id=made.pk))


@router.get("/{lesson_id}/progress", response=LessonProgress, openapi_extra=says("not_enrolled"))
def read_progress(request: Request, lesson_id: Id) -> LessonProgress:
    """What one has done in a lesson."""
    lesson = queries.lesson_for_reader(request.auth, lesson_id)
    return _progress(lesson.pk, queries.progress_in(request.auth, lesson))


@router.put(
    "/{lesson_id}/progress",
    response=LessonProgress,
    openapi_extra=says("not_enrolled", "reading_only"),
)
def set_progress(request: Request, lesson_id: Id, sent: Done) -> LessonProgress:
    """Open a lesson (send `{}`), keep the place in it, call it done or not done after all."""
    by, now = request.auth, clock.now()
    with transaction.atomic():
        row = progress.open_lesson(by=by, lesson_id=lesson_id, now=now)
        if sent.block is not None:
            row = progress.keep_place(by=by, lesson_id=lesson_id, block=sent.block, now=now)
        if sent.done is not None:
            row = progress.mark_done(by=by, lesson_id=lesson_id, done=sent.done, now=now)
        if sent.seen:
            row = progress.note_seen(by=by, lesson_id=lesson_id, now=now)
    return _progress(lesson_id, row)


@router.get(
    "/{lesson_id}/revisions",
    response=Items[Revision],
    openapi_extra=says("not_allowed", "not_enrolled"),
)
def list_revisions(request: Request, lesson_id: Id, page: Query[Page]) -> Items[Revision]:
    """The saved versions, the newest first, for those who may change the lesson."""
    lesson = queries.lesson_of_author(request.auth, lesson_id)
    rows, count = page.cut(queries.revisions_of(lesson))
    return Items[Revision](items=[_revision(row, whole=False) for row in rows], count=count)


@router.get(
    "/{lesson_id}/revisions/{version}",
    response=Revision,
    openapi_extra=says("not_allowed", "not_enrolled"),
)
def read_revision(request: Request, lesson_id: Id, version: _Number) -> Revision:
    """One saved version with its text."""
    lesson = queries.lesson_of_author(request.auth, lesson_id)
    return _revision(queries.revision_of(lesson, version), whole=True)


@router.post(
    "/{lesson_id}/revisions/{version}/restore",
    response=Lesson,
    openapi_extra=says("not_allowed", "not_enrolled", "newer_version", "being_edited"),
)
def restore_revision(request: Request, lesson_id: Id, version: _Number, sent: Restore) -> Lesson:
    """Make an earlier text the newest version; what was there in between stays kept."""
    by = request.auth
    lessons.restore_revision(
        by=by, lesson_id=lesson_id, version=version, based_on=sent.version, now=clock.now()
    )
    return lesson_shown(queries.lesson_for_reader(by, lesson_id), by)


def _set_status(by: Any, lesson: Any, status: str) -> None:
    now = clock.now()
    if status == "published":
        lessons.publish_lessons(by=by, course_id=lesson.course_id, lesson_ids=[lesson.pk], now=now)
    elif status == "draft":
        lessons.unpublish_lesson(by=by, lesson_id=lesson.pk, now=now)
    else:
        lessons.archive_lesson(by=by, lesson_id=lesson.pk, now=now)


def _progress(lesson_id: Any, row: Any) -> LessonProgress:
    names = [name for name in LessonProgress.model_fields if name != "lesson_id"]
    values = {name: getattr(row, name, None) for name in names}
    return LessonProgress.model_validate({**values, "lesson_id": lesson_id})


def _revision(row: Any, *, whole: bool) -> Revision:
    return Revision(
        version=row.version,
        topic=row.topic,
        author=row.author.name if row.author else None,
        comment=row.comment,
        created_at=row.created_at,
        content=row.content if whole else None,
    )
