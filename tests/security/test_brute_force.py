"""A hundred wrong passwords: ten are looked at, the right one waits too, nobody else is locked."""

from __future__ import annotations

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.urls import reverse

from studium.identity.actions import sign_in, tokens
from studium.identity.models import SignInLimit
from studium.identity.origin import Origin, origin
from studium.lib import clock
from studium.lib.errors import NotSignedIn, TooMany
from tests import factories

pytestmark = pytest.mark.django_db
HERE, THERE = "192.0.2.1", "198.51.100.2"


def post_password(browser, email, password, ip=HERE):
    return browser.post(
        reverse("account_login"), {"login": email, "password": password}, REMOTE_ADDR=ip
    )


def test_a_hundred_wrong_passwords_by_form_are_stopped_after_ten(client_of, ada):
    browser, looked_at = client_of(None), []
    verify = MD5PasswordHasher.verify

    def counted(self, *arguments):
        looked_at.append(1)
        return verify(self, *arguments)

    with patch.object(MD5PasswordHasher, "verify", counted):
        answers = [post_password(browser, ada.email, f"wrong {n}").status_code for n in range(100)]
        right = post_password(browser, ada.email, factories.PASSWORD)
    assert answers == [200] * 10 + [429] * 90
    assert len(looked_at) == 10
    assert right.status_code == 429
    assert int(right.headers["Retry-After"]) > 0
    assert "Reset your password" in right.text


def test_the_same_limit_holds_over_form_and_api(client_of, ada):
    browser, now = client_of(None), clock.now()
    for number in range(5):
        post_password(browser, ada.email, f"wrong {number}")
    here = origin.set(Origin(HERE, ""))
    try:
        for _try in range(5):
            with pytest.raises(NotSignedIn):
                tokens.exchange_password(email=ada.email.upper(), password="wrong", now=now)
        with pytest.raises(TooMany):
            tokens.exchange_password(email=ada.email, password=factories.PASSWORD, now=now)
    finally:
        origin.reset(here)
    assert post_password(browser, ada.email, factories.PASSWORD).status_code == 429


def test_the_owner_comes_in_from_elsewhere_and_other_people_from_the_same_address(
    client_of, ada, bruno
):
    browser = client_of(None)
    for number in range(100):
        post_password(browser, ada.email, f"wrong {number}")
    assert post_password(client_of(None), ada.email, factories.PASSWORD, THERE).status_code == 302
    assert post_password(client_of(None), bruno.email, factories.PASSWORD).status_code == 302


def test_unknown_addresses_wait_like_known_ones(client_of):
    browser = client_of(None)
    answers = [post_password(browser, "nobody@example.org", "x").status_code for _ in range(12)]
    assert answers == [200] * 10 + [429] * 2


def test_an_account_tried_from_many_addresses_is_slowed_by_a_minute_at_most(ada, now):
    waits = []
    for number in range(300):
        here = origin.set(Origin(f"203.0.113.{number % 250}", ""))
        try:
            sign_in.try_password(email=ada.email, password="wrong", now=now)
        except TooMany as refused:
            waits.append(refused.extra["retry_after"])
            now += timedelta(seconds=waits[-1])
        finally:
            origin.reset(here)
    assert len(waits) > 100
    assert max(waits) == 60
    later = now + timedelta(seconds=60)
    right = sign_in.try_password(email=ada.email, password=factories.PASSWORD, now=later)
    assert right == ada


def test_one_address_that_tries_a_password_on_many_accounts_has_to_wait(now):
    here = origin.set(Origin(HERE, ""))
    try:
        for number in range(100):
            sign_in.try_password(email=f"pupil{number}@example.org", password="x", now=now)
        with pytest.raises(TooMany):
            sign_in.try_password(email="another@example.org", password="x", now=now)
    finally:
        origin.reset(here)


def test_signing_in_to_an_own_account_in_between_does_not_free_the_others(client_of, ada, bruno):
    browser = client_of(None)
    answers = []
    for number in range(40):
        if number % 5 == 0:
            post_password(client_of(None), bruno.email, factories.PASSWORD)
        answers.append(post_password(browser, ada.email, f"wrong {number}").status_code)
    assert answers.count(200) == 10


def test_a_forged_forwarding_header_does_not_make_another_address(client_of, ada):
    browser = client_of(None)
    answers = [
        browser.post(
            reverse("account_login"),
            {"login": ada.email, "password": "wrong"},
            REMOTE_ADDR=HERE,
            headers={"x-forwarded-for": f"203.0.113.{number}"},
        ).status_code
        for number in range(15)
    ]
    assert answers == [200] * 10 + [429] * 5


def test_behind_one_trusted_proxy_the_address_it_wrote_counts(client_of, ada, settings):
    settings.TRUSTED_PROXIES = 1
    browser = client_of(None)
    answers = [
        browser.post(
            reverse("account_login"),
            {"login": ada.email, "password": "wrong"},
            REMOTE_ADDR="10.0.0.1",
            headers={"x-forwarded-for": f"203.0.113.{number}, 198.51.100.9"},
        ).status_code
        for number in range(15)
    ]
    assert answers == [200] * 10 + [429] * 5


def test_the_counters_do_not_tell_which_accounts_were_tried(client_of, ada):
    post_password(client_of(None), ada.email, "wrong")
    rows = str(list(SignInLimit.objects.values()))
    assert SignInLimit.objects.count() == 3
    # The whole address: its first letters alone may stand in a hexadecimal key by chance.
    assert ada.email not in rows
    assert str(ada.pk) not in rows
    assert HERE not in rows


def test_codes_of_the_second_factor_are_limited_too(client_of, ada):
    factories.second_factor(ada)
    browser = client_of(None)
    assert post_password(browser, ada.email, factories.PASSWORD).headers["Location"] == reverse(
        "mfa_authenticate"
    )
    pages = [
        browser.post(reverse("mfa_authenticate"), {"code": f"{number:06}"}).text
        for number in range(8)
    ]
    assert sum("Too many failed login attempts" in page for page in pages) == 3


def test_a_reset_key_cannot_be_tried_through(client_of, ada):
    answers = [
        client_of(None).get(f"/account/password/reset/key/1-abc-{number:032x}/").status_code
        for number in range(25)
    ]
    assert set(answers) <= {200, 429}
    browser = client_of(None)
    page = browser.get("/account/password/reset/key/1-abc-0/")
    assert "used up" in page.text or page.status_code == 429
