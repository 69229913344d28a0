"""The reading order: lessons moved one by one, dragged, or many at once to another place."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F

from studium.content import rules
from studium.content.actions.courses import held_for_author
from studium.content.actions.steps import keep_step
from studium.content.models import Course, Lesson, UndoneAct
from studium.content.models.lesson import REORDER_OFFSET
from studium.lib.errors import Conflict, Invalid, NotFound

if TYPE_CHECKING:
    from studium.identity.models import User


@transaction.atomic
def move_lesson(*, by: User, lesson_id: uuid.UUID, step: int, now: datetime) -> None:
    """One place up (-1) or down (+1), together with the lessons inside it."""
    lesson = held_lesson(by, lesson_id)
    lessons = ordered(lesson.course)
    places = [place_of(one) for one in lessons]
    _arrange(lesson.course, lessons, rules.moved(places, lesson.pk, step), by=by, now=now)


@transaction.atomic
def order_lessons(
    *, by: User, course_id: uuid.UUID, lesson_ids: list[uuid.UUID], now: datetime
) -> None:
    """Put all lessons of a course in this order; `Conflict` when the list is not all of them."""
    course, lessons = _held_lessons(by, course_id)
    if len(lesson_ids) != len(set(lesson_ids)):
        raise Invalid("A lesson stands twice in this order. Load the page and try again.")
    if set(lesson_ids) != set(lessons):
        raise lessons_changed()
    places = [place_of(lessons[one]) for one in lesson_ids]
    _arrange(course, list(lessons.values()), rules.settled(places), by=by, now=now)


@transaction.atomic
def move_lessons(
    *,
    by: User,
    course_id: uuid.UUID,
    lesson_ids: Sequence[uuid.UUID],
    now: datetime,
    after: uuid.UUID | None = None,
    part: str | None = None,
) -> int:
    """Bring lessons with what is inside them behind another one, or to the end of a part.

    With neither they come first. Returns how many were chosen; `Invalid` where there is no such
    place.
    """
    course, lessons = _held_lessons(by, course_id)
    chosen = set(lesson_ids) & set(lessons)
    if after is not None and after not in lessons:
        raise lessons_changed()
    if part is not None:
        part = rules.clean_line(part, field="part", limit=200, name="The part", required=False)
    places = [place_of(one) for one in lessons.values()]
    wished = rules.gathered(places, chosen, after=after, part=part)
    _arrange(course, list(lessons.values()), rules.settled(wished), by=by, now=now)
    return len(chosen)


def put_in_place(course: Course, lessons: list[Lesson]) -> None:
    """Bring a new or regrouped lesson beside the others of its chapter or part."""
    places = [place_of(one) for one in lessons]
    parts = list(dict.fromkeys(one.part for one in places if one.parent is None))
    heads = [one for part in parts for one in places if one.parent is None and one.part == part]
    wished = [one for head in heads for one in _with_inside(places, head)]
    store_order(course, lessons, rules.settled(wished), now=None)


def store_order(
    course: Course, lessons: list[Lesson], places: list[rules.Place], *, now: datetime | None
) -> bool:
    """Write places, parts and parents; in two steps, since UNIQUE is checked row by row.

    Returns whether anything was not there already.
    """
    rows = {lesson.pk: lesson for lesson in lessons}
    changed: list[Lesson] = []
    for index, place in enumerate(places, start=1):
        lesson = rows[place.id]
        wanted: tuple[Any, ...] = (index, place.part, place.parent)
        if (lesson.order_index, lesson.part_title, lesson.parent_id) != wanted:
            lesson.order_index, lesson.part_title, lesson.parent_id = wanted
            changed.append(lesson)
    if not changed:
        return False
    kept = Lesson.objects.filter(course=course)
    kept.filter(pk__in=[one.pk for one in changed]).update(
        order_index=F("order_index") + REORDER_OFFSET
    )
    Lesson.objects.bulk_update(changed, ["order_index", "part_title", "parent"], batch_size=200)
    if now is not None:
        Course.objects.filter(pk=course.pk).update(updated_at=now)
    return True


def held_lesson(by: User, lesson_id: uuid.UUID) -> Lesson:
    """The lesson with its course locked, if the person may change it."""
    lesson = Lesson.objects.filter(pk=lesson_id).first()
    if lesson is None:
        raise NotFound
    course = held_for_author(by, lesson.course_id)
    lesson = Lesson.objects.select_for_update().get(pk=lesson_id)
    lesson.course = course
    return lesson


def ordered(course: Course) -> list[Lesson]:
    """The lessons in reading order, without their texts."""
    rows = Lesson.objects.filter(course=course).defer("content", "content_html", "blocks")
    return list(rows.order_by("order_index"))


def place_of(lesson: Lesson) -> rules.Place:
    """Where a lesson stands."""
    return rules.Place(lesson.pk, lesson.part_title, lesson.parent_id)


def lessons_changed() -> Conflict:
    """The refusal of an order that is not of the lessons there are."""
    return Conflict(
        "The lessons of this course have changed meanwhile. Load the page and try again.",
        code="lessons_changed",
    )


def as_kept(places: Sequence[rules.Place]) -> list[list[str]]:
    """Places as JSON holds them: id, part, parent or nothing."""
    return [[str(one.id), one.part, str(one.parent or "")] for one in places]


def _held_lessons(by: User, course_id: uuid.UUID) -> tuple[Course, dict[uuid.UUID, Lesson]]:
    course = held_for_author(by, course_id)
    return course, {lesson.pk: lesson for lesson in ordered(course)}


def _arrange(
    course: Course,
    lessons: list[Lesson],
    places: list[rules.Place],
    *,
    by: User,
    now: datetime,
) -> None:
    """Store an order somebody wished for, and the way back from it."""
    before = as_kept([place_of(one) for one in lessons])
    if store_order(course, lessons, places, now=now):
        kept = {"before": before, "after": as_kept(places)}
        keep_step(by=by, course_id=course.pk, act=UndoneAct.LESSON_ORDER, before=kept, now=now)


def _with_inside(places: list[rules.Place], head: rules.Place) -> list[rules.Place]:
    inside = [one for one in places if one.parent == head.id]
    return [head, *(place for one in inside for place in _with_inside(places, one))]
