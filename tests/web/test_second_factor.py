"""The second factor: set up, asked for, required of staff by a setting."""

from __future__ import annotations

import pytest
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.urls import reverse

from tests import factories

pytestmark = pytest.mark.django_db


def code(secret):
    """The code an app shows now."""
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def signed_in_by_form(client_of, user):
    browser = client_of(None)
    browser.post(reverse("account_login"), {"login": user.email, "password": factories.PASSWORD})
    return browser


def confirmed(client_of, user):
    """A browser in which the person has just given the password once more."""
    browser = client_of(user)
    browser.post(reverse("account_reauthenticate"), {"password": factories.PASSWORD})
    return browser


def test_an_app_is_set_up_and_its_code_is_asked_at_the_next_sign_in(client_of, ada):
    browser = confirmed(client_of, ada)
    page = browser.get(reverse("mfa_activate_totp"))
    assert page.status_code == 200
    secret = browser.session["mfa.totp.secret"]
    assert secret in page.text
    done = browser.post(reverse("mfa_activate_totp"), {"code": code(secret)})
    assert done.status_code == 302
    codes = browser.get(done.headers["Location"])
    assert codes.status_code == 200

    again = signed_in_by_form(client_of, ada)
    assert not again.get(reverse("help")).wsgi_request.user.is_authenticated
    asked = again.get(reverse("mfa_authenticate"))
    assert asked.status_code == 200
    wrong = again.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "Incorrect code" in wrong.text
    recovery = browser.get(reverse("mfa_download_recovery_codes")).text.split()[-1]
    assert again.post(reverse("mfa_authenticate"), {"code": recovery}).status_code == 302
    assert again.get(reverse("help")).wsgi_request.user == ada


def test_setting_up_asks_for_the_password_again_when_it_was_given_long_ago(client_of, ada):
    browser = client_of(ada)
    asked = browser.get(reverse("mfa_activate_totp"))
    assert asked.status_code == 302
    assert asked.headers["Location"].startswith(reverse("account_reauthenticate"))
    page = browser.get(asked.headers["Location"])
    assert page.status_code == 200
    wrong = browser.post(asked.headers["Location"], {"password": "wrong"})
    assert wrong.status_code == 200
    right = browser.post(asked.headers["Location"], {"password": factories.PASSWORD})
    assert right.headers["Location"] == reverse("mfa_activate_totp")


@pytest.mark.parametrize(
    "name",
    [
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_list_webauthn",
        "account_reauthenticate",
    ],
)
def test_the_pages_of_the_second_factor_are_shown(client_of, ada, name):
    assert confirmed(client_of, ada).get(reverse(name)).status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "mfa_index",
        "mfa_deactivate_totp",
        "mfa_generate_recovery_codes",
    ],
)
def test_the_pages_of_who_has_a_second_factor_are_shown(client_of, ada, name):
    browser = confirmed(client_of, ada)
    factories.second_factor(ada)
    assert browser.get(reverse(name)).status_code == 200


def test_the_options_for_a_passkey_sign_in_are_given(client_of):
    answer = client_of(None).get(
        reverse("mfa_login_webauthn"), headers={"x-requested-with": "XMLHttpRequest"}
    )
    assert answer.status_code == 200
    assert "challenge" in answer.text


def test_staff_set_one_up_before_anything_else_where_the_site_requires_it(
    client_of, ada, bruno, dora, settings
):
    settings.STAFF_SECOND_FACTOR = True
    for person in (bruno, dora):
        browser = client_of(person)
        sent = browser.get(reverse("home"))
        assert (sent.status_code, sent.headers["Location"]) == (302, reverse("mfa_index"))
        assert browser.post(reverse("courses")).headers["Location"] == reverse("mfa_index")
        assert browser.get(reverse("mfa_index")).status_code == 200
        factories.second_factor(person)
        assert browser.get(reverse("home")).status_code == 200
    assert client_of(ada).get(reverse("home")).status_code == 200
