"""The cast: Ada learns, Bruno teaches her, Chloe and Eva are elsewhere, Dora runs the site."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from studium.content.models import Course
from studium.identity.models import User
from tests import factories


@pytest.fixture
def now() -> datetime:
    """The moment that tests hand to actions."""
    return datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def bruno(db: None) -> User:
    """Instructor of the course."""
    return factories.person("Bruno Berg", role="INSTRUCTOR")


@pytest.fixture
def eva(db: None) -> User:
    """Instructor of the other course."""
    return factories.person("Eva Ek", role="INSTRUCTOR")


@pytest.fixture
def dora(db: None) -> User:
    """Admin of the site."""
    return factories.person("Dora Dahl", role="ADMIN")


@pytest.fixture
def course(bruno: User) -> Course:
    """A published course of Bruno's with two lessons."""
    return factories.course(owner=bruno, title="Ownership")


@pytest.fixture
def other_course(eva: User) -> Course:
    """A published course of Eva's, which has nothing to do with Ada and Bruno."""
    return factories.course(owner=eva, title="Algebra")


@pytest.fixture
def ada(course: Course) -> User:
    """Student of the course."""
    ada = factories.person("Ada Alm")
    factories.enrollment(user=ada, course=course)
    return ada


@pytest.fixture
def chloe(other_course: Course) -> User:
    """Student of the other course."""
    chloe = factories.person("Chloe Chen")
    factories.enrollment(user=chloe, course=other_course)
    return chloe


def build_people() -> dict[str, Any]:
    """Six actors, and a world in which every kind of object exists twice."""
    from tests.security import world
    from tests.security.matrix import ACTORS

    bruno = factories.person("Bruno Berg", role="INSTRUCTOR")
    eva = factories.person("Eva Ek", role="INSTRUCTOR")
    dora = factories.person("Dora Dahl", role="ADMIN")
    ada, chloe = factories.person("Ada Alm"), factories.person("Chloe Chen")
    course = factories.course(owner=bruno, title="Ownership")
    other = factories.course(owner=eva, title="Algebra")
    factories.enrollment(user=ada, course=course)
    factories.enrollment(user=chloe, course=other)
    made = world.build(
        bruno=bruno, ada=ada, dora=dora, eva=eva, chloe=chloe, course=course, other_course=other
    )
    who = (None, ada, chloe, bruno, eva, dora)
    return {"world": made, "actors": dict(zip(ACTORS, who, strict=True))}


@pytest.fixture(scope="module")
def kept_people(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """Six actors and their world, made once for a module.

    Each test runs in a savepoint inside this transaction, so its changes are gone after it. No test
    of the module may need real commits.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_people()
        transaction.set_rollback(True)


@pytest.fixture
def client_of() -> Callable[..., Client]:
    """`client_of(user)`: a browser in which the person is signed in; `client_of(None)` a visitor.

    It checks CSRF when asked: `client_of(user, enforce_csrf_checks=True)`.
    """

    def make(user: User | None, **options: object) -> Client:
        client = Client(**options)
        if user is not None:
            client.force_login(user)
        return client

    return make
