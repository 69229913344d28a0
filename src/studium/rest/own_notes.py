"""`/lessons/{id}/own-notes`, `/own-notes`: what one marks and writes in lessons, for oneself."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from ninja import Query, Router
from pydantic import Field

from studium.content import queries as content
from studium.content import rights
from studium.content.actions import own_notes as actions
from studium.content.queries import changes
from studium.content.queries import own_notes as queries
from studium.lib import clock
from studium.rest.auth import Request
from studium.rest.describe import says
from studium.rest.fields import Id, Moment, Sent, Shown, Text
from studium.rest.paging import Items, Page

router = Router(tags=["own notes"])
Body = Annotated[Text, Field(max_length=20_000, examples=["Ask about this."])]
BlockId = Annotated[Text, Field(max_length=80, examples=["b-3f2a9c0d11"])]


class OwnNote(Shown):
    """A highlight, or a note with a `body`.

    `begins` and `ends` are offsets in the text of the block as it is now, where `words` stand;
    `quote` is what was marked. Without its passage a note has no `block_id` and no `words`; a note
    about the lesson as a whole has no `quote` either.
    """

    id: Id
    lesson_id: Id
    kind: Literal["highlight", "note"]
    block_id: BlockId | None
    quote: Annotated[str, Field(examples=["only one owner at a time"])]
    begins: int
    ends: int
    words: str
    heading: str
    body: str
    created_at: Moment
    updated_at: Moment


class NewOwnNote(Sent):
    """What to mark: words of a block, of those at several places the ones nearest to `near`.

    Without a quote it is the block as a whole, without a block the lesson as a whole. Without a
    `body` it is a highlight.
    """

    block_id: BlockId = ""
    quote: Annotated[Text, Field(max_length=4000, examples=["only one owner at a time"])] = ""
    near: Annotated[int, Field(strict=True, ge=0, le=2_000_000, examples=[40])] = 0
    body: Body = ""


class OwnNoteChange(Sent):
    """The words a note shall have. With the `updated_at` that was read no newer words are lost."""

    body: Body
    updated_at: Moment | None = None


class ChangedSection(Shown):
    """A section that differs; `block_id` leads to it and is empty for one that was taken out."""

    state: Literal["new", "changed", "removed"]
    heading: Annotated[str, Field(examples=["Borrowing rules"])]
    block_id: str


class LessonChanges(Shown):
    """What differs between the version `since` and the one that stands; `since` is null to who has
    not opened the lesson.
    """

    lesson_id: Id
    since: Annotated[int | None, Field(examples=[3])]
    version: Annotated[int, Field(examples=[5])]
    sections: list[ChangedSection]


@router.get(
    "/lessons/{lesson_id}/own-notes",
    response=Items[OwnNote],
    openapi_extra=says("not_enrolled"),
)
def list_own_notes(request: Request, lesson_id: Id, page: Query[Page]) -> Items[OwnNote]:
    """One's own highlights and notes in a lesson, in the order of their passages."""
    rows, count = page.cut(list(queries.own_notes(request.auth, lesson_id).notes))
    return Items[OwnNote](items=[OwnNote.model_validate(one) for one in rows], count=count)


@router.post(
    "/lessons/{lesson_id}/own-notes",
    response={201: OwnNote},
    openapi_extra=says("not_enrolled", "no_passage", "too_many", location="/own-notes/{id}"),
)
def add_own_note(request: Request, lesson_id: Id, sent: NewOwnNote) -> OwnNote:
    """Mark a passage, or write a note at it. The same highlight twice is one."""
    marked = actions.Marked(block_id=sent.block_id, quote=sent.quote, near=sent.near)
    made = actions.add_own_note(
        by=request.auth, lesson_id=lesson_id, marked=marked, body=sent.body, now=clock.now()
    )
    return _shown(request, made.pk)


@router.get("/courses/{course_id}/own-notes", response=Items[OwnNote])
def list_course_own_notes(request: Request, course_id: Id, page: Query[Page]) -> Items[OwnNote]:
    """One's own highlights and notes in a course, in reading order."""
    course = content.course_by_id(course_id)
    rights.require_read_course(request.auth, course)
    noted = queries.own_notes_of_course(request.auth, course)
    rows, count = page.cut([note for one in noted.lessons for note in one.notes])
    return Items[OwnNote](items=[OwnNote.model_validate(one) for one in rows], count=count)


@router.get("/own-notes/{note_id}", response=OwnNote)
def read_own_note(request: Request, note_id: Id) -> OwnNote:
    """One of one's own notes."""
    return _shown(request, note_id)


@router.patch("/own-notes/{note_id}", response=OwnNote, openapi_extra=says("newer_note"))
def change_own_note(request: Request, note_id: Id, sent: OwnNoteChange) -> OwnNote:
    """Change the words of a note; without words it is a highlight."""
    actions.write_own_note(
        by=request.auth, note_id=note_id, body=sent.body, based_on=sent.updated_at, now=clock.now()
    )
    return _shown(request, note_id)


@router.delete("/own-notes/{note_id}", response={204: None})
def remove_own_note(request: Request, note_id: Id) -> None:
    """Delete a note for good."""
    actions.remove_own_note(by=request.auth, note_id=note_id, now=clock.now())


@router.get(
    "/lessons/{lesson_id}/changes", response=LessonChanges, openapi_extra=says("not_enrolled")
)
def list_changes(
    request: Request,
    lesson_id: Id,
    since: Annotated[int | None, Query(ge=1, le=1_000_000_000)] = None,
) -> LessonChanges:
    """The sections that differ from the version one knows, or from another one."""
    found = changes.changes_for(request.auth, lesson_id, since=since)
    sections = [ChangedSection.model_validate(one) for one in found.sections]
    return LessonChanges(
        lesson_id=lesson_id, since=found.since, version=found.lesson.version, sections=sections
    )


def _shown(request: Request, note_id: Any) -> OwnNote:
    return OwnNote.model_validate(queries.own_note(request.auth, note_id)[1])
