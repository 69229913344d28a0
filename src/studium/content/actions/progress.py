"""What a reader has opened and finished, and how much of the course that is."""

from __future__ import annotations

import re
import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import connection, transaction

from studium.content import rights
from studium.content.models import Enrollment, Lesson, LessonProgress
from studium.lib.db import uuid_param
from studium.lib.errors import Conflict, Invalid, NotFound
from studium.lib.words import phrase

if TYPE_CHECKING:
    from studium.identity.models import User

SEEN_AGAIN = timedelta(minutes=5)
"""Opening a lesson again within this span is the same visit and writes nothing."""
_BLOCK = re.compile(r"[\w.\-]{1,80}")

# Whole per cent of the published lessons that are done, for all members of a course or for one.
_RECOUNT = """
UPDATE enrollments SET progress = (
  SELECT CASE WHEN COUNT(*) = 0 THEN 0 ELSE COUNT(p.done_at) * 100 / COUNT(*) END
  FROM lessons l LEFT JOIN lesson_progress p
    ON p.lesson_id = l.id AND p.user_id = enrollments.user_id
  WHERE l.course_id = enrollments.course_id AND l.status = 'published')
WHERE course_id = %s"""


@transaction.atomic
def open_lesson(*, by: User, lesson_id: uuid.UUID, now: datetime) -> LessonProgress:
    """Note that a lesson was opened, which makes it the one to go on with."""
    lesson = _studied(by, lesson_id)
    row, made = LessonProgress.objects.get_or_create(
        user_id=by.pk,
        lesson=lesson,
        defaults={"opened_at": now, "last_opened_at": now, "seen_version": lesson.version},
    )
    if not made and row.last_opened_at + SEEN_AGAIN <= now:
        row.last_opened_at = now
        if row.seen_version is None:  # whatever they knew, this is what they read now
            row.seen_version = lesson.version
        row.save(update_fields=["last_opened_at", "seen_version"])
    return row


@transaction.atomic
def note_seen(*, by: User, lesson_id: uuid.UUID, now: datetime) -> LessonProgress:
    """Note that the reader has seen what changed in a lesson: they know its text of today."""
    row = open_lesson(by=by, lesson_id=lesson_id, now=now)
    if row.seen_version != row.lesson.version:
        row.seen_version = row.lesson.version
        row.save(update_fields=["seen_version"])
    return row


@transaction.atomic
def keep_place(*, by: User, lesson_id: uuid.UUID, block: str, now: datetime) -> LessonProgress:
    """Note the block (its id) that the reader has come to."""
    if not _BLOCK.fullmatch(block):
        raise Invalid("A place is the id of a passage.", fields={"block": phrase("Not an id.")})
    row = open_lesson(by=by, lesson_id=lesson_id, now=now)
    if row.last_block != block:
        row.last_block = block
        row.save(update_fields=["last_block"])
    return row


@transaction.atomic
def mark_done(
    *, by: User, lesson_id: uuid.UUID, now: datetime, done: bool = True
) -> LessonProgress:
    """Call a lesson done, or not done after all; the course's percentage follows at once."""
    row = open_lesson(by=by, lesson_id=lesson_id, now=now)
    if done != (row.done_at is not None):
        row.done_at = max(now, row.opened_at) if done else None
        if done:
            row.seen_version = row.lesson.version
        row.save(update_fields=["done_at", "seen_version"])
        recount(row.lesson.course_id, user_id=by.pk)
    return row


def recount(course_id: uuid.UUID, *, user_id: uuid.UUID | None = None) -> None:
    """Bring `enrollments.progress` up to date, for all members or for one."""
    sql, parameters = _RECOUNT, [uuid_param(course_id)]
    if user_id is not None:
        sql, parameters = f"{sql} AND user_id = %s", [*parameters, uuid_param(user_id)]
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def _studied(by: User, lesson_id: uuid.UUID) -> Lesson:
    lesson = Lesson.objects.select_related("course").filter(pk=lesson_id).first()
    if lesson is None:
        raise NotFound
    rights.require_see_lesson(by, lesson)
    if not rights.may_study(by, lesson.course):
        raise Conflict(
            phrase(
                "“%(title)s” is open for reading only; progress is not kept.",
                title=lesson.course.title,
            ),
            code="reading_only",
        )
    # Locking the membership keeps two of the person's requests from counting past each other.
    Enrollment.objects.select_for_update().filter(user_id=by.pk, course_id=lesson.course_id).first()
    return lesson
