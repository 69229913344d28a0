"""The user guide: its pages in Markdown, their order and their readers.

Pictures are in `static/img/guide`, made by `tools/guide_pictures.py`, which also writes the copy of
the guide in `docs/guide`.
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
    """A page of the guide: its title, and the HTML of what follows it."""

    name: str
    title: str
    html: Markup


@lru_cache(maxsize=len(NAMES))
def page(name: str) -> GuidePage:
    """A page of `NAMES`, rendered as lessons are; it stays the same while a process lives."""
    title = title_of(name)
    found = markdown.render(
        text_of(name),
        title=title,
        resolve_image=_picture_address,
        resolve_link=_page_address,
        measure=_size,
    )
    unnumbered = _BLOCK_ID.sub("", found.html)
    return GuidePage(name, title, Markup(unnumbered))  # noqa: S704 - sanitised, and ours


def text_of(name: str) -> str:
    """The Markdown of a page. Raises `KeyError` for a name that is not in `NAMES`."""
    if name not in NAMES:
        raise KeyError(name)
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8")


@lru_cache(maxsize=len(NAMES))
def title_of(name: str) -> str:
    """The first heading of a page."""
    return text_of(name).partition("\n")[0].removeprefix("# ")


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
