"""Groups of students: who may be in one, lists in two steps, and what the queries give."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import IntegrityError, transaction

from studium.content import queries, rules
from studium.content.actions import enrollments, groups
from studium.content.models import Course, CourseGroup, GroupMember
from studium.identity.models import User
from studium.lib.errors import Conflict, Invalid, NotFound
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def lab(bruno: User, course: Course, now: datetime) -> CourseGroup:
    """An empty group."""
    return groups.make_group(by=bruno, course_id=course.pk, name=" Lab  A ", now=now)


def test_a_group_counts_the_students_that_are_in_the_course_now(
    ada: User, bruno: User, course: Course, lab: CourseGroup, now: datetime
) -> None:
    assert groups.put_in_group(by=bruno, group_id=lab.pk, user_ids=[ada.pk], now=now) == 1
    assert groups.put_in_group(by=bruno, group_id=lab.pk, user_ids=[ada.pk], now=now) == 0
    assert [(one.name, one.count) for one in queries.groups_of(course)] == [("Lab A", 1)]
    assert queries.members(lab.pk) == [ada.pk]
    enrollments.end_enrollment(by=bruno, course_id=course.pk, user_id=ada.pk, now=now)
    assert [one.count for one in queries.groups_of(course)] == [0]
    assert queries.members(lab.pk) == []


def test_only_students_of_the_course_can_be_in_a_group(
    bruno: User, chloe: User, lab: CourseGroup, now: datetime
) -> None:
    for one in (bruno, chloe):
        with pytest.raises(Invalid):
            groups.put_in_group(by=bruno, group_id=lab.pk, user_ids=[one.pk], now=now)
        with pytest.raises(IntegrityError), transaction.atomic():
            GroupMember.objects.create(group=lab, user=one)


def test_two_groups_of_a_course_have_two_names(
    bruno: User, course: Course, lab: CourseGroup, now: datetime
) -> None:
    with pytest.raises(Conflict):
        groups.make_group(by=bruno, course_id=course.pk, name="lab a", now=now)
    other = groups.make_group(by=bruno, course_id=course.pk, name="Lab B", now=now)
    with pytest.raises(Conflict):
        groups.rename_group(by=bruno, group_id=other.pk, name="Lab A", now=now)
    assert groups.rename_group(by=bruno, group_id=lab.pk, name="LAB A", now=now).name == "LAB A"


def test_a_removed_group_leaves_its_students_in_the_course(
    ada: User, bruno: User, course: Course, lab: CourseGroup, now: datetime
) -> None:
    groups.put_in_group(by=bruno, group_id=lab.pk, user_ids=[ada.pk], now=now)
    assert groups.remove_group(by=bruno, group_id=lab.pk, now=now) == 1
    assert queries.groups_of(course) == []
    assert [one.user_id for one in queries.grouped_students(course)] == [ada.pk]


def test_a_list_is_checked_line_by_line_and_stored_as_a_whole(
    ada: User, bruno: User, course: Course, lab: CourseGroup, now: datetime
) -> None:
    eve = factories.person("Eve Eng")
    factories.enrollment(user=eve, course=course)
    groups.put_in_group(by=bruno, group_id=lab.pk, user_ids=[ada.pk], now=now)
    text = "E-mail;Group\nADA@example.org;lab a\neve@example.org;Lab B\n"
    wrong = text + "bruno@example.org;Lab B\nnobody;Lab A\neve@example.org;\n"
    found = groups.check_groups(by=bruno, course_id=course.pk, data=wrong.encode())
    assert [(one.outcome, one.is_new) for one in found] == [
        ("member", False), ("join", True), ("problem", False), ("problem", False),
        ("problem", False),
    ]  # fmt: skip
    assert [one.name for one in queries.groups_of(course)] == ["Lab A"]
    with pytest.raises(Invalid):
        groups.fill_groups(
            by=bruno, course_id=course.pk, rows=rules.read_groups(wrong.encode()), now=now
        )
    groups.fill_groups(
        by=bruno, course_id=course.pk, rows=rules.read_groups(text.encode()), now=now
    )
    assert [(one.name, one.count) for one in queries.groups_of(course)] == [
        ("Lab A", 1), ("Lab B", 1),
    ]  # fmt: skip
    assert list(queries.group_rows(course)) == [
        ("ada@example.org", "Ada Alm", "Lab A"), ("eve@example.org", "Eve Eng", "Lab B"),
    ]  # fmt: skip


def test_a_name_that_looks_like_a_formula_comes_back_as_it_was() -> None:
    name = "=Lab|A"
    data = f"email,group\na@example.org,{rules.written(name)}\n".encode()
    assert [one.group for one in rules.read_groups(data)] == [name]


def test_somebody_elses_group_is_not_there(eva: User, lab: CourseGroup, now: datetime) -> None:
    with pytest.raises(NotFound):
        queries.group_for_staff(eva, lab.pk)
    with pytest.raises(NotFound):
        groups.remove_group(by=eva, group_id=lab.pk, now=now)
