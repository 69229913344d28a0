"""The class that an insight page is about: its present students, narrowed by group and name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from studium.analytics.wording import as_day
from studium.content.models import CourseRole, Enrollment, GroupMember
from studium.content.queries.groups import group_names

if TYPE_CHECKING:
    from studium.content.models import Course

MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class Person:
    """A student of the class, as its staff know them."""

    id: UUID
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Group:
    """A group of students of the course."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which part of a class is asked for. `since`: evidence from this day on."""

    group_id: UUID | None = None
    since: date | None = None
    search: str = ""


@dataclass(frozen=True, slots=True)
class Class:
    """The students that were asked for, by name; `everybody` and `members` are the sets that
    others see figures of: the whole class, and each of its groups."""

    people: tuple[Person, ...]
    everybody: frozenset[UUID]
    groups: tuple[Group, ...]
    members: dict[UUID, frozenset[UUID]]
    chosen: frozenset[UUID]


def class_of(course: Course, asked: Narrowed) -> Class:
    """The class, or the part asked for. An unknown group is an empty one. Check the right before.

    `chosen` is the whole class or the group: a search narrows the list, never a figure.
    """
    rows = Enrollment.objects.filter(
        course=course, role=CourseRole.STUDENT, ended_at__isnull=True
    ).order_by("user__name", "user_id")
    people = [Person(*row) for row in rows.values_list("user_id", "user__name", "user__email")]
    everybody = frozenset(one.id for one in people)
    groups, members = _groups(course.pk, everybody)
    chosen = everybody
    if asked.group_id is not None:
        chosen = members.get(asked.group_id, frozenset())
    words = asked.search.casefold().split()[:5]
    shown = [
        one
        for one in people
        if one.id in chosen and all(word in f"{one.name} {one.email}".casefold() for word in words)
    ]
    return Class(tuple(shown), everybody, groups, members, chosen)


def day_of(now: datetime) -> int:
    """The day of a moment, in whole days since 1970-01-01 UTC."""
    return as_day(now.astimezone(UTC).date())


# --- parts -----------------------------------------------------------------------------------


def _groups(
    course_id: UUID, everybody: frozenset[UUID]
) -> tuple[tuple[Group, ...], dict[UUID, frozenset[UUID]]]:
    names = sorted(group_names(course_id), key=lambda pair: pair[1].casefold())
    links = GroupMember.objects.filter(group__course_id=course_id)
    found: dict[UUID, set[UUID]] = {pk: set() for pk, _name in names}
    for group, user in links.values_list("group_id", "user_id"):
        found[group].add(user)
    members = {pk: frozenset(users & everybody) for pk, users in found.items()}
    return tuple(Group(*pair) for pair in names), members
