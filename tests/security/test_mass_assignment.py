"""Nobody gives themselves a role, an address or a state by adding fields to a form."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from studium.identity.models import User
from tests.mails import sent_mails

pytestmark = pytest.mark.django_db

GREEDY = {
    "role": "ADMIN",
    "is_staff": "1",
    "is_superuser": "1",
    "is_active": "0",
    "is_admin": "1",
    "groups": "1",
    "email_verified": "1",
    "email_canonical": "root@example.org",
    "password_hash": "x",
    "erased_at": "2026-01-01",
    "id": "00000000-0000-0000-0000-000000000000",
    "by": "1",
    "person_id": "1",
}


def test_registering_makes_a_student_with_the_proved_address(client_of, settings):
    settings.REGISTRATION = "open"
    browser = client_of(None)
    browser.post(reverse("account_signup"), {"email": "zoe@example.org", **GREEDY})
    link = re.search(r"http://testserver(\S+)", sent_mails()[0].body)[1]
    values = {"name": "Zoe", "password": "correct horse battery", "email": "root@example.org"}
    assert browser.post(link, {**GREEDY, **values}).status_code == 302
    zoe = User.objects.get()
    assert (zoe.role, zoe.email, zoe.is_active) == ("STUDENT", "zoe@example.org", True)
    assert (zoe.email_canonical, zoe.erased_at) == ("zoe@example.org", None)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("account", {"name": "Ada Alm", "locale": "en", "timezone": "UTC"}),
        ("account_tokens", {"name": "x", "scope": "read", "days": "5", "user": "1"}),
        ("account_change_password", {"oldpassword": "x"}),
        ("account_email", {"email": "root@example.org", "password": "studium-demo"}),
    ],
)
def test_the_account_pages_change_nothing_but_their_own_fields(client_of, ada, name, values):
    before = User.objects.filter(pk=ada.pk).values().get()
    client_of(ada).post(reverse(name), {**GREEDY, "email": "root@example.org", **values})
    after = User.objects.filter(pk=ada.pk).values().get()
    before.pop("last_login"), after.pop("last_login")
    assert after == before


def test_a_token_asked_for_in_anothers_name_is_ones_own(client_of, ada, bruno):
    values = {"name": "x", "scope": "read", "days": "5", "user": str(bruno.pk), "by": bruno.pk}
    client_of(ada).post(reverse("account_tokens"), values)
    assert ada.api_tokens.count() == 1
    assert bruno.api_tokens.count() == 0


def test_a_token_says_whose_it_is_and_no_parameter_changes_that(ada, bruno, now):
    from studium.identity.actions import tokens

    made = tokens.create_token(by=ada, name="x", now=now)
    assert tokens.bearer(made.token, now=now).user == ada
    with pytest.raises(TypeError):
        tokens.create_token(by=ada, name="x", user=bruno, now=now)
