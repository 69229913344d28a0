"""Notes as their readers see them: sentences with the passages that support them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q

from studium.ai.model import Source
from studium.content import rights as course_rights
from studium.content.models import Course, Lesson
from studium.lib.db import json_value, read_rows, uuid_param, uuid_value
from studium.lib.errors import NotFound
from studium.lib.jobs import live_jobs
from studium.lib.models import Job
from studium.notes import rights, rules
from studium.notes.models import AiNote, NoteStatus

if TYPE_CHECKING:
    from studium.identity.models import User

_COUNTS = """
SELECT COUNT(*),
  COUNT(CASE WHEN n.status = 'approved' THEN 1 END),
  COUNT(CASE WHEN n.status = 'draft' THEN 1 END),
  COUNT(CASE WHEN n.status = 'failed' THEN 1 END),
  COUNT(CASE WHEN n.source_hash <> l.content_hash THEN 1 END),
  COUNT(CASE WHEN n.status = 'draft' AND n.source_hash = l.content_hash THEN 1 END)
FROM lessons l LEFT JOIN ai_notes n ON n.lesson_id = l.id
WHERE l.course_id = %s AND l.status <> 'archived'"""
_LINES = """
SELECT n.lesson_id, n.id, n.status, n.source_hash, l.content_hash, n.conflicts
FROM ai_notes n JOIN lessons l ON l.id = n.lesson_id WHERE l.course_id = %s"""


@dataclass(frozen=True, slots=True)
class SentenceView:
    """One sentence; `place` is its index in the stored note, `id` names it through changes.

    `chips` are (block id, number in the lesson's margin) pairs, `pieces` are (text, is code).
    `is_stale`: a cited passage is not in the lesson any more. `kept`: a person said that it stays.
    `waiting`: it joined an approved note and nobody has approved it yet.
    """

    id: str
    place: int
    text: str
    kind: str
    heading: str
    term: str
    sources: tuple[Source, ...]
    supported: bool
    is_stale: bool
    edited: bool
    kept: bool
    waiting: bool
    definition: str
    chips: tuple[tuple[str, int], ...]
    pieces: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note and what its viewer may do. `engine` is always shown: the text is machine-made."""

    id: UUID
    lesson_id: UUID
    status: str
    generated_content: str
    engine: str
    engine_version: str
    created_at: datetime
    approved_by: str
    approved_at: datetime | None
    edited_by: str
    edited_at: datetime | None
    error: str
    rejected_count: int
    is_stale: bool
    stamp: str
    conflict_count: int
    sentences: tuple[SentenceView, ...]

    @property
    def waiting_count(self) -> int:
        """How many sentences wait for an approval of their own."""
        return sum(one.waiting for one in self.sentences)

    @property
    def stale_count(self) -> int:
        """How many sentences cite a passage that is not in the lesson any more."""
        return sum(one.is_stale for one in self.sentences)

    @property
    def groups(self) -> list[tuple[str, str, list[SentenceView]]]:
        """(kind, title, sentences) for each kind that has some, in the order they are read."""
        held = [
            (kind, title, [one for one in self.sentences if one.kind == kind])
            for kind, title in rules.KIND_TITLES.items()
        ]
        return [one for one in held if one[2]]


@dataclass(frozen=True, slots=True)
class Panel:
    """What the notes panel of a lesson shows this viewer; `note` is None when there is none.

    `job` makes the notes at present; only those who may manage notes see it.
    """

    lesson_id: UUID
    course_slug: str
    note: NoteView | None
    may_manage: bool
    job: Job | None = None


@dataclass(frozen=True, slots=True)
class CourseNotes:
    """How far the notes of a course are; the counts leave out archived lessons.

    `fitting` are the drafts that were made from their lesson as it is now.
    """

    lessons: int
    approved: int
    drafts: int
    failed: int
    stale: int
    fitting: int

    @property
    def missing(self) -> int:
        """How many lessons nobody has made notes for yet."""
        return self.lessons - self.approved - self.drafts - self.failed


def panel_for(lesson_id: UUID, viewer: User) -> Panel:
    """The notes of a lesson as far as this person may see them.

    Students get approved notes, or checked drafts where the course shows them; staff get every
    state. `NotFound` or `NotAllowed` where the lesson itself is not theirs to read.
    """
    lesson = lesson_of(lesson_id)
    course_rights.require_see_lesson(viewer, lesson)
    return panel_in_page(
        lesson_id=lesson.pk,
        content_hash=lesson.content_hash,
        course_slug=lesson.course.slug,
        is_staff=course_rights.is_course_staff(viewer, lesson.course_id),
        may_manage=rights.may_manage_notes(viewer, lesson.course),
    )


def panel_in_page(
    *, lesson_id: UUID, content_hash: str, course_slug: str, is_staff: bool, may_manage: bool
) -> Panel:
    """The same for a page that has read the lesson with its reader's rights: one statement.

    A second one only when the lesson has changed since the notes were made.
    """
    rows = AiNote.objects.select_related("approved_by", "edited_by").filter(lesson_id=lesson_id)
    if not is_staff:
        checked = Q(status=NoteStatus.DRAFT, lesson__course__show_checked_notes=True)
        rows = rows.filter(Q(status=NoteStatus.APPROVED) | checked)
    note = rows.first()
    return Panel(
        lesson_id=lesson_id,
        course_slug=course_slug,
        note=note_view(note, content_hash, all_of_it=is_staff) if note else None,
        may_manage=may_manage,
        job=_job(lesson_id) if may_manage else None,
    )


def note_for(note_id: UUID, viewer: User) -> NoteView:
    """One note by its id; `NotFound` where it is not this person's to see."""
    note = AiNote.objects.select_related("approved_by", "edited_by").filter(pk=note_id).first()
    if note is None:
        raise NotFound
    lesson = lesson_of(note.lesson_id)
    rights.require_see_notes(viewer, note, lesson)
    everything = course_rights.is_course_staff(viewer, lesson.course_id)
    return note_view(note, lesson.content_hash, all_of_it=everything)


def anchored(lesson_id: UUID, cited: Iterable[Source]) -> tuple[rules.Anchor, ...]:
    """Where passages of a lesson stand in it now: same, changed or gone.

    For whatever cites a lesson by its source, questions too; the caller has checked the rights.
    """
    lesson = Lesson.objects.only("content", "blocks").filter(pk=lesson_id).first()
    if lesson is None:
        raise NotFound
    return rules.Places(lesson.content, lesson.blocks).anchors(cited)


def lesson_of(lesson_id: UUID) -> Lesson:
    """The lesson with its course, for the rights of the caller to look at; else `NotFound`."""
    rows = Lesson.objects.select_related("course").defer("content_html", "outline")
    lesson = rows.filter(pk=lesson_id).first()
    if lesson is None:
        raise NotFound
    return lesson


def course_of(course_id: UUID, viewer: User) -> Course:
    """The course, for its staff; else `NotAllowed` or `NotFound`."""
    course = Course.objects.filter(pk=course_id).first()
    if course is None:
        raise NotFound
    course_rights.require_course_staff(viewer, course)
    return course


def course_notes(course: Course) -> CourseNotes:
    """The counts of a course, in one statement. The door checks that the person is on its staff."""
    counted = read_rows(_COUNTS, [uuid_param(course.pk)])[0]
    lessons, approved, drafts, failed, stale, fitting = counted
    return CourseNotes(
        lessons=lessons,
        approved=approved,
        drafts=drafts,
        failed=failed,
        stale=stale,
        fitting=fitting,
    )


@dataclass(frozen=True, slots=True)
class NoteLine:
    """The note of a lesson in a list. `fits`: a draft that may be approved without a look."""

    id: UUID
    status: str
    is_stale: bool
    conflicts: int
    fits: bool


def lines_in(course: Course) -> dict[UUID, NoteLine]:
    """Lesson id -> its note, for the page of a course; one statement."""
    found = {}
    for lesson, note, status, made_from, now, stored in read_rows(_LINES, [uuid_param(course.pk)]):
        stale, conflicts = rules.is_stale(made_from, now), json_value(stored)
        fits = status == NoteStatus.DRAFT and not stale and not conflicts
        line = NoteLine(uuid_value(note), status, stale, len(conflicts), fits)
        found[uuid_value(lesson)] = line
    return found


def statuses_in(course: Course) -> dict[UUID, tuple[str, bool]]:
    """Lesson id -> (status of its note, whether it is stale), for lists of lessons."""
    rows = AiNote.objects.filter(lesson__course=course).values_list(
        "lesson_id", "status", "source_hash", "lesson__content_hash"
    )
    return {
        lesson: (status, rules.is_stale(made_from, now)) for lesson, status, made_from, now in rows
    }


def note_view(note: AiNote, content_hash: str, *, all_of_it: bool) -> NoteView:
    """A stored note as shown; without `all_of_it` what waits for an approval is left out."""
    stale = rules.is_stale(note.source_hash, content_hash)
    sentences = rules.identified(note.sentences)
    shown = sentence_views(sentences, _changed(note.lesson_id) if stale else None)
    if note.status == NoteStatus.APPROVED and not all_of_it:
        shown = tuple(one for one in shown if not one.waiting)
    return NoteView(
        id=note.pk,
        lesson_id=note.lesson_id,
        status=note.status,
        generated_content=note.generated_content,
        engine=note.engine,
        engine_version=note.prompt_version,
        created_at=note.created_at,
        approved_by=note.approved_by.name if note.approved_by else "",
        approved_at=note.approved_at,
        edited_by=note.edited_by.name if note.edited_by else "",
        edited_at=note.edited_at,
        error=note.error,
        rejected_count=len(note.rejected),
        is_stale=stale,
        stamp=rules.stamp(note.sentences),
        conflict_count=len(note.conflicts),
        sentences=shown,
    )


def _job(lesson_id: UUID) -> Job | None:
    """The job that makes or refreshes these notes at present."""
    kinds = (rules.LESSON_JOB, rules.REFRESH_JOB, rules.SAVED_JOB)
    found = live_jobs(targets=[str(lesson_id)], kinds=list(kinds))
    return found.get(str(lesson_id))


def sentence_views(
    stored: list[dict[str, Any]], changed: Lesson | None
) -> tuple[SentenceView, ...]:
    """Stored sentences as shown; `changed` is the lesson where it is not what they came from."""
    numbers = rules.margin_numbers(changed.blocks, changed.content_html) if changed else {}
    places = rules.Places(changed.content, changed.blocks) if changed else None
    return tuple(_sentence(place, one, places, numbers) for place, one in enumerate(stored))


def _sentence(
    place: int, stored: dict[str, Any], places: rules.Places | None, numbers: dict[str, int]
) -> SentenceView:
    one = rules.sentence(stored)
    found: tuple[Source, ...] | None = one.sources
    known = stored.get("numbers", range(1, len(one.sources) + 1))  # rows kept past `store` lack it
    marks = [(each.block_id, number) for each, number in zip(one.sources, known, strict=True)]
    if places is not None:
        found = places.current(one.sources)
        marks = [(each.block_id, numbers.get(each.block_id, 1)) for each in found or ()]
    return SentenceView(
        id=str(stored.get("id", "")),
        place=place,
        text=one.text,
        kind=one.kind,
        heading=one.heading,
        term=one.term,
        sources=one.sources if found is None else found,
        supported=one.supported,
        is_stale=found is None,
        edited=bool(stored.get("edited")),
        kept=bool(stored.get("kept")),
        waiting=bool(stored.get("waiting")),
        definition=one.definition,
        chips=tuple(dict.fromkeys(marks)),
        pieces=tuple(rules.pieces(one)),
    )


def _changed(lesson_id: UUID) -> Lesson:
    """The lesson as it is now, with what the places of passages are told from."""
    return Lesson.objects.only("content", "content_html", "blocks").get(pk=lesson_id)
