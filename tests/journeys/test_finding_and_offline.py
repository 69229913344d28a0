"""In a real browser: the palette and the keys, and lessons read without a connection."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import BrowserContext, Error, Page, expect

from studium.content import passages
from studium.content.models import Course, Lesson
from studium.identity.models import User
from tests import factories
from tests.journeys.conftest import Watched, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
_KEPT = """async () => {
  const found = (await caches.has("studium-lessons"))
    ? await (await caches.open("studium-lessons")).keys() : [];
  return found.map(({ url }) => new URL(url).pathname);
}"""


def _address(lesson: Lesson) -> str:
    return f"/courses/{lesson.course.slug}/lessons/{lesson.pk}/"


def test_keys_find_and_go_and_can_be_switched_off(
    visit: Callable[..., Watched], course: Course, ada: User
) -> None:
    factories.lesson(course=course, topic="Basalt", content="Basalt is a grey rock.\n")
    passages.write_again()
    watched = visit(ada)
    page = watched.page
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox")
    expect(field).to_be_focused()
    page.keyboard.type("grey")
    expect(page.get_by_role("option").first).to_contain_text("Basalt")
    watched.check()
    page.keyboard.press("ArrowDown")  # the last of two: the way to the whole search
    expect(page.get_by_role("option", selected=True)).to_contain_text("Search everything")
    active = page.get_by_role("option", selected=True).get_attribute("id")
    assert field.get_attribute("aria-activedescendant") == active
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Basalt", level=1)).to_be_visible()
    page.keyboard.press("k")
    expect(page.get_by_role("heading", name="Lesson 2", level=1)).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="All keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/courses/")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name=course.title)).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("g h ?")  # in a field they are letters
    expect(page.get_by_role("searchbox")).to_have_value("g h ?")
    watched.open("/account/preferences/")
    page.get_by_label("Keys that do something alone").uncheck()
    page.get_by_role("button", name="Save the settings").click()
    expect(page.get_by_role("status").filter(has_text="saved")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("h")
    page.keyboard.press("Control+k")
    expect(field).to_be_focused()
    assert page.url.endswith("/account/preferences/")


def test_opened_lessons_are_read_without_a_connection_by_who_opened_them(
    visit: Callable[..., Watched],
    course: Course,
    other_course: Course,
    ada: User,
    chloe: User,
) -> None:
    one, two = course.lessons.order_by("order_index")
    exam = factories.exam(course=course)
    watched = visit(ada)
    page, context = watched.page, watched.page.context
    for lesson in (one, two):
        watched.open(_address(lesson))
        _wait_for(page, _address(lesson), there=True)
    context.set_offline(True)
    watched.open(_address(one))
    expect(page.get_by_role("heading", level=1)).to_have_text(one.topic)
    expect(page.get_by_role("status").filter(has_text="a copy that was kept")).to_be_visible()
    watched.open("/progress/")
    expect(page.get_by_role("heading", level=1)).to_have_text("No connection")
    expect(page.get_by_role("link", name=one.topic)).to_be_visible()
    watched.check()
    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
        watched.open(f"/exams/{exam.pk}/")  # an exam is never answered for
    context.set_offline(False)

    # What may no longer be read goes when it is asked for.
    Lesson.objects.filter(pk=two.pk).update(status="draft")
    watched.open(_address(two))
    _wait_for(page, _address(two), there=False)

    # The session ended elsewhere, and another person signs in: nothing of the first is left.
    _forget_session(context)
    watched.open(_address(one))
    context.set_offline(True)
    watched.open(_address(one))
    expect(page.get_by_role("heading", level=1)).to_have_text("No connection")
    expect(page.get_by_text("No lesson is kept on this device.")).to_be_visible()
    context.set_offline(False)
    sign_in(watched, chloe)
    _wait_for(page, _address(one), there=False)

    # Signing out takes one's own away.
    theirs = other_course.lessons.earliest("order_index")
    watched.open(_address(theirs))
    _wait_for(page, _address(theirs), there=True)
    page.evaluate(
        f"localStorage.setItem('studium-place:{chloe.pk}:x', 'somewhere'); scrollTo(0, 1e6)"
    )
    page.get_by_role("button", name="Account: Chloe Chen").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/account/login/**")
    _wait_for(page, _address(theirs), there=False)
    assert "studium-place" not in page.evaluate("Object.keys(localStorage).join()")
    # That the browser could not reach the server was wanted here.
    watched.faults[:] = [fault for fault in watched.faults if "DISCONNECTED" not in fault]


def _wait_for(page: Page, address: str, *, there: bool) -> None:
    kept: Any = None
    for _ in range(100):
        kept = page.evaluate(_KEPT)
        if (address in kept) is there:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{address} is {'not ' if there else ''}kept: {kept}")


def _forget_session(context: BrowserContext) -> None:
    context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
