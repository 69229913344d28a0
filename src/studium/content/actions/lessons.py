"""Lessons: written, changed, put in order, published. Every saved content is kept."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F

from studium.content import rights, rules
from studium.content.actions import progress
from studium.content.actions.concepts import set_lesson_concepts
from studium.content.actions.courses import held
from studium.content.concepts import follow_topic
from studium.content.following import follow_passages
from studium.content.models import (
    Course,
    CourseStatus,
    Lesson,
    LessonRevision,
    LessonStatus,
)
from studium.content.models.lesson import REORDER_OFFSET
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
MAX_CONTENT = 2_000_000


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
    course = held(course_id)
    rights.require_edit_course(by, course)
    text = _checked(text)
    lessons = _ordered(course)
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
    _put_in_place(course, [*lessons, lesson])
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
    saved: `Conflict` carries the newer version, so that no text is lost.
    """
    lesson = _held_lesson(by, lesson_id)
    text = _checked(text)
    if concepts is not None and lesson.version == based_on:
        set_lesson_concepts(by=by, lesson_id=lesson_id, names=concepts, now=now)
    if (lesson.topic, lesson.content, lesson.part_title) == (text.topic, text.content, text.part):
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
        _put_in_place(lesson.course, _ordered(lesson.course))
    return lesson


@transaction.atomic
def restore_revision(
    *, by: User, lesson_id: uuid.UUID, version: int, based_on: int, now: datetime
) -> Lesson:
    """Make an earlier text the newest version; what was there in between stays kept."""
    lesson = _held_lesson(by, lesson_id)
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


@transaction.atomic
def move_lesson(*, by: User, lesson_id: uuid.UUID, step: int, now: datetime) -> None:
    """One place up (-1) or down (+1), together with the lessons inside it."""
    lesson = _held_lesson(by, lesson_id)
    lessons = _ordered(lesson.course)
    places = [_place(one) for one in lessons]
    _store_order(lesson.course, lessons, rules.moved(places, lesson.pk, step), now=now)


@transaction.atomic
def order_lessons(
    *, by: User, course_id: uuid.UUID, lesson_ids: list[uuid.UUID], now: datetime
) -> None:
    """Put all lessons of a course in this order; `Conflict` when the list is not all of them."""
    course = held(course_id)
    rights.require_edit_course(by, course)
    lessons = {lesson.pk: lesson for lesson in _ordered(course)}
    if len(lesson_ids) != len(set(lesson_ids)):
        raise Invalid("A lesson stands twice in this order. Load the page and try again.")
    if set(lesson_ids) != set(lessons):
        raise Conflict(
            "The lessons of this course have changed meanwhile. Load the page and try again.",
            code="lessons_changed",
        )
    places = [_place(lessons[one]) for one in lesson_ids]
    _store_order(course, list(lessons.values()), rules.settled(places), now=now)


@transaction.atomic
def publish_lessons(
    *, by: User, course_id: uuid.UUID, lesson_ids: list[uuid.UUID], now: datetime
) -> int:
    """Show lessons to the members of the course; returns how many were not shown before."""
    return _set_status(
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


def _held_lesson(by: User, lesson_id: uuid.UUID) -> Lesson:
    """The lesson with its course locked, if the person may change it."""
    lesson = Lesson.objects.filter(pk=lesson_id).first()
    if lesson is None:
        raise NotFound
    course = held(lesson.course_id)
    rights.require_edit_course(by, course)
    lesson = Lesson.objects.select_for_update().get(pk=lesson_id)
    lesson.course = course
    return lesson


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


def _ordered(course: Course) -> list[Lesson]:
    rows = Lesson.objects.filter(course=course).defer("content", "content_html", "blocks")
    return list(rows.order_by("order_index"))


def _place(lesson: Lesson) -> rules.Place:
    return rules.Place(lesson.pk, lesson.part_title, lesson.parent_id)


def _put_in_place(course: Course, lessons: list[Lesson]) -> None:
    """Bring a new or regrouped lesson beside the others of its chapter or part."""
    places = [_place(one) for one in lessons]
    parts = list(dict.fromkeys(one.part for one in places if one.parent is None))
    heads = [one for part in parts for one in places if one.parent is None and one.part == part]
    wished = [one for head in heads for one in _with_inside(places, head)]
    _store_order(course, lessons, rules.settled(wished), now=None)


def _with_inside(places: list[rules.Place], head: rules.Place) -> list[rules.Place]:
    inside = [one for one in places if one.parent == head.id]
    return [head, *(place for one in inside for place in _with_inside(places, one))]


def _store_order(
    course: Course, lessons: list[Lesson], places: list[rules.Place], *, now: datetime | None
) -> None:
    """Write places, parts and parents; in two steps, since UNIQUE is checked row by row."""
    rows = {lesson.pk: lesson for lesson in lessons}
    changed: list[Lesson] = []
    for index, place in enumerate(places, start=1):
        lesson = rows[place.id]
        wanted: tuple[Any, ...] = (index, place.part, place.parent)
        if (lesson.order_index, lesson.part_title, lesson.parent_id) != wanted:
            lesson.order_index, lesson.part_title, lesson.parent_id = wanted
            changed.append(lesson)
    if not changed:
        return
    kept = Lesson.objects.filter(course=course)
    kept.filter(pk__in=[one.pk for one in changed]).update(
        order_index=F("order_index") + REORDER_OFFSET
    )
    Lesson.objects.bulk_update(changed, ["order_index", "part_title", "parent"], batch_size=200)
    if now is not None:
        Course.objects.filter(pk=course.pk).update(updated_at=now)


def _set_status(
    *, by: User, course_id: uuid.UUID, lesson_ids: list[uuid.UUID], status: str, now: datetime
) -> int:
    course = held(course_id)
    rights.require_edit_course(by, course)
    rows = list(
        Lesson.objects.filter(course=course, pk__in=lesson_ids)
        .exclude(status=status)
        .only("id", "topic", "course_id")
    )
    Lesson.objects.filter(pk__in=[row.pk for row in rows]).update(status=status, updated_at=now)
    for row in rows:
        detail = {"topic": row.topic, "to": status}
        _record(row, by=by, action="lesson.status_changed", now=now, detail=detail)
    if rows:
        progress.recount(course.pk)
    return len(rows)


def _hide(*, by: User, lesson_id: uuid.UUID, status: str, now: datetime) -> Lesson:
    lesson = _held_lesson(by, lesson_id)
    others = Lesson.objects.filter(course=lesson.course, status=LessonStatus.PUBLISHED)
    if lesson.course.status == CourseStatus.PUBLISHED and not others.exclude(pk=lesson_id).exists():
        raise Conflict(
            f"“{lesson.topic}” is the only published lesson of a published course. Publish"
            " another one first, or archive the course.",
            code="last_lesson",
        )
    _set_status(by=by, course_id=lesson.course_id, lesson_ids=[lesson_id], status=status, now=now)
    lesson.status = status
    return lesson


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
