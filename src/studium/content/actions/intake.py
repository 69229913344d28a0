"""A whole course at once, as imports bring it: made ready first, then stored with few statements,
however many lessons."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Model

from studium.content import rights as course_rights
from studium.content import rules
from studium.content.actions import files as file_actions
from studium.content.actions.courses import CourseTerms, checked, create_course, free_slug
from studium.content.models import Course, Lesson, LessonOrigin, LessonRevision, LessonStatus
from studium.content.naming import NamesOfNew, links
from studium.content.passages import passages_in
from studium.content.render import Size, Surroundings, render_lesson
from studium.identity.actions import audit
from studium.lib import hooks, inserts
from studium.lib.errors import Invalid, TooLarge
from studium.lib.ids import uuid7
from studium.lib.pictures import Prepared, prepared

if TYPE_CHECKING:
    from studium.identity.models import User

MAX_LESSONS = 2_000
MAX_KEY = 120


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


class Overtaken(Exception):
    """Another course took the slug meanwhile; what was made ready leads to the wrong place."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A course that has only to be stored: its lessons are rendered and cut into passages, its
    files are on the disk.

    `around` is what its texts may refer to. `names` are its concepts; whoever links more to them
    before the course is stored stores those that are new.
    """

    by: User
    terms: CourseTerms
    now: datetime
    course_id: uuid.UUID
    lessons: dict[str, uuid.UUID]
    around: Surroundings
    names: NamesOfNew
    stored: list[inserts.Insert]


def make_ready(
    *,
    by: User,
    terms: CourseTerms,
    lessons: Sequence[NewLesson],
    files: Sequence[NewFile],
    now: datetime,
    source: Source | None = None,
) -> Ready:
    """Do all that needs no lock for a new draft course with these lessons, in their order: on
    SQLite everybody's saves wait for whoever is in a transaction.

    With a `source` each lesson keeps its name, and the pages its blocks stand on.
    Lessons are shown as soon as the course is published. Raises `NotAllowed`, `Invalid` or
    `TooLarge` with what does not fit; then nothing is stored but bytes that no row names.
    """
    course_rights.require_create_course(by)
    if len(lessons) > MAX_LESSONS or len(files) > file_actions.MAX_FILES:
        raise TooLarge(
            f"A course holds at most {MAX_LESSONS:,} lessons and {file_actions.MAX_FILES:,} files."
        )
    values = checked(terms)
    course_id, ids, pictures = uuid7(), _ids(lessons), _prepared(files)
    around = Surroundings(free_slug(values["title"]), ids, _sizes(pictures))
    rows = [_row(one, place, course_id, around, now=now) for place, one in enumerate(lessons, 1)]
    names = NamesOfNew(course_id)
    taught = links(names, {ids[one.key]: one.concepts for one in lessons})
    language = str(values["language"])
    made: list[Model] = [
        *(file_actions.file_row(course_id, path, one, by=by, now=now)
          for path, one in pictures.items()),
        *rows,
        *(one for row in rows for one in passages_in(row, language=language)),
        *(_revision(row, by=by, now=now) for row in rows),
        *names.taken(),
        *taught,
    ]  # fmt: skip
    if source is not None:
        made += [_origin(row, one, source, now) for row, one in zip(rows, lessons, strict=True)]
    counted = {"lessons": len(rows), "files": len(pictures)}
    made.append(
        audit.entry(
            by=by,
            action="course.imported",
            object_type="course",
            object_id=course_id,
            course_id=course_id,
            detail={
                **counted,
                **({"file": source.file_name, "format": source.format} if source else {}),
            },
            now=now,
        )
    )
    return Ready(by, terms, now, course_id, ids, around, names, inserts.inserts(made))


@transaction.atomic
def take_in(ready: Ready, *, announced: bool = True) -> TakenIn:
    """Store what was made ready: all of it, or nothing.

    Unless `announced` is false, those who follow saved lessons hear of it, and notes are made.
    Raises `Overtaken` where the course would get another slug by now: make it ready again.
    """
    course = create_course(by=ready.by, terms=ready.terms, now=ready.now, course_id=ready.course_id)
    if course.slug != ready.around.slug:
        raise Overtaken
    inserts.run(ready.stored)
    if announced:
        hooks.lessons_saved.announce(course_id=course.pk, lesson_id=None, by_id=ready.by.pk)
    return TakenIn(course, ready.lessons)


def _sizes(files: dict[str, Prepared]) -> dict[str, Size | None]:
    return {
        path: (one.width, one.height) if one.width and one.height else None
        for path, one in files.items()
    }


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
    course_id: uuid.UUID,
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
        id=around.lessons[lesson.key],
        course_id=course_id,
        topic=topic,
        content=content,
        order_index=place,
        slug=lesson.key,
        status=LessonStatus.PUBLISHED,
        part_title=rules.clean_line(
            lesson.part, field="part", limit=200, name="The part", required=False
        ),
        parent_id=around.lessons.get(lesson.parent) if lesson.parent else None,
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
