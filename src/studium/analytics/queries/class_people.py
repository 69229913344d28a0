"""The class that an insight page is about: its present students, narrowed by group and name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from studium.analytics.wording import as_day
from studium.content.queries.groups import group_names
from studium.lib.db import read_rows, uuid_param, uuid_value

if TYPE_CHECKING:
    from studium.content.models import Course

MOST = 1_000_000
_PEOPLE = """
SELECT e.user_id, u.name, u.email FROM enrollments e JOIN users u ON u.id = e.user_id
WHERE e.course_id = %s AND e.role = 'student' AND e.ended_at IS NULL ORDER BY u.name, e.user_id
"""
_MEMBERS = """
SELECT m.group_id, m.user_id FROM course_group_members m
JOIN course_groups g ON g.id = m.group_id WHERE g.course_id = %s
"""


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
    rows = read_rows(_PEOPLE, [uuid_param(course.pk)])
    people = [Person(uuid_value(user), name, email) for user, name, email in rows]
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
    found: dict[UUID, set[UUID]] = {pk: set() for pk, _name in names}
    for group, user in read_rows(_MEMBERS, [uuid_param(course_id)]) if names else ():
        found[uuid_value(group)].add(uuid_value(user))
    members = {pk: frozenset(users & everybody) for pk, users in found.items()}
    return tuple(Group(*pair) for pair in names), members
