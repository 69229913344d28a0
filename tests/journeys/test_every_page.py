"""Every page of the site in a real browser, wide and narrow, light and dark, mirrored, by keyboard.

A page is loaded once; what `tools/page_checks.py` measures is then asked in every variant.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, modify_settings, override_settings
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer
from tools import page_checks

from studium.identity import queries
from tests import factories
from tests.journeys import site_map, site_world
from tests.journeys.conftest import Watched, sign_in
from tests.security.matrix import ACTORS
from tests.security.pages import PAGES
from tests.security.test_pages_matrix import routes
from tests.web.test_account_browser import DEVICE

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

PICTURES = os.environ.get("PAGE_PICTURES", "")
AT_ONCE = 14  # pages of one test: enough to be worth a sign-in, few enough to share out


def _shares() -> list[tuple[str, list[tuple[str, str]]]]:
    """The pages of one person, in parts."""
    pages: dict[str, list[tuple[str, str]]] = {}
    for who, name, address in site_map.visits():
        pages.setdefault(who, []).append((name, address))
    return [
        (who, each[start : start + AT_ONCE])
        for who, each in pages.items()
        for start in range(0, len(each), AT_ONCE)
    ]


SHARES = _shares()


@dataclass
class Walk:
    """A served world and how a person of it gets a page of a browser."""

    address: str
    world: dict[str, Any]
    actors: dict[str, Any]
    browser: Browser
    taken: list[str] = field(default_factory=list)
    looks: set[str] = field(default_factory=set)  # of texts; axe has measured their contrast

    def _number(self, name: str) -> str:
        self.taken.append(name)
        return f"{len(self.taken):03d}-{name.replace(' ', '-')}"

    def begin(self, who: str) -> Watched:
        context = self.browser.new_context(viewport={"width": 1280, "height": 900})
        context.set_default_timeout(60_000)
        page_checks.prepare(context)
        watched = Watched(context.new_page(), self.address)
        if self.actors[who]:
            kept = client_of(self, who).cookies[settings.SESSION_COOKIE_NAME]
            context.add_cookies([{"name": kept.key, "value": kept.value, "url": self.address}])
        return watched

    def faults_of(self, watched: Watched, name: str, address: str) -> list[str]:
        """Load a page and look at it; each fault begins with the page's name."""
        watched.faults.clear()
        place = self.address + address.format(**self.world)
        answer = watched.page.goto(place)
        page_checks.settled(watched.page)
        found = page_checks.in_every_variant(watched.page, self.looks) + watched.faults
        if answer is None or answer.status != site_map.STATUS.get(name, 200):
            found.append(f"answered {answer and answer.status}")
        if watched.page.url != place:
            found.append(f"led to {watched.page.url}")
        if PICTURES:  # of `make screenshots`, for a person to look at
            page_checks.picture(watched.page, Path(PICTURES) / f"{self._number(name)}.png")
        watched.page.set_viewport_size({"width": 1280, "height": 900})
        return [f"{name}: {each}" for each in found]


@pytest.fixture(scope="module")
def walk(
    django_db_setup: Callable[[], None], django_db_blocker: Any, browser: Browser
) -> Iterator[Walk]:
    """One world for all tests of this module, really stored, since a server reads it."""
    with django_db_blocker.unblock(), override_settings(REGISTRATION="open"):
        made = site_world.build(datetime.now(UTC))
        server = LiveServer("localhost")
        with modify_settings(ALLOWED_HOSTS={"append": server.thread.host}):
            yield Walk(str(server.url), browser=browser, **made)
        server.stop()
        django_db_setup()  # empties the tables


@pytest.fixture
def _django_db_helper(walk: Walk) -> None:
    """Instead of the plugin's, which would begin a transaction: each test uses what is stored."""


@pytest.mark.parametrize(
    ("who", "pages"), SHARES, ids=[f"{who}-{pages[0][0]}" for who, pages in SHARES]
)
def test_the_pages_of(who: str, pages: list[tuple[str, str]], walk: Walk) -> None:
    watched = walk.begin(who)
    wrong = []
    for name, address in pages:
        wrong += walk.faults_of(watched, name, address)
    watched.page.context.close()
    assert not wrong, "\n".join(wrong)


def test_the_style_guide(walk: Walk) -> None:
    watched = walk.begin("anonymous")
    with override_settings(DEBUG=True):
        wrong = walk.faults_of(watched, "styleguide", "/styleguide/")
    watched.page.context.close()
    assert not wrong, "\n".join(wrong)


def test_forced_colours_and_reduced_motion(walk: Walk) -> None:
    watched = walk.begin("anonymous")
    with override_settings(DEBUG=True):
        watched.open("/styleguide/")
    assert page_checks.in_forced_colours(watched.page) == []
    assert page_checks.movements(watched.page, "no-preference") != []
    assert page_checks.movements(watched.page, "reduce") == []
    watched.page.context.close()


def test_what_is_printed_is_made_for_paper(walk: Walk) -> None:
    wrong = []
    for who, pages in site_map.PRINTED.items():
        watched = walk.begin(who)
        for address in pages:
            watched.open(address.format(**walk.world))
            wrong += [f"{address}: {each}" for each in page_checks.on_paper(watched.page)]
        watched.page.context.close()
    assert not wrong, "\n".join(wrong)


def test_the_first_page_of_an_empty_server(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    watched = walk.begin("anonymous")
    monkeypatch.setattr(queries, "has_people", lambda: False)
    wrong = walk.faults_of(watched, "first_run", "/welcome/")
    with override_settings(SETUP_CODE="ABCD-EFGH"):
        wrong += walk.faults_of(watched, "first_run with a code", "/welcome/")
    watched.page.context.close()
    assert not wrong, "\n".join(wrong)


def test_the_pages_of_the_second_factor(walk: Walk) -> None:
    dev, watched = walk.actors["keyholder"], walk.begin("anonymous")
    sign_in(watched, dev)
    page, wrong = watched.page, []
    watched.open("/account/reauthenticate/")  # what follows wants a password that was just given
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    for name, address in site_map.BEFORE_KEYS.items():
        wrong += walk.faults_of(watched, name, address)
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    watched.open(site_map.BEFORE_KEYS["mfa_add_webauthn"])
    page.get_by_role("button", name="Add the key").click()
    page.wait_for_url(lambda address: "/webauthn/add/" not in address)
    walk.world["key"] = site_world.give_codes(dev)
    for name, address in site_map.WITH_KEYS.items():
        wrong += walk.faults_of(watched, name, address)
    page.context.clear_cookies()
    watched.open("/account/login/")
    page.locator("[name=login]").fill(dev.email)
    page.locator("[name=password]").fill(factories.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    wrong += walk.faults_of(watched, "mfa_authenticate", "/account/2fa/authenticate/")
    page.context.close()
    assert not wrong, "\n".join(wrong)


def test_every_route_that_can_be_looked_at_is_looked_at(walk: Walk) -> None:
    """A route is a page that is visited here, something else that is named, or takes no GET."""
    visited = {name for _, name, _ in site_map.visits()} | set(site_map.WITH_KEYS)
    visited |= {*site_map.BEFORE_KEYS, "styleguide", "mfa_authenticate", "first_run"}
    client = client_of(walk, "admin")
    missing = []
    for name in sorted(set(routes()) - visited - set(site_map.NO_PAGE)):
        address = PAGES[name][0] if name in PAGES else "/without a row in PAGES/"
        answer = client.get(address.format(**walk.world))
        if answer.status_code != 405:
            missing.append(f"{name}: {answer.status_code}")
    assert not missing


PLANTED = """<!doctype html><html lang="en"><title>Planted</title><body>
<style>.bare:focus { outline: none } .bar { position: fixed; inset: 0 0 auto; height: 80px;
background: #fff } .st-list li { display: grid; grid-template-columns: auto 1fr auto }
.tiny { width: 10px; height: 10px; padding: 0; border: 0 }
</style><main><div class="bar"></div><a href="/">Under</a>
<h1>One</h1><h1>Two</h1>
<ul class="st-list"><li><i class="st-icon">!</i><b>Words</b><b>One</b><b>Two</b></li></ul>
<p style="width: 900px">Wider than a phone</p><p style="font-size: 9px">Small</p>
<p style="color: #aaa; background: #fff">Pale</p><img src="/x.png">
<button class="bare">Without a ring</button>
<p><button class="tiny" aria-label="Up"></button><button class="tiny" aria-label="Down"></button>
</p></main>"""
FOUND = [
    "375 px, dark: sideways scroll", "2 h1", "4 parts in a row", "small text",
    "axe color-contrast", "375 px, light: contrast", "axe image-alt",
    "1280 px, light: axe target-size", "375 px, dark: axe target-size",
    "no focus ring: button.bare", "focus under div.bar: a Under", "right to left: sideways",
]  # fmt: skip


@pytest.mark.parametrize("every", [False, True], ids=["sparing", "every rule"])
def test_planted_faults_are_found(
    every: bool, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_checks, "EVERY_RULE", every)
    context = browser.new_context()
    page_checks.prepare(context)
    page = context.new_page()
    page.route("**/*", lambda route: route.fulfill(body=PLANTED, content_type="text/html"))
    page.goto("http://localhost/")
    found = "\n".join(page_checks.in_every_variant(page))
    context.close()
    assert [each for each in FOUND if each not in found] == []
    variants = [
        f"{width} px, {scheme}: axe" for width in (1280, 375) for scheme in ("light", "dark")
    ]
    assert not every or [each for each in variants if each not in found] == []


def test_planted_faults_are_found_on_the_way_of_a_journey(browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 800, "height": 600})
    page = context.new_page()
    page.route("**/*", lambda route: route.fulfill(body=PLANTED, content_type="text/html"))
    page.goto("http://localhost/")
    found = "\n".join(page_checks.as_it_stands(page))
    context.close()
    wanted = (
        "sideways",
        "2 h1",
        "small text",
        "axe color-contrast",
        "axe image-alt",
        "axe target-size",
    )
    assert [each for each in wanted if each not in found] == []


def test_axe_measures_a_look_once_and_our_own_measure_every_time(browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page_checks.prepare(context)
    page = context.new_page()
    page.route("**/*", lambda route: route.fulfill(body=PLANTED, content_type="text/html"))
    known: set[str] = set()
    found, looks = [], []
    for _ in range(2):
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto("http://localhost/")
        found.append("\n".join(page_checks.in_every_variant(page, known)))
        looks.append(len(known))
        page.emulate_media(color_scheme="light")
    context.close()
    assert ["axe color-contrast" in each for each in found] == [True, False]
    assert all("375 px, light: contrast" in each for each in found)
    assert looks[0] == looks[1] > 3


@pytest.mark.parametrize("name", site_map.NO_PAGE)
def test_what_is_said_to_be_no_page_is_none(name: str, walk: Walk) -> None:
    address, rows = PAGES[name]
    given = next(row.expect for row in rows if row.method == "GET")
    for who, status in zip(ACTORS, given, strict=True):
        answer = client_of(walk, who).get(address.format(**walk.world))
        shows = answer.status_code == 200 and "<html" in str(answer.content[:2000])
        assert not shows, f"{who} is shown a page ({status})"


def client_of(walk: Walk, who: str) -> Client:
    """A client in which this person is signed in."""
    client = Client()
    if person := walk.actors[who]:
        client.force_login(person)
    return client
