"""After signing in or out, `next` leads to this site only."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from django.urls import reverse

from tests import factories

pytestmark = pytest.mark.django_db

EVIL = [
    "//evil.example",
    "///evil.example",
    "https://evil.example/",
    "http:evil.example",
    "https:evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "/%09/evil.example",
    "\t//evil.example",
    "\x00//evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "http://testserver@evil.example/",
    "http://testserver.evil.example/",
    "http://localhost:1/",
    "https://evil.example\\@testserver/",
]


def where(answer):
    """The host a browser would go to; browsers drop tabs and read a backslash as a slash."""
    target = answer.headers["Location"].replace("\\", "/")
    for blank in "\t\r\n":
        target = target.replace(blank, "")
    return urlsplit(urljoin("http://testserver/account/login/", target))


@pytest.mark.parametrize("evil", EVIL)
def test_signing_in_goes_to_this_site_whatever_next_says(client_of, ada, evil):
    browser = client_of(None)
    values = {"login": ada.email, "password": factories.PASSWORD, "next": evil}
    answer = browser.post(reverse("account_login"), values)
    assert answer.status_code == 302
    assert where(answer).netloc == "testserver"
    assert where(answer).scheme == "http"


@pytest.mark.parametrize("evil", EVIL)
def test_a_signed_in_person_and_signing_out_go_to_this_site(client_of, ada, evil):
    browser = client_of(ada)
    for answer in (
        browser.get(reverse("account_login"), {"next": evil}),
        browser.post(reverse("account_logout"), {"next": evil}),
    ):
        assert answer.status_code == 302
        assert where(answer).netloc == "testserver"


def test_next_leads_back_to_the_page_that_was_asked_for(client_of, ada):
    browser = client_of(None)
    asked = browser.get(reverse("account_tokens") + "?x=1")
    page = browser.get(asked.headers["Location"])
    assert 'value="/account/tokens/?x=1"' in page.text
    values = {"login": ada.email, "password": factories.PASSWORD, "next": "/account/tokens/?x=1"}
    done = browser.post(reverse("account_login"), values)
    assert done.headers["Location"] == "/account/tokens/?x=1"
