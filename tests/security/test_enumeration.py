"""Nobody learns from sign-in, reset or registering whether an address has an account."""

from __future__ import annotations

import re
import statistics
import time

import pytest
from django.test import override_settings
from django.urls import reverse

from tests import factories
from tests.mails import sent_mails

pytestmark = pytest.mark.django_db
KNOWN, UNKNOWN = "ada@example.org", "zoe@example.org"


def shape(page):
    """A page without what differs by chance: the CSRF token and the address that was typed."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.text)
    return page.status_code, page.headers.get("Location"), text.replace(KNOWN, UNKNOWN)


@pytest.mark.parametrize(
    ("name", "field", "more"),
    [
        ("account_login", "login", {"password": "wrong"}),
        ("account_reset_password", "email", {}),
        ("account_signup", "email", {}),
    ],
)
def test_known_and_unknown_get_the_same_answer_and_one_message_each(
    client_of, ada, settings, name, field, more
):
    settings.REGISTRATION = "open"
    answers = [
        shape(client_of(None).post(reverse(name), {field: email, **more}))
        for email in (KNOWN, UNKNOWN)
    ]
    assert answers[0] == answers[1]
    expected = [] if name == "account_login" else [[KNOWN], [UNKNOWN]]
    assert [message.to for message in sent_mails()] == expected


@pytest.mark.parametrize("state", [{"is_active": False}, {"password": "!unusable"}])
def test_accounts_that_cannot_sign_in_look_like_unknown_ones(client_of, ada, state):
    type(ada).objects.filter(pk=ada.pk).update(**state)
    answers = [
        shape(
            client_of(None).post(
                reverse("account_login"), {"login": email, "password": factories.PASSWORD}
            )
        )
        for email in (KNOWN, UNKNOWN)
    ]
    assert answers[0] == answers[1]


@override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.Argon2PasswordHasher"])
@pytest.mark.slow
def test_known_and_unknown_addresses_take_about_the_same_time(client_of, ada):
    ada.set_password(factories.PASSWORD)
    ada.save()
    times = {KNOWN: [], UNKNOWN: []}
    for _turn in range(5):
        for email, spans in times.items():
            browser = client_of(None)
            began = time.process_time()
            browser.post(reverse("account_login"), {"login": email, "password": "wrong"})
            spans.append(time.process_time() - began)
    known, unknown = (statistics.median(spans) for spans in times.values())
    assert 0.75 < known / unknown < 1.33


def test_registering_by_link_works_for_new_addresses_and_helps_known_ones(client_of, ada, settings):
    settings.REGISTRATION = "open"
    browser = client_of(None)
    browser.post(reverse("account_signup"), {"email": KNOWN.upper()})
    assert "An account with this address exists" in sent_mails()[0].body
    assert "/account/signup/" not in sent_mails()[0].body
    browser.post(reverse("account_signup"), {"email": UNKNOWN})
    link = re.search(r"http://testserver(\S+)", sent_mails()[1].body)[1]
    values = {"name": "Zoe", "password": "correct horse battery"}
    assert browser.post(link, values).status_code == 302
    assert browser.get(reverse("account")).wsgi_request.user.email == UNKNOWN
    again = client_of(None).post(link, values)  # the link proves an address, which is taken now
    assert "There is an account with this address already" in again.text


def test_a_forged_or_old_link_makes_no_account(client_of, settings):
    settings.REGISTRATION = "open"
    browser = client_of(None)
    browser.post(reverse("account_signup"), {"email": UNKNOWN})
    link = re.search(r"http://testserver(\S+)", sent_mails()[0].body)[1]
    forged = link[:-3] + ("A" if link[-3] != "A" else "B") + link[-2:]
    assert browser.get(forged).status_code == 404
    from unittest.mock import patch

    with patch("django.core.signing.time.time", return_value=time.time() + 90_000):
        assert browser.get(link).status_code == 404
    assert browser.get(link).status_code == 200


def test_where_registration_is_not_open_the_page_says_so_and_sends_nothing(client_of):
    page = client_of(None).post(reverse("account_signup"), {"email": UNKNOWN})
    assert "by invitation" in page.text
    assert sent_mails() == []


def test_a_mailbox_is_not_flooded_by_asking_for_links(client_of, settings):
    settings.REGISTRATION = "open"
    answers = [
        client_of(None).post(reverse("account_signup"), {"email": UNKNOWN}).status_code
        for _ in range(6)
    ]
    assert answers == [302] * 3 + [429] * 3
    assert len(sent_mails()) == 3
