"""The user guide: its pages in Markdown, their order and their readers.

Pictures are in `static/img/guide`, made by `tools/guide_pictures.py`, which also writes the copy of
the guide in `docs/guide`. The student's pages are there in every language, in a folder each; where
a page is not, it is shown in English.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.urls import reverse
from markupsafe import Markup
from PIL import Image

from studium.lib import markdown
from studium.web.jinja import static

FOLDER = Path(__file__).resolve().parent
PICTURES = FOLDER.parent / "static" / "img" / "guide"

PAGES: dict[str, tuple[str, ...]] = {
    "student": ("reading", "practising", "sitting-an-exam", "progress"),
    "instructor": ("first-course", "lessons", "questions", "exams", "class"),
    "administrator": ("running",),
}
"""The names of the pages for each kind of reader, in the order they are read."""

# By their ids the paragraphs of a lesson are numbered, to be cited; nobody cites the guide.
_BLOCK_ID = re.compile(r' id="b-[0-9a-z-]+"')

NAMES = tuple(name for names in PAGES.values() for name in names)


@dataclass(frozen=True, slots=True)
class GuidePage:
    """A page of the guide: its language, its title, and the HTML of what follows it."""

    name: str
    language: str
    title: str
    html: Markup


@lru_cache(maxsize=8 * len(NAMES))
def page(name: str, language: str = "en") -> GuidePage:
    """A page of `NAMES`, rendered as lessons are; it stays the same while a process lives."""
    title = title_of(name, language)
    found = markdown.render(
        text_of(name, language),
        title=title,
        resolve_image=_picture_address,
        resolve_link=_page_address,
        measure=_size,
    )
    unnumbered = _BLOCK_ID.sub("", found.html)
    return GuidePage(name, language_of(name, language), title, Markup(unnumbered))  # noqa: S704 - sanitised, and ours


def text_of(name: str, language: str = "en") -> str:
    """The Markdown of a page. Raises `KeyError` for a name that is not in `NAMES`."""
    if name not in NAMES:
        raise KeyError(name)
    there = _translated(name, language)
    return (there if there.exists() else FOLDER / f"{name}.md").read_text(encoding="utf-8")


def language_of(name: str, language: str) -> str:
    """The language in which a page is there for readers of `language`."""
    return language if _translated(name, language).exists() else "en"


def _translated(name: str, language: str) -> Path:
    return FOLDER / language / f"{name}.md"


@lru_cache(maxsize=8 * len(NAMES))
def title_of(name: str, language: str = "en") -> str:
    """The first heading of a page."""
    return text_of(name, language).partition("\n")[0].removeprefix("# ")


def _page_address(path: str) -> str | None:
    name = path.removesuffix(".md")
    return reverse("guide", args=[name]) if name in NAMES else None


def _picture_address(path: str) -> str | None:
    return static(f"img/guide/{path}") if (PICTURES / path).exists() else None


def _size(path: str) -> tuple[int, int] | None:
    file = PICTURES / path
    if not file.exists():
        return None
    with Image.open(file) as picture:
        return picture.size
