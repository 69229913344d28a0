"""A reader's own notes, as they see them: of a lesson, and of a course lesson by lesson."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count

from studium.content import rights
from studium.content.models import Course, Lesson, LessonStatus, OwnNote, OwnNoteKind
from studium.content.rules import following
from studium.lib.errors import NotFound

if TYPE_CHECKING:
    from studium.identity.models import User

PASSAGE_START = 60
"""Characters of a passage that name it in a list to choose from."""


@dataclass(frozen=True, slots=True)
class OwnNoteView:
    """A highlight or note with what stands at its place now.

    `words` is what stands there now, empty when the passage is gone; `heading` the one it is under.
    """

    id: UUID
    lesson_id: UUID
    block_id: str | None
    quote: str
    begins: int
    ends: int
    words: str
    heading: str
    body: str
    kind: str
    created_at: datetime
    updated_at: datetime

    @property
    def is_orphan(self) -> bool:
        """Whether the passage it was made at is not in the lesson any more."""
        return self.block_id is None and bool(self.quote)

    @property
    def is_changed(self) -> bool:
        """Whether other words stand at its place than when it was made."""
        return bool(self.words) and self.words.split() != self.quote.split()

    @property
    def is_note(self) -> bool:
        """Whether it has words of its reader."""
        return self.kind == OwnNoteKind.NOTE


@dataclass(frozen=True, slots=True)
class NotedLesson:
    """A lesson with one's notes in the order of their passages; those without a place come last.

    `passages` are (block id, first words) of what a note can be put to.
    """

    lesson: Lesson
    notes: tuple[OwnNoteView, ...]
    passages: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class NotedCourse:
    """A course with one's notes: `lessons` of this page, `lesson_count` and `note_count` of all."""

    course: Course
    lessons: tuple[NotedLesson, ...]
    lesson_count: int
    note_count: int


def own_notes(viewer: User, lesson_id: UUID) -> NotedLesson:
    """One's notes in a lesson; raises as `rights.require_see_lesson`. Two statements and rights."""
    lesson = _lessons().select_related("course").filter(pk=lesson_id).first()
    if lesson is None:
        raise NotFound
    rights.require_see_lesson(viewer, lesson)
    rows = OwnNote.objects.filter(user_id=viewer.pk, lesson=lesson)
    blocks = following.blocks_of(lesson.blocks)
    passages = tuple((one.id, _start(one.text)) for one in blocks if one.text.strip())
    return NotedLesson(lesson, _views(lesson, list(rows)), passages)


def own_note(viewer: User, note_id: UUID) -> tuple[Lesson, OwnNoteView]:
    """One note with its lesson; anybody else's is not there."""
    row = OwnNote.objects.filter(pk=note_id, user_id=viewer.pk).first()
    if row is None:
        raise NotFound
    lesson = _lessons().select_related("course").get(pk=row.lesson_id)
    return lesson, _views(lesson, [row])[0]


def own_notes_of_course(
    viewer: User, course: Course, *, offset: int = 0, limit: int | None = None
) -> NotedCourse:
    """One's notes in a course; `offset` and `limit` count lessons. Three statements.

    The caller has checked that the person may read the course. Notes in lessons that are not shown
    to them now are left out.
    """
    mine = OwnNote.objects.filter(user_id=viewer.pk, lesson__course=course)
    if not rights.is_course_staff(viewer, course.pk):
        mine = mine.filter(lesson__status=LessonStatus.PUBLISHED)
    counted = list(
        mine.order_by("lesson__order_index")
        .values_list("lesson_id", "lesson__order_index")
        .annotate(n=Count("pk"))
    )
    wanted = [row[0] for row in counted][offset : None if limit is None else offset + limit]
    of_lesson: dict[UUID, list[OwnNote]] = {}
    for note in OwnNote.objects.filter(user_id=viewer.pk, lesson__in=wanted):
        of_lesson.setdefault(note.lesson_id, []).append(note)
    lessons = {one.pk: one for one in _lessons().filter(pk__in=wanted)}
    shown = tuple(NotedLesson(lessons[one], _views(lessons[one], of_lesson[one])) for one in wanted)
    return NotedCourse(course, shown, len(counted), sum(row[2] for row in counted))


def own_notes_export(viewer: User) -> Iterator[dict[str, Any]]:
    """All notes of a person for the file of their own data, also where they may read no more."""
    rows = OwnNote.objects.filter(user_id=viewer.pk).select_related("lesson__course")
    fields = rows.values_list(
        "lesson__course__title", "lesson__topic", "kind", "quote", "body", "created_at",
        "updated_at",
    ).order_by("created_at", "pk")  # fmt: skip
    names = ("course", "lesson", "kind", "quote", "body", "created_at", "updated_at")
    for row in fields:
        yield dict(zip(names, row, strict=True))


def _lessons() -> Any:
    return Lesson.objects.defer("content", "content_html", "outline")


def _views(lesson: Lesson, rows: Sequence[OwnNote]) -> tuple[OwnNoteView, ...]:
    """The notes in the order of their passages."""
    blocks = list(lesson.blocks) if rows else []
    place = {one["id"]: number for number, one in enumerate(blocks)}
    last = len(blocks)
    order = sorted(
        rows, key=lambda one: (place.get(one.block_id, last), one.begins, one.created_at, one.pk)
    )
    return tuple(_view(one, blocks, place.get(one.block_id)) for one in order)


def _view(row: OwnNote, blocks: Sequence[Mapping[str, Any]], place: int | None) -> OwnNoteView:
    words, heading = "", ""
    if place is not None:
        words = blocks[place]["text"][row.begins : row.ends]
        above = (one["text"] for one in reversed(blocks[: place + 1]) if one["kind"] == "heading")
        heading = next(above, "")
    return OwnNoteView(
        id=row.pk,
        lesson_id=row.lesson_id,
        block_id=row.block_id if place is not None else None,
        quote=row.quote,
        begins=row.begins,
        ends=row.ends,
        words=words,
        heading=heading,
        body=row.body,
        kind=row.kind,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _start(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= PASSAGE_START else line[: PASSAGE_START - 1].rstrip() + "…"
