"""A student's day: sign in, read, follow a source, practise, sit an exam twice, see the change."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from studium.content.models import Course
from studium.identity.models import User
from studium.notes.models import AiNote
from tests import factories
from tests.journeys.conftest import Watched, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ready(course: Course, bruno: User) -> Course:
    """A course with notes, a quiz and an exam to take three times."""
    lesson = course.lessons.earliest("order_index")
    block = next(b for b in lesson.blocks if b["kind"] == "paragraph")
    quote = lesson.content[block["start"] : block["end"]].rstrip()
    source = {
        "block_id": block["id"],
        "start": block["start"],
        "end": block["start"] + len(quote),
        "quote": quote,
    }
    AiNote.objects.create(
        lesson=lesson, generated_content=f"## In short\n\n{quote}", engine="extractive",
        source_hash=lesson.content_hash, status="approved", approved_by=bruno,
        approved_at=datetime.now(UTC),
        sentences=[{"text": quote, "kind": "summary", "sources": [source], "supported": True}],
    )  # fmt: skip
    quiz = factories.quiz(lesson=lesson, title="Owners", questions=2)
    factories.question(quiz=quiz, kind="short_text", text="What does a value have?")
    factories.exam(
        course=course, questions=list(quiz.questions.order_by("position")), title="Ownership exam",
        attempts_allowed=3,
    )  # fmt: skip
    return course


def _sit(page: Page, *, right: bool) -> None:
    page.get_by_label("I am ready").check()
    page.get_by_role("button", name="Start the exam").click()
    page.locator("[data-exam].is-awake fieldset:enabled").first.wait_for()
    wanted = "One" if right else "Two"
    for _ in range(2):
        page.locator("fieldset:visible").get_by_label(wanted).check()
        page.get_by_role("button", name="Next").click()
    page.locator("fieldset:visible").get_by_role("textbox").fill("owner")
    expect(page.locator("[data-save-state]")).to_have_text(re.compile("All answers saved"))
    page.get_by_role("button", name="Review and submit").click()
    expect(page.get_by_text("All questions are answered.").first).to_be_visible()
    page.get_by_role("button", name="Submit the exam").click()
    page.get_by_role("button", name="Submit now").click()
    expect(page).to_have_url(re.compile("/result/$"))


def test_a_day_from_sign_in_to_progress(
    visit: Callable[..., Watched], ada: User, ready: Course
) -> None:
    ada_sees = visit()
    sign_in(ada_sees, ada)
    page = ada_sees.page
    ada_sees.check()

    page.get_by_role("link", name=ready.title).first.click()
    ada_sees.check()
    page.get_by_role("link", name="Lesson 1").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lesson 1")
    ada_sees.check()

    chip = page.get_by_role("link", name=re.compile("paragraph|source", re.I)).first
    chip.click()
    passage = page.locator(".st-prose p", has_text="Ownership is a set of rules").first
    expect(passage).to_be_in_viewport()
    page.get_by_role("button", name=re.compile("done", re.I)).first.click()

    expect(page.get_by_role("button", name="Done", exact=True)).to_be_visible()

    page.get_by_role("link", name="Practise").first.click()
    page.get_by_role("button", name="Start").click()
    page.get_by_label("One").check()
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("status").filter(has_text="Right")).to_be_visible()
    ada_sees.check()
    page.get_by_role("link", name="Next").click()
    page.get_by_label("Two").check()
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("status").filter(has_text="Not this one")).to_be_visible()
    page.get_by_role("link", name="Next").click()
    page.locator("fieldset").get_by_role("textbox").fill("owner")
    page.get_by_role("button", name="Check").click()
    page.get_by_role("button", name="See how it went").click()
    expect(page.get_by_text("66 %")).to_be_visible()
    ada_sees.check()

    ada_sees.open(f"/courses/{ready.slug}/")
    page.get_by_role("link", name="Ownership exam").first.click()
    ada_sees.check()
    _sit(page, right=False)
    expect(page.get_by_text("33 %").first).to_be_visible()
    ada_sees.check()
    page.get_by_role("link", name="Ownership exam").first.click()
    _sit(page, right=True)
    expect(page.get_by_text("100 %").first).to_be_visible()

    page.get_by_role("link", name="Progress").first.click()
    page.get_by_role("link", name=ready.title).first.click()
    expect(page.get_by_text("from 33 to 100 % in 2 attempts")).to_be_visible()
    ada_sees.check()
