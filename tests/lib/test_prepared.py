"""Queries that are compiled once give what the ORM gives, and no less is checked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.db.models.signals import post_init
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from studium.assessment.models import ExamAttempt
from studium.content.models import Course
from studium.identity.models import User
from studium.lib import clock
from studium.lib.db import write_rows
from studium.lib.ids import uuid7
from studium.lib.prepared import Prepared, adding, save_fields
from tests import factories


def _of(user: UUID) -> QuerySet[User]:
    return User.objects.filter(pk=user)


@pytest.mark.django_db
def test_the_rows_are_those_of_the_queryset() -> None:
    one, other = factories.person("Ada"), factories.person("Chloe")
    query = Prepared(_of, "user")

    for person in (one, other):
        found = query.all(user=person.pk)
        assert [row.__dict__ | {"_state": None} for row in found] == [
            row.__dict__ | {"_state": None} for row in _of(person.pk)
        ]
    assert query.first(user=uuid7()) is None
    with CaptureQueriesContext(connection) as seen:
        query.all(user=one.pk)
    assert len(seen) == 1


@pytest.mark.django_db
def test_moments_are_values_too() -> None:
    person, now = factories.person(), clock.now()
    query = Prepared(
        lambda user, now: User.objects.filter(pk=user, created_at__lt=now), "user", moments=["now"]
    )
    assert query.all(user=person.pk, now=now - timedelta(days=9)) == []
    assert query.all(user=person.pk, now=now + timedelta(days=9)) == [person]


def test_a_value_that_is_no_parameter_is_refused(db: None) -> None:
    query = Prepared(lambda user, other: User.objects.filter(pk=user), "user", "other")
    with pytest.raises(ValueError, match="parameter of its own"):
        query.all(user=uuid7(), other=uuid7())


@pytest.mark.django_db(transaction=True)
def test_a_query_that_locks_needs_a_transaction() -> None:
    person = factories.person()
    query = Prepared(lambda user: _of(user).select_for_update(), "user")
    with transaction.atomic():
        assert query.all(user=person.pk) == [person]
    with pytest.raises(TransactionManagementError):
        query.all(user=person.pk)


@pytest.mark.django_db
def test_fields_are_stored_as_by_the_orm() -> None:
    person = factories.person()
    person.name = "100 % Ada"
    save_fields(person, "name")
    assert User.objects.get(pk=person.pk).name == "100 % Ada"


@pytest.mark.django_db
def test_texts_are_values_too() -> None:
    one, other = factories.person("Ada"), factories.person("Chloe")
    query = Prepared(lambda email: User.objects.filter(email=email), texts=["email"])

    assert query.first(email=one.email) == one
    assert query.first(email=other.email) == other
    assert query.first(email="nobody@example.org") is None


@pytest.mark.django_db
def test_rows_come_out_as_tuples_or_single_values() -> None:
    person = factories.person("Ada")
    pairs = Prepared(lambda user: _of(user).values_list("id", "name", "created_at"), "user")
    names = Prepared(lambda user: _of(user).values_list("name", flat=True), "user")

    assert pairs.all(user=person.pk) == [(person.pk, "Ada", person.created_at)]
    assert names.all(user=person.pk) == ["Ada"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "how", [lambda rows: rows.values("id"), lambda rows: rows.annotate(n=F("id"))]
)
def test_rows_that_it_cannot_make_are_refused(how: Callable[[Any], Any]) -> None:
    with pytest.raises(ValueError, match="objects, tuples or single values"):
        Prepared(lambda user: how(_of(user)), "user").all(user=uuid7())


@pytest.mark.django_db
def test_objects_come_with_what_they_were_read_along_with() -> None:
    course = factories.course(owner=factories.person())

    def build(course: UUID) -> QuerySet[Course]:
        return Course.objects.select_related("owner").defer("description").filter(pk=course)

    found, expected = Prepared(build, "course").all(course=course.pk)[0], build(course.pk)[0]
    assert found.owner.__dict__ | {"_state": None} == expected.owner.__dict__ | {"_state": None}
    assert found.owner._state.db == "default"
    assert not found.owner._state.adding
    assert found.get_deferred_fields() == {"description"}
    with CaptureQueriesContext(connection) as seen:
        assert found.owner.name == expected.owner.name
        assert found.description == course.description
    assert len(seen) == 1


@pytest.mark.django_db
def test_those_who_hear_of_objects_hear_of_these() -> None:
    person, heard = factories.person(), []

    def hear(instance: User, **_: object) -> None:
        heard.append(instance.pk)

    query = Prepared(_of, "user")
    query.all(user=person.pk)
    assert heard == []
    post_init.connect(hear, sender=User)
    try:
        query.all(user=person.pk)
    finally:
        post_init.disconnect(hear, sender=User)
    assert heard == [person.pk]


@pytest.mark.django_db
def test_a_row_is_added_as_the_orm_adds_it() -> None:
    exam = factories.exam(course=factories.course(owner=factories.person("Bruno Berg")))
    user, now, key = factories.person("Ada Alm"), clock.now(), uuid7()
    factories.enrollment(user=user, course=exam.course)

    def stored(add: Callable[[ExamAttempt], None]) -> dict[str, Any]:
        attempt = ExamAttempt(
            id=key, exam=exam, user=user, attempt_no=1, attempts_allowed=exam.attempts_allowed,
            attempted_at=now, deadline_at=now + timedelta(hours=1), pass_mark=exam.pass_mark,
            grace_seconds=exam.grace_seconds, shuffle_seed=2**61,
        )  # fmt: skip
        with transaction.atomic():
            add(attempt)
            assert attempt.passed is None  # by the database, from a score that is not there
            attempt.status = "submitted"
            attempt.refresh_from_db()
            assert attempt.status == "in_progress"
            found = ExamAttempt.objects.filter(pk=key).values().get()
            transaction.set_rollback(True)
        return found

    assert stored(lambda row: write_rows(*adding(row))) == stored(
        lambda row: row.save(force_insert=True)
    )


def test_a_row_needs_a_value_for_every_field() -> None:
    with pytest.raises(ValueError, match="every field"):
        adding(User(name="Ada", email="ada@example.org", email_canonical="ada@example.org"))
