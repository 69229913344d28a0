"""Flashcards: the key terms of a lesson, one side the term, the other what it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from studium.ai.model import Source
from studium.notes.queries import NoteView, SentenceView, panel_for

if TYPE_CHECKING:
    from studium.identity.models import User


@dataclass(frozen=True, slots=True)
class Card:
    """`front` is the term, `back` the sentence that explains it, with its sources in the lesson.

    `meaning` is the part of the sentence that says what the term is, "" when not told apart.
    """

    place: int
    front: str
    back: str
    meaning: str
    sources: tuple[Source, ...]
    chips: tuple[tuple[str, int], ...]
    pieces: tuple[tuple[str, bool], ...]
    is_stale: bool


@dataclass(frozen=True, slots=True)
class Deck:
    """The cards of a lesson as this person may see them; `note` is None without notes."""

    lesson_id: UUID
    course_slug: str
    note: NoteView | None
    cards: tuple[Card, ...]


def deck_for(lesson_id: UUID, viewer: User) -> Deck:
    """The cards of the notes this person sees; `NotFound` or `NotAllowed` as for the lesson."""
    panel = panel_for(lesson_id, viewer)
    terms = [one for one in panel.note.sentences if one.kind == "key_term"] if panel.note else []
    cards = tuple(_card(place, one) for place, one in enumerate(terms, start=1))
    return Deck(lesson_id, panel.course_slug, panel.note, cards)


def _card(place: int, one: SentenceView) -> Card:
    return Card(
        place=place,
        front=one.term,
        back=one.text,
        meaning=one.definition,
        sources=one.sources,
        chips=one.chips,
        pieces=one.pieces,
        is_stale=one.is_stale,
    )
