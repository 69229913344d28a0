"""A day by keyboard alone: nothing here clicks, and every thing is reached by Tab and arrows."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Locator, Route, expect

from studium.assessment.actions import sit
from studium.assessment.models import Exam, ExamAttempt, Quiz
from studium.content.models import Course
from studium.identity.models import User
from tests import factories
from tests.journeys.conftest import Watched, hold_reading

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

IS_FOCUSED = "el => el === document.activeElement"
IN_GROUP = "el => el.name && el.name === document.activeElement?.name"


class Hands:
    """Two hands on a keyboard, before one page."""

    def __init__(self, watched: Watched) -> None:
        self.page = watched.page
        self.page.context.set_default_timeout(30_000)
        self.open = watched.open

    def to(self, target: Locator, *, by: str = IS_FOCUSED) -> None:
        """Press Tab until the thing has the focus; it must be reachable in 150 presses."""
        target.wait_for()
        for _ in range(150):
            if target.evaluate(by):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{target} is not reached by Tab on {self.page.url}")

    def press(self, target: Locator, key: str = "Enter") -> None:
        """Go there and press a key."""
        self.to(target)
        self.page.keyboard.press(key)

    def follow(self, target: Locator) -> None:
        """Go there, press Enter, and be on the next page."""
        self.to(target)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def write(self, target: Locator, text: str) -> None:
        """Go to a field and type over what it holds."""
        self.to(target)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def choose(self, radio: Locator) -> None:
        """Go to the group of a radio button, then with the arrows to it."""
        self.to(radio.first, by=IN_GROUP)
        self.page.keyboard.press("Space")
        for _ in range(8):
            if radio.first.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{radio} is not reached by the arrows")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name).locator("visible=true").first

    def link(self, name: str | re.Pattern[str]) -> Locator:
        return self.page.locator("main").get_by_role("link", name=name).first

    def sign_in(self, person: User) -> None:
        self.open("/account/login/")
        self.write(self.page.get_by_label(re.compile("^E-?mail")), person.email)
        self.write(self.page.get_by_label("Password", exact=True), factories.PASSWORD)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")


@pytest.fixture
def exam(course: Course) -> Exam:
    """A choice whose key is wrong, and an essay."""
    quiz = factories.quiz(lesson=course.lessons.earliest("order_index"), questions=1,
                          title="Owners")  # fmt: skip
    essay = factories.question(quiz=quiz, kind="essay", points=2, text="What is borrowing?")
    asked = [*quiz.questions.filter(kind="single_choice"), essay]
    return factories.exam(course=course, questions=asked, title="Ownership exam", pass_mark=50)


def test_notes_that_arrive_late_do_not_take_the_focus_from_a_new_one(
    visit: Callable[..., Watched], ada: User, course: Course
) -> None:
    page, late = visit(ada).page, list[Route]()
    page.route("**/own-notes/", lambda one: hold_reading(one, late))
    page.locator("main").get_by_role("link", name="Begin").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lesson 1")
    page.keyboard.press("n")
    note = page.locator("[data-own-note] textarea").first
    expect(note).to_be_focused()
    page.keyboard.type("One owner")
    assert len(late) == 1
    with page.expect_response("**/own-notes/") as arrived:
        late[0].continue_()
    arrived.value.finished()
    page.evaluate("() => new Promise(done => setTimeout(done, 100))")  # what is swapped is by then
    page.keyboard.type(" at a time.")
    expect(note).to_be_focused()
    expect(note).to_have_value("One owner at a time.")


def test_sign_in_read_and_note_then_a_whole_exam(
    visit: Callable[..., Watched], ada: User, course: Course, exam: Exam
) -> None:
    hands = Hands(visit())
    page = hands.page
    hands.sign_in(ada)
    hands.follow(hands.link("Begin"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Lesson 1")
    page.keyboard.press("n")
    note = page.locator("[data-own-note] textarea").first
    expect(note).to_be_focused()
    page.keyboard.type("One owner at a time.")
    expect(page.locator("[data-own-note] [data-state]").first).to_contain_text(
        re.compile(r"saved .*\d", re.I)
    )
    hands.follow(page.get_by_role("link", name=re.compile("^Studium")))

    hands.follow(hands.link("Details"))
    hands.press(page.get_by_label("I am ready"), "Space")
    hands.follow(hands.button("Start the exam"))
    page.locator("[data-exam].is-awake fieldset:enabled").first.wait_for()
    hands.choose(page.locator("fieldset:visible").get_by_label("One"))
    hands.press(hands.button("Next"))
    hands.write(page.locator("fieldset:visible").get_by_role("textbox"), "Using without owning.")
    expect(page.locator("[data-save-state]")).to_have_text(re.compile("All answers saved"))
    hands.press(hands.button("Review and submit"))
    hands.press(hands.button("Submit the exam"))
    hands.follow(page.get_by_role("dialog").get_by_role("button", name="Submit now"))
    expect(page).to_have_url(re.compile("/result/$"))
    assert ExamAttempt.objects.get(user=ada).status == "submitted"


def test_build_a_quiz_mark_an_essay_fix_a_key_and_regrade(
    visit: Callable[..., Watched], ada: User, bruno: User, course: Course, exam: Exam
) -> None:
    attempt = _handed_in(exam, ada)
    hands = Hands(visit())
    page = hands.page
    hands.sign_in(bruno)
    _mark(hands)
    attempt.refresh_from_db()
    assert attempt.status == "graded"
    assert attempt.score == 33  # the essay earns 1 of 2, the choice 0 of 1

    hands.open(f"/teach/courses/{course.slug}/exams/{exam.pk}/items/")
    hands.follow(page.locator("main table tbody").get_by_role("link").first)
    hands.follow(hands.link("Fix key and regrade"))
    hands.choose(page.get_by_label("The key was wrong: another answer is right instead"))
    hands.choose(page.locator("#f-answer").get_by_label("Two"))
    hands.write(page.get_by_label(re.compile("^Why")), "The key was the other one.")
    hands.follow(hands.button("See who moves"))
    hands.follow(hands.button("Give 1 attempt its new mark"))
    attempt.refresh_from_db()
    assert attempt.score == 66

    hands.open(f"/teach/courses/{course.slug}/quizzes/")
    _build(hands)
    quiz = Quiz.objects.get(title="By keyboard")
    assert (quiz.status, quiz.questions.count()) == ("published", 1)


def _handed_in(exam: Exam, ada: User) -> ExamAttempt:
    """Ada's attempt: "b" where the key says "a", and an essay."""
    now = datetime.now(UTC)
    made = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    asked = list(exam.paper.order_by("position").values_list("question_id", flat=True))
    for question, response in zip(asked, ("b", "Using without owning."), strict=True):
        about: dict[str, Any] = {"question_id": question, "response": response, "revision": 1}
        sit.save_answer(by_id=ada.pk, attempt_id=made.pk, now=now, **about)
    return sit.submit(by=ada, attempt_id=made.pk, now=now)


def _mark(hands: Hands) -> None:
    """From the first page to the mark: what waits is named there."""
    hands.follow(hands.link(re.compile("^Mark")))
    hands.follow(hands.link("Mark the next answer"))
    hands.write(hands.page.get_by_label(re.compile("^Points")), "1")
    hands.write(hands.page.get_by_label(re.compile("^Comment")), "Half of it.")
    hands.follow(hands.button("Keep the mark"))


def _build(hands: Hands) -> None:
    page = hands.page
    hands.write(page.get_by_label("Title"), "By keyboard")
    hands.follow(hands.button("Make the quiz"))
    hands.follow(hands.link("True or false"))
    hands.write(page.get_by_label("Question", exact=True), "A value has one owner.")
    hands.choose(page.get_by_label("true", exact=True))
    hands.follow(hands.button("Save the question"))
    if not page.get_by_role("button", name="Publish").count():
        hands.follow(page.get_by_role("link", name="By keyboard").first)
    hands.press(hands.button("Publish"))
    hands.follow(page.get_by_role("dialog").get_by_role("button", name="Publish"))
