"""Notes as the API shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from studium.rest.fields import Flag, Id, Moment, Sent, Shown

if TYPE_CHECKING:
    from studium.notes.queries import NoteView


class Source(Shown):
    """A passage of the lesson: its block, its place in the Markdown, and its words."""

    block_id: Annotated[str, Field(examples=["b-3f2a"])]
    start: int
    end: int
    quote: Annotated[str, Field(examples=["Each value has an owner."])]


class Sentence(Shown):
    """A sentence of a note. `place` names it when a whole note is edited, `id` at any time.

    `kept`: a person said that it stays. `waiting`: new in an approved note, for staff only.
    """

    id: Annotated[str, Field(examples=["3f2a9c01b7de"])]
    place: int
    kind: Annotated[str, Field(examples=["key_point"])]
    heading: str
    term: str
    text: Annotated[str, Field(examples=["Each value has one owner at a time."])]
    sources: list[Source]
    supported: bool
    is_stale: bool
    edited: bool
    kept: bool
    waiting: bool


class Note(Shown):
    """The AI notes of a lesson, always marked as machine-made by `engine`."""

    id: Id
    lesson_id: Id
    status: Annotated[str, Field(examples=["approved"])]
    generated_content: Annotated[str, Field(examples=["- Each value has one owner.\n"])]
    engine: Annotated[str, Field(examples=["extractive"])]
    engine_version: str
    created_at: Moment
    approved_by: str
    approved_at: Moment | None
    edited_by: str
    edited_at: Moment | None
    error: Annotated[str, Field(examples=[""])]
    rejected_count: int
    is_stale: bool
    conflict_count: int
    stamp: Annotated[str, Field(examples=["6f1d0c2b"])]
    sentences: list[Sentence]


class Generate(Sent):
    """How to make notes: whether those that a person has edited may be replaced."""

    replace_edited: Flag = False


def note_shown(note: NoteView) -> Note:
    """A note that the asker may see."""
    return Note.model_validate(note)
