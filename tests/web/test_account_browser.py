"""Signing in by hand in a real Chromium: password, app code, passkey; and no script is refused."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def site(page, live_server):
    """`site(name)` opens a page of the site map; what the console complains of fails the test."""
    complaints = []
    loud = {"error", "warning"}
    page.on("console", lambda said: complaints.append(said.text) if said.type in loud else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_default_timeout(10_000)

    def go(name):
        page.goto(live_server.url + reverse(name))

    yield go
    assert complaints == []


def sign_in(page, site, user):
    site("account_login")
    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda address: "/login/" not in address)


def test_a_passkey_is_added_and_opens_the_account_without_a_password(page, site, transactional_db):
    gus = factories.person("Gus Gray")
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    sign_in(page, site, gus)
    site("mfa_add_webauthn")
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add the key").click()
    page.wait_for_url(lambda address: "/webauthn/add/" not in address)
    assert Authenticator.objects.filter(user=gus, type="webauthn").count() == 1

    site("account_logout")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    site("account_login")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(lambda address: "/account/" not in address)
    site("account")
    assert page.get_by_label("Name").input_value() == "Gus Gray"


def test_an_app_is_set_up_with_its_picture_and_text(page, site, transactional_db):
    gus = factories.person("Gus Gray")
    sign_in(page, site, gus)
    site("mfa_activate_totp")
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    picture = page.locator("main img")
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
