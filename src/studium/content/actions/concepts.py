"""What a course teaches: concepts named, renamed, merged, and said of lessons."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from studium.content import rules
from studium.content.actions.courses import held_for_author
from studium.content.models import Concept, Course, Lesson, LessonConcept
from studium.content.naming import Names
from studium.identity.actions import audit
from studium.lib import hooks
from studium.lib.errors import Conflict, NotFound

if TYPE_CHECKING:
    from studium.identity.models import User


@transaction.atomic
def add_concept(*, by: User, course_id: UUID, name: str, now: datetime) -> Concept:
    """A new concept; raises `Conflict` with `concept_exists` for a name that is taken."""
    course = held_for_author(by, course_id)
    wanted = rules.concept_name(name)
    _require_free(course, wanted)
    [made] = Names(course.pk).ids([wanted])
    row = Concept.objects.get(pk=made)
    _record(row, by=by, action="concept.added", now=now, name=wanted)
    return row


@transaction.atomic
def rename_concept(*, by: User, concept_id: UUID, name: str, now: datetime) -> Concept:
    """Give a concept another name; what was answered about it stays its own."""
    row = _concept(by, concept_id)
    before, wanted = row.name, rules.concept_name(name)
    if row.merged_into_id is not None:
        raise Conflict(
            f"“{before}” was merged into another concept. Rename that one.", code="concept_merged"
        )
    if wanted != before:
        _require_free(row.course, wanted, but=row)
        row.name = wanted
        row.save(update_fields=["name"])
        _record(row, by=by, action="concept.renamed", now=now, **{"from": before, "to": wanted})
    return row


@transaction.atomic
def merge_concepts(*, by: User, concept_id: UUID, into_id: UUID, now: datetime) -> Concept:
    """Let a concept count as another one of the same course; gives that one.

    Tags and answers keep the name they have; what they count for is the other concept, from the
    next time that analytics counts anew.
    """
    row = _concept(by, concept_id)
    target = Concept.objects.select_for_update().filter(pk=into_id, course=row.course).first()
    if target is None:
        raise Conflict("That concept is none of this course. Choose another.", code="conflict")
    if row.pk == target.pk:
        raise Conflict("A concept is not merged into itself. Choose another.", code="conflict")
    for one in (row, target):
        if one.merged_into_id is not None:
            raise Conflict(
                f"“{one.name}” was merged already. Choose the concept it was merged into.",
                code="concept_merged",
            )
    row.merged_into, row.merged_at = target, now
    row.save(update_fields=["merged_into", "merged_at"])
    _record(row, by=by, action="concept.merged", now=now, into=str(target.pk), name=row.name)
    hooks.concepts_merged.announce(course_id=row.course_id)
    return target


@transaction.atomic
def undo_merge(*, by: User, concept_id: UUID, now: datetime) -> Concept:
    """Take a merge back, until analytics counts with it; then raises `merge_counted`."""
    row = _concept(by, concept_id)
    if row.merged_into_id is None:
        return row
    if row.merged_epoch is not None:
        raise Conflict(
            f"Analytics counts “{row.name}” as the other concept already, so this merge stays. "
            "Name a new concept for what comes.",
            code="merge_counted",
        )
    row.merged_into, row.merged_at = None, None
    row.save(update_fields=["merged_into", "merged_at"])
    _record(row, by=by, action="concept.merge_undone", now=now, name=row.name)
    hooks.concepts_merged.announce(course_id=row.course_id)
    return row


@transaction.atomic
def set_lesson_concepts(
    *, by: User, lesson_id: UUID, names: Iterable[str], now: datetime
) -> list[UUID]:
    """Say what a lesson teaches, by name: these and no others; new concepts are made."""
    lesson = Lesson.objects.filter(pk=lesson_id).only("course_id").first()
    if lesson is None:
        raise NotFound
    course = held_for_author(by, lesson.course_id)
    wanted = Names(course.pk).ids(names)
    rows = LessonConcept.objects.filter(lesson=lesson)
    before = set(rows.values_list("concept_id", flat=True))
    if before == set(wanted):
        return wanted
    rows.exclude(concept_id__in=wanted).delete()
    LessonConcept.objects.bulk_create(
        [LessonConcept(lesson=lesson, concept_id=one) for one in wanted if one not in before]
    )
    audit.record(
        by=by,
        action="lesson.concepts",
        object_type="lesson",
        object_id=lesson_id,
        course_id=course.pk,
        detail={"concepts": [str(one) for one in wanted]},
        now=now,
    )
    return wanted


# --- parts -----------------------------------------------------------------------------------


def _concept(by: User, concept_id: UUID) -> Concept:
    """The concept with its course locked, if the person may change it."""
    row = Concept.objects.filter(pk=concept_id).first()
    if row is None:
        raise NotFound
    course = held_for_author(by, row.course_id)
    row = Concept.objects.select_for_update().get(pk=concept_id)
    row.course = course
    return row


def _require_free(course: Course, name: str, *, but: Concept | None = None) -> None:
    same = Concept.objects.filter(course=course, name__iexact=name).first()
    if same is not None and same != but:
        raise Conflict(
            f"The course has a concept “{same.name}” already. Merge the two instead.",
            code="concept_exists",
            extra={"concept_id": str(same.pk)},
        )


def _record(row: Concept, *, by: User, action: str, now: datetime, **detail: object) -> None:
    audit.record(
        by=by,
        action=action,
        object_type="concept",
        object_id=row.pk,
        course_id=row.course_id,
        detail=detail,
        now=now,
    )
