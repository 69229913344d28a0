"""Groups of a course's students: made, filled one by one or from a list in two steps."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from studium.content import rights, rules
from studium.content.actions.courses import held_for_author
from studium.content.models import Course, CourseGroup, CourseRole, Enrollment, GroupMember
from studium.content.queries.groups import group_names
from studium.identity.actions import audit
from studium.identity.rules import canonical_email
from studium.lib.errors import Conflict, Invalid, NotFound, TooMany

if TYPE_CHECKING:
    from studium.identity.models import User

MAX_GROUPS = 200
JOIN, MEMBER, PROBLEM = "join", "member", "problem"


@dataclass(frozen=True, slots=True)
class GroupLine:
    """What will happen, or has happened, to one line of a list.

    `outcome` is join, member (is in it already) or problem; `is_new`: the group is made for it.
    """

    row: rules.GroupRow
    outcome: str
    message: str = ""
    is_new: bool = False
    user_id: UUID | None = None


@transaction.atomic
def make_group(*, by: User, course_id: UUID, name: str, now: datetime) -> CourseGroup:
    """A new group without anybody in it."""
    course = held_for_author(by, course_id)
    row = _made(course, rules.group_name(name), now=now)
    _record(row, by=by, action="group.made", now=now, name=row.name)
    return row


@transaction.atomic
def rename_group(*, by: User, group_id: UUID, name: str, now: datetime) -> CourseGroup:
    """Give a group another name; who is in it stays."""
    row = _group(by, group_id)
    before, wanted = row.name, rules.group_name(name)
    if wanted != before:
        _require_free(row.course, wanted, but=row)
        row.name = wanted
        row.save(update_fields=["name"])
        _record(row, by=by, action="group.renamed", now=now, **{"from": before, "to": wanted})
    return row


@transaction.atomic
def remove_group(*, by: User, group_id: UUID, now: datetime) -> int:
    """Take a group away; gives how many were in it. They and their results stay in the course."""
    row = _group(by, group_id)
    count = GroupMember.objects.filter(group=row).delete()[0]
    _record(row, by=by, action="group.removed", now=now, name=row.name, members=count)
    row.delete()
    return count


@transaction.atomic
def put_in_group(*, by: User, group_id: UUID, user_ids: Collection[UUID], now: datetime) -> int:
    """Put students of the course into a group; gives how many were not in it before."""
    row = _group(by, group_id)
    students = set(
        _students(row.course).filter(user_id__in=user_ids).values_list("user", flat=True)
    )
    if set(user_ids) - students:
        raise Invalid(
            "Only students of the course can be in a group. Enrol them first.",
            fields={"user_ids": "Not all of them are students of the course."},
        )
    there = set(GroupMember.objects.filter(group=row).values_list("user_id", flat=True))
    fresh = sorted(students - there)
    GroupMember.objects.bulk_create([GroupMember(group=row, user_id=one) for one in fresh])
    if fresh:
        _record(row, by=by, action="group.joined", now=now, users=_some(fresh), count=len(fresh))
    return len(fresh)


@transaction.atomic
def take_out_of_group(
    *, by: User, group_id: UUID, user_ids: Collection[UUID], now: datetime
) -> int:
    """Take people out of a group; gives how many were in it."""
    row = _group(by, group_id)
    count = GroupMember.objects.filter(group=row, user_id__in=set(user_ids)).delete()[0]
    if count:
        _record(row, by=by, action="group.left", now=now, users=_some(user_ids), count=count)
    return count


@transaction.atomic
def set_members(*, by: User, group_id: UUID, user_ids: Collection[UUID], now: datetime) -> None:
    """Let these students and no others be in a group."""
    row = _group(by, group_id)
    there = set(GroupMember.objects.filter(group=row).values_list("user_id", flat=True))
    wanted = set(user_ids)
    put_in_group(by=by, group_id=group_id, user_ids=wanted - there, now=now)
    take_out_of_group(by=by, group_id=group_id, user_ids=there - wanted, now=now)


def check_groups(*, by: User, course_id: UUID, data: bytes) -> list[GroupLine]:
    """What a list of people and groups would do, line by line. Nothing is stored."""
    course = Course.objects.filter(pk=course_id).first()
    if course is None:
        raise NotFound
    rights.require_edit_course(by, course)
    return _outcomes(course, rules.read_groups(data))


@transaction.atomic
def fill_groups(
    *, by: User, course_id: UUID, rows: Sequence[rules.GroupRow], now: datetime
) -> list[GroupLine]:
    """Do what the check said, and make the groups that are not there yet; everything or nothing.

    Raises `Invalid` while a line has a problem.
    """
    course = held_for_author(by, course_id)
    lines = _outcomes(course, rows)
    if wrong := next((line for line in lines if line.outcome == PROBLEM), None):
        raise Invalid(
            f"Line {wrong.row.line}: {wrong.message} Nobody was put into a group; correct the list "
            "first."
        )
    groups = {name.casefold(): pk for pk, name in group_names(course.pk)}
    for line in lines:
        if line.row.group.casefold() not in groups:
            made = _made(course, line.row.group, now=now)
            groups[line.row.group.casefold()] = made.pk
    fresh = [
        GroupMember(group_id=groups[line.row.group.casefold()], user_id=line.user_id)
        for line in lines
        if line.outcome == JOIN and line.user_id is not None
    ]
    GroupMember.objects.bulk_create(fresh, batch_size=500)
    audit.record(
        by=by,
        action="group.filled",
        object_type="course",
        object_id=course.pk,
        course_id=course.pk,
        detail={"joined": len(fresh), "groups": len({line.row.group for line in lines})},
        now=now,
    )
    return lines


# --- parts -----------------------------------------------------------------------------------


def _group(by: User, group_id: UUID) -> CourseGroup:
    """The group with its course locked, if the person may change it."""
    row = CourseGroup.objects.filter(pk=group_id).first()
    if row is None:
        raise NotFound
    row.course = held_for_author(by, row.course_id)
    return row


def _made(course: Course, name: str, *, now: datetime) -> CourseGroup:
    if CourseGroup.objects.filter(course=course).count() >= MAX_GROUPS:
        raise TooMany(f"A course has at most {MAX_GROUPS} groups.")
    _require_free(course, name)
    return CourseGroup.objects.create(course=course, name=name, created_at=now)


def _require_free(course: Course, name: str, *, but: CourseGroup | None = None) -> None:
    same = CourseGroup.objects.filter(course=course, name__iexact=name).first()
    if same is not None and same != but:
        raise Conflict(f"The course has a group “{name}” already.", code="group_exists")


def _students(course: Course) -> Any:
    return Enrollment.objects.filter(course=course, role=CourseRole.STUDENT, ended_at__isnull=True)


def _outcomes(course: Course, rows: Sequence[rules.GroupRow]) -> list[GroupLine]:
    found = _students(course).values_list("user__email_canonical", "user_id")
    students: dict[str, UUID] = dict(found)
    names = {name.casefold() for _, name in group_names(course.pk)}
    links = GroupMember.objects.filter(group__course=course)
    there = {(user, name.casefold()) for user, name in links.values_list("user_id", "group__name")}
    return [_outcome(row, students.get(canonical_email(row.email)), names, there) for row in rows]


def _outcome(
    row: rules.GroupRow, user_id: UUID | None, names: set[str], there: set[tuple[UUID, str]]
) -> GroupLine:
    if row.problem:
        return GroupLine(row, PROBLEM, row.problem)
    if user_id is None:
        return GroupLine(row, PROBLEM, "This is no student of the course. Enrol them first.")
    group = row.group.casefold()
    if (user_id, group) in there:
        return GroupLine(row, MEMBER, "Is in this group already.", user_id=user_id)
    if group not in names:
        return GroupLine(row, JOIN, "Joins a group that is made for it.", True, user_id)
    return GroupLine(row, JOIN, "Joins the group.", user_id=user_id)


def _some(user_ids: Collection[UUID]) -> list[str]:
    return [str(one) for one in user_ids][:100]


def _record(row: CourseGroup, *, by: User, action: str, now: datetime, **detail: object) -> None:
    audit.record(
        by=by,
        action=action,
        object_type="course_group",
        object_id=row.pk,
        course_id=row.course_id,
        detail=detail,
        now=now,
    )
