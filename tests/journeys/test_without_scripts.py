"""JavaScript off: reading, a quiz, and an exam that is handed in."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from studium.assessment.models import ExamAttempt
from studium.content.models import Course
from studium.identity.models import User
from tests import factories
from tests.journeys.conftest import Watched, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_reading_practice_and_an_exam_without_scripts(
    visit: Callable[..., Watched], ada: User, course: Course
) -> None:
    quiz = factories.quiz(
        lesson=course.lessons.earliest("order_index"), title="Owners", questions=2
    )
    factories.exam(course=course, questions=list(quiz.questions.all()), title="Ownership exam")
    watched = visit(java_script_enabled=False)
    page = watched.page
    page.context.set_default_timeout(30_000)  # the first page is put together anew
    sign_in(watched, ada)
    main = page.locator("main")

    main.get_by_role("link", name="Begin").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lesson 1")
    page.get_by_role("button", name=re.compile("done", re.I)).first.click()
    expect(page.get_by_role("button", name="Done", exact=True)).to_be_visible()

    page.locator("main a[href*='/quizzes/']").first.click()
    main.get_by_role("button", name="Start").click()
    for onward in ("Next", "See how it went"):
        main.get_by_label("One").check()
        main.get_by_role("button", name="Check").click()
        expect(page.get_by_role("status").filter(has_text="Right")).to_be_visible()
        page.get_by_role("link", name=onward).or_(
            page.get_by_role("button", name=onward)
        ).first.click()
    expect(page.get_by_text("100 %").first).to_be_visible()

    page.get_by_role("link", name=re.compile("^Studium")).first.click()
    main.get_by_role("link", name="Details").click()
    page.get_by_label("I am ready").check()
    page.get_by_role("button", name="Start the exam").click()
    for onward in ("Save and next", "Save and review"):
        page.get_by_label("One").check()
        page.get_by_role("button", name=onward).click()
    page.get_by_role("button", name="Submit now").click()
    expect(page).to_have_url(re.compile("/result/$"))
    assert ExamAttempt.objects.get(user=ada).score == 100
