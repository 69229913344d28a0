"""Lessons: written, changed, put in order, published. Every saved content is kept."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from studium.content import rules
from studium.content.actions import editing
from studium.content.actions.arranging import (
    held_lesson,
    move_lesson,
    move_lessons,
    order_lessons,
    ordered,
    put_in_place,
)
from studium.content.actions.concepts import set_lesson_concepts
from studium.content.actions.courses import held_for_author
from studium.content.actions.publishing import (
    archive_lesson,
    publish_lessons,
    set_lesson_status,
    unpublish_lesson,
)
from studium.content.concepts import follow_topic
from studium.content.following import follow_passages
from studium.content.models import (
    Course,
    Lesson,
    LessonRevision,
    LessonStatus,
)
from studium.content.naming import tag_lessons
from studium.content.passages import write_passages
from studium.content.queries.authoring import surroundings
from studium.content.render import Surroundings, render_lesson
from studium.identity.actions import audit
from studium.lib import hooks
from studium.lib.errors import Conflict, Invalid, NotFound, TooMany

if TYPE_CHECKING:
    from studium.identity.models import User

MAX_LESSONS = 2_000
MAX_CONTENT = editing.MAX_CONTENT
__all__ = [
    "MAX_LESSONS",
    "LessonText",
    "add_lesson",
    "archive_lesson",
    "edit_lesson",
    "move_lesson",
    "move_lessons",
    "order_lessons",
    "publish_lessons",
    "render_again",
    "restore_revision",
    "set_lesson_status",
    "unpublish_lesson",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonText:
    """What an author writes: `content` is Markdown, `part` the heading it stands under."""

    topic: str
    content: str
    part: str = ""


@transaction.atomic
def add_lesson(
    *,
    by: User,
    course_id: uuid.UUID,
    text: LessonText,
    now: datetime,
    slug: str | None = None,
    parent_id: uuid.UUID | None = None,
    concepts: Iterable[str] = (),
) -> Lesson:
    """A new draft at the end of its chapter, or of its part, or of the course.

    `concepts` are the names of what it teaches.
    """
    course = held_for_author(by, course_id)
    text = _checked(text)
    lessons = ordered(course)
    if len(lessons) >= MAX_LESSONS:
        raise TooMany(f"A course holds at most {MAX_LESSONS:,} lessons. Begin another course.")
    parent = next((one for one in lessons if one.pk == parent_id), None)
    if parent_id is not None and parent is None:
        raise Invalid("That chapter is not part of this course.", fields={"parent": "Unknown."})
    taken = {one.slug or "" for one in lessons}
    wanted = rules.slug_of(slug or text.topic, limit=120, otherwise="lesson")
    lesson = Lesson(
        course=course,
        topic=text.topic,
        content=text.content,
        part_title=parent.part_title if parent else text.part,
        parent=parent,
        slug=rules.free_slug(wanted, taken, limit=120),
        status=LessonStatus.DRAFT,
        order_index=(lessons[-1].order_index if lessons else 0) + 1,
        created_at=now,
        updated_at=now,
    )
    _render(lesson, _with(surroundings(course), lesson))
    lesson.save(force_insert=True)
    write_passages([lesson], language=course.language)
    _keep_revision(lesson, by=by, comment="", now=now)
    tag_lessons(course.pk, {lesson.pk: list(concepts)})
    put_in_place(course, [*lessons, lesson])
    editing.forget_draft(by, course, None)
    render_again(course, naming=lesson.slug or "")
    _record(lesson, by=by, action="lesson.created", now=now, detail={"topic": lesson.topic})
    hooks.lessons_saved.announce(course_id=course.pk, lesson_id=lesson.pk, by_id=by.pk)
    return lesson


@transaction.atomic
def edit_lesson(
    *,
    by: User,
    lesson_id: uuid.UUID,
    text: LessonText,
    based_on: int,
    now: datetime,
    comment: str = "",
    concepts: Iterable[str] | None = None,
) -> Lesson:
    """Save a changed text as the next version, and what it teaches unless `concepts` is None.

    `based_on` is the version the author started from. When there is a newer one nothing is
    saved: `Conflict` carries the newer version, so that no text is lost. It is refused too while
    somebody else has the lesson open to change it.
    """
    lesson = held_lesson(by, lesson_id)
    text = _checked(text)
    editing.require_not_held(by, lesson, now)
    if concepts is not None and lesson.version == based_on:
        set_lesson_concepts(by=by, lesson_id=lesson_id, names=concepts, now=now)
    if (lesson.topic, lesson.content, lesson.part_title) == (text.topic, text.content, text.part):
        editing.forget_draft(by, lesson.course, lesson)
        return lesson
    if lesson.version != based_on:
        raise _newer(lesson)
    same_text = (lesson.topic, lesson.content) == (text.topic, text.content)
    blocks = lesson.blocks
    follow_topic(lesson_id, before=lesson.topic, topic=text.topic)
    lesson.topic, lesson.content = text.topic, text.content
    moved_part = lesson.part_title != text.part
    lesson.part_title = text.part
    lesson.updated_at = now
    if not same_text:
        lesson.version += 1
        _render(lesson, surroundings(lesson.course))
    lesson.save()
    if not same_text:
        write_passages([lesson], language=lesson.course.language)
        follow_passages(lesson, blocks)
        note = rules.clean_line(
            comment, field="comment", limit=200, name="The comment", required=False
        )
        _keep_revision(lesson, by=by, comment=note, now=now)
        hooks.lessons_saved.announce(course_id=lesson.course_id, lesson_id=lesson_id, by_id=by.pk)
    if moved_part:
        put_in_place(lesson.course, ordered(lesson.course))
    editing.forget_draft(by, lesson.course, lesson)
    return lesson


@transaction.atomic
def restore_revision(
    *, by: User, lesson_id: uuid.UUID, version: int, based_on: int, now: datetime
) -> Lesson:
    """Make an earlier text the newest version; what was there in between stays kept."""
    lesson = held_lesson(by, lesson_id)
    old = LessonRevision.objects.filter(lesson=lesson, version=version).first()
    if old is None:
        raise NotFound
    text = LessonText(topic=old.topic, content=old.content, part=lesson.part_title)
    return edit_lesson(
        by=by,
        lesson_id=lesson_id,
        text=text,
        based_on=based_on,
        comment=f"Restored from version {version}",
        now=now,
    )


def render_again(course: Course, *, naming: str) -> None:
    """Render the lessons that name a file or lesson which has come or gone; no new version."""
    tail = naming.rsplit("/", 1)[-1]
    lessons = list(Lesson.objects.filter(course=course, content__contains=tail)) if tail else []
    around = surroundings(course) if lessons else None
    for lesson in lessons:
        if around is not None:
            blocks = lesson.blocks
            _render(lesson, around)
            lesson.save(update_fields=["content_html", "blocks", "outline", "minutes"])
            follow_passages(lesson, blocks)
    write_passages(lessons, language=course.language)


def _with(around: Surroundings, lesson: Lesson) -> Surroundings:
    """The surroundings of a lesson that is not stored yet and may link to itself."""
    own = {lesson.slug: lesson.pk} if lesson.slug else {}
    return replace(around, lessons={**around.lessons, **own})


def _checked(text: LessonText) -> LessonText:
    return LessonText(
        topic=rules.clean_line(text.topic, field="topic", limit=300, name="The title"),
        content=rules.clean_text(
            text.content, field="content", limit=MAX_CONTENT, name="The lesson"
        ),
        part=rules.clean_line(text.part, field="part", limit=200, name="The part", required=False),
    )


def _newer(lesson: Lesson) -> Conflict:
    return Conflict(
        f"“{lesson.topic}” was saved by somebody else meanwhile (version {lesson.version})."
        " Your text is still here and not saved. Compare the two, then save again.",
        code="newer_version",
        extra={"version": lesson.version, "topic": lesson.topic, "content": lesson.content},
    )


def _render(lesson: Lesson, around: Surroundings) -> None:
    for column, value in render_lesson(lesson.topic, lesson.content, around).columns.items():
        setattr(lesson, column, value)


def _keep_revision(lesson: Lesson, *, by: User, comment: str, now: datetime) -> None:
    LessonRevision.objects.create(
        lesson=lesson,
        version=lesson.version,
        topic=lesson.topic,
        content=lesson.content,
        content_hash=lesson.content_hash,
        author_id=by.pk,
        comment=comment,
        created_at=now,
    )


def _record(
    lesson: Lesson, *, by: User, action: str, now: datetime, detail: dict[str, Any]
) -> None:
    audit.record(
        by=by,
        action=action,
        object_type="lesson",
        object_id=lesson.pk,
        course_id=lesson.course_id,
        detail=detail,
        now=now,
    )
