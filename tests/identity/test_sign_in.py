"""Passwords: the real hasher, equal work for known and unknown, inactive people refused."""

from __future__ import annotations

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import override_settings

from studium.identity.actions import sign_in
from studium.lib.errors import TooMany
from tests import factories

pytestmark = pytest.mark.django_db
ARGON2 = override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.Argon2PasswordHasher"])


@ARGON2
def test_passwords_are_kept_as_argon2id_and_open_the_account_in_any_spelling_of_its_address():
    gus = factories.person("Gus", email="Gus@Example.org")
    assert gus.password.startswith("argon2$argon2id$")
    assert authenticate(email=" gUS@eXample.ORG ", password=factories.PASSWORD) == gus
    assert authenticate(email="gus@example.org", password="wrong") is None


@ARGON2
@pytest.mark.parametrize("email", ["ada@example.org", "nobody@example.org", "off@example.org"])
def test_one_password_is_hashed_whoever_asks(ada, email):
    factories.person("Off", email="off@example.org", is_active=False)
    ada.set_password(factories.PASSWORD)
    ada.save()
    made = []
    real = Argon2PasswordHasher.encode

    def counted(self, *arguments, **more):
        made.append("encode")
        return real(self, *arguments, **more)

    verify = Argon2PasswordHasher.verify

    def verified(self, *arguments):
        made.append("verify")
        return verify(self, *arguments)

    with (
        patch.object(Argon2PasswordHasher, "encode", counted),
        patch.object(Argon2PasswordHasher, "verify", verified),
    ):
        assert authenticate(email=email, password="wrong") is None
    assert made == (["encode"] if email.startswith("nobody") else ["verify"])


def test_who_is_switched_off_or_erased_is_refused_with_the_right_password(now):
    factories.person("Off", email="off@example.org", is_active=False)
    factories.person("Gone", email="gone@example.org", erased_at=now)
    for email in ("off@example.org", "gone@example.org"):
        assert authenticate(email=email, password=factories.PASSWORD) is None


def test_text_that_no_database_takes_is_a_wrong_password_and_not_an_error(now):
    for odd in ("a\0b@example.org", "\ud800@example.org", "x" * 100_000):
        assert sign_in.try_password(email=odd, password=odd, now=now) is None


def test_a_right_password_starts_the_count_anew(ada, now):
    for _turn in range(3):
        for _try in range(8):
            wrong = sign_in.try_password(email=ada.email, password="wrong", now=now)
            assert wrong is None
        right = sign_in.try_password(email=ada.email, password=factories.PASSWORD, now=now)
        assert right == ada


def _wait_after_failing(email, now):
    for _try in range(12):
        try:
            sign_in.try_password(email=email, password="wrong", now=now)
        except TooMany as refused:
            return refused.extra["retry_after"]
    raise AssertionError("twelve wrong passwords were taken without a wait")


def test_the_wait_is_said_in_seconds_and_grows(ada, now):
    waits = []
    for _turn in range(4):
        waits.append(_wait_after_failing(ada.email, now))
        now += timedelta(seconds=waits[-1])
    assert waits == [60, 120, 240, 480]
    assert sign_in.try_password(email=ada.email, password=factories.PASSWORD, now=now) == ada
