"""An instructor's day: import a book, edit a lesson, publish, set an exam, see the results."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from studium.content.models import Course
from studium.identity.models import User
from tests import factories
from tests.journeys.conftest import Watched

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BOOK = Path(__file__).parents[1] / "data" / "mdbook_sample"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Three chapters of a real book with their quizzes, as a person would upload them."""
    packed = tmp_path / "book.zip"
    with zipfile.ZipFile(packed, "w") as out:
        for path in sorted(BOOK.rglob("*")):
            out.write(path, path.relative_to(BOOK))
    return packed


def test_a_day_from_import_to_results(
    visit: Callable[..., Watched], bruno: User, ada: User, book: Path
) -> None:
    bruno_sees = visit(bruno)
    page = bruno_sees.page
    page.get_by_role("link", name="Teach").first.click()
    bruno_sees.check()
    page.get_by_role("link", name="Import a course").first.click()
    page.get_by_label("A folder as a zip").set_input_files(book)
    page.get_by_role("button", name="Check it").click()
    expect(page.get_by_text("Nothing is stored yet")).to_be_visible()
    bruno_sees.check()
    page.get_by_role("button", name=re.compile("Import 3 lessons")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Rust")
    bruno_sees.check()

    with page.expect_navigation():  # what is typed before the page's scripts run is not shown
        page.get_by_role("link", name="Variables and Mutability").first.click()
    content = page.get_by_label("Text in Markdown")
    content.fill("Variables are immutable by default. $a^2$\n\n```rust\nlet x = 5;\n```\n")
    expect(page.locator("#preview")).to_contain_text("immutable by default")
    expect(page.locator("#preview math")).to_be_visible()
    page.get_by_label("What changed").fill("Shorter")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Versions").click()
    expect(page.get_by_text("Shorter")).to_be_visible()
    bruno_sees.check()
    course = Course.objects.get(owner=bruno, title__contains="Rust")

    bruno_sees.open(f"/teach/courses/{course.slug}/")
    for _ in ("into the next part", "past the next lesson"):
        page.get_by_role("button", name="Move Variables and Mutability down").focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
    expect(page.locator(".st-order li").nth(1)).to_contain_text("Variables and Mutability")

    page.get_by_role("link", name="Settings").click()
    page.get_by_role("button", name="Publish the course").first.click()
    bruno_sees.check()
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Published").first).to_be_visible()

    page.get_by_role("link", name="Exams", exact=True).click()
    page.get_by_role("link", name="Set the first exam").click()
    page.get_by_label("Title").fill("First exam")
    page.get_by_label("Minutes", exact=True).fill("0")
    page.get_by_role("button", name="Go on to the questions").click()
    expect(page.get_by_label("Minutes", exact=True)).to_have_attribute("aria-invalid", "true")
    bruno_sees.check()
    page.get_by_label("Minutes", exact=True).fill("20")
    page.get_by_role("button", name="Go on to the questions").click()
    choices = page.get_by_role("checkbox")
    for place in range(3):
        choices.nth(place).check()
    bruno_sees.check()
    page.get_by_role("button", name="Save the paper").click()
    page.get_by_role("button", name="Publish").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Published").first).to_be_visible()

    exam = course.exams.get()
    factories.enrollment(user=ada, course=course)
    _sit_without_answers(visit(ada, viewport={"width": 375, "height": 800}), f"/exams/{exam.pk}/")
    bruno_sees.open(f"/teach/courses/{course.slug}/")
    page.get_by_role("link", name="Insight").click()
    expect(page.get_by_text("1 hand-in by 1 person")).to_be_visible()
    bruno_sees.check()
    page.get_by_role("link", name="Students").click()
    expect(page.get_by_text(ada.name).first).to_be_visible()


def _sit_without_answers(watched: Watched, exam: str) -> None:
    """On a phone: begin, leave everything open, hand in."""
    page = watched.page
    watched.open(exam)
    watched.check()
    page.get_by_label("I am ready").check()
    page.get_by_role("button", name="Start the exam").click()
    expect(page).to_have_url(re.compile("/exam-attempts/"))
    watched.check()
    page.get_by_role("button", name="Review and submit").click()
    expect(page.get_by_text("Still open: 1, 2, 3")).to_be_visible()
    watched.check()
    page.get_by_role("button", name="Submit the exam").click()
    expect(page.get_by_text("These questions have no answer yet")).to_be_visible()
    page.get_by_role("button", name="Submit now").click()
    expect(page).to_have_url(re.compile("/result/$"))
    watched.check()
