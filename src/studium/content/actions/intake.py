"""A whole course at once, as imports bring it: few statements, however many lessons."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from studium.content import rights as course_rights
from studium.content import rules
from studium.content.actions import files as file_actions
from studium.content.actions.courses import CourseTerms, create_course, free_slug
from studium.content.models import (
    Course,
    Lesson,
    LessonOrigin,
    LessonRevision,
    LessonStatus,
    StoredFile,
)
from studium.content.models.passage import Passage
from studium.content.naming import tag_lessons
from studium.content.passages import add_passages, passages_in
from studium.content.render import Surroundings, render_lesson
from studium.identity.actions import audit
from studium.lib import hooks
from studium.lib.errors import Invalid, TooLarge
from studium.lib.ids import uuid7
from studium.lib.pictures import Prepared, prepared

if TYPE_CHECKING:
    from studium.identity.models import User

MAX_LESSONS = 2_000
MAX_KEY = 120
_BATCH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLesson:
    """A lesson to take in. `key` is its name in links between lessons, `parent` another's key.

    `pages` says where the pages of its document begin in `content`, as (offset, page). `concepts`
    are the names of what it teaches.
    """

    key: str
    topic: str
    content: str
    part: str = ""
    parent: str | None = None
    pages: tuple[tuple[int, int], ...] = ()
    concepts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """The document that lessons come from: its name, and its format as `OriginFormat` names it."""

    file_name: str
    format: str


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file to take in, under its name in the course."""

    path: str
    data: bytes


@dataclass(frozen=True, slots=True)
class TakenIn:
    """The course that was made, and the ids of its lessons by their keys."""

    course: Course
    lessons: dict[str, uuid.UUID]


@dataclass(frozen=True, slots=True)
class Ready:
    """Lessons that are rendered and cut into passages, for a course of this slug."""

    slug: str
    ids: dict[str, uuid.UUID]
    rows: list[Lesson]
    passages: list[Passage]
    files: dict[str, Prepared]


def make_ready(
    *,
    by: User,
    terms: CourseTerms,
    lessons: Sequence[NewLesson],
    files: Sequence[NewFile],
    now: datetime,
) -> Ready:
    """Do what needs no lock before `take_in` begins: on SQLite everybody's saves wait for that."""
    course_rights.require_create_course(by)
    slug = free_slug(terms.title)
    return _rendered(slug, lessons, _prepared(files), terms.language, now)


@transaction.atomic
def take_in(
    *,
    by: User,
    terms: CourseTerms,
    lessons: Sequence[NewLesson],
    files: Sequence[NewFile],
    now: datetime,
    source: Source | None = None,
    ready: Ready | None = None,
    announced: bool = True,
) -> TakenIn:
    """A new draft course of this person with these lessons, in their order.

    `ready` is what `make_ready` gave for the same lessons and files; it holds as long as the
    course still gets the slug it was made for. Unless `announced` is false, those who follow
    saved lessons hear of it, and notes are made.

    With a `source` each lesson keeps its name, and the pages its blocks stand on.
    Lessons are shown as soon as the course is published. Raises `Invalid` or `TooLarge` with what
    does not fit; then nothing is stored but bytes that no row names.
    """
    if len(lessons) > MAX_LESSONS or len(files) > file_actions.MAX_FILES:
        raise TooLarge(
            f"A course holds at most {MAX_LESSONS:,} lessons and {file_actions.MAX_FILES:,} files."
        )
    course = create_course(by=by, terms=terms, now=now)
    pictures = ready.files if ready is not None else _prepared(files)
    _store_files(course, pictures, by=by, now=now)
    if ready is None or ready.slug != course.slug:
        ready = _rendered(course.slug, lessons, pictures, course.language, now)
    rows = ready.rows
    for row in rows:
        row.course = course
    Lesson.objects.bulk_create(rows, batch_size=_BATCH)
    add_passages(ready.passages, course_id=course.pk)
    LessonRevision.objects.bulk_create(
        [_revision(row, by=by, now=now) for row in rows], batch_size=_BATCH
    )
    tag_lessons(course.pk, {ready.ids[one.key]: one.concepts for one in lessons})
    if source is not None:
        origins = [_origin(row, one, source, now) for row, one in zip(rows, lessons, strict=True)]
        LessonOrigin.objects.bulk_create(origins, batch_size=_BATCH)
    audit.record(
        by=by,
        action="course.imported",
        object_type="course",
        object_id=course.pk,
        course_id=course.pk,
        detail={
            "lessons": len(rows),
            "files": len(pictures),
            **({"file": source.file_name, "format": source.format} if source else {}),
        },
        now=now,
    )
    if announced:
        hooks.lessons_saved.announce(course_id=course.pk, lesson_id=None, by_id=by.pk)
    return TakenIn(course, ready.ids)


def _rendered(
    slug: str,
    lessons: Sequence[NewLesson],
    files: dict[str, Prepared],
    language: str,
    now: datetime,
) -> Ready:
    ids = _ids(lessons)
    sizes = {
        path: (one.width, one.height) if one.width and one.height else None
        for path, one in files.items()
    }
    around = Surroundings(slug, ids, sizes)
    rows = [
        _row(lesson, place, ids, around, now=now) for place, lesson in enumerate(lessons, start=1)
    ]
    passages = [one for row in rows for one in passages_in(row, language=language)]
    return Ready(slug, ids, rows, passages, files)


def _ids(lessons: Sequence[NewLesson]) -> dict[str, uuid.UUID]:
    ids: dict[str, uuid.UUID] = {}
    for lesson in lessons:
        key = rules.clean_line(lesson.key, field="key", limit=MAX_KEY, name="The lesson's name")
        if key in ids:
            raise Invalid(f"Two lessons are called “{key}”. Rename one of them.")
        ids[key] = uuid7()
    return ids


def _row(
    lesson: NewLesson,
    place: int,
    ids: dict[str, uuid.UUID],
    around: Surroundings,
    *,
    now: datetime,
) -> Lesson:
    topic = rules.clean_line(
        lesson.topic, field="topic", limit=300, name=f"The title of “{lesson.key}”"
    )
    content = rules.clean_text(
        lesson.content, field="content", limit=2_000_000, name=f"The lesson “{lesson.key}”"
    )
    return Lesson(
        id=ids[lesson.key],
        topic=topic,
        content=content,
        order_index=place,
        slug=lesson.key,
        status=LessonStatus.PUBLISHED,
        part_title=rules.clean_line(
            lesson.part, field="part", limit=200, name="The part", required=False
        ),
        parent_id=ids.get(lesson.parent) if lesson.parent else None,
        created_at=now,
        updated_at=now,
        version=1,
        **render_lesson(topic, content, around).columns,
    )


def _origin(row: Lesson, lesson: NewLesson, source: Source, now: datetime) -> LessonOrigin:
    name = rules.clean_line(source.file_name, field="file", limit=200, name="The file's name")
    return LessonOrigin(
        lesson_id=row.pk,
        file_name=name,
        format=source.format,
        pages=rules.block_pages(row.blocks, lesson.pages),
        created_at=now,
    )


def _revision(row: Lesson, *, by: User, now: datetime) -> LessonRevision:
    return LessonRevision(
        lesson_id=row.pk,
        version=1,
        topic=row.topic,
        content=row.content,
        content_hash=row.content_hash,
        author_id=by.pk,
        comment="Imported",
        created_at=now,
    )


def _prepared(files: Sequence[NewFile]) -> dict[str, Prepared]:
    """The files as they are to be kept, by their names; each name once."""
    found: dict[str, Prepared] = {}
    for file in files:
        path = rules.clean_path(file.path)
        file_actions.check_size(path, len(file.data))
        if path in found:
            raise Invalid(f"Two files are called “{path}”. Rename one of them.")
        found[path] = prepared(file.data)
    return found


def _store_files(course: Course, files: dict[str, Prepared], *, by: User, now: datetime) -> None:
    rows = [file_actions.file_row(course, path, one, by=by, now=now) for path, one in files.items()]
    StoredFile.objects.bulk_create(rows, batch_size=_BATCH)
