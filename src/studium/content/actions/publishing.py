"""Lessons shown, hidden and archived, one or many; each change can be taken back for a day."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from studium.content.actions import progress
from studium.content.actions.arranging import held_lesson
from studium.content.actions.courses import held_for_author
from studium.content.actions.steps import keep_step
from studium.content.models import Course, CourseStatus, Lesson, LessonStatus, UndoneAct
from studium.identity.actions import audit
from studium.lib.errors import Conflict, Invalid

if TYPE_CHECKING:
    from studium.identity.models import User


@transaction.atomic
def set_lesson_status(
    *, by: User, course_id: uuid.UUID, lesson_ids: Sequence[uuid.UUID], status: str, now: datetime
) -> int:
    """Publish lessons, take them back to drafts, or archive them; returns how many changed.

    Raises `Conflict` where a published course would be left without a published lesson.
    """
    if status not in LessonStatus.values:
        raise Invalid("Choose published, draft or archived.", fields={"status": "Unknown."})
    course = held_for_author(by, course_id)
    rows = Lesson.objects.filter(course=course, pk__in=lesson_ids).exclude(status=status)
    before = dict(rows.values_list("pk", "status"))
    if before:
        change_status(course, dict.fromkeys(before, status), by=by, now=now)
        kept = {"to": status, "from": {str(pk): was for pk, was in before.items()}}
        keep_step(by=by, course_id=course.pk, act=UndoneAct.LESSON_STATUS, before=kept, now=now)
    return len(before)


def publish_lessons(
    *, by: User, course_id: uuid.UUID, lesson_ids: Sequence[uuid.UUID], now: datetime
) -> int:
    """Show lessons to the members of the course; returns how many were not shown before."""
    return set_lesson_status(
        by=by, course_id=course_id, lesson_ids=lesson_ids, status=LessonStatus.PUBLISHED, now=now
    )


@transaction.atomic
def unpublish_lesson(*, by: User, lesson_id: uuid.UUID, now: datetime) -> Lesson:
    """Back to a draft, which only the teaching staff sees."""
    return _hide(by=by, lesson_id=lesson_id, status=LessonStatus.DRAFT, now=now)


@transaction.atomic
def archive_lesson(*, by: User, lesson_id: uuid.UUID, now: datetime) -> Lesson:
    """Take a lesson out of the course; it and what was answered in it stay kept."""
    return _hide(by=by, lesson_id=lesson_id, status=LessonStatus.ARCHIVED, now=now)


def change_status(
    course: Course, wanted: Mapping[uuid.UUID, str], *, by: User, now: datetime
) -> None:
    """Write the states of lessons of a locked course, with their lines in the log."""
    _require_one_left(course, wanted)
    rows = {row.pk: row for row in Lesson.objects.filter(pk__in=wanted).only("id", "topic")}
    by_status: dict[str, list[uuid.UUID]] = defaultdict(list)
    for lesson_id, status in wanted.items():
        by_status[status].append(lesson_id)
    # Shown ones first: a published course is never without one, not even on the way.
    for status in sorted(by_status, key=lambda one: one != LessonStatus.PUBLISHED):
        Lesson.objects.filter(pk__in=by_status[status]).update(status=status, updated_at=now)
    for lesson_id, row in rows.items():
        audit.record(
            by=by,
            action="lesson.status_changed",
            object_type="lesson",
            object_id=lesson_id,
            course_id=course.pk,
            detail={"topic": row.topic, "to": wanted[lesson_id]},
            now=now,
        )
    progress.recount(course.pk)


def _hide(*, by: User, lesson_id: uuid.UUID, status: str, now: datetime) -> Lesson:
    lesson = held_lesson(by, lesson_id)
    set_lesson_status(
        by=by, course_id=lesson.course_id, lesson_ids=[lesson_id], status=status, now=now
    )
    lesson.status = status
    return lesson


def _require_one_left(course: Course, wanted: Mapping[uuid.UUID, str]) -> None:
    if course.status != CourseStatus.PUBLISHED or LessonStatus.PUBLISHED in wanted.values():
        return
    shown = Lesson.objects.filter(course=course, status=LessonStatus.PUBLISHED)
    if shown.exclude(pk__in=wanted).exists():
        return
    hidden = shown.order_by("order_index").first()
    if hidden is not None:
        raise Conflict(
            f"“{hidden.topic}” is the only published lesson of a published course. Publish"
            " another one first, or archive the course."
            if len(wanted) == 1
            else "These are all published lessons of a published course. Leave one of them, or"
            " archive the course.",
            code="last_lesson",
        )
