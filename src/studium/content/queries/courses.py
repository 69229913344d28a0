"""Courses as people meet them: their own, those they may join, and one with its outline."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Count, Q, Sum

from studium.content import rights
from studium.content.models import (
    Course,
    CourseStatus,
    Enrollment,
    LessonStatus,
    SelfEnrolment,
)
from studium.lib.db import json_value, read_rows, time_value, uuid_param, uuid_value
from studium.lib.errors import NotFound
from studium.lib.looks import once
from studium.lib.prepared import Prepared

if TYPE_CHECKING:
    from studium.identity.models import User

_STAFF = Prepared(
    lambda course: (
        Enrollment.objects.filter(
            course_id=course, role__in=rights.STAFF, ended_at__isnull=True, user__is_active=True
        )
        .select_related("user")
        .order_by("-role", "user__name")
    ),
    "course",
)
_LEARNERS = """
SELECT COUNT(*) FROM enrollments WHERE course_id = %s AND role = 'student' AND ended_at IS NULL"""
_PUBLISHED = Q(lessons__status=LessonStatus.PUBLISHED)

# Every course of a person with the lesson to go on with: the one opened last if it is not done,
# otherwise the first one that is not done.
_MINE = """
SELECT c.id, c.title, c.slug, c.status, e.role, e.progress, o.name,
  (SELECT COUNT(*) FROM lessons l WHERE l.course_id = c.id AND l.status = 'published'),
  n.id, n.topic, n.minutes, np.last_block, n.outline,
  (SELECT MAX(q.last_opened_at) FROM lesson_progress q JOIN lessons ql ON ql.id = q.lesson_id
   WHERE ql.course_id = c.id AND q.user_id = e.user_id)
FROM enrollments e JOIN courses c ON c.id = e.course_id JOIN users o ON o.id = c.owner_id
LEFT JOIN lessons n ON n.id = (
  SELECT x.id FROM lessons x
  LEFT JOIN lesson_progress xp ON xp.lesson_id = x.id AND xp.user_id = e.user_id
  WHERE x.course_id = c.id AND x.status = 'published' AND xp.done_at IS NULL
  ORDER BY CASE WHEN xp.last_opened_at IS NULL THEN 1 ELSE 0 END, xp.last_opened_at DESC,
    x.order_index LIMIT 1)
LEFT JOIN lesson_progress np ON np.lesson_id = n.id AND np.user_id = e.user_id
WHERE e.user_id = %s AND e.ended_at IS NULL
  AND (c.status <> 'draft' OR e.role <> 'student')
ORDER BY c.title, c.id"""

_OUTLINE = """
SELECT l.id, l.topic, l.part_title, l.parent_id, l.minutes, l.status, l.order_index,
  p.opened_at, p.last_opened_at, p.done_at
FROM lessons l LEFT JOIN lesson_progress p ON p.lesson_id = l.id AND p.user_id = %s
WHERE l.course_id = %s AND (l.status = 'published' OR (%s = 1 AND l.status = 'draft'))
ORDER BY l.order_index"""


@dataclass(frozen=True, slots=True)
class MyCourse:
    """A course somebody takes part in; `next_…` is the lesson to go on with, if one is left."""

    id: uuid.UUID
    title: str
    slug: str
    status: str
    role: str
    progress: int
    owner: str
    lessons: int
    next_id: uuid.UUID | None
    next_topic: str
    next_minutes: int
    next_heading: str
    last_opened_at: datetime | None

    @property
    def is_taught(self) -> bool:
        """Whether the person teaches in it."""
        return self.role in rights.STAFF


@dataclass(frozen=True, slots=True)
class OutlineLesson:
    """A line of a course's outline, with what its reader has done."""

    id: uuid.UUID
    topic: str
    part: str
    parent_id: uuid.UUID | None
    minutes: int
    status: str
    place: int
    opened_at: datetime | None
    last_opened_at: datetime | None
    done_at: datetime | None

    @property
    def state(self) -> str:
        """done, started or new."""
        if self.done_at is not None:
            return "done"
        return "started" if self.opened_at is not None else "new"


@dataclass(frozen=True, slots=True)
class Chapter:
    """A top lesson with the lessons inside it, at any depth."""

    part: str
    lessons: list[OutlineLesson]

    @property
    def title(self) -> str:
        """What the chapter is called: its first lesson."""
        return self.lessons[0].topic

    @property
    def minutes(self) -> int:
        """Reading time of the whole chapter."""
        return sum(lesson.minutes for lesson in self.lessons)

    @property
    def done(self) -> int:
        """How many of its lessons are done."""
        return sum(lesson.done_at is not None for lesson in self.lessons)


def my_courses(user: User) -> list[MyCourse]:
    """The courses a person takes part in. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_MINE, [uuid_param(user.pk)])
        return [_my_course(row) for row in cursor.fetchall()]


def catalogue(
    user: User, *, search: str = "", offset: int = 0, limit: int = 24
) -> tuple[list[Course], int]:
    """A page of the courses the person may know of, and how many there are in all.

    Each has `lesson_count`, `minutes` and its owner beside its columns.
    """
    rows = Course.objects.filter(_may_know(user))
    for word in search.split()[:8]:
        rows = rows.filter(Q(title__icontains=word) | Q(description__icontains=word))
    page = (
        rows.select_related("owner")
        .annotate(
            lesson_count=Count("lessons", filter=_PUBLISHED),
            minutes=Sum("lessons__minutes", filter=_PUBLISHED, default=0),
        )
        .order_by("title", "id")[offset : offset + limit]
    )
    return list(page), rows.count()


_BY_SLUG = Prepared(
    lambda slug: Course.objects.select_related("owner").filter(slug=slug), texts=["slug"]
)


@once
def course_by_slug(slug: str) -> Course:
    """The course with its owner, whoever asks; raises `NotFound`. Check the right next."""
    course = _BY_SLUG.first(slug=slug)
    if course is None:
        raise NotFound
    return course


def course_for_reader(user: User, slug: str) -> Course:
    """The course, if this person may know of it; else `NotFound`."""
    course = course_by_slug(slug)
    rights.require_see_course(user, course)
    return course


def course_for_author(user: User, slug: str) -> Course:
    """The course, if this person may change it; else `NotAllowed` or `NotFound`."""
    course = course_by_slug(slug)
    rights.require_edit_course(user, course)
    return course


def course_for_staff(user: User, slug: str) -> Course:
    """The course, if this person teaches in it; else `NotAllowed` or `NotFound`."""
    course = course_by_slug(slug)
    rights.require_course_staff(user, course)
    return course


def outline(user: User, course: Course, *, drafts: bool = False) -> list[OutlineLesson]:
    """All lessons of a course in reading order, drafts only if asked. One statement."""
    parameters = [uuid_param(user.pk), uuid_param(course.pk), int(drafts)]
    return [_outline_lesson(row) for row in read_rows(_OUTLINE, parameters)]


def chapters(lessons: list[OutlineLesson]) -> list[Chapter]:
    """An outline grouped into chapters; a lesson whose parent is not shown stands alone."""
    found: list[Chapter] = []
    home: dict[uuid.UUID, Chapter] = {}
    for lesson in lessons:
        chapter = home.get(lesson.parent_id) if lesson.parent_id else None
        if chapter is None:
            chapter = Chapter(lesson.part, [])
            found.append(chapter)
        chapter.lessons.append(lesson)
        home[lesson.id] = chapter
    return found


def resume_lesson(lessons: list[OutlineLesson]) -> OutlineLesson | None:
    """Where to go on: the lesson opened last if it is not done, else the next one not done."""
    opened = [(one.last_opened_at, one.place, one) for one in lessons if one.last_opened_at]
    if left := [entry for entry in opened if entry[2].done_at is None]:
        return max(left, key=lambda entry: entry[:2])[2]
    return next((one for one in lessons if one.done_at is None), None)


def staff_of(course: Course) -> list[Enrollment]:
    """The instructors and assistants of a course, with their people."""
    return _STAFF.all(course=course.pk)


def learner_count(course: Course) -> int:
    """How many students take part in a course."""
    return int(read_rows(_LEARNERS, [uuid_param(course.pk)])[0][0])


def _may_know(user: User) -> Q:
    if rights.is_admin(user):
        return Q()
    mine = Enrollment.objects.filter(user_id=user.pk, ended_at__isnull=True)
    taught = mine.filter(role__in=rights.STAFF)
    joinable = Q(status=CourseStatus.PUBLISHED) & ~Q(self_enrolment=SelfEnrolment.CLOSED)
    return (
        joinable
        | Q(pk__in=taught.values("course_id"))
        | Q(pk__in=mine.values("course_id"), status__in=rights.READABLE)
    )


def _my_course(row: tuple[Any, ...]) -> MyCourse:
    headings = {one["id"]: one["text"] for one in json_value(row[12]) or []}
    return MyCourse(
        id=uuid_value(row[0]),
        title=row[1],
        slug=row[2],
        status=row[3],
        role=row[4],
        progress=row[5],
        owner=row[6],
        lessons=row[7],
        next_id=uuid_value(row[8]) if row[8] is not None else None,
        next_topic=row[9] or "",
        next_minutes=row[10] or 0,
        next_heading=headings.get(row[11] or "", ""),
        last_opened_at=_maybe_time(row[13]),
    )


def _outline_lesson(row: tuple[Any, ...]) -> OutlineLesson:
    return OutlineLesson(
        id=uuid_value(row[0]),
        topic=row[1],
        part=row[2],
        parent_id=uuid_value(row[3]) if row[3] is not None else None,
        minutes=row[4],
        status=row[5],
        place=row[6],
        opened_at=_maybe_time(row[7]),
        last_opened_at=_maybe_time(row[8]),
        done_at=_maybe_time(row[9]),
    )


def _maybe_time(value: Any) -> datetime | None:
    return time_value(value) if value is not None else None
