"""Go through a note sentence by sentence: change, keep, take out, decide, bring back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from studium.content.models import Lesson
from studium.lib.errors import Conflict, Invalid, NotFound
from studium.notes import rules, store
from studium.notes.actions.holding import change, held, require_ready
from studium.notes.models import AiNote, Cause, NoteVersion

if TYPE_CHECKING:
    from studium.identity.models import User

Stored = dict[str, Any]


@transaction.atomic
def change_sentence(
    *, by: User, note_id: UUID, sentence: str, text: str, now: datetime, was: str | None = None
) -> AiNote:
    """Put one sentence into a person's words.

    `was` is the text the person started from; `Conflict` (note_changed) when it differs now.
    """
    note, lesson, sentences = _held(by, note_id, [sentence])
    place = next(at for at, one in enumerate(sentences) if one["id"] == sentence)
    if was is not None and was != sentences[place]["text"]:
        raise _changed_meanwhile()
    if not text.strip():
        raise Invalid("A sentence needs words. To leave it out, take it out.")
    wanted = [{"place": at, "text": one["text"]} for at, one in enumerate(sentences)]
    wanted[place]["text"] = text
    changed = rules.identified(rules.edited(sentences, wanted))
    left = [one for one in note.conflicts if one["id"] != sentence]
    change(note, lesson, changed, cause=Cause.EDITED, by=by, now=now, conflicts=left)
    return note


@transaction.atomic
def keep_sentences(*, by: User, note_id: UUID, sentences: Collection[str], now: datetime) -> AiNote:
    """Say of sentences (by id) that they stay as they are: making notes again leaves them alone.

    One that cites changed text is tied to what stands there now, and to nothing where nothing does.
    """
    note, lesson, held_sentences = _held(by, note_id, sentences)
    places = rules.Places(lesson.content, lesson.blocks)
    numbers = rules.margin_numbers(lesson.blocks, lesson.content_html)
    kept = [
        _confirmed(one, places, numbers) if one["id"] in sentences else one
        for one in held_sentences
    ]
    change(note, lesson, kept, cause=Cause.KEPT, by=by, now=now)
    return note


@transaction.atomic
def remove_sentences(
    *, by: User, note_id: UUID, sentences: Collection[str], now: datetime
) -> AiNote:
    """Take sentences out (by id); making notes again does not bring them back."""
    note, lesson, held_sentences = _held(by, note_id, sentences)
    kept = [one for one in held_sentences if one["id"] not in sentences]
    left = [one for one in note.conflicts if one["id"] not in sentences]
    change(note, lesson, kept, cause=Cause.REMOVED, by=by, now=now, conflicts=left)
    return note


@transaction.atomic
def choose(*, by: User, note_id: UUID, conflict: str, take: str, now: datetime) -> AiNote:
    """Decide between a person's words ("mine") and newer ones of the machine ("theirs")."""
    note, lesson, sentences = _held(by, note_id, [])
    about = next((one for one in note.conflicts if one["key"] == conflict), None)
    decided = rules.chosen(sentences, note.conflicts, key=conflict, take=take)
    if about is None or decided is None:
        raise NotFound
    chosen, left = decided
    if take == "mine":
        chosen = _confirmed_in(chosen, about["id"], lesson)
    change(note, lesson, chosen, cause=Cause.CHOSEN, by=by, now=now, conflicts=left)
    return note


@transaction.atomic
def restore_note(*, by: User, note_id: UUID, version: int, now: datetime) -> AiNote:
    """Make the sentences of an earlier version the newest one; what stood in between stays kept."""
    note, lesson, _ = _held(by, note_id, [])
    old = NoteVersion.objects.filter(lesson=lesson, version=version).first()
    if old is None:
        raise NotFound
    sentences = store.reanchored(rules.identified(old.sentences), lesson)
    passed = [store.passed(one) for one in sentences]
    change(note, lesson, passed, cause=Cause.RESTORED, by=by, now=now, conflicts=[])
    return note


def _held(by: User, note_id: UUID, names: Collection[str]) -> tuple[AiNote, Lesson, list[Stored]]:
    note, lesson = held(by, note_id)
    require_ready(note)
    sentences = rules.identified(note.sentences)
    if not set(names) <= {one["id"] for one in sentences}:
        raise _changed_meanwhile()
    return note, lesson, sentences


def _confirmed(one: Stored, places: rules.Places, numbers: dict[str, int]) -> Stored:
    """A sentence a person stands for, with the places it is about as they are now."""
    cited = rules.sentence(one).sources
    found = places.current(cited)
    if found is None:
        found = tuple(each.source for each in places.anchors(cited) if each.source)
        one = one | {"supported": False, "edited": True}
    return store.passed(one) | store.sources_as_stored(found, numbers) | {"kept": True}


def _confirmed_in(sentences: list[Stored], name: str, lesson: Lesson) -> list[Stored]:
    places = rules.Places(lesson.content, lesson.blocks)
    numbers = rules.margin_numbers(lesson.blocks, lesson.content_html)
    return [_confirmed(one, places, numbers) if one["id"] == name else one for one in sentences]


def _changed_meanwhile() -> Conflict:
    return Conflict(
        "These notes were changed meanwhile, so nothing is saved. Reload the page and look again.",
        code="note_changed",
    )
