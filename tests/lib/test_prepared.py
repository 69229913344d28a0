"""Queries that are compiled once give what the ORM gives, and no less is checked."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from studium.identity.models import User
from studium.lib import clock
from studium.lib.ids import uuid7
from studium.lib.prepared import Prepared, save_fields
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
