"""What the staff see when they go through a note: each section, what changed, what to decide."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any
from uuid import UUID

from studium.content.models import Lesson
from studium.lib.errors import NotFound
from studium.lib.jobs import live_jobs
from studium.lib.models import Job
from studium.notes import rights, rules
from studium.notes.models import AiNote
from studium.notes.queries import NoteView, SentenceView, lesson_of, note_view

if TYPE_CHECKING:
    from studium.identity.models import User


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One sentence; for a stale one what it cited (`was`) and what stands there now (`now`)."""

    shown: SentenceView
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Section:
    """The sentences of one kind, of key points those under one heading."""

    kind: str
    title: str
    heading: str
    sentences: tuple[Reviewed, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """An open conflict: the person's words, what they went back to, and the machine's new ones.

    `theirs` is "" where the machine says nothing of it any more.
    """

    key: str
    why: str
    base: str
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Review:
    """A whole note under review, with the job that changes it at present, if any."""

    note: NoteView
    lesson: Lesson
    sections: tuple[Section, ...]
    choices: tuple[Choice, ...]
    job: Job | None


def review_of(note_id: UUID, viewer: User) -> Review:
    """A note for those who may change it; else `NotAllowed` or `NotFound`."""
    rows = AiNote.objects.select_related("approved_by", "edited_by")
    note = rows.filter(pk=note_id).first()
    if note is None:
        raise NotFound
    lesson = lesson_of(note.lesson_id)
    rights.require_manage_notes(viewer, lesson.course)
    shown = note_view(note, lesson.content_hash, all_of_it=True)
    quotes = _quotes(note, shown, lesson)
    sections = [
        Section(kind, rules.KIND_TITLES[kind], heading, tuple(quotes[one.id] for one in held))
        for (kind, heading), held in groupby(shown.sentences, key=_section)
    ]
    choices = tuple(choice_of(one) for one in note.conflicts)
    return Review(shown, lesson, tuple(sections), choices, _job(lesson.pk))


def choice_of(stored: dict[str, Any]) -> Choice:
    """A stored conflict as shown."""
    theirs = stored["theirs"]["text"] if stored["theirs"] else ""
    return Choice(stored["key"], stored["why"], stored["base"], stored["mine"], theirs)


def choices_of(note_id: UUID, viewer: User) -> tuple[Choice, ...]:
    """The open conflicts of a note, for those who may change it."""
    return review_of(note_id, viewer).choices


def _section(one: SentenceView) -> tuple[str, str]:
    return one.kind, one.heading if one.kind == "key_point" else ""


def _quotes(note: AiNote, shown: NoteView, lesson: Lesson) -> dict[str, Reviewed]:
    places = rules.Places(lesson.content, lesson.blocks) if shown.stale_count else None
    found = {}
    for one, stored in zip(shown.sentences, rules.identified(note.sentences), strict=True):
        was, now = "", ""
        if one.is_stale and places is not None:
            cited = rules.sentence(stored).sources
            anchors = places.anchors(cited)
            was = " … ".join(each.quote for each in cited)
            now = " … ".join(each.source.quote for each in anchors if each.source)
        found[one.id] = Reviewed(one, was, now)
    return found


def _job(lesson_id: UUID) -> Job | None:
    kinds = [rules.LESSON_JOB, rules.REFRESH_JOB, rules.SAVED_JOB]
    found = live_jobs(targets=[str(lesson_id)], kinds=kinds)
    return found.get(str(lesson_id))
