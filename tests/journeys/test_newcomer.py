"""The newcomer's script of docs/newcomer.md, walked in a browser: each step one screen, counted."""

from __future__ import annotations

import re
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, expect

from studium.content.models import Course
from studium.identity.models import User
from tests import factories
from tests.journeys.conftest import Watched

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).parents[2]
SCRIPT = (ROOT / "docs" / "newcomer.md").read_text()
FOLDER = ROOT / "src" / "studium" / "cli" / "demo" / "second_course"
PASSWORD = "a-long-enough-one"
LEADS_ON = ":is(a[href], button):visible:not(header *, .st-skip)"


class Walk:
    """Somebody at work: counts clicks and fields, and where they were when they clicked."""

    def __init__(self, watched: Watched) -> None:
        self.page = watched.page
        self.page.context.set_default_timeout(30_000)  # a long way, on machines that are busy
        self.taken: dict[str, tuple[int, int]] = {}
        self._places: list[str] = []
        self._fields = 0

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """One screen: everything in it happens at one address, and its end leads on."""
        self._places, self._fields = [], 0
        yield
        assert len(set(self._places)) == 1, f"{name} takes more than one screen: {self._places}"
        self.taken[name] = (len(self._places), self._fields)
        expect(self.page.locator("h1")).to_have_count(1)
        assert self.page.locator(LEADS_ON).count(), f"after {name} there is no way on"

    def click(self, thing: Locator) -> None:
        self._places.append(urlsplit(self.page.url).path)
        thing.click()

    def fill(self, label: str | re.Pattern[str], text: str) -> None:
        self._fields += 1
        self.page.get_by_label(label).fill(text)

    def button(self, name: str | re.Pattern[str]) -> Locator:
        return self.page.get_by_role("button", name=name).locator("visible=true").first

    def link(self, name: str | re.Pattern[str], *, within: str = "main") -> Locator:
        return self.page.locator(within).get_by_role("link", name=name).first


def promised(who: str) -> dict[str, tuple[int, int]]:
    """Clicks and fields of each step, as the script's table for this person says."""
    part = SCRIPT.partition(f"## {who}")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| ([^|]+) \|[^|]+\|[^|]+\| (\d+) \| (\d+) \|$", part, re.M)
    totals = re.search(r"^(\d+) clicks and (\d+) fields", part, re.M)
    assert totals is not None
    table = {name.strip(): (int(clicks), int(fields)) for name, clicks, fields in rows}
    assert sum(clicks for clicks, _ in table.values()) == int(totals[1])
    assert sum(fields for _, fields in table.values()) == int(totals[2])
    return table


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    """The newcomer's folder as a zip."""
    out = tmp_path / "course.zip"
    with zipfile.ZipFile(out, "w") as zipped:
        for path in sorted(FOLDER.rglob("*")):
            zipped.write(path, path.relative_to(FOLDER))
    return out


def test_a_newcomer_gets_from_a_folder_to_an_exam_and_a_student_through_it(
    visit: Callable[..., Watched], packed: Path, settings: Any
) -> None:
    settings.SETUP_CODE = "none"
    begun = time.monotonic()
    dora = visit()
    walk = Walk(dora)
    dora.open("/")
    dora.check()
    teach(walk, packed)
    assert walk.taken == promised("Dora")

    ada = factories.person("Ada Alm")
    walk = Walk(visit(viewport={"width": 375, "height": 780}))
    walk.page.goto(f"{dora.address}/")
    learn(walk, ada, Course.objects.get().join_code or "")
    assert walk.taken == promised("Ada")
    print(f"Both ways were walked in {time.monotonic() - begun:.0f} s.")


def teach(walk: Walk, packed: Path) -> None:
    page = walk.page
    with walk.step("set up"):
        walk.fill("Your name", "Dora Dahl")
        walk.fill("E-mail", "dora@example.org")
        walk.fill(re.compile("^Password"), PASSWORD)
        walk.click(walk.button("Create the administrator"))
    with walk.step("begin"):
        walk.click(walk.link("Import a course"))
    with walk.step("import"):
        chooser = page.get_by_label("A folder as a zip")
        with page.expect_file_chooser() as chosen:
            walk.click(chooser)
        chosen.value.set_files(packed)
        walk.click(walk.button("Check it"))
    with walk.step("check"):
        expect(page.get_by_text("Nothing is stored yet")).to_be_visible()
        walk.click(walk.button(re.compile("^Import 3 lessons")))
    with walk.step("look"):
        expect(page.get_by_role("heading", level=1)).to_contain_text("Reading compiler errors")
        walk.click(walk.link("Settings"))
    with walk.step("let in"):
        walk.click(page.get_by_label("Everybody with the code"))
        walk.click(walk.button("Save the settings"))
        expect(page.locator("#code + p code")).to_be_visible()
    with walk.step("publish"):
        walk.click(walk.button("Publish the course"))
        walk.click(page.get_by_role("dialog").get_by_role("button", name="Publish"))
        expect(page.get_by_text("Published").first).to_be_visible()
    with walk.step("to exams"):
        walk.click(walk.link("Exams"))
    with walk.step("first exam"):
        walk.click(walk.link("Set the first exam"))
    with walk.step("terms"):
        walk.fill("Title", "First exam")
        walk.fill(re.compile("^Minutes$"), "20")
        walk.click(walk.button("Go on to the questions"))
    with walk.step("paper"):
        for place in range(2):
            walk.click(page.get_by_role("checkbox").nth(place))
        walk.click(walk.button("Save the paper"))
    with walk.step("open it"):
        walk.click(walk.button("Publish"))
        walk.click(page.get_by_role("dialog").get_by_role("button", name="Publish"))
        expect(page.get_by_text("Published").first).to_be_visible()


def learn(walk: Walk, ada: User, code: str) -> None:
    page = walk.page
    with walk.step("sign in"):
        walk.fill(re.compile("^E-?mail"), ada.email)
        walk.fill(re.compile("^Password$"), factories.PASSWORD)
        walk.click(walk.button("Sign in"))
    with walk.step("home"):
        expect(page.get_by_text("You are in no course yet")).to_be_visible()
        walk.click(walk.link("Enter a code"))
    with walk.step("code"):
        walk.fill("Code", code)
        walk.click(walk.button("Enter the course"))
    with walk.step("course"):
        walk.click(walk.link("Begin"))
    with walk.step("read"):
        walk.click(
            page.locator("section[aria-labelledby=practise] a, main a[href*='/quizzes/']").first
        )
    with walk.step("practise"):
        walk.click(walk.button("Start"))
    with walk.step("question"):
        walk.click(page.get_by_label("The sentence that names the rule"))
        walk.click(walk.button("Check"))
        expect(page.get_by_role("status").filter(has_text="Right")).to_be_visible()
        walk.click(walk.link("Next", within="body"))
    with walk.step("question 2"):
        walk.fill("Your answer", "--explain")
        walk.click(walk.button("Check"))
        walk.click(walk.button("See how it went"))
    with walk.step("result"):
        expect(page.get_by_text("100 %").first).to_be_visible()
        walk.click(page.get_by_role("link", name=re.compile("^Studium")).first)
    with walk.step("next"):
        walk.click(walk.link("Details"))
    with walk.step("lobby"):
        walk.click(page.get_by_label("I am ready"))
        walk.click(walk.button("Start the exam"))
        page.locator("[data-exam].is-awake fieldset:enabled").first.wait_for()
    with walk.step("paper 1"):
        walk.click(
            page.locator("fieldset:visible").get_by_label("The sentence that names the rule")
        )
        walk.click(walk.button("Next"))
    with walk.step("paper 2"):
        walk._fields += 1
        page.locator("fieldset:visible").get_by_role("textbox").fill("--explain")
        expect(page.locator("[data-save-state]")).to_have_text(re.compile("All answers saved"))
        walk.click(walk.button("Review and submit"))
    with walk.step("hand in"):
        walk.click(walk.button("Submit the exam"))
        walk.click(walk.button("Submit now"))
        expect(page).to_have_url(re.compile("/result/$"))
    with walk.step("score"):
        expect(page.get_by_text("100 %").first).to_be_visible()
        walk.click(walk.link("Are you getting better?"))
    with walk.step("progress"):
        expect(page.get_by_role("heading", level=1)).to_have_text("Are you getting better?")
        walk.click(page.get_by_role("link", name=re.compile("^Studium")).first)
