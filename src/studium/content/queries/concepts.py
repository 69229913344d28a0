"""The concepts of a course and of its lessons, as they are named now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from studium.content import rights
from studium.content.models import Concept, Course, LessonConcept
from studium.lib.errors import NotFound
from studium.lib.prepared import Prepared

if TYPE_CHECKING:
    from studium.identity.models import User


_OF_COURSE = Prepared(
    lambda course: (
        Concept.objects.filter(course_id=course)
        .order_by("name")
        .values_list("pk", "name", "lesson_id", "merged_into_id", "merged_epoch")
    ),
    "course",
)
_LINKED = ("lesson_id", "concept_id", "concept__name", "concept__merged_into_id")
_OF_LESSON = Prepared(
    lambda lesson: LessonConcept.objects.filter(lesson_id=lesson).values_list(*_LINKED), "lesson"
)


@dataclass(frozen=True, slots=True)
class NamedConcept:
    """A concept of a course. `lesson_id` is the lesson that it is as a whole, if it is one.

    `merged_into` is where its merges end, or None; `can_undo` whether its merge can be taken back.
    """

    id: UUID
    course_id: UUID
    name: str
    lesson_id: UUID | None
    merged_into: UUID | None
    can_undo: bool


def concepts_of(course: Course | UUID) -> list[NamedConcept]:
    """All concepts of a course by name, merged ones too. Check the right to see them before."""
    course_id = course.pk if isinstance(course, Course) else course
    rows = _OF_COURSE.all(course=course_id)
    into: dict[UUID, UUID | None] = {one: merged for one, _, _, merged, _ in rows}
    return [
        NamedConcept(
            id=one,
            course_id=course_id,
            name=name,
            lesson_id=lesson_id,
            merged_into=_end(merged, into),
            can_undo=merged is not None and epoch is None,
        )
        for one, name, lesson_id, merged, epoch in rows
    ]


def concept_for_staff(viewer: User, concept_id: UUID) -> NamedConcept:
    """One concept, for the staff of its course; raises as `rights.require_course_staff`."""
    row = Concept.objects.filter(pk=concept_id).select_related("course").first()
    if row is None:
        raise NotFound
    rights.require_course_staff(viewer, row.course)
    return next(one for one in concepts_of(row.course) if one.id == concept_id)


def concepts_of_lessons(lesson_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """Lesson -> the names of the concepts its author says it teaches, by name; merged ones by the
    name of what they were merged into. Lessons that name none are not in it.
    """
    ids = list(lesson_ids)
    if len(ids) == 1:
        tagged = _OF_LESSON.all(lesson=ids[0])
    else:
        tagged = list(LessonConcept.objects.filter(lesson_id__in=ids).values_list(*_LINKED))
    merged = names_of({concept for _, concept, _, into in tagged if into is not None})
    found: dict[UUID, set[str]] = defaultdict(set)
    for lesson, concept, name, _ in tagged:
        found[lesson].add(merged.get(concept, name))
    return {lesson: sorted(listed, key=str.casefold) for lesson, listed in found.items()}


def names_of(concept_ids: Collection[UUID]) -> dict[UUID, str]:
    """Concept -> the name it goes by now: its own, or that of what it was merged into."""
    if not concept_ids:
        return {}
    ends = ends_of(concept_ids)
    rows = Concept.objects.filter(pk__in=set(ends.values()))
    names = dict(rows.values_list("pk", "name"))
    return {one: names[end] for one, end in ends.items()}


def ends_of(concept_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Concept -> itself, or what it was merged into, however many steps away."""
    ends = {one: one for one in concept_ids}
    while True:
        rows = Concept.objects.filter(pk__in=set(ends.values()), merged_into__isnull=False)
        steps = dict(rows.values_list("pk", "merged_into_id"))
        if not steps:
            return ends
        ends = {one: steps.get(end) or end for one, end in ends.items()}


def same_as(concept_ids: Collection[UUID]) -> set[UUID]:
    """These concepts, what they were merged into, and all that was merged into those."""
    found = set(ends_of(concept_ids).values())
    fresh = found
    while fresh:
        rows = Concept.objects.filter(merged_into_id__in=fresh)
        fresh = set(rows.values_list("pk", flat=True)) - found
        found |= fresh
    return found


def _end(one: UUID | None, into: dict[UUID, UUID | None]) -> UUID | None:
    while one is not None and (target := into.get(one)) is not None:
        one = target
    return one
