"""Writing a lesson in a real browser: in step, kept, linked, with a picture, and taken back."""

from __future__ import annotations

import base64
import re
from typing import Any

import pytest
from playwright.sync_api import expect

from studium.content.models import Lesson, LessonDraft, StoredFile
from tests import factories
from tests.web.test_editor import photo

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASTE = """([area, data]) => {
  const bytes = Uint8Array.from(atob(data), one => one.charCodeAt(0));
  const files = new DataTransfer();
  files.items.add(new File([bytes], 'image.png', {type: 'image/png'}));
  area.dispatchEvent(new ClipboardEvent('paste', {clipboardData: files, cancelable: true}));
}"""
# In step: the heading that stands at the top of the text stands near the top of the preview.
DISTANCE = """title => {
  const preview = document.querySelector('.st-preview');
  const heading = [...preview.querySelectorAll('h2')].find(one => one.textContent === title);
  return heading.getBoundingClientRect().top - preview.getBoundingClientRect().top;
}"""


def begins(text: str) -> re.Pattern[str]:
    """What the text area holds begins with these words, or has them on a line of its own."""
    return re.compile(rf"^{re.escape(text)}", re.MULTILINE)


def test_a_lesson_is_written_in_step_with_its_preview_and_nothing_typed_is_lost(
    visit: Any, course: Any, bruno: Any, client_of: Any
) -> None:
    parts = [f"## Part {n}\n\n" + "A line of words.\n\n" * (n * 3) for n in range(1, 9)]
    lesson = factories.lesson(course=course, topic="Long", content="\n".join(parts))
    factories.lesson(course=course, topic="Moves and copies")
    watched = visit()
    page = watched.page
    page.context.set_default_timeout(30_000)
    cookies = client_of(bruno).cookies.values()
    page.context.add_cookies(
        [{"name": one.key, "value": one.value, "url": watched.address} for one in cookies]
    )
    watched.open(f"/teach/courses/{course.slug}/lessons/{lesson.pk}/")
    area = page.locator("#f-content")

    line = lesson.content[: lesson.content.index("## Part 6")].count("\n")
    area.evaluate("(area, line) => { area.scrollTop = 8 + line * parseFloat("
                  "getComputedStyle(area).lineHeight) }", line)  # fmt: skip
    page.wait_for_function(f"title => Math.abs(({DISTANCE})(title)) < 60", arg="Part 6")

    area.evaluate("area => area.setSelectionRange(0, 0)")
    area.focus()
    page.keyboard.type("See [[cop")
    expect(page.get_by_role("option", name="Moves and copies")).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.type(".")
    page.keyboard.press("Enter")
    page.keyboard.press("Alt+ArrowUp")
    expect(area).to_have_value(begins("## Part 1\nSee [Moves and copies]("))
    page.evaluate(PASTE, [area.element_handle(), base64.b64encode(photo()).decode()])
    expect(area).to_have_value(begins("![Say what it shows](img/image.png)"))
    assert area.evaluate("one => one.value.slice(one.selectionStart, one.selectionEnd)") == (
        "Say what it shows"
    )
    page.keyboard.type("A red box")
    page.evaluate(PASTE, [area.element_handle(), ""])  # nothing at all: said, and no trace of it
    expect(page.locator(".st-toast")).to_contain_text("is empty")
    expect(area).not_to_have_value(re.compile("Uploading"))
    expect(page.locator("#kept")).to_contain_text("Draft kept")
    page.context.set_offline(True)
    page.keyboard.type("es")
    expect(page.locator("#kept")).to_contain_text("Not kept yet")
    page.context.set_offline(False)
    expect(page.locator("#kept")).to_contain_text("Draft kept")
    watched.check()

    page.reload()  # as after a crash: the saved text, and the other one offered
    expect(area).not_to_have_value(begins("![A red boxes]"))
    page.get_by_role("link", name="Go on with it").click()
    expect(area).to_have_value(begins("![A red boxes]"))
    area.focus()
    page.keyboard.press("Control+s")
    expect(page.locator(".st-toast")).to_contain_text("Saved as version 2.")
    saved = Lesson.objects.get(pk=lesson.pk)
    assert saved.content.startswith("![A red boxes](img/image.png)")
    assert 'width="40" height="20"' in saved.content_html
    assert (StoredFile.objects.count(), LessonDraft.objects.count()) == (1, 0)

    page.get_by_role("button", name="Archive").click()
    page.locator(".st-toast").get_by_role("button", name="Undo").click()
    expect(page.locator(".st-toast")).to_contain_text("as it was before")
    assert Lesson.objects.get(pk=lesson.pk).status == "published"
