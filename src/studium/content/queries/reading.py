"""The lesson page, a hot path: two statements by hand, the same text on both databases."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from studium.content import rights
from studium.content.models import CourseStatus, Lesson, LessonStatus
from studium.lib.db import json_value, read_rows, time_value, uuid_param, uuid_value
from studium.lib.errors import NotFound

if TYPE_CHECKING:
    from studium.identity.models import User

LESSON = """
SELECT l.id, l.topic, l.content_html, l.outline, l.minutes, l.version, l.status, l.part_title,
  l.parent_id, l.order_index, l.updated_at, l.content_hash,
  c.id, c.title, c.slug, c.status, c.updated_at,
  e.role, e.progress, p.opened_at, p.last_opened_at, p.last_block, p.done_at,
  o.file_name, o.pages, p.seen_version, c.language
FROM lessons l JOIN courses c ON c.id = l.course_id
LEFT JOIN enrollments e ON e.course_id = c.id AND e.user_id = %s AND e.ended_at IS NULL
LEFT JOIN lesson_progress p ON p.lesson_id = l.id AND p.user_id = %s
LEFT JOIN lesson_origins o ON o.lesson_id = l.id
WHERE l.id = %s AND c.slug = %s"""

# The chapters of the lesson's part, what is inside its own chapter, and its two neighbours.
AROUND = """
SELECT l.id, l.topic, l.parent_id, l.part_title, l.order_index, l.status, p.opened_at, p.done_at
FROM lessons l LEFT JOIN lesson_progress p ON p.lesson_id = l.id AND p.user_id = %s
WHERE l.course_id = %s AND l.status IN ('published', %s) AND (
  (l.part_title = %s AND l.parent_id IS NULL) OR l.parent_id = %s OR l.parent_id = %s
  OR l.order_index = (SELECT MIN(n.order_index) FROM lessons n
    WHERE n.course_id = %s AND n.status IN ('published', %s) AND n.order_index > %s)
  OR l.order_index = (SELECT MAX(b.order_index) FROM lessons b
    WHERE b.course_id = %s AND b.status IN ('published', %s) AND b.order_index < %s))
ORDER BY l.order_index"""


@dataclass(frozen=True, slots=True)
class OpenLesson:
    """A lesson as its reader sees it. `role` is None for an admin who is not a member.

    `origin` is the name of the document it was imported from, or empty, and `pages` are
    `[block id, page]` for its blocks. `seen_version` is the version that the reader knows.
    """

    id: uuid.UUID
    topic: str
    html: str
    outline: Any
    minutes: int
    version: int
    status: str
    part: str
    parent_id: uuid.UUID | None
    place: int
    updated_at: datetime
    content_hash: str
    course_id: uuid.UUID
    course_title: str
    course_slug: str
    course_status: str
    course_updated_at: datetime
    course_language: str
    role: str | None
    progress: int
    opened_at: datetime | None
    last_opened_at: datetime | None
    last_block: str
    done_at: datetime | None
    is_staff: bool
    origin: str
    pages: Any
    seen_version: int | None

    @property
    def is_changed(self) -> bool:
        """Whether the text is another one than the reader knows. Its authors know it."""
        seen = self.seen_version
        return seen is not None and seen < self.version and not self.is_staff and self.is_studied

    @property
    def is_studied(self) -> bool:
        """Whether progress is kept for this reader."""
        return self.role is not None and self.course_status == CourseStatus.PUBLISHED


@dataclass(frozen=True, slots=True)
class Near:
    """A lesson beside the open one, with what its reader has done in it."""

    id: uuid.UUID
    topic: str
    parent_id: uuid.UUID | None
    part: str
    place: int
    status: str
    is_opened: bool
    is_done: bool


def open_lesson(user: User, slug: str, lesson_id: uuid.UUID) -> OpenLesson:
    """The lesson for its page; raises as `rights.require_see_lesson`. One statement."""
    me = uuid_param(user.pk)
    rows = read_rows(LESSON, [me, me, uuid_param(lesson_id), slug])
    if not rows:
        raise NotFound
    row = rows[0]
    role, course_status, status = row[17], row[15], row[6]
    staff = role in rights.STAFF or rights.is_admin(user)
    readable = role is not None and course_status in rights.READABLE
    if not (staff or (readable and status == LessonStatus.PUBLISHED)):
        rights.require_see_lesson(user, Lesson.objects.select_related("course").get(pk=lesson_id))
        raise NotFound
    return OpenLesson(
        id=uuid_value(row[0]),
        topic=row[1],
        html=row[2],
        outline=json_value(row[3]),
        minutes=row[4],
        version=row[5],
        status=status,
        part=row[7],
        parent_id=_maybe_uuid(row[8]),
        place=row[9],
        updated_at=time_value(row[10]),
        content_hash=row[11],
        course_id=uuid_value(row[12]),
        course_title=row[13],
        course_slug=row[14],
        course_status=course_status,
        course_updated_at=time_value(row[16]),
        course_language=row[26],
        role=role,
        progress=row[18] or 0,
        opened_at=_maybe_time(row[19]),
        last_opened_at=_maybe_time(row[20]),
        last_block=row[21] or "",
        done_at=_maybe_time(row[22]),
        is_staff=staff,
        origin=row[23] or "",
        pages=json_value(row[24]) if row[24] is not None else [],
        seen_version=row[25],
    )


def lessons_around(user: User, lesson: OpenLesson) -> list[Near]:
    """The lessons that the page of a lesson names, in reading order. One statement."""
    shown = "draft" if lesson.is_staff else "published"
    chapter = uuid_param(lesson.parent_id or lesson.id)
    course, neighbour = uuid_param(lesson.course_id), (shown, lesson.place)
    parameters = [
        *(uuid_param(user.pk), course, shown, lesson.part, chapter, uuid_param(lesson.id)),
        *(course, *neighbour, course, *neighbour),
    ]
    return [
        Near(
            id=uuid_value(row[0]),
            topic=row[1],
            parent_id=_maybe_uuid(row[2]),
            part=row[3],
            place=row[4],
            status=row[5],
            is_opened=row[6] is not None,
            is_done=row[7] is not None,
        )
        for row in read_rows(AROUND, parameters)
    ]


def _maybe_uuid(value: Any) -> uuid.UUID | None:
    return None if value is None else uuid_value(value)


def _maybe_time(value: Any) -> datetime | None:
    return None if value is None else time_value(value)
