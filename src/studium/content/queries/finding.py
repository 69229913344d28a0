"""Things found by their ids, for programs; pages go by slugs."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db.models import Q

from studium.content import rights
from studium.content.models import (
    Course,
    Enrollment,
    Lesson,
    LessonProgress,
    LessonStatus,
    StoredFile,
    lesson_texts,
)
from studium.lib.errors import NotFound

if TYPE_CHECKING:
    from studium.identity.models import User


def course_by_id(course_id: uuid.UUID) -> Course:
    """The course with its owner, whoever asks; raises `NotFound`. Check the right next."""
    course = Course.objects.select_related("owner").filter(pk=course_id).first()
    if course is None:
        raise NotFound
    return course


def lesson_for_reader(user: User, lesson_id: uuid.UUID) -> Lesson:
    """A lesson with its course; raises as `rights.require_see_lesson`."""
    lesson = Lesson.objects.select_related("course", "origin").filter(pk=lesson_id).first()
    if lesson is None:
        raise NotFound
    rights.require_see_lesson(user, lesson)
    return lesson


def lesson_of_author(user: User, lesson_id: uuid.UUID) -> Lesson:
    """A lesson of a course that the person may change; else `NotAllowed` or `NotFound`."""
    lesson = lesson_for_reader(user, lesson_id)
    rights.require_edit_course(user, lesson.course)
    return lesson


def progress_in(user: User, lesson: Lesson) -> LessonProgress | None:
    """What the person has done in a lesson, or None while it was not opened."""
    return LessonProgress.objects.filter(user_id=user.pk, lesson=lesson).first()


def file_of_course(user: User, course_id: uuid.UUID, file_id: uuid.UUID) -> StoredFile:
    """A file of this course, for those who may read its lessons; else `NotFound`."""
    row = StoredFile.objects.select_related("course").filter(pk=file_id, course=course_id).first()
    if row is None or not rights.may_read_course(user, row.course):
        raise NotFound
    return row


def membership(course_id: uuid.UUID, user_id: uuid.UUID) -> Enrollment:
    """A running membership with its person; raises `NotFound`. Check the right first."""
    rows = Enrollment.objects.select_related("user", "course")
    row = rows.filter(course=course_id, user_id=user_id, ended_at__isnull=True).first()
    if row is None:
        raise NotFound
    return row


def memberships_of(user: User) -> list[Enrollment]:
    """All memberships of a person, ended ones too, with their courses."""
    rows = Enrollment.objects.select_related("course").filter(user_id=user.pk)
    return list(rows.order_by("created_at", "id"))


def progress_of(user: User) -> list[LessonProgress]:
    """What a person has opened and finished, in all courses."""
    rows = LessonProgress.objects.select_related("lesson").filter(user_id=user.pk)
    rows = rows.defer(*lesson_texts("lesson"))
    return list(rows.order_by("opened_at", "id"))


def readable_among(user: User, lesson_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the lessons that the person may read now. One statement."""
    rows = Lesson.objects.filter(pk__in=lesson_ids)
    if not rights.is_admin(user):
        mine = Enrollment.objects.filter(user_id=user.pk, ended_at__isnull=True)
        taught = mine.filter(role__in=rights.STAFF)
        rows = rows.filter(
            Q(course__in=taught.values("course_id"))
            | Q(
                course__in=mine.values("course_id"),
                course__status__in=rights.READABLE,
                status=LessonStatus.PUBLISHED,
            )
        )
    return set(rows.values_list("pk", flat=True))
