"""Take the guide's pictures from a running demo, and write the copy of the guide in docs/guide.

    python tools/guide_pictures.py               # start a demo in a temporary folder first
    python tools/guide_pictures.py --data DIR    # use the demo in DIR (it is served here)
    python tools/guide_pictures.py --only home,exam
    python tools/guide_pictures.py --text        # only the copy of the text; no browser

The pictures go to src/studium/web/static/img/guide, where the app, docs/guide and the README show
them from. Together they may have 600 kB.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "studium" / "web" / "guide"
PICTURES = ROOT / "src" / "studium" / "web" / "static" / "img" / "guide"
COPY = ROOT / "docs" / "guide"
VIEW: ViewportSize = {"width": 1280, "height": 820}
SHOWN_WIDTH = 1000
MOST_BYTES = 600_000
READERS = ("student", "instructor", "administrator")

Step = Callable[[Page, dict[str, str]], None]


def _scroll(down: int) -> Step:
    def step(page: Page, names: dict[str, str]) -> None:
        page.evaluate("top => window.scrollTo(0, top)", down)

    return step


def _answer(page: Page, names: dict[str, str]) -> None:
    """Begin a quiz and answer its first question, so that the feedback is to be seen."""
    page.locator("main form[action$='/start/'] button").click()
    page.get_by_label("Your answer").fill("2")
    page.get_by_role("button", name="Check").click()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)


def _begin_exam(page: Page, names: dict[str, str]) -> None:
    """Go on with the exam or begin it, and answer two questions."""
    if page.get_by_label("I am ready").count():
        page.get_by_label("I am ready").check()
        page.get_by_role("button", name="Start the exam").click()
    else:
        page.locator("main a.is-primary[href*='/exam-attempts/']").click()
    page.wait_for_url("**/exam-attempts/**")
    page.locator("[data-exam].is-awake fieldset:enabled").first.wait_for()
    for _ in range(2):
        choice = page.locator("fieldset:visible input:is([type=radio], [type=checkbox])").first
        if choice.count():
            choice.check()
        page.get_by_role("button", name="Next").click()
    page.wait_for_timeout(1500)


def _upload(page: Page, names: dict[str, str]) -> None:
    """The report on a book of three chapters."""
    book = ROOT / "tests" / "data" / "mdbook_sample"
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as out:
        for path in sorted(book.rglob("*")):
            out.write(path, path.relative_to(book))
    file: Any = {"name": "book.zip", "mimeType": "application/zip", "buffer": packed.getvalue()}
    page.locator("input[type=file]").first.set_input_files(file)
    page.get_by_role("button", name="Check it").click()
    page.get_by_text("Nothing is stored yet").wait_for()


# Name of the picture: who looks, at which address, and what they do there first.
SHOTS: dict[str, tuple[str, str, Step]] = {
    "home": ("ada", "/", _scroll(0)),
    "lesson": ("ada", "/courses/{slug}/lessons/{lesson}/", _scroll(0)),
    "practice": ("ada", "/quizzes/{quiz}/", _answer),
    "progress": ("ada", "/courses/{slug}/progress/", _scroll(0)),
    "import": ("bruno", "/teach/import/", _upload),
    "editor": ("bruno", "/teach/courses/{slug}/lessons/{lesson}/", _scroll(0)),
    "quiz": ("bruno", "/teach/courses/{slug}/quizzes/{quiz}/", _scroll(0)),
    "exam-builder": ("bruno", "/teach/courses/{slug}/exams/{exam}/", _scroll(0)),
    "needs-help": ("bruno", "/teach/courses/{slug}/insight/help/", _scroll(0)),
    "admin": ("dora", "/admin/", _scroll(0)),
    # Last, because nobody practises while an exam of theirs runs.
    "exam": ("ada", "/exams/{exam}/", _begin_exam),
}


def take(address: str, names: dict[str, str], only: set[str]) -> None:
    """Every picture, small enough to be read on a slow line."""
    from find_browser import find_or_install  # beside this script
    from screenshots import PASSWORD

    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=find_or_install(), args=["--no-sandbox"])
        pages: dict[str, Page] = {}
        for name, (who, path, step) in SHOTS.items():
            if only and name not in only:
                continue
            if who not in pages:
                pages[who] = browser.new_context(viewport=VIEW).new_page()
                _sign_in(pages[who], address, who, PASSWORD)
            page = pages[who]
            page.goto(address + path.format(**names), wait_until="networkidle")
            step(page, names)
            size = _keep(page.screenshot(), PICTURES / f"{name}.webp")
            print(f"{name}: {size / 1000:.0f} kB", flush=True)
        browser.close()


def _sign_in(page: Page, address: str, who: str, password: str) -> None:
    page.goto(f"{address}/account/login/")
    page.fill("input[name=login]", f"{who}@example.org")
    page.fill("input[name=password]", password)
    page.click("form:has(input[name=password]) button[type=submit]")
    page.wait_for_url(lambda url: "/login" not in url)


def _keep(taken: bytes, out: Path) -> int:
    with Image.open(BytesIO(taken)) as picture:
        height = picture.height * SHOWN_WIDTH // picture.width
        shown = picture.convert("RGB").resize((SHOWN_WIDTH, height), Image.Resampling.LANCZOS)
    shown.save(out, quality=62, method=6)
    return out.stat().st_size


def copies() -> dict[str, str]:
    """The files of docs/guide by name: the guide's pages, with pictures that work there."""
    found = {}
    pictures = "../../src/studium/web/static/img/guide/"
    for file in sorted(SOURCE.glob("*.md")):
        text = re.sub(r"(!\[[^\]]*\]\()", rf"\g<1>{pictures}", file.read_text(encoding="utf-8"))
        found[file.name] = text
    return found | {"README.md": _contents()}


def _contents() -> str:
    sys.path.insert(0, str(ROOT / "src"))
    init = (SOURCE / "__init__.py").read_text(encoding="utf-8")
    lines = [
        "# The guide",
        "",
        "What students, instructors and administrators do, a page each. The app shows the same "
        "pages under *Help*. Made by `python tools/guide_pictures.py` from "
        "`src/studium/web/guide`; change it there.",
    ]
    for who in READERS:
        names = re.search(rf'"{who}": \(([^)]*)\)', init)
        assert names is not None, f"the pages for {who} are named there"
        lines += ["", f"## For {who}s", ""]
        for name in re.findall(r'"([^"]+)"', names[1]):
            title = (SOURCE / f"{name}.md").read_text(encoding="utf-8").partition("\n")[0]
            lines.append(f"- [{title.removeprefix('# ')}]({name}.md)")
    return "\n".join(lines) + "\n"


def write_copies() -> None:
    """Put the guide's copy into docs/guide."""
    COPY.mkdir(parents=True, exist_ok=True)
    for name, text in copies().items():
        (COPY / name).write_text(text, encoding="utf-8")


def main() -> int:
    """Take the pictures, write the copy, and fail when the pictures are too heavy."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, help="a data folder with the demo")
    parser.add_argument("--port", type=int, default=8191)
    parser.add_argument("--only", default="", help="names of pictures, with commas")
    parser.add_argument("--text", action="store_true", help="write the copy of the text alone")
    options = parser.parse_args()
    write_copies()
    if options.text:
        return 0
    from screenshots import demo, names_in_addresses

    with tempfile.TemporaryDirectory(prefix="studium-pictures-") as made:
        data = options.data or Path(made)
        with demo(data, options.port) as address:
            only = {name for name in options.only.split(",") if name}
            take(address, names_in_addresses(data), only)
    heavy = sum(file.stat().st_size for file in PICTURES.glob("*.webp"))
    print(f"{heavy / 1000:.0f} kB of at most {MOST_BYTES / 1000:.0f} kB in all")
    return 0 if heavy <= MOST_BYTES else 1


if __name__ == "__main__":
    sys.exit(main())
