"""While a lesson is written: who has it open, and the text that is not saved yet."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from studium.content import rights, rules
from studium.content.models import Course, Lesson, LessonDraft, LessonLock
from studium.content.queries.editing import Holding, holding_of
from studium.lib.errors import Conflict, NotFound

if TYPE_CHECKING:
    from studium.identity.models import User

MAX_CONTENT = 2_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What stands in the fields of the editor; `based_on` is the version it began from."""

    topic: str
    content: str
    part: str = ""
    concepts: str = ""
    based_on: int = 0


@transaction.atomic
def hold_lesson(
    *, by: User, lesson_id: uuid.UUID, now: datetime, take_over: bool = False
) -> Holding:
    """Take a lesson for changing it, or say that one still has it; tells who has it then.

    Whoever has it open keeps it while they are heard of; `take_over` ends that.
    """
    lesson = _lesson(by, lesson_id)
    LessonLock.objects.get_or_create(
        lesson=lesson, defaults={"holder_id": by.pk, "taken_at": now, "seen_at": now}
    )
    row = LessonLock.objects.select_for_update(of=("self",)).select_related("holder")
    lock = row.get(lesson=lesson)
    held = holding_of(lock, by, now)
    if held is not None and not held.is_mine and not take_over:
        return held
    if held is None or not held.is_mine:
        lock.holder, lock.taken_at = by, now
    lock.seen_at = max(now, lock.taken_at)
    lock.save(update_fields=["holder", "taken_at", "seen_at"])
    return Holding(by.pk, by.name, lock.taken_at, is_mine=True)


@transaction.atomic
def let_go(*, by: User, lesson_id: uuid.UUID) -> None:
    """Leave the lesson to others; what somebody else holds stays theirs."""
    _lesson(by, lesson_id)
    LessonLock.objects.filter(lesson_id=lesson_id, holder_id=by.pk).delete()


@transaction.atomic
def keep_draft(
    *, by: User, course_id: uuid.UUID, lesson_id: uuid.UUID | None, typed: Typed, now: datetime
) -> LessonDraft | None:
    """Keep what an author typed, for them alone; None when it is what is saved already.

    Without a lesson it is a new one of the course. Nothing of it is shown to anybody else.
    """
    course, lesson = _where(by, course_id, lesson_id)
    mine = LessonDraft.objects.filter(course=course, lesson=lesson, author_id=by.pk)
    values = _checked(typed)
    saved = ("", "", "") if lesson is None else (lesson.topic, lesson.content, lesson.part_title)
    if (typed.topic, values["content"], typed.part) == saved:
        mine.delete()
        return None
    row, _ = LessonDraft.objects.update_or_create(
        course=course, lesson=lesson, author_id=by.pk, defaults={**values, "kept_at": now}
    )
    return row


@transaction.atomic
def discard_draft(*, by: User, course_id: uuid.UUID, lesson_id: uuid.UUID | None) -> None:
    """Forget what one typed and did not save."""
    course, lesson = _where(by, course_id, lesson_id)
    forget_draft(by, course, lesson)


def forget_draft(by: User, course: Course, lesson: Lesson | None) -> None:
    """Inside the transaction that saves the text: it is no draft any more."""
    LessonDraft.objects.filter(course=course, lesson=lesson, author_id=by.pk).delete()


def require_not_held(by: User, lesson: Lesson, now: datetime) -> None:
    """Raises `Conflict` while somebody else has the lesson open to change it."""
    lock = LessonLock.objects.select_related("holder").filter(lesson=lesson).first()
    held = holding_of(lock, by, now)
    if held is not None and not held.is_mine:
        raise Conflict(
            f"{held.name} is editing “{lesson.topic}” and nothing was saved. Your text is still"
            " here. Speak with them, or take over and save again.",
            code="being_edited",
            extra={"holder": held.name},
        )


def _where(
    by: User, course_id: uuid.UUID, lesson_id: uuid.UUID | None
) -> tuple[Course, Lesson | None]:
    if lesson_id is None:
        course = Course.objects.filter(pk=course_id).first()
        if course is None:
            raise NotFound
        rights.require_edit_course(by, course)
        return course, None
    lesson = _lesson(by, lesson_id)
    if lesson.course_id != course_id:
        raise NotFound
    return lesson.course, lesson


def _lesson(by: User, lesson_id: uuid.UUID) -> Lesson:
    rows = Lesson.objects.select_related("course").defer("content_html", "blocks", "outline")
    lesson = rows.filter(pk=lesson_id).first()
    if lesson is None:
        raise NotFound
    rights.require_edit_course(by, lesson.course)
    return lesson


def _checked(typed: Typed) -> dict[str, object]:
    """The fields as the table holds them; a title may still be missing."""
    line = rules.clean_line
    return {
        "topic": line(typed.topic, field="topic", limit=300, name="The title", required=False),
        "content": rules.clean_text(
            typed.content, field="content", limit=MAX_CONTENT, name="The lesson"
        ),
        "part": line(typed.part, field="part", limit=200, name="The part", required=False),
        "concepts": line(
            typed.concepts, field="concepts", limit=2000, name="The concepts", required=False
        ),
        "based_on": typed.based_on,
    }
