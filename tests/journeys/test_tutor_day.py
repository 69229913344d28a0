"""A student reads notes, follows a chip to its passage, and asks the tutor three questions."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, Route, expect

from studium.content.actions import lessons
from studium.content.actions.lessons import LessonText
from studium.content.models import Course, Lesson
from studium.identity.models import User
from studium.notes.models import AiNote
from tests.journeys.conftest import Watched, hold_reading

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEXT = (
    "## Heat\n\nA radiator gives its warmth to the room by convection.\n\n"
    "## Metals\n\nCopper is a metal that conducts electricity well.\n\n"
    "Workshops keep rolls of zinc near the window.\n"
)
QUOTE = "Copper is a metal that conducts electricity well."


@pytest.fixture
def lesson(course: Course, bruno: User) -> Lesson:
    now = datetime.now(UTC)
    text = LessonText(topic="Warmth", content=TEXT)
    made = lessons.add_lesson(by=bruno, course_id=course.pk, text=text, now=now)
    lessons.publish_lessons(by=bruno, course_id=course.pk, lesson_ids=[made.pk], now=now)
    start = TEXT.index(QUOTE)
    block = next(one for one in made.blocks if one["start"] <= start < one["end"])
    source = {
        "block_id": block["id"], "start": start, "end": start + len(QUOTE), "quote": QUOTE,
    }  # fmt: skip
    AiNote.objects.create(
        lesson=made, generated_content=QUOTE, engine="extractive", status="approved",
        source_hash=made.content_hash, approved_by=bruno, approved_at=now,
        sentences=[{"text": QUOTE, "kind": "summary", "sources": [source], "supported": True}],
    )  # fmt: skip
    return made


def _ask(page: Page, mode: str, question: str) -> None:
    page.locator("form.st-tutor").get_by_text(mode, exact=True).click()
    page.get_by_label("Your question").fill(question)
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_role("article").last).to_contain_text(question)


def test_notes_a_chip_and_three_questions(
    visit: Callable[..., Watched], ada: User, course: Course, lesson: Lesson
) -> None:
    seen = visit(ada)
    page = seen.page
    # One's own notes come a moment after the lesson; what is kept meanwhile must not wait for them.
    late: list[Route] = []
    page.route("**/own-notes/", lambda one: hold_reading(one, late))
    seen.open(f"/courses/{course.slug}/lessons/{lesson.pk}/")
    page.get_by_role("complementary").get_by_role("link", name=re.compile("source", re.I)).click()
    expect(page.locator(".st-prose p", has_text=QUOTE)).to_be_in_viewport()

    page.get_by_role("button", name="Keep as my note").click()
    kept = page.locator("#pane-own [data-own-note] textarea")
    expect(kept).to_be_focused()
    assert len(late) == 1
    page.unroute_all(behavior="ignoreErrors")
    expect(kept).to_have_value(f"From the AI notes: In short\n- {QUOTE}")

    panel = page.get_by_role("group", name="Beside the lesson")
    panel.get_by_role("button", name="Tutor").click()
    expect(page.get_by_label("Your question")).to_be_visible()
    seen.check()
    _ask(page, "Hint", "How does a radiator give its warmth to the room?")
    first = page.get_by_role("article").last
    expect(first).to_contain_text("It stands in the course")
    expect(first).not_to_contain_text("convection")
    first.get_by_role("button", name="Show the passages").click()
    told = page.get_by_role("article").last
    expect(told).to_contain_text("A radiator gives its warmth to the room by convection.")
    told.get_by_role("link", name="Heat").click()
    expect(page.locator(".st-prose p", has_text="A radiator gives")).to_be_focused()

    seen.open(f"/lessons/{lesson.pk}/tutor/")
    _ask(page, "Explain", "What is zinc?")
    expect(page.get_by_role("article").last).to_contain_text("Perhaps related")
    _ask(page, "Explain", "Who painted the Mona Lisa?")
    expect(page.get_by_role("article").last).to_contain_text("Not in the material")
    seen.check()

    page.get_by_text("What is kept of this").click()
    page.get_by_role("button", name="Delete this conversation").click()
    expect(page.get_by_text("4 questions deleted.")).to_be_visible()
