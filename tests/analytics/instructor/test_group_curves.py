"""Learning curves of a group: counted from its answers as the fold counts, telling of nobody."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from studium.analytics import building, epochs
from studium.analytics.catching_up import catch_up
from studium.analytics.models import ConceptOpportunity
from studium.analytics.queries.group_curves import opportunities, shown
from studium.analytics.queries.instructor import Narrowed, learning_curves
from studium.assessment.models import QuestionConcept, Response
from studium.content.concepts import of_lesson
from studium.content.models import Concept, Course, CourseGroup, GroupMember
from studium.identity.models import User
from tests import factories
from tests.analytics.answers import correct, practise, sit

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = timedelta(days=400)
PEOPLE = 22


def build_class(course: Course) -> None:
    """A class that has practised both lessons, one of them twice, with a question about both, and
    of which four sat an exam; an answer of it was corrected before the fold came, one later."""
    dice = random.Random(7)
    users = [
        factories.person(f"Student {number:02d}", email=f"s{number}@curves.example")
        for number in range(PEOPLE)
    ]
    quizzes = [factories.quiz(lesson=one, questions=4) for one in course.lessons.all()]
    for lesson in course.lessons.all():  # a question about both lessons
        question = quizzes[0].questions.earliest("position")
        QuestionConcept.objects.create(question=question, concept_id=of_lesson(lesson.pk))
    exam = factories.exam(course=course)
    for number, user in enumerate(users):
        factories.enrollment(user=user, course=course)
        for quiz in (*quizzes, quizzes[number % 2]):
            shares = [dice.choice((0, 0.3, 1)) for _ in range(4)]
            practise(user, quiz, shares, at=NOW + timedelta(hours=number))
    for user in users[:4]:
        sit(user, exam, [0, 1, 0.5], at=NOW + timedelta(days=2))
    early, late = Response.objects.filter(exam_attempt__isnull=False, share=0).order_by("pk")[:2]
    correct(early, 1, at=NOW)
    catch_up(now=NOW + LATER)
    correct(late, 0.7, at=NOW + LATER)
    catch_up(now=NOW + LATER)


@pytest.fixture(scope="module")
def kept_class(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[UUID]:
    """The course of the class, made once for the module: each test runs in a savepoint of it."""
    with django_db_blocker.unblock(), transaction.atomic():
        course = factories.course(owner=factories.person("Bruno Berg", role="INSTRUCTOR"))
        build_class(course)
        yield course.pk
        transaction.set_rollback(True)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def course(kept_class: UUID, db: None) -> Course:
    return Course.objects.get(pk=kept_class)


@pytest.fixture
def people(course: Course) -> list[User]:
    """The students of the class, in their order."""
    return list(User.objects.filter(email__endswith="@curves.example").order_by("email"))


def test_over_everybody_they_come_to_the_sums_that_are_kept(
    people: list[User], course: Course, now: datetime
) -> None:
    first, second = course.lessons.order_by("order_index")[:2]
    assert _counted(course, people) == _kept() != {}
    # The next epoch has the corrections, and one concept counts as another.
    Concept.objects.filter(pk=of_lesson(second.pk)).update(
        merged_into=of_lesson(first.pk), merged_at=now
    )
    before = _kept()
    building.build("Concepts were merged.", now=now + LATER)
    assert _counted(course, people) == _kept() != before


def test_a_group_has_the_curve_of_its_members(people: list[User], course: Course) -> None:
    lab = _group(course, people[:12])
    page = learning_curves(course, Narrowed(group_id=lab.pk))
    whole = learning_curves(course, Narrowed())
    assert {one.concept_id for one in page.lines} == {one.concept_id for one in whole.lines}
    assert {one.curve.people for one in page.lines} == {12}
    assert {one.curve.people for one in whole.lines} == {PEOPLE}
    every = _counted(course, people[:12])
    for line in page.lines:
        for point in line.curve.points:
            n, wrong = every[line.concept_id, point.opportunity]
            assert (point.n, point.error) == (n, wrong / n)
    assert all(one.curve.points for one in page.lines)


@pytest.mark.parametrize("size", [4, PEOPLE - 4])
def test_no_curve_tells_of_under_five(people: list[User], course: Course, size: int) -> None:
    # The class without a group of eighteen is four people.
    lab = _group(course, people[:size])
    for line in learning_curves(course, Narrowed(group_id=lab.pk)).lines:
        assert (line.curve.points, line.curve.people, line.curve.kind) == ((), None, "too_few")


def test_no_curve_tells_of_a_few_that_another_group_has_more(
    people: list[User], course: Course
) -> None:
    lab, larger = people[:11], {one.pk for one in people[:14]}
    _group(course, people[:14], "Larger")
    group = _group(course, lab)
    for line in learning_curves(course, Narrowed(group_id=group.pk)).lines:
        assert not line.curve.points
    epoch = epochs.current()
    assert epoch is not None
    found = opportunities(course.pk, [one.pk for one in lab], epoch)
    of: dict[str, Any] = {"course_id": course.pk, "epoch": epoch}
    everybody = dict.fromkeys(found, PEOPLE)
    assert not shown(found, everybody, [larger], **of)
    assert shown(found, everybody, [{one.pk for one in people[:16]}], **of)


def test_the_page_the_table_and_the_operation_take_a_group(
    people: list[User], course: Course, client_of: Any
) -> None:
    lab = _group(course, people[:12])
    staff = client_of(course.owner)
    place = f"/teach/courses/{course.slug}/insight/curves"
    api = f"/api/v1/courses/{course.pk}/insight/curves"
    page = staff.get(f"{place}/?group={lab.pk}").content.decode()
    assert f'<option value="{lab.pk}" selected' in page
    assert f"curves.csv?group={lab.pk}" in page
    assert f"?group={lab.pk}&amp;concept=" in page
    rows = staff.get(f"{place}.csv?group={lab.pk}").content.decode().splitlines()
    assert [row.split(",")[3] for row in rows[1:] if row.split(",")[2] == "1"] == ["12", "12"]
    shown_ = staff.get(f"{api}?group={lab.pk}").json()["items"]
    assert {one["people"] for one in shown_} == {12}
    assert {one["people"] for one in staff.get(api).json()["items"]} == {PEOPLE}


def test_a_larger_group_is_not_asked_with_more_statements(
    people: list[User], course: Course
) -> None:
    group, counts = _group(course, people[:10]), []
    for _ in range(2):
        learning_curves(course, Narrowed(group_id=group.pk))
        with CaptureQueriesContext(connection) as seen:
            page = learning_curves(course, Narrowed(group_id=group.pk))
        assert page.lines[0].curve.points
        counts.append(len(seen))
        for one in people[10:17]:
            GroupMember.objects.get_or_create(group=group, user=one)
    assert counts[0] == counts[1] <= 10


# --- parts -----------------------------------------------------------------------------------


def _group(course: Course, members: list[User], name: str = "Lab") -> CourseGroup:
    made = CourseGroup.objects.create(course=course, name=name)
    for one in members:
        GroupMember.objects.create(group=made, user=one)
    return made


def _counted(course: Course, people: list[User]) -> dict[Any, Any]:
    epoch = epochs.current()
    assert epoch is not None
    found = opportunities(course.pk, [one.pk for one in people], epoch)
    return {place: (len(row.people), row.wrong_sum) for place, row in found.items()}


def _kept() -> dict[Any, Any]:
    epoch = epochs.current()
    assert epoch is not None
    rows = ConceptOpportunity.objects.filter(epoch=epoch.id)
    return {(one.concept_id, one.opportunity): (one.n, one.wrong_sum) for one in rows}
