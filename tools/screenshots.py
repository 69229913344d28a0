"""Take pictures of the main pages of the demo: 1280 and 375 px wide, light and dark.

    python tools/screenshots.py                  # start a demo in a temporary folder first
    python tools/screenshots.py --data DIR       # use the demo in DIR (it is served here)
    python tools/screenshots.py --only lesson,exam

Then every page there is, in a small world of its own that the browser's tests walk through: one
picture a page, its four variants side by side (build/screenshots/pages).

Pictures go to build/screenshots, with a contact sheet per width and theme and a list of what a
machine can see that is wrong: errors of a page, requests that failed, text wider than the screen.
The pictures of the guide and the README are made by tools/guide_pictures.py.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, TypeAlias
from uuid import UUID

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "build" / "screenshots"
WIDTHS = {1280: 900, 375: 780}
Theme: TypeAlias = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
PASSWORD = "studium-demo"
WAIT = 240  # seconds until the demo must answer, on a crowded machine

PEOPLE = {"student": "ada", "instructor": "bruno", "admin": "dora"}
VISITOR = {"sign-in": "/account/login/", "help": "/help/"}
STUDENT = {
    "home": "/",
    "guide": "/help/reading/",
    "courses": "/courses/",
    "course": "/courses/{slug}/",
    "lesson": "/courses/{slug}/lessons/{lesson}/",
    "lesson-quiz": "/courses/{slug}/lessons/{quiz_lesson}/",
    "own-notes": "/courses/{slug}/own-notes/",
    "lesson-notes": "/lessons/{lesson}/own-notes/",
    "look": "/reading/look/",
    "quiz": "/quizzes/{quiz}/",
    "quiz-run": "/quiz-attempts/{run}/",
    "exam-lobby": "/exams/{exam}/",
    "exam-result": "/exam-attempts/{attempt}/result/",
    "progress": "/progress/",
    "course-progress": "/courses/{slug}/progress/",
    "practise": "/courses/{slug}/practise/",
    "notifications": "/notifications/",
    "account": "/account/",
    "mails": "/account/mail/",
    "search": "/search/?q=borrow",
    "offline": "/offline/",
    "preferences": "/account/preferences/",
    "sessions": "/account/sessions/",
    "tokens": "/account/tokens/",
}
TEACH = "/teach/courses/{slug}/"
INSTRUCTOR = {
    "home-teaching": "/",
    "beginning": "/welcome/begin/",
    "teach": "/teach/",
    "teach-course": TEACH,
    "teach-settings": f"{TEACH}settings/",
    "teach-lesson": f"{TEACH}lessons/{{lesson}}/",
    "teach-people": f"{TEACH}people/",
    "teach-notes": f"{TEACH}notes/",
    "teach-quizzes": f"{TEACH}quizzes/",
    "teach-quiz": f"{TEACH}quizzes/{{quiz}}/",
    "teach-question": f"{TEACH}questions/{{question}}/",
    "teach-exams": f"{TEACH}exams/",
    "teach-exam": f"{TEACH}exams/{{exam}}/",
    "insight": f"{TEACH}insight/",
    "insight-attempts": f"{TEACH}insight/attempts/",
    "insight-students": f"{TEACH}insight/students/",
    "insight-student": f"{TEACH}insight/students/{{ada}}/",
    "insight-help": f"{TEACH}insight/help/",
    "insight-class": f"{TEACH}insight/class/",
    "insight-readiness": f"{TEACH}insight/readiness/",
    "insight-curves": f"{TEACH}insight/curves/",
    "concepts": f"{TEACH}concepts/",
    "groups": f"{TEACH}groups/",
    "import": "/teach/import/",
    "job": "/jobs/{job}/",
}
ADMIN = {
    "admin": "/admin/",
    "people": "/admin/people/",
    "person": "/admin/people/{ada}/",
    "admin-mail": "/admin/mail/",
    "jobs": "/admin/jobs/",
    "log": "/admin/log/",
}
PAGES = {"visitor": VISITOR, "student": STUDENT, "instructor": INSTRUCTOR, "admin": ADMIN}

# One id of each kind; Ada's, where it is a person's.
_LESSON = "SELECT id FROM lessons WHERE slug = '{}'"
_FIRST_EXAM = "SELECT id FROM exams ORDER BY opens_at LIMIT 1"
_ADA = "(SELECT id FROM users WHERE email_canonical = 'ada@example.org')"
IDS = {
    "lesson": _LESSON.format("ch03-01-variables-and-mutability"),
    "quiz_lesson": _LESSON.format("ch04-01-what-is-ownership"),
    "quiz": "SELECT z.id FROM quizzes z JOIN lessons l ON l.id = z.lesson_id"
    " WHERE l.slug = 'ch04-02-references-and-borrowing' ORDER BY z.position LIMIT 1",
    "question": "SELECT q.id FROM questions q JOIN quizzes z ON z.id = q.quiz_id JOIN lessons l"
    " ON l.id = z.lesson_id WHERE l.slug = 'ch03-01-variables-and-mutability' LIMIT 1",
    "run": f"SELECT id FROM quiz_attempts WHERE user_id = {_ADA} ORDER BY score LIMIT 1",
    "exam": _FIRST_EXAM,
    "attempt": f"SELECT id FROM exam_attempts WHERE user_id = {_ADA}"
    " ORDER BY attempted_at DESC LIMIT 1",
    "ada": _ADA[1:-1],
    "job": "SELECT id FROM jobs WHERE kind = 'notes.generate_course' LIMIT 1",
}


@contextmanager
def demo(data: Path, port: int) -> Iterator[str]:
    """The demo served from this folder until the block ends; gives its address."""
    address = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "STUDIUM_DATA_DIR": str(data), "STUDIUM_PORT": str(port)}
    command = [str(Path(sys.executable).with_name("studium")), "run"]
    server = subprocess.Popen(command, env=environment)
    try:
        _wait_for(address, server)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=60)


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + WAIT
    while time.monotonic() < end:
        if server.poll() is not None:
            sys.exit("The demo ended before it answered; see above.")
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=2):
                return
        except OSError:
            time.sleep(0.5)
    sys.exit(f"The demo did not answer within {WAIT} s.")


def names_in_addresses(data: Path) -> dict[str, str]:
    """What the addresses of the pages need, read from the demo's database."""
    with sqlite3.connect(data / "studium.sqlite3") as rows:
        values = {name: rows.execute(query).fetchone()[0] for name, query in IDS.items()}
    made = {name: str(UUID(value)) for name, value in values.items()}
    return {"slug": "the-rust-programming-language", **made}


def exam_pages(data: Path) -> list[str]:
    """The pages before the exams of the demo; a folder used again has exams used up."""
    with sqlite3.connect(data / "studium.sqlite3") as rows:
        found = rows.execute("SELECT id FROM exams WHERE status = 'published' ORDER BY opens_at")
        return [f"/exams/{UUID(key)}/" for (key,) in found]


class Camera:
    """Takes the pictures of one width and theme and writes down what looks wrong."""

    def __init__(
        self, browser: Browser, address: str, exams: list[str], *, width: int, theme: Theme
    ) -> None:
        self._browser, self._address, self._exams = browser, address, exams
        self._width, self._theme = width, theme
        self.name = f"{width}-{theme}"
        self.wrong: list[str] = []
        self.taken: list[Path] = []

    def visit(self, role: str, pages: dict[str, str]) -> None:
        """Sign in as this person and take each page."""
        context = self._context()
        page = context.new_page()
        if role in PEOPLE:
            self._sign_in(page, PEOPLE[role])
        for name, path in pages.items():
            self._take(page, name, path)
        context.close()

    def visit_exam(self, path: str = "") -> str:
        """The page with the clock. Without its path Ada begins the exam first; returns the path."""
        context = self._context()
        page = context.new_page()
        self._sign_in(page, PEOPLE["student"])
        path = path or self._begun(page)
        if path:
            self._take(page, "exam-paper", path)
        else:
            self.wrong.append(f"exam-paper: Ada has no attempt left in {len(self._exams)} exams")
        context.close()
        return path

    def _begun(self, page: Page) -> str:
        """The path of the paper; nothing where runs before this one used up all attempts."""
        for exam in self._exams:
            page.goto(f"{self._address}{exam}", wait_until="networkidle")
            going_on = page.locator("main a.is-primary[href*='/exam-attempts/']")
            if going_on.count():
                return str(going_on.first.get_attribute("href"))
            start = page.locator("form[action$='/start/']")
            if not start.count():
                continue
            for box in start.locator("input[type=checkbox]").all():
                box.check()
            start.locator("button[type=submit]").first.click()
            page.wait_for_url("**/exam-attempts/**")
            return str(page.evaluate("location.pathname"))
        return ""

    def _context(self) -> BrowserContext:
        return self._browser.new_context(
            viewport={"width": self._width, "height": WIDTHS[self._width]},
            color_scheme=self._theme,
        )

    def _sign_in(self, page: Page, name: str) -> None:
        page.goto(f"{self._address}/account/login/")
        page.fill("input[name=login]", f"{name}@example.org")
        page.fill("input[name=password]", PASSWORD)
        page.click("form:has(input[name=password]) button[type=submit]")
        page.wait_for_url(lambda url: "/login" not in url)

    def _take(self, page: Page, name: str, path: str) -> None:
        def hear(message: object) -> None:
            self.wrong.append(f"{place}: {message}")

        place = f"{name} at {self._width} px, {self._theme}"
        answer = page.goto(f"{self._address}{path}", wait_until="networkidle")
        if answer is None or answer.status >= 400:
            hear(f"{path} answered {answer.status if answer else 'nothing'}")
        self._look(page, place)
        file = OUT / f"{name}-{self._width}-{self._theme}.png"
        page.screenshot(path=file, full_page=True)
        self.taken.append(file)

    def _look(self, page: Page, place: str) -> None:
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > self._width:
            self.wrong.append(f"{place}: the page is {width} px wide")


def contact_sheet(
    files: list[Path], out: Path, *, tile: tuple[int, int] = (400, 520), most: int = 6
) -> None:
    """The tops of many pictures on one, at most so many side by side."""
    gap = 14
    across = min(most, max(1, len(files)))
    down = -(-len(files) // across)
    sheet = Image.new("RGB", (across * (tile[0] + gap) + gap, down * (tile[1] + 34) + gap), "#777")
    pen = ImageDraw.Draw(sheet)
    for number, file in enumerate(files):
        with Image.open(file) as picture:
            shown = picture.convert("RGB")
        scale = tile[0] / shown.width
        shown = shown.crop((0, 0, shown.width, min(shown.height, int(tile[1] / scale))))
        shown = shown.resize((tile[0], int(shown.height * scale)))
        left = gap + number % across * (tile[0] + gap)
        top = gap + number // across * (tile[1] + 34)
        pen.text((left, top), file.stem, fill="white")
        sheet.paste(shown, (left, top + 14))
    sheet.save(out)


def _chosen(names: dict[str, str], only: set[str]) -> dict[str, dict[str, str]]:
    """The addresses to visit, by role and by name."""
    found = {
        role: {
            name: path.format(**names) for name, path in pages.items() if not only or name in only
        }
        for role, pages in PAGES.items()
    }
    return {role: pages for role, pages in found.items() if pages}


def take_all(address: str, data: Path, only: set[str]) -> list[str]:
    """Every picture; returns what is wrong, a line each."""
    OUT.mkdir(parents=True, exist_ok=True)
    names = names_in_addresses(data)
    wrong: list[str] = []
    from find_browser import find_or_install  # beside this script; tests import only the pages

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=find_or_install(), args=["--no-sandbox"])
        exams = exam_pages(data)
        cameras = [
            Camera(browser, address, exams, width=width, theme=theme)
            for width in WIDTHS
            for theme in THEMES
        ]
        for camera in cameras:
            for role, pages in _chosen(names, only).items():
                camera.visit(role, pages)
            print(f"{camera.name}: {len(camera.taken)} pages", flush=True)
        # Last, because nobody practises while an exam of theirs runs.
        paper = ""
        for camera in cameras:
            if not only or "exam-paper" in only:
                paper = camera.visit_exam(paper)
            contact_sheet(camera.taken, OUT / f"contact-{camera.name}.png")
            wrong += camera.wrong
        browser.close()
    return wrong


def every_page() -> list[str]:
    """Have the browser's tests take a picture of each page; returns what they found, a line each.

    Their world holds what a demo has not: appeals, drafts, random parts, refusals.
    """
    from find_browser import find_or_install

    place = OUT / "pages"
    shutil.rmtree(place, ignore_errors=True)
    environment = {**os.environ, "PAGE_PICTURES": str(place)}
    environment["STUDIUM_CHROMIUM"] = find_or_install()
    tests = ["tests/journeys/test_every_page.py", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run([sys.executable, "-m", "pytest", *tests], cwd=ROOT, env=environment)
    taken = sorted(place.glob("*.png"))
    for start in range(0, len(taken), 12):
        out = OUT / f"contact-pages-{start // 12 + 1:02d}.png"
        contact_sheet(taken[start : start + 12], out, tile=(1000, 560), most=2)
    return ["the browser's tests of every page; see above"] if done.returncode else []


def main() -> int:
    """Take them, print what is wrong, and say where they are."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, help="a data folder with the demo")
    parser.add_argument("--port", type=int, default=8190)
    parser.add_argument("--only", default="", help="names of pages, with commas")
    options = parser.parse_args()
    only = {name for name in options.only.split(",") if name}
    with tempfile.TemporaryDirectory(prefix="studium-pictures-") as made:
        data = options.data or Path(made)
        with demo(data, options.port) as address:
            wrong = take_all(address, data, only)
    if not only:
        wrong += every_page()
    print(*(f"wrong  {line}" for line in wrong), sep="\n")
    print(f"The pictures are in {OUT}; begin with contact-1280-light.png.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
