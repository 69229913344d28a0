"""Stored texts in a real browser: whatever people write, nothing of it runs or calls elsewhere.

An admin is shown the pages of a course by the same templates as the one who teaches it, who opens
all of them. So an admin opens those of administration and of the others every fourth; with
EVERY_RULE in the environment, as in `python -m benchmarks.soak --only pages`, all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from tools import page_checks

from studium.assessment.actions import sit
from studium.identity.models import User
from tests.journeys import hostile_course
from tests.journeys.conftest import Watched
from tests.journeys.hostile_course import ANSWER, HostileCourse
from tests.security.payloads import PAYLOADS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Runs before any script of a page: notes what the policy stopped, which our own pages never need.
LISTEN = """
window.__stopped = [];
document.addEventListener('securitypolicyviolation', event => {
  window.__stopped.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`);
});
"""
# What has happened in a page, and what a click or a look could still set off.
ACTIVE = """() => {
  const found = [...window.__stopped];
  if (window.__x !== undefined) found.push('a stored script ran');
  const own = new URL(document.baseURI).origin;
  for (const el of document.querySelectorAll('*')) {
    const tag = el.localName;
    if (['iframe', 'object', 'embed', 'base', 'frame'].includes(tag)) found.push(`<${tag}>`);
    if (tag === 'script' && !(el.src || '').startsWith(own)) found.push('<script>');
    for (const {name, value} of el.attributes) {
      if (/^on|^hx-on|^data-hx|^srcdoc$|^style$/.test(name) || /^js:/.test(value)) {
        found.push(`${tag} ${name}=${value}`);
      }
      if (/^(href|src|action|formaction|xlink:href|data|poster|srcset)$/.test(name)) {
        const to = new URL(value, document.baseURI);
        const link = tag === 'a' && ['http:', 'https:', 'mailto:'].includes(to.protocol);
        if (to.origin !== own && !link) found.push(`${tag} ${name}=${value}`);
      }
    }
    for (const name of ['hx-get', 'hx-post', 'hx-put', 'hx-delete', 'hx-patch']) {
      const to = el.getAttribute(name);
      if (to && (to.includes('evil') || to === '/account/')) found.push(`${tag} ${name}=${to}`);
    }
  }
  return found;
}"""
# Whether a text is there to read, in the page or in a field of it.
SHOWN = """text => document.body.innerText.includes(text)
  || [...document.querySelectorAll('input, textarea')].some(field => field.value === text)"""


@pytest.fixture
def stored(bruno: User, ada: User) -> HostileCourse:
    return hostile_course.build(author=bruno, student=ada)


class Reader:
    """A person with a browser who opens pages and writes down whatever becomes active."""

    def __init__(self, watched: Watched) -> None:
        self.watched = watched
        self.page: Page = watched.page
        self.found: list[str] = []
        self.page.add_init_script(LISTEN)
        self.page.on("dialog", self._dialog)

    def _dialog(self, dialog: Any) -> None:
        self.found.append(f"{self.page.url}: a dialog opened: {dialog.message}")
        dialog.dismiss()

    def open(self, address: str) -> None:
        answer = self.page.goto(self.watched.address + address)
        assert answer is not None
        assert answer.status == 200, (address, answer.status)
        self.look()

    def look(self) -> None:
        self.found += [f"{self.page.url}: {one}" for one in self.page.evaluate(ACTIVE)]


def _read(stored: HostileCourse) -> Iterator[str]:
    """What a learner reads; staff may open most of it too."""
    yield from ("/", "/courses/", f"/courses/{stored.slug}/")
    yield from (f"/courses/{stored.slug}/lessons/{one}/" for one in stored.lesson_ids)
    yield f"/quizzes/{stored.quiz_id}/"
    yield f"/exams/{stored.exam_id}/"
    yield f"/exam-attempts/{stored.attempt_id}/result/"


def _teach(stored: HostileCourse, student: User) -> Iterator[str]:
    course = f"/teach/courses/{stored.slug}/"
    yield "/teach/"
    yield from (
        course + rest
        for rest in (
            "", "settings/", "quizzes/", f"quizzes/{stored.quiz_id}/", "exams/",
            f"exams/{stored.exam_id}/", "people/", "files/", "notes/", "jobs/", "insight/",
            "insight/attempts/", "insight/students/", f"insight/students/{student.pk}/",
            f"lessons/{stored.lesson_ids[0]}/versions/",
            f"lessons/{stored.lesson_ids[0]}/versions/1/",
        )
    )  # fmt: skip
    yield from (f"{course}questions/{one}/" for one in stored.question_ids)
    yield f"/notes/{stored.note_id}/edit/"


def test_there_are_more_than_a_hundred_payloads() -> None:
    assert len(set(PAYLOADS)) > 120


def test_no_stored_text_runs_for_a_student(
    visit: Callable[..., Watched], ada: User, stored: HostileCourse
) -> None:
    reader = Reader(visit(ada))
    for address in _read(stored):
        reader.open(address)
    for number in range(1, 7):
        reader.open(f"/quiz-attempts/{stored.run_id}/?q={number}")
    expect(reader.page.get_by_role("status").filter(has_text="Right").first).to_be_visible()
    assert reader.page.evaluate(SHOWN, ANSWER), "the run shows what was answered"
    for address in ("/progress/", f"/courses/{stored.slug}/progress/", "/account/"):
        reader.open(address)
    reader.open(f"/exam-attempts/{stored.attempt_id}/result/")
    assert reader.page.evaluate(SHOWN, ANSWER), "the result shows what was answered"
    running = sit.start_attempt(by=ada, exam_id=stored.exam_id, now=datetime.now(UTC))
    reader.open(f"/exam-attempts/{running.pk}/")
    assert reader.found == []


def test_no_stored_text_runs_for_the_one_who_teaches(
    visit: Callable[..., Watched],
    bruno: User,
    ada: User,
    stored: HostileCourse,
    client_of: Callable[..., Client],
) -> None:
    reader = Reader(visit(bruno))
    for address in (*_read(stored), *_teach(stored, ada)):
        reader.open(address)
    reader.open(f"/teach/courses/{stored.slug}/lessons/{stored.lesson_ids[1]}/")
    text = "\n\n".join([*PAYLOADS, "The very end."])
    reader.page.get_by_label("Text in Markdown").fill(text)
    expect(reader.page.locator("#preview")).to_contain_text("The very end.")
    reader.look()
    assert reader.found == []
    for name in ("attempts", "questions", "students"):
        table = client_of(bruno).get(f"/teach/courses/{stored.slug}/insight/{name}.csv")
        assert table["Content-Type"].startswith("text/csv")
        assert table["Content-Disposition"].startswith("attachment")
        assert table["X-Content-Type-Options"] == "nosniff"


def test_no_stored_text_runs_for_an_admin(
    visit: Callable[..., Watched], dora: User, bruno: User, ada: User, stored: HostileCourse
) -> None:
    reader = Reader(visit(dora))
    of_courses = [*_read(stored), *_teach(stored, ada)]
    for address in of_courses[:: 1 if page_checks.EVERY_RULE else 4]:
        reader.open(address)
    for address in (
        "/admin/", "/admin/people/", f"/admin/people/{bruno.pk}/", f"/admin/people/{ada.pk}/",
        "/admin/jobs/", "/admin/log/",
    ):  # fmt: skip
        reader.open(address)
    assert reader.found == []
