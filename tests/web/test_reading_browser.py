"""Reading in a real Chromium: words are marked, notes saved as typed, kept through a lost line."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from studium.content.actions import lessons
from studium.content.actions.lessons import LessonText
from studium.content.models import OwnNote
from studium.lib import clock
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SELECT = """(words) => {
  const walker = document.createTreeWalker(document.querySelector(".st-prose"), 4);
  while (walker.nextNode()) {
    const at = walker.currentNode.data.indexOf(words);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(walker.currentNode, at);
    range.setEnd(walker.currentNode, at + words.length);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    return;
  }
}"""
NOTHING_WAITS = """() =>
  [...document.querySelectorAll("#pane-own textarea")].some((one) => one.value.endsWith("why?")) &&
  !Object.keys(localStorage).some((one) => one.startsWith("studium-note:"))"""
CONTENT = "## Owners\n\nEach value has *one* owner.\n\n## Moves\n\nA move gives it away.\n"


@pytest.fixture
def reading(page, live_server, transactional_db):
    """(page, lesson): Ada on a lesson; what the console complains of fails the test."""
    bruno = factories.person("Bruno Berg", role="INSTRUCTOR")
    course = factories.course(owner=bruno, title="Ownership", lessons=1)
    ada = factories.person("Ada Alm")
    factories.enrollment(user=ada, course=course)
    lesson = lessons.add_lesson(
        by=bruno, course_id=course.pk, text=LessonText(topic="Owning", content=CONTENT),
        now=clock.now(),
    )  # fmt: skip
    lessons.publish_lessons(by=bruno, course_id=course.pk, lesson_ids=[lesson.pk], now=clock.now())
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda said: complaints.append(said.text) if "Content Security" in said.text else None,
    )
    page.set_default_timeout(10_000)
    page.goto(live_server.url + reverse("account_login"))
    page.get_by_label("E-mail").fill(ada.email)
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda address: "/login/" not in address)
    address = reverse("lesson", kwargs={"slug": course.slug, "lesson_id": lesson.pk})
    page.goto(live_server.url + address)
    page.locator("#own").wait_for(state="attached")
    yield page, lesson
    assert complaints == []


def test_words_are_marked_and_noted_by_mouse_and_by_keys_and_nothing_typed_is_lost(reading):
    page, lesson = reading
    page.evaluate(SELECT, "Each value")
    page.get_by_role("button", name="Highlight").click()
    page.locator("mark[data-kind=highlight]", has_text="Each value").wait_for()

    page.evaluate(SELECT, "gives it away")
    page.keyboard.press("n")
    field = page.locator("#pane-own textarea:focus")
    field.wait_for()
    page.keyboard.type("To whom?")
    page.locator("[data-state]", has_text="Saved").wait_for()
    assert OwnNote.objects.get(kind="note").body == "To whom?"
    page.locator("mark[data-kind=note]", has_text="gives it away").wait_for()

    page.context.set_offline(True)
    page.keyboard.type(" And why?")
    page.get_by_text("Not saved yet").wait_for()
    address = page.url
    page.goto("about:blank")
    page.context.set_offline(False)
    page.goto(address)  # what was typed while the line was lost is taken up again
    page.get_by_role("button", name="Notes", exact=True).click()
    page.wait_for_function(NOTHING_WAITS)
    assert OwnNote.objects.get(kind="note").body == "To whom? And why?"

    page.locator("mark[data-kind=highlight]").click()
    page.locator(":focus").evaluate(
        "one => one.closest('article').querySelector('[formaction]').click()"
    )
    page.get_by_role("button", name="Undo").click()
    page.locator("mark[data-kind=highlight]").wait_for()
    assert OwnNote.objects.filter(lesson=lesson).count() == 2


def test_on_a_phone_the_panel_is_a_sheet_and_the_look_is_chosen_at_once(reading):
    page, _lesson = reading
    page.set_viewport_size({"width": 375, "height": 700})
    page.evaluate(SELECT, "gives it away")
    page.get_by_role("button", name="Ask").click()
    question = page.get_by_label("Your question")
    expect(question).to_have_value("“gives it away” ")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="How lessons look").click()
    page.get_by_label("Large", exact=True).check(force=True)
    assert "is-size-l" in page.locator("body").get_attribute("class")
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    page.reload()
    assert page.locator("body.is-size-l").count() == 1
