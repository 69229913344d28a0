"""What a reader marks and writes in a lesson, for themselves alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from studium.content import rights, rules
from studium.content.models import Lesson, OwnNote, OwnNoteKind
from studium.content.models.own_note import LONGEST_BODY, LONGEST_QUOTE
from studium.content.rules import following
from studium.lib.errors import Conflict, Invalid, NotFound, TooMany
from studium.lib.words import phrase

if TYPE_CHECKING:
    from studium.identity.models import User

MOST_IN_LESSON = 500
"""Highlights and notes of one person in one lesson."""
_KEPT = ("block_id", "quote", "begins", "ends", "body", "kind")


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """What a reader chose: words in a block; `near` is about where they begin in its text.

    An empty quote means the block as a whole, and no block the lesson as a whole.
    """

    block_id: str = ""
    quote: str = ""
    near: int = 0


@transaction.atomic
def add_own_note(
    *, by: User, lesson_id: UUID, marked: Marked, body: str = "", now: datetime
) -> OwnNote:
    """A note at a passage, or a highlight where nothing is written.

    The same passage highlighted twice is highlighted once. Raises `Invalid` for a passage that the
    lesson does not have, and for a note that neither marks nor says anything.
    """
    lesson = _readable(by, lesson_id)
    text = _body(body)
    note = OwnNote(user_id=by.pk, lesson=lesson, body=text, kind=_kind(text), created_at=now)
    _put(note, lesson, marked)
    if not note.quote and not text:
        raise Invalid(
            "Write something, or choose a passage.", fields={"body": phrase("It is empty.")}
        )
    mine = OwnNote.objects.filter(user_id=by.pk, lesson=lesson)
    again = mine.filter(
        kind=OwnNoteKind.HIGHLIGHT, block_id=note.block_id, begins=note.begins, ends=note.ends
    ).first()
    if again is not None and not text:
        return again
    if mine.count() >= MOST_IN_LESSON:
        raise TooMany(
            phrase("A lesson holds %(most)s of your notes. Delete one first.", most=MOST_IN_LESSON)
        )
    note.updated_at = now
    note.save(force_insert=True)
    return note


@transaction.atomic
def write_own_note(
    *, by: User, note_id: UUID, body: str, now: datetime, based_on: datetime | None = None
) -> OwnNote:
    """Change the words of a note; without words it is a highlight.

    `based_on` is the `updated_at` that the writer has seen. Where the words were changed since, and
    to something else, nothing is saved: `Conflict` carries them in `extra["body"]`.
    """
    note = _own(by, note_id)
    text = _body(body)
    if text == note.body:
        return note
    if based_on is not None and note.updated_at != based_on:
        raise Conflict(
            "This note was changed on another device or page meanwhile. Your words are still here"
            " and not saved.",
            code="newer_note",
            extra={"body": note.body, "updated_at": note.updated_at.isoformat()},
        )
    if not text and not note.quote:
        raise Invalid(
            "A note without a passage needs words. Write some, or delete it.",
            fields={"body": phrase("It is empty.")},
        )
    note.body, note.kind, note.updated_at = text, _kind(text), now
    note.save(update_fields=["body", "kind", "updated_at"])
    return note


@transaction.atomic
def remove_own_note(*, by: User, note_id: UUID, now: datetime) -> dict[str, Any]:
    """Delete a note for good. Returns what `restore_own_note` needs to put it back."""
    note = _own(by, note_id)
    OwnNote.objects.filter(pk=note.pk).delete()
    return {
        "id": str(note.pk),
        "user": str(note.user_id),
        "lesson": str(note.lesson_id),
        **{name: getattr(note, name) for name in _KEPT},
        "created_at": note.created_at.isoformat(),
    }


@transaction.atomic
def restore_own_note(*, by: User, kept: Mapping[str, Any], now: datetime) -> OwnNote:
    """Put back a note as `remove_own_note` gave it; doing it twice puts it back once.

    The caller vouches for `kept`. Raises `NotFound` for another person's note.
    """
    if kept["user"] != str(by.pk):
        raise NotFound
    lesson = _readable(by, UUID(kept["lesson"]))
    note = OwnNote(
        pk=UUID(kept["id"]),
        user_id=by.pk,
        lesson=lesson,
        created_at=datetime.fromisoformat(kept["created_at"]),
        updated_at=now,
        **{name: kept[name] for name in _KEPT},
    )
    if note.block_id not in {None, *(one.id for one in following.blocks_of(lesson.blocks))}:
        note.block_id = None  # the lesson has changed in between
    if not OwnNote.objects.filter(pk=note.pk).exists():
        note.save(force_insert=True)
    return note


def _readable(by: User, lesson_id: UUID) -> Lesson:
    lesson = (
        Lesson.objects.select_related("course")
        .defer("content", "content_html", "outline")
        .filter(pk=lesson_id)
        .first()
    )
    if lesson is None:
        raise NotFound
    rights.require_see_lesson(by, lesson)
    return lesson


def _own(by: User, note_id: UUID) -> OwnNote:
    """One's own note, locked; anybody else's is not there."""
    note = OwnNote.objects.select_for_update().filter(pk=note_id, user_id=by.pk).first()
    if note is None:
        raise NotFound
    return note


def _put(note: OwnNote, lesson: Lesson, marked: Marked) -> None:
    """Set the place of a note to the words that were chosen, or to the whole of their block."""
    if not marked.block_id:
        if marked.quote:
            raise _nowhere()
        return
    text = next(
        (one.text for one in following.blocks_of(lesson.blocks) if one.id == marked.block_id), ""
    )
    if not text.strip():
        raise _nowhere()
    note.begins, note.ends = following.located(text, marked.quote, near=marked.near)
    note.ends = min(note.ends, note.begins + LONGEST_QUOTE)
    note.block_id, note.quote = marked.block_id, text[note.begins : note.ends]


def _nowhere() -> Invalid:
    return Invalid(
        "This passage is not in the lesson any more. Load the page again and choose it anew.",
        code="no_passage",
        fields={"block_id": phrase("No passage of this lesson.")},
    )


def _kind(body: str) -> str:
    return OwnNoteKind.NOTE if body else OwnNoteKind.HIGHLIGHT


def _body(body: str) -> str:
    text = rules.clean_text(body, field="body", limit=LONGEST_BODY, name="The note")
    return text if text.strip() else ""
