"""`/notes`: read, edit and approve what was made."""

from __future__ import annotations

from typing import Annotated, Literal

from ninja import Router
from pydantic import Field

from studium.lib import clock
from studium.notes import actions, queries
from studium.rest.auth import Request
from studium.rest.describe import says
from studium.rest.fields import Id, Sent, Shown, Text
from studium.rest.jobs import JobStarted, job_shown
from studium.rest.note_shapes import Generate, Note, note_shown

router = Router()


class SentenceChange(Sent):
    """A sentence as it shall read: with its `place` in the note, or with a `kind` for a new one."""

    text: Annotated[Text, Field(max_length=2000, examples=["Each value has one owner."])]
    place: Annotated[int, Field(strict=True, ge=0, le=1000, examples=[0])] | None = None
    kind: Literal["summary", "key_point", "key_term"] | None = None
    term: Annotated[Text, Field(max_length=200, examples=[""])] = ""


class NoteChange(Sent):
    """All sentences in their new words; those left out or empty go.

    With the `stamp` of the note that was read, nobody's newer words are overwritten.
    """

    sentences: Annotated[list[SentenceChange], Field(max_length=200)]
    stamp: Annotated[Text, Field(max_length=128, examples=[None])] | None = None


class ChosenNotes(Sent):
    """Which drafts to approve; all that fit when it is left out."""

    note_ids: Annotated[list[Id], Field(max_length=2000)] | None = None


class Approved(Shown):
    """How many notes were approved."""

    approved: Annotated[int, Field(examples=[12])]


@router.get("/notes/{note_id}", response=Note)
def read_note(request: Request, note_id: Id) -> Note:
    """One note."""
    return note_shown(queries.note_for(note_id, request.auth))


@router.patch(
    "/notes/{note_id}", response=Note, openapi_extra=says("not_allowed", "note_changed", "conflict")
)
def change_note(request: Request, note_id: Id, sent: NoteChange) -> Note:
    """Change the words of a note. A sentence with changed words is marked as a person's."""
    sentences = [one.model_dump(exclude_none=True) for one in sent.sentences]
    actions.edit_note(
        by=request.auth,
        note_id=note_id,
        sentences=sentences,
        based_on=sent.stamp,
        now=clock.now(),
    )
    return note_shown(queries.note_for(note_id, request.auth))


@router.post(
    "/notes/{note_id}/approve", response=Note, openapi_extra=says("not_allowed", "conflict")
)
def approve_note(request: Request, note_id: Id) -> Note:
    """Answer for a note: from now on the lesson's readers see it."""
    actions.approve_note(by=request.auth, note_id=note_id, now=clock.now())
    return note_shown(queries.note_for(note_id, request.auth))


@router.post("/notes/{note_id}/unapprove", response=Note, openapi_extra=says("not_allowed"))
def unapprove_note(request: Request, note_id: Id) -> Note:
    """Take the approval back: the note is a draft again."""
    actions.unapprove_note(by=request.auth, note_id=note_id, now=clock.now())
    return note_shown(queries.note_for(note_id, request.auth))


@router.post(
    "/courses/{course_id}/notes/generate",
    response={202: JobStarted},
    openapi_extra=says("not_allowed", "conflict", location="/jobs/{job[id]}"),
)
def generate_course_notes(
    request: Request, course_id: Id, sent: Generate | None = None
) -> JobStarted:
    """Have notes made for every lesson of a course that has none or has changed."""
    job = actions.request_notes_for_course(
        by=request.auth,
        course_id=course_id,
        replace_edited=sent.replace_edited if sent else False,
        now=clock.now(),
    )
    return JobStarted(job=job_shown(job))


@router.post(
    "/courses/{course_id}/notes/approve", response=Approved, openapi_extra=says("not_allowed")
)
def approve_course_notes(
    request: Request, course_id: Id, sent: ChosenNotes | None = None
) -> Approved:
    """Approve the drafts of a course, or the chosen ones, that fit their lesson as it is now."""
    chosen = sent.note_ids if sent else None
    count = actions.approve_all(
        by=request.auth, course_id=course_id, note_ids=chosen, now=clock.now()
    )
    return Approved(approved=count)
