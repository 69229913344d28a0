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


def _tabbed(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Parts of the insight").get_by_role(
        "link", name=name
    ).click()


def test_an_instructor_finds_who_needs_help_and_the_bad_question(
    visit: Callable[..., Watched], bruno: User
) -> None:
    made = term.run(bruno)
    seen = visit(bruno)
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
    expect(page.get_by_role("region", name="Too early to say")).to_contain_text(made.dev.name)
    seen.check()

    lines.first.get_by_role("button", name=re.compile("Suggest practice")).click()
    expect(page.get_by_role("main")).to_contain_text("Bruno Berg suggested")

    _tabbed(page, "Class by concept")
    table = page.get_by_role("table", name=re.compile("concept", re.I))
    expect(table.get_by_role("row").nth(1)).to_contain_text(made.struggling[0].name)
    early = table.get_by_role("row").filter(has_text=made.dev.name)
    expect(early).to_contain_text("too early to say")
    expect(early).to_contain_text("no answers")
    seen.check()

    _tabbed(page, "Readiness")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Second exam")
    ready = page.get_by_role("row").filter(has_text=made.eva.name)
    expect(ready).to_contain_text("very likely to pass")
    seen.check()

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
