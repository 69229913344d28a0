"""Who takes part in a course: by code, by themselves, by their instructor, by invitation."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse

from studium.content import rights, rules
from studium.content.actions.courses import held, held_for_author
from studium.content.models import (
    Course,
    CourseRole,
    CourseStatus,
    Enrollment,
    SelfEnrolment,
)
from studium.identity.actions import audit, notifying
from studium.lib import inserts
from studium.lib.errors import Conflict, Invalid, NotAllowed, NotFound
from studium.lib.words import phrase

if TYPE_CHECKING:
    from studium.identity.models import AuditEntry, User

_AT_ONCE = 500
ROLE_NAMES = {"student": "student", "assistant": "assistant", "instructor": "instructor"}


@transaction.atomic
def enrol_self(*, by: User, course_id: uuid.UUID, now: datetime) -> Enrollment:
    """Enter a course that is open to everybody who is signed in."""
    course = held(course_id)
    rights.require_see_course(by, course)
    _require_running(course)
    if course.self_enrolment != SelfEnrolment.OPEN:
        raise NotAllowed(
            phrase("“%(title)s” asks for a code. Your instructor has it.", title=course.title),
            code="code",
        )
    return put_in(course, by, CourseRole.STUDENT, by=by, source="open", now=now)


@transaction.atomic
def join_by_code(*, by: User, code: str, now: datetime) -> Course:
    """Enter the course that has this code; one answer for every code that does not work."""
    typed = rules.canonical_code(code)
    course = (
        Course.objects.select_for_update()
        .filter(join_code=typed, self_enrolment=SelfEnrolment.CODE, status=CourseStatus.PUBLISHED)
        .first()
        if typed.isascii() and typed.isalnum()
        else None
    )
    if course is None:
        message = phrase("No course has this code. Check it with your instructor.")
        raise Invalid(message, code="wrong_code", fields={"code": message})
    put_in(course, by, CourseRole.STUDENT, by=by, source="code", now=now)
    return course


@transaction.atomic
def change_role(
    *, by: User, course_id: uuid.UUID, user_id: uuid.UUID, role: str, now: datetime
) -> Enrollment:
    """Give a member another role; the last instructor stays one."""
    course = held_for_author(by, course_id)
    require_role(role)
    row = _member(course, user_id)
    if row.role == role:
        return row
    _require_other_instructor(row)
    before, row.role = row.role, role
    row.save(update_fields=["role"])
    _record(row, by=by, action="enrollment.role_changed", now=now, **{"from": before, "to": role})
    _tell([row], "role_changed", by=by, now=now)
    return row


@transaction.atomic
def end_enrollment(
    *, by: User, course_id: uuid.UUID, user_id: uuid.UUID, now: datetime
) -> Enrollment:
    """End a membership, one's own included; results stay, and the person's next request is
    answered as for anybody outside.
    """
    course = held(course_id)
    if by.pk != user_id:
        rights.require_edit_course(by, course)
    else:
        rights.require_see_course(by, course)
    row = _member(course, user_id)
    _require_other_instructor(row)
    row.ended_at = now
    row.save(update_fields=["ended_at"])
    _record(row, by=by, action="enrollment.ended", now=now, role=row.role)
    return row


def put_in(
    course: Course, user: User, role: str, *, by: User, source: str, now: datetime
) -> Enrollment:
    """Make somebody a member, or bring a former one back; a member's role is not touched.

    Runs inside the caller's transaction, which holds the course.
    """
    return put_in_many(course, {user.pk: role}, by=by, source=source, now=now)[0]


def put_in_many(
    course: Course, roles: Mapping[uuid.UUID, str], *, by: User, source: str, now: datetime
) -> list[Enrollment]:
    """`put_in` for people by their roles, with few statements however many they are."""
    wanted = list(roles)
    known: dict[uuid.UUID, Enrollment] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        rows = Enrollment.objects.filter(
            course=course, user_id__in=wanted[start : start + _AT_ONCE]
        )
        known |= {row.user_id: row for row in rows}
    fresh: list[Enrollment] = []
    back: list[Enrollment] = []
    for user_id, role in roles.items():
        row = known.get(user_id)
        if row is None:
            row = Enrollment(course=course, user_id=user_id, created_at=now)
            fresh.append(row)
        elif row.ended_at is None:
            continue
        else:
            back.append(row)
        row.role, row.source, row.ended_at = role, source, None
        known[user_id] = row
    log = [
        _entry(row, by=by, action="enrollment.added", now=now, role=row.role, source=source)
        for row in (*fresh, *back)
    ]
    inserts.run(inserts.inserts([*fresh, *log]))
    Enrollment.objects.bulk_update(back, ["role", "source", "ended_at"], batch_size=_AT_ONCE)
    _tell([*fresh, *back], "enrolled", by=by, now=now)
    return [known[one] for one in wanted]


def require_role(role: str) -> None:
    """Raises `Invalid` for what is not a role in a course."""
    if role not in CourseRole.values:
        raise Invalid(
            "Choose student, assistant or instructor.",
            fields={"role": phrase("Not one of the roles.")},
        )


def _require_running(course: Course) -> None:
    if course.status != CourseStatus.PUBLISHED:
        raise Conflict(
            phrase("“%(title)s” takes nobody in at the moment.", title=course.title),
            code="not_open",
        )


def _member(course: Course, user_id: uuid.UUID) -> Enrollment:
    row = (
        Enrollment.objects.select_for_update()
        .filter(course=course, user_id=user_id, ended_at__isnull=True)
        .first()
    )
    if row is None:
        raise NotFound
    return row


def _require_other_instructor(row: Enrollment) -> None:
    others = Enrollment.objects.filter(
        course_id=row.course_id,
        role=CourseRole.INSTRUCTOR,
        ended_at__isnull=True,
        user__is_active=True,
    ).exclude(pk=row.pk)
    if row.role == CourseRole.INSTRUCTOR and not others.exists():
        raise Conflict(
            "A course needs an instructor, and this is the only one. Make somebody else an"
            " instructor first.",
            code="last_instructor",
        )


def _tell(rows: Sequence[Enrollment], kind: str, *, by: User, now: datetime) -> None:
    """Tell members of a course what somebody else did about their membership."""
    told: dict[str, list[uuid.UUID]] = {}
    for row in rows:
        if row.user_id != by.pk:
            told.setdefault(row.role, []).append(row.user_id)
    for role, user_ids in told.items():
        course = rows[0].course
        values = {"course": course.title, "by": by.name, "role": role}
        notifying.notify(user_ids, kind, values, reverse("course", args=[course.slug]), now=now)


def _record(row: Enrollment, *, by: User, action: str, now: datetime, **detail: object) -> None:
    _entry(row, by=by, action=action, now=now, **detail).save(force_insert=True)


def _entry(
    row: Enrollment, *, by: User, action: str, now: datetime, **detail: object
) -> AuditEntry:
    return audit.entry(
        by=by,
        action=action,
        object_type="enrollment",
        object_id=row.pk,
        course_id=row.course_id,
        detail={"user": str(row.user_id), **detail},
        now=now,
    )
