"""What the editor asks for: drafts, who else is here, ways back, targets of links, who sees it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from studium.content import rights, rules
from studium.content.models import (
    Course,
    Lesson,
    LessonDraft,
    LessonLock,
    LessonStatus,
    StoredFile,
    UndoStep,
)
from studium.lib.db import read_rows, uuid_param
from studium.lib.prepared import Prepared

if TYPE_CHECKING:
    from studium.identity.models import User

HELD = timedelta(seconds=75)
"""How long after the last sign of life a lesson counts as open; the editor tells every 25 s."""
MAX_TARGETS = 12
_DRAFT = Prepared(
    lambda course, lesson, author: LessonDraft.objects.filter(
        course_id=course, lesson_id=lesson, author_id=author
    ),
    "course",
    "lesson",
    "author",
)
_DRAFT_OF_NEW = Prepared(
    lambda course, author: LessonDraft.objects.filter(
        course_id=course, lesson__isnull=True, author_id=author
    ),
    "course",
    "author",
)
_LOCK = Prepared(
    lambda lesson: LessonLock.objects.select_related("holder").filter(lesson_id=lesson), "lesson"
)
_ROLES = """
SELECT role, COUNT(*) FROM enrollments WHERE course_id = %s AND ended_at IS NULL GROUP BY role"""


@dataclass(frozen=True, slots=True)
class Holding:
    """Who has a lesson open to change it, and since when."""

    holder_id: uuid.UUID
    name: str
    since: datetime
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Target:
    """Something a lesson can refer to; `markdown` is what stands for it in the text."""

    kind: str
    name: str
    markdown: str


@dataclass(frozen=True, slots=True)
class Audience:
    """Who sees what is published in a course."""

    learners: int
    staff: int
    is_open: bool


def holding_of(lock: LessonLock | None, user: User, now: datetime) -> Holding | None:
    """What a lock says now; None where nobody has been heard of lately."""
    if lock is None or lock.seen_at < now - HELD:
        return None
    return Holding(lock.holder_id, lock.holder.name, lock.taken_at, lock.holder_id == user.pk)


def lesson_holding(user: User, lesson: Lesson, now: datetime) -> Holding | None:
    """Who has the lesson open, asked for a person who may change it."""
    return holding_of(_LOCK.first(lesson=lesson.pk), user, now)


def draft_of(user: User, course: Course, lesson: Lesson | None) -> LessonDraft | None:
    """What this person typed and did not save."""
    if lesson is None:
        return _DRAFT_OF_NEW.first(course=course.pk, author=user.pk)
    return _DRAFT.first(course=course.pk, lesson=lesson.pk, author=user.pk)


def drafts_export(user: User) -> list[dict[str, Any]]:
    """All unsaved texts of a person, for the file of their own data."""
    rows = LessonDraft.objects.filter(author_id=user.pk).select_related("course")
    names = ("topic", "content", "part", "concepts", "kept_at")
    return [
        {"course": row.course.title, **{name: getattr(row, name) for name in names}}
        for row in rows.order_by("kept_at", "pk")
    ]


def step_made(user: User, course_id: uuid.UUID, now: datetime) -> UndoStep | None:
    """The way back from what this person did at this moment."""
    rows = UndoStep.objects.filter(user_id=user.pk, course_id=course_id, made_at=now)
    return rows.order_by("-id").first()


def steps_of(user: User, course: Course) -> list[UndoStep]:
    """What this person can still take back in a course, the newest first."""
    rights.require_edit_course(user, course)
    rows = UndoStep.objects.filter(user_id=user.pk, course=course, undone_at__isnull=True)
    return list(rows.order_by("-made_at", "-id"))


def link_targets(user: User, course: Course, words: str) -> list[Target]:
    """Lessons and files of the course whose name holds the words, best first."""
    rights.require_edit_course(user, course)
    wanted = words.strip()[:100]
    if "\x00" in wanted:
        return []
    rows = Lesson.objects.filter(course=course, slug__isnull=False)
    rows = rows.exclude(status=LessonStatus.ARCHIVED)
    found = rows.filter(Q(topic__icontains=wanted) | Q(slug__icontains=wanted))
    lessons = found.order_by("order_index").values_list("topic", "slug")[:MAX_TARGETS]
    targets = [Target("lesson", topic, _link(topic, f"{slug}.md")) for topic, slug in lessons]
    files = StoredFile.objects.filter(course=course, path__icontains=wanted).order_by("path")
    for path, kind in files.values_list("path", "media_type")[: MAX_TARGETS - len(targets)]:
        is_image = kind.startswith("image/")
        name = path.rsplit("/", 1)[-1]
        text = f"![]({rules.as_target(path)})" if is_image else _link(name, path)
        targets.append(Target("image" if is_image else "file", path, text))
    return targets


def audience(course: Course) -> Audience:
    """How many people see what is published: learners, and those who teach."""
    counts = dict(read_rows(_ROLES, [uuid_param(course.pk)]))
    learners = counts.pop("student", 0)
    return Audience(learners, sum(counts.values()), course.self_enrolment == "open")


def _link(name: str, path: str) -> str:
    text = name.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    return f"[{text}]({rules.as_target(path)})"
