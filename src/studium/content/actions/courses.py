"""Courses: made, described, published, archived."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from studium.content import rights, rules
from studium.content.actions.steps import keep_step
from studium.content.models import (
    Course,
    CourseRole,
    CourseStatus,
    Enrollment,
    Lesson,
    LessonStatus,
    SelfEnrolment,
    UndoneAct,
)
from studium.identity.actions import audit
from studium.lib.errors import Conflict, Invalid, NotFound
from studium.lib.ids import uuid7

if TYPE_CHECKING:
    from studium.identity.models import User

MAX_DESCRIPTION = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseTerms:
    """What the settings of a course hold, as typed."""

    title: str
    description: str = ""
    language: str = "en"
    self_enrolment: str = SelfEnrolment.CLOSED
    show_checked_notes: bool = False


@transaction.atomic
def create_course(
    *, by: User, terms: CourseTerms, now: datetime, course_id: uuid.UUID | None = None
) -> Course:
    """A new draft, under this id if one is given; whoever makes it owns it and is its first
    instructor."""
    rights.require_create_course(by)
    values = checked(terms)
    course = Course(
        id=course_id or uuid7(),
        owner_id=by.pk,
        slug=free_slug(values["title"]),
        created_at=now,
        updated_at=now,
        **values,
    )
    if course.self_enrolment == SelfEnrolment.CODE:
        course.join_code = _new_code()
    course.save(force_insert=True)
    Enrollment.objects.create(
        user_id=by.pk,
        course=course,
        role=CourseRole.INSTRUCTOR,
        source="owner",
        created_at=now,
    )
    _record(course, by=by, action="course.created", now=now, detail={"title": course.title})
    return course


@transaction.atomic
def edit_course(*, by: User, course_id: uuid.UUID, terms: CourseTerms, now: datetime) -> Course:
    """Change the settings. The slug stays: links to the course keep working."""
    course = held_for_author(by, course_id)
    values = checked(terms)
    changed = {name: value for name, value in values.items() if getattr(course, name) != value}
    if not changed:
        return course
    for name, value in changed.items():
        setattr(course, name, value)
    if course.self_enrolment == SelfEnrolment.CODE and course.join_code is None:
        course.join_code = _new_code()
    course.updated_at = now
    course.save()
    detail = {name: value for name, value in changed.items() if name != "description"}
    _record(course, by=by, action="course.changed", now=now, detail=detail)
    return course


@transaction.atomic
def renew_join_code(*, by: User, course_id: uuid.UUID, now: datetime) -> Course:
    """A new code; the old one stops working at once."""
    course = held_for_author(by, course_id)
    course.join_code = _new_code()
    course.updated_at = now
    course.save(update_fields=["join_code", "updated_at"])
    _record(course, by=by, action="course.code_renewed", now=now)
    return course


@transaction.atomic
def publish_course(*, by: User, course_id: uuid.UUID, now: datetime) -> Course:
    """Show the course to its members; it needs a published lesson. Also brings one back."""
    course = held_for_author(by, course_id)
    require_lessons(course)
    return _set_status(course, CourseStatus.PUBLISHED, by=by, now=now)


def require_lessons(course: Course) -> None:
    """Raises `Conflict` for a course that has nothing to show."""
    if not Lesson.objects.filter(course=course, status=LessonStatus.PUBLISHED).exists():
        raise Conflict(
            f"“{course.title}” has no published lesson yet. Publish one, then the course.",
            code="no_lessons",
        )


@transaction.atomic
def unpublish_course(*, by: User, course_id: uuid.UUID, now: datetime) -> Course:
    """Back to a draft: only the teaching staff sees it."""
    course = held_for_author(by, course_id)
    return _set_status(course, CourseStatus.DRAFT, by=by, now=now)


@transaction.atomic
def archive_course(*, by: User, course_id: uuid.UUID, now: datetime) -> Course:
    """Members may go on reading; nothing else happens in it any more."""
    course = held_for_author(by, course_id)
    return _set_status(course, CourseStatus.ARCHIVED, by=by, now=now)


def held(course_id: uuid.UUID) -> Course:
    """The course, locked until the transaction ends; raises `NotFound`."""
    course = Course.objects.select_for_update().filter(pk=course_id).first()
    if course is None:
        raise NotFound
    return course


def held_for_author(by: User, course_id: uuid.UUID) -> Course:
    """The course, locked until the transaction ends, for a person who may change it; raises
    `NotFound` or `Forbidden`."""
    course = held(course_id)
    rights.require_edit_course(by, course)
    return course


def change_status(course: Course, status: str, *, by: User, now: datetime) -> str:
    """Write the state of a locked course, with its line in the log; returns what it was."""
    before = course.status
    if before != status:
        course.status, course.updated_at = status, now
        course.save(update_fields=["status", "updated_at"])
        detail = {"from": before, "to": status}
        _record(course, by=by, action="course.status_changed", now=now, detail=detail)
    return before


def _set_status(course: Course, status: str, *, by: User, now: datetime) -> Course:
    before = change_status(course, status, by=by, now=now)
    if before != status:
        kept = {"from": before, "to": status}
        keep_step(by=by, course_id=course.pk, act=UndoneAct.COURSE_STATUS, before=kept, now=now)
    return course


def checked(terms: CourseTerms) -> dict[str, object]:
    """The settings as they are stored; raises `Invalid` for what does not fit."""
    language = rules.clean_line(terms.language, field="language", limit=12, name="The language")
    if terms.self_enrolment not in SelfEnrolment.values:
        raise Invalid(
            "Choose how people enter the course: closed, by code, or open.",
            fields={"self_enrolment": "Not one of the choices."},
        )
    return {
        "title": rules.clean_line(terms.title, field="title", limit=200, name="The title"),
        "description": rules.clean_text(
            terms.description, field="description", limit=MAX_DESCRIPTION, name="The description"
        ),
        "language": language,
        "self_enrolment": terms.self_enrolment,
        "show_checked_notes": bool(terms.show_checked_notes),
    }


def free_slug(title: object) -> str:
    """The slug a new course of this title would get now."""
    wanted = rules.slug_of(str(title))
    # Two words are addresses of their own under /courses/.
    taken = {
        "join",
        "new",
        *Course.objects.filter(slug__startswith=wanted[:70]).values_list("slug", flat=True),
    }
    return rules.free_slug(wanted, taken)


def _new_code() -> str:
    return "".join(secrets.choice(rules.CODE_LETTERS) for _ in range(8))


def _record(
    course: Course,
    *,
    by: User,
    action: str,
    now: datetime,
    detail: Mapping[str, object] | None = None,
) -> None:
    audit.record(
        by=by,
        action=action,
        object_type="course",
        object_id=course.pk,
        course_id=course.pk,
        detail=dict(detail or {}),
        now=now,
    )
