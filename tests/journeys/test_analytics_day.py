"""What analytics says to those it is about, read in a browser: three students, and an instructor.

Ada's first concept is fading, Dev has answered too little to say anything, Eva is ready for the
exam; Bruno finds the three who need help, helps one of them, and finds the question whose key is
wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from studium.identity.models import User
from tests.journeys import term
from tests.journeys.conftest import Watched

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


PHONE = {"viewport": {"width": 375, "height": 800}, "color_scheme": "dark"}


def _tabbed(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Parts of the insight").get_by_role(
        "link", name=name
    ).click()


def _searched(page: Page, name: str) -> None:
    page.get_by_label("Name or e-mail").fill(name)
    page.get_by_role("button", name="Show", exact=True).click()


def test_an_instructor_finds_who_needs_help_and_three_students_read_where_they_stand(
    visit: Callable[..., Watched], bruno: User
) -> None:
    made = term.run(bruno)
    _finds_who_needs_help_and_the_bad_question(visit(bruno), made)
    address = f"/courses/{made.course.slug}/progress/"
    _has_a_fading_concept(visit(made.ada, **PHONE), address)
    _has_too_little_evidence(visit(made.dev), address)
    _is_ready(visit(made.eva), address)


def _finds_who_needs_help_and_the_bad_question(seen: Watched, made: term.Term) -> None:
    page = seen.page
    seen.open(f"/teach/courses/{made.course.slug}/insight/help/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("3 students are unlikely to pass")
    lines = page.get_by_role("main").get_by_role("listitem").filter(
        has=page.get_by_role("link", name=re.compile("^Write "))
    )  # fmt: skip
    for place, person in enumerate(sorted(made.struggling, key=lambda one: one.name)):
        expect(lines.nth(place)).to_contain_text(person.name)
        expect(lines.nth(place)).to_contain_text("unlikely to pass")
        expect(lines.nth(place)).to_contain_text("answers")
    expect(lines.nth(3)).not_to_contain_text("unlikely to pass")
    seen.check()

    lines.first.get_by_role("button", name=re.compile("Suggest practice")).click()
    expect(page.get_by_role("main")).to_contain_text("Bruno Berg suggested")
    _searched(page, "Dev")
    expect(page.get_by_role("region", name="Too early to say")).to_contain_text(made.dev.name)

    _tabbed(page, "Class by concept")
    table = page.get_by_role("table", name=re.compile("concept", re.I))
    expect(table.get_by_role("row").nth(1)).to_contain_text(made.struggling[0].name)
    seen.check()
    _searched(page, "Dev")
    early = table.get_by_role("row").filter(has_text=made.dev.name)
    expect(early).to_contain_text("too early to say")
    expect(early.get_by_role("cell")).to_have_text(
        [re.compile("early"), "", "", re.compile("early")]
    )
    expect(page.locator("main .st-legend")).to_contain_text("no answers")

    _tabbed(page, "Readiness")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Second exam")
    seen.check()
    _searched(page, "Eva")
    ready = page.get_by_role("row").filter(has_text=made.eva.name)
    expect(ready).to_contain_text("very likely to pass")

    _tabbed(page, "Learning curves")
    expect(page.get_by_role("main")).to_contain_text("Moves")
    seen.check()

    _tabbed(page, "Exams and questions")
    page.get_by_role("link", name="First exam", exact=True).click()
    bad = page.get_by_role("row").filter(has_text="wrong key")
    expect(bad).to_have_count(1)
    expect(bad.get_by_role("cell").first).to_have_text("4")
    seen.check()
    bad.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Look at the key.")
    expect(page.get_by_role("link", name="Fix key and regrade")).to_be_visible()
    seen.check()


def _has_a_fading_concept(seen: Watched, address: str) -> None:
    """Ada is told what fades, why, and from which answers; she notes a slip and reviews it."""
    page = seen.page
    seen.open(address)
    fading = page.get_by_role("region", name="Fading")
    expect(fading).to_contain_text("Moves")
    expect(fading).to_contain_text("review due since")
    expect(fading.get_by_role("listitem")).to_have_count(1)
    seen.check()
    fading.get_by_role("link", name="Moves").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Moves")
    page.get_by_text("How the figure is put together").click()
    parts = page.get_by_role("table", name="Parts of the figure").get_by_role("row")
    told = [float(text) for text in parts.locator("td:last-child").all_inner_texts()]
    assert abs(sum(told[:-1]) - told[-1]) < 0.01 * len(told)  # each is rounded to two digits
    answers = page.get_by_role("table", name="Answers on Moves").get_by_role("row")
    expect(answers).to_have_count(1 + 12)
    seen.check()
    page.get_by_role("button", name=re.compile("This answer was a slip")).first.click()
    expect(page.get_by_role("button", name="Take back")).to_have_count(1)
    expect(answers).to_have_count(1 + 12)
    seen.open(address)
    page.get_by_role("button", name="Review Moves").click()
    expect(page).to_have_url(re.compile("/practice"))
    expect(page.get_by_role("group").first).to_be_visible()
    seen.check()


def _has_too_little_evidence(seen: Watched, address: str) -> None:
    """Dev is told that it is too early, and no number."""
    page = seen.page
    seen.open(address)
    expect(page.get_by_role("main")).to_contain_text("It is too early to say.")
    topics = page.get_by_role("region", name="Topic by topic")
    expect(topics.get_by_role("listitem").first).to_contain_text("too early to say")
    assert not re.search(r"\d+\s%", topics.get_by_role("list").inner_text())
    ready = page.get_by_role("region", name=re.compile("Ready for"))
    assert not re.search(r"\d+\s%", ready.inner_text())
    seen.check()


def _is_ready(seen: Watched, address: str) -> None:
    """Eva is told that she will very likely pass, and within which score."""
    page = seen.page
    seen.open(address)
    ready = page.get_by_role("region", name=re.compile("Ready for “Second exam”"))
    expect(ready).to_contain_text(re.compile("very likely", re.I))
    expect(ready.get_by_role("img", name=re.compile("Score")).first).to_be_visible()
    topics = page.get_by_role("region", name="Topic by topic")
    expect(topics.get_by_text("solid", exact=True)).to_have_count(3)
    seen.check()
