"""The groups of a course and who is in them. Only those count who are students of it now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from studium.content import rights
from studium.content.models import Course, CourseGroup, CourseRole, Enrollment, GroupMember
from studium.lib.db import read_rows, uuid_param, uuid_value
from studium.lib.errors import NotFound
from studium.lib.prepared import Prepared

if TYPE_CHECKING:
    from studium.identity.models import User

_GROUPS = """
SELECT g.id, g.name,
  (SELECT COUNT(*) FROM course_group_members m WHERE m.group_id = g.id AND EXISTS (
    SELECT 1 FROM enrollments e WHERE e.course_id = g.course_id AND e.user_id = m.user_id
    AND e.role = 'student' AND e.ended_at IS NULL))
FROM course_groups g WHERE g.course_id = %s ORDER BY g.name
"""


@dataclass(frozen=True, slots=True)
class Group:
    """A group of a course, with how many students are in it."""

    id: UUID
    course_id: UUID
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Grouped:
    """A student of a course and the ids of the groups they are in."""

    user_id: UUID
    name: str
    email: str
    groups: frozenset[UUID]


def groups_of(course: Course | UUID) -> list[Group]:
    """The groups of a course by name. Check the right to see them before."""
    course_id = course if isinstance(course, UUID) else course.pk
    rows = read_rows(_GROUPS, [uuid_param(course_id)])
    return [Group(uuid_value(group), course_id, name, count) for group, name, count in rows]


def members(group: Group | UUID) -> list[UUID]:
    """The ids of the students in a group, in no order that means anything."""
    rows = _present(GroupMember.objects.filter(group_id=getattr(group, "id", group)))
    return list(rows.values_list("user_id", flat=True))


def member_ids(group: Group | UUID) -> QuerySet[GroupMember, Any]:
    """`members` as part of a statement: `filter(user_id__in=member_ids(group))`."""
    rows = _present(GroupMember.objects.filter(group_id=getattr(group, "id", group)))
    return rows.values("user_id")


def group_in(course: Course | UUID, group_id: UUID) -> Group:
    """One group of a course; raises `NotFound`. Check the right to see the course before."""
    found = next((one for one in groups_of(course) if one.id == group_id), None)
    if found is None:
        raise NotFound
    return found


def group_for_staff(viewer: User, group_id: UUID) -> Group:
    """A group, for the staff of its course; raises as `rights.require_course_staff`."""
    row = CourseGroup.objects.filter(pk=group_id).select_related("course").first()
    if row is None:
        raise NotFound
    rights.require_course_staff(viewer, row.course)
    return group_in(row.course, group_id)


def grouped_students(course: Course) -> list[Grouped]:
    """The students of a course by name, each with their groups."""
    links = GroupMember.objects.filter(group__course=course).values_list("user_id", "group_id")
    groups: dict[UUID, set[UUID]] = defaultdict(set)
    for user_id, group_id in links:
        groups[user_id].add(group_id)
    rows = Enrollment.objects.filter(
        course=course, role=CourseRole.STUDENT, ended_at__isnull=True
    ).select_related("user")
    return [
        Grouped(row.user_id, row.user.name, row.user.email, frozenset(groups[row.user_id]))
        for row in rows.order_by("user__name", "user__email")
    ]


def group_rows(course: Course) -> Iterator[tuple[str, str, str]]:
    """(address, name, group) of everybody in a group, by group and name, as a list has them."""
    rows = _present(GroupMember.objects.filter(group__course=course))
    named = rows.order_by("group__name", "user__name", "user__email")
    yield from named.values_list("user__email", "user__name", "group__name").iterator(2000)


_NAMES = Prepared(
    lambda course: CourseGroup.objects.filter(course_id=course).values_list("pk", "name"), "course"
)


def group_names(course_id: UUID) -> list[tuple[UUID, str]]:
    """Ids and names of the groups of a course."""
    return _NAMES.all(course=course_id)


def _student() -> Exists:
    """That the member is still a student of the group's course."""
    return Exists(
        Enrollment.objects.filter(
            course_id=OuterRef("group__course_id"),
            user_id=OuterRef("user_id"),
            role=CourseRole.STUDENT,
            ended_at__isnull=True,
        )
    )


def _present(rows: QuerySet[GroupMember]) -> QuerySet[GroupMember]:
    return rows.filter(_student())
