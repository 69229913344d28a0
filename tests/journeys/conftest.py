"""A real Chromium on a real server: what every journey watches for, and how it signs in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Route, expect
from tools import page_checks

from studium.identity.models import User
from tests import factories

LOOKS: set[str] = set()
"""Of texts whose contrast axe has measured in this process; see `page_checks.in_every_variant`."""


class Watched:
    """A page whose script errors, policy violations and foreign requests are collected."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.faults: list[str] = []
        page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        page.on("console", self._console)
        page.on("request", self._request)
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if "Content Security" in message.text or "Content-Security" in message.text:
            self.faults.append(f"policy: {message.text}")

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.faults.append(f"foreign request: {request.url}")

    def _response(self, response: Any) -> None:
        if response.status >= 500:
            self.faults.append(f"{response.status} from {response.url}")

    def open(self, path: str) -> None:
        self.page.goto(self.address + path)

    def check(self) -> None:
        """The page as it stands: axe, layout, and what was collected so far."""
        page_checks.settled(self.page)
        faults = page_checks.as_it_stands(self.page, LOOKS)
        assert faults + self.faults == [], f"{self.page.url}"


@pytest.fixture
def site(live_server: Any, transactional_db: None) -> str:
    """The address of a running server on the test's own database."""
    return str(live_server.url)


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Callable[..., Watched]]:
    """`visit(user)` gives a watched page in a browser of its own, on the first page of a person.

    That one signs in by the form is tested where it matters; here the session is simply there.
    """
    opened: list[tuple[BrowserContext, Watched]] = []

    def make(user: User | None = None, **options: Any) -> Watched:
        context = browser.new_context(**({"viewport": {"width": 1280, "height": 900}} | options))
        context.set_default_timeout(10_000)
        watched = Watched(context.new_page(), site)
        opened.append((context, watched))
        if user is not None:
            give_session(context, user, site)
            watched.page.goto(site + "/", timeout=30_000)  # of a server begun anew
        return watched

    yield make
    for context, _ in opened:
        context.close()
    assert [fault for _, watched in opened for fault in watched.faults] == []


def hold_reading(one: Route, late: list[Route]) -> None:
    """Let a request through that writes; keep one that reads for later."""
    if one.request.method == "GET":
        late.append(one)
    else:
        one.continue_()


def give_session(context: BrowserContext, user: User, address: str) -> None:
    """Sign a person in without a page."""
    client = Client()
    client.force_login(user)
    kept = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": kept.key, "value": kept.value, "url": address}])


def sign_in(watched: Watched, user: User) -> None:
    """Through the page, as a person does."""
    watched.open("/account/login/")
    watched.page.get_by_label(re.compile("^E-?mail")).fill(user.email)
    watched.page.get_by_label("Password", exact=True).fill(factories.PASSWORD)
    watched.page.get_by_role("button", name="Sign in", exact=True).click()
    expect(watched.page).to_have_url(watched.address + "/")
