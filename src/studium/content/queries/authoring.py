"""What the author of a course works with: lessons, versions, files, people, the check list."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings

from studium.content import rights, rules
from studium.content.models import (
    Course,
    CourseInvitation,
    Enrollment,
    Lesson,
    LessonRevision,
    LessonStatus,
    StoredFile,
)
from studium.content.render import Page, Surroundings, render_lesson
from studium.lib import blobs, clock, media
from studium.lib.db import read_rows, time_value, uuid_param, uuid_value
from studium.lib.errors import NotFound
from studium.lib.prepared import Prepared

if TYPE_CHECKING:
    from studium.identity.models import User

_LESSON = Prepared(
    lambda lesson, slug: Lesson.objects.select_related("course").filter(
        pk=lesson, course__slug=slug
    ),
    "lesson",
    texts=["slug"],
)
_PEOPLE = Prepared(
    lambda course: Enrollment.objects.filter(
        course_id=course, ended_at__isnull=True
    ).select_related("user"),
    "course",
)
_INVITED = Prepared(
    lambda course, now: (
        CourseInvitation.objects.filter(
            course_id=course,
            invitation__accepted_at__isnull=True,
            invitation__revoked_at__isnull=True,
            invitation__expires_at__gt=now,
        )
        .select_related("invitation")
        .order_by("-invitation__created_at")
    ),
    "course",
    moments=["now"],
)
_PARTS = """
SELECT part_title FROM lessons WHERE course_id = %s AND part_title <> '' ORDER BY order_index"""
_TOPICS = "SELECT id, topic FROM lessons WHERE course_id = %s ORDER BY order_index"
_LINES = """
SELECT id, topic, part_title, parent_id, minutes, version, status
FROM lessons WHERE course_id = %s ORDER BY order_index"""
_TAUGHT = """
SELECT c.title, c.slug, c.status, c.updated_at,
  (SELECT COUNT(*) FROM lessons l WHERE l.course_id = c.id),
  (SELECT COUNT(*) FROM enrollments s
   WHERE s.course_id = c.id AND s.role = 'student' AND s.ended_at IS NULL)
FROM courses c
WHERE %s = 1 OR EXISTS (
  SELECT 1 FROM enrollments e
  WHERE e.course_id = c.id AND e.user_id = %s AND e.ended_at IS NULL
    AND e.role IN ('assistant', 'instructor'))
ORDER BY c.updated_at DESC, c.id"""


class LessonLine(NamedTuple):
    """A lesson in a list of its authors; `parent_id` is only asked whether it is there."""

    id: uuid.UUID
    topic: str
    part_title: str
    parent_id: Any
    minutes: int
    version: int
    status: str


class TaughtLine(NamedTuple):
    """A course in the list of those who teach in it."""

    title: str
    slug: str
    status: str
    updated_at: datetime
    lesson_count: int
    learner_count: int


@dataclass(frozen=True, slots=True)
class Finding:
    """Something the author should look at; `line` counts from 1, 0 means the whole lesson."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class ServedFile:
    """A file ready to be sent. Only an inline one may be shown in place by a browser."""

    path: Path
    name: str
    media_type: str
    size: int
    content_hash: str
    is_inline: bool


def taught_courses(user: User) -> list[Course]:
    """The courses a person teaches (all, for an admin), newest change first."""
    rows = Course.objects.all()
    if not rights.is_admin(user):
        mine = Enrollment.objects.filter(
            user_id=user.pk, ended_at__isnull=True, role__in=rights.STAFF
        )
        rows = rows.filter(pk__in=mine.values("course_id"))
    return list(rows.select_related("owner").order_by("-updated_at", "id"))


def taught_lines(user: User) -> list[TaughtLine]:
    """The courses of `taught_courses`, each as a line of a list with its counts. One statement."""
    rows = read_rows(_TAUGHT, [int(rights.is_admin(user)), uuid_param(user.pk)])
    return [
        TaughtLine(title, slug, status, time_value(changed), lessons, learners)
        for title, slug, status, changed, lessons, learners in rows
    ]


def lesson_for_author(user: User, slug: str, lesson_id: uuid.UUID) -> Lesson:
    """A lesson of the course of this slug, if the person may change it."""
    lesson = _LESSON.first(lesson=lesson_id, slug=slug)
    if lesson is None:
        raise NotFound
    rights.require_edit_course(user, lesson.course)
    return lesson


def lessons_of(course: Course) -> list[Lesson]:
    """All lessons in order, without their texts."""
    return list(
        Lesson.objects.filter(course=course)
        .defer("content", "content_html", "blocks", "outline")
        .order_by("order_index")
    )


def lesson_lines(course: Course) -> list[LessonLine]:
    """All lessons in order, each as a line of a list."""
    rows = read_rows(_LINES, [uuid_param(course.pk)])
    return [LessonLine(uuid_value(row[0]), *row[1:]) for row in rows]


def topics_of(course: Course) -> list[tuple[uuid.UUID, str]]:
    """All lessons in order, each as its id and topic: what a choice of one shows."""
    rows = read_rows(_TOPICS, [uuid_param(course.pk)])
    return [(uuid_value(lesson), topic) for lesson, topic in rows]


def whole_lessons(user: User, course: Course) -> list[Lesson]:
    """All lessons but archived ones with their texts, for those who may change the course."""
    rights.require_edit_course(user, course)
    rows = Lesson.objects.filter(course=course).exclude(status=LessonStatus.ARCHIVED)
    return list(rows.defer("content_html", "blocks", "outline").order_by("order_index"))


def file_contents(user: User, course: Course) -> Iterator[tuple[str, bytes]]:
    """The files of a course by name with their bytes, for those who may change the course."""
    rights.require_edit_course(user, course)
    for row in files_of(course):
        yield row.path, blobs.where(settings.FILES_DIR, row.content_hash).read_bytes()


def parts_of(course: Course) -> list[str]:
    """The names of the parts, in order."""
    rows = read_rows(_PARTS, [uuid_param(course.pk)])
    return list(dict.fromkeys(str(part) for (part,) in rows))


def revisions_of(lesson: Lesson) -> list[LessonRevision]:
    """The kept versions, newest first, without their texts."""
    return list(
        LessonRevision.objects.filter(lesson=lesson)
        .defer("content")
        .select_related("author")
        .order_by("-version")
    )


def revision_of(lesson: Lesson, version: int) -> LessonRevision:
    """One kept version; raises `NotFound`."""
    row = (
        LessonRevision.objects.filter(lesson=lesson, version=version)
        .select_related("author")
        .first()
    )
    if row is None:
        raise NotFound
    return row


def files_of(course: Course) -> list[StoredFile]:
    """The files of a course by name."""
    return list(StoredFile.objects.filter(course=course).order_by("path"))


def people_of(course: Course) -> list[Enrollment]:
    """Who takes part, staff first, by name."""
    rows = _PEOPLE.all(course=course.pk)
    rank = {"instructor": 0, "assistant": 1, "student": 2}
    return sorted(rows, key=lambda row: (rank[row.role], row.user.name.casefold()))


def invitations_to(course: Course) -> list[CourseInvitation]:
    """Invitations that can still be accepted, newest first."""
    return _INVITED.all(course=course.pk, now=clock.now())


def preview(course: Course, topic: str, content: str) -> tuple[Page, list[Finding]]:
    """A lesson's text as readers will see it, and the check list; nothing is stored."""
    page = render_lesson(topic, content, surroundings(course))
    return page, findings(page, dict(rules.lines_of(content, page.columns["blocks"])))


def findings(page: Page, lines: Mapping[str, int]) -> list[Finding]:
    """The check list of a lesson: broken references, missing descriptions, heading order.

    `lines` says on which line of the source each block begins.
    """
    found = [Finding(problem.line, problem.message) for problem in page.found.problems]
    found += [
        Finding(
            image.line,
            f"The image {image.source[:100]} has no description. Write one between the square"
            " brackets, for those who cannot see it.",
        )
        for image in page.found.images
        if not image.alt.strip()
    ]
    last = 1
    for heading in page.found.headings:
        if heading.level > last + 1:
            found.append(
                Finding(
                    lines.get(heading.id, 0),
                    f"“{heading.text[:100]}” is a heading of level {heading.level} after one of"
                    f" level {last}. Use level {last + 1}.",
                )
            )
        last = heading.level
    return sorted(found, key=lambda one: one.line)


def surroundings(course: Course) -> Surroundings:
    """What the lessons of a course may refer to."""
    rows = Lesson.objects.filter(course=course, slug__isnull=False).values_list("slug", "id")
    files = StoredFile.objects.filter(course=course).values_list("path", "width", "height")
    return Surroundings(
        course.slug,
        {slug: lesson_id for slug, lesson_id in rows if slug is not None},
        {path: (width, height) if width and height else None for path, width, height in files},
    )


def served_file(user: User, slug: str, path: str) -> ServedFile:
    """A file of a course for those who may read its lessons; raises as `require_read_course`."""
    row = (
        StoredFile.objects.select_related("course").filter(course__slug=slug, path=path).first()
        if "\x00" not in path
        else None
    )
    if row is None:
        raise NotFound
    if not rights.may_read_course(user, row.course):
        raise NotFound
    place = blobs.where(settings.FILES_DIR, row.content_hash)
    if not place.is_file():
        raise NotFound
    return ServedFile(
        place,
        row.path.rsplit("/", 1)[-1],
        row.media_type,
        row.size,
        row.content_hash,
        row.media_type in media.INLINE,
    )
