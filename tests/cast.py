"""The cast: Ada learns, Bruno teaches her, Chloe and Eva are elsewhere, Dora runs the site."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
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
