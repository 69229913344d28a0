"""An instructor brings a document and a folder, has questions made, reviews them by keyboard, and
publishes what was approved."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from studium.ai import evaluation
from studium.assessment.models import DraftedQuestion, Question, Quiz
from studium.content.models import Course
from studium.identity.models import User
from studium.lib import jobs
from tests.journeys.conftest import Watched

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DOCUMENT = Path(__file__).parents[1] / "data" / "documents" / "reader.pdf"
LESSONS = Path(evaluation.__file__).parent / "lessons"
REVIEWED = 20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two lessons in Markdown, as a person would upload them."""
    packed = tmp_path / "biology.zip"
    with zipfile.ZipFile(packed, "w") as out:
        for name in ("biology-m44554", "biology-m44628"):
            out.write(LESSONS / f"{name}.md", f"{name}.md")
    return packed


def _imported(page: Page, path: Path) -> Course:
    page.get_by_role("link", name="Teach").first.click()
    page.get_by_role("link", name="Import a course").first.click()
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Check it").click()
    expect(page.get_by_text("Nothing is stored yet")).to_be_visible()
    if path == DOCUMENT:
        expect(page.locator(".st-job")).to_contain_text("You may leave this page.")
        jobs.work_off()
        page.get_by_role("link", name="See it").click()
    page.get_by_role("button", name=re.compile("^Import ")).click()
    expect(page.get_by_role("navigation", name="Parts of the course")).to_be_visible()
    return Course.objects.latest("created_at")


def _drafts_made(page: Page) -> None:
    """Ask for drafts, and watch the card from waiting to done."""
    page.get_by_role("link", name="Drafts", exact=True).click()
    page.get_by_role("button", name="Make drafts").click()
    card = page.locator(".st-job")
    expect(card).to_contain_text("You may leave this page.")
    jobs.work_off()
    expect(card).to_contain_text(re.compile("new drafts?"))
    card.get_by_role("link", name="See it").click()
    expect(page.locator("[data-draft]")).to_be_visible()


def test_a_document_and_a_folder_become_reviewed_questions(
    visit: Callable[..., Watched], bruno: User, folder: Path
) -> None:
    bruno_sees = visit(bruno)
    page = bruno_sees.page
    _imported(page, DOCUMENT)
    _drafts_made(page)
    bruno_sees.check()
    course = _imported(page, folder)
    _drafts_made(page)
    drafts = DraftedQuestion.objects.filter(lesson__course=course)
    assert drafts.count() >= REVIEWED

    title = page.locator("#draft")
    for number in range(REVIEWED):
        before = title.text_content()
        with page.expect_navigation():
            page.keyboard.press("5" if number % 4 == 3 else "a")
        expect(title).not_to_have_text(before or "")
    assert drafts.filter(status="approved").count() == 15
    assert set(drafts.filter(status="rejected").values_list("reject_reason")) == {("trivial",)}
    with page.expect_navigation():
        page.keyboard.press("u")
    assert drafts.filter(status="rejected").count() == 4
    with page.expect_navigation():
        page.keyboard.press("e")
    bruno_sees.check()
    page.get_by_label("Explanation").fill("As the lesson says.")
    page.get_by_role("button", name="Approve as written").click()
    expect(page.get_by_text("Approved as you wrote it")).to_be_visible()
    asked = Question.objects.filter(origin="ai", quiz__lesson__course=course)
    assert asked.count() == 16
    assert all(one.source["spans"] for one in asked)

    page.get_by_role("link", name="Quizzes", exact=True).click()
    page.get_by_role("link", name="Questions from the text").first.click()
    page.get_by_role("button", name="Publish").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Published").first).to_be_visible()
    assert Quiz.objects.filter(lesson__course=course, status="published").count() == 1
