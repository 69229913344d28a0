"""Web pages into lessons: one file, or a zip of pages with their images."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote

from studium.formats import archive
from studium.formats.documents.blocks import (
    Block,
    Chapter,
    DocumentRefused,
    DocumentTooLarge,
    Findings,
)
from studium.formats.documents.chapters import chapters, key_for, plain
from studium.formats.documents.images import Images
from studium.formats.documents.limits import Limits
from studium.formats.documents.markup import Find, blocks_of, soup_of, text_of
from studium.formats.markdown import natural_order

PAGES = (".html", ".htm", ".xhtml")
_TITLE = re.compile(r"<title\b[^>]{0,500}>(.{0,2000}?)</title\s*>", re.IGNORECASE | re.DOTALL)
_LANGUAGE = re.compile(
    r"<html\b[^>]{0,2000}?\b(?:xml:)?lang\s*=\s*[\"']?([A-Za-z]{2,3})\b", re.IGNORECASE
)


def read(path: Path, findings: Findings, limits: Limits) -> list[Chapter]:
    """The lessons of one page, cut at its headings, or of several, a lesson each."""
    data = path.read_bytes()
    if not data.startswith(b"PK"):
        return chapters(
            _page(text_of(data), findings, Book({}, {}, findings, limits), ""), findings
        )
    try:
        files = archive.read_zip(data)
    except archive.ArchiveRefused as refused:
        kind = DocumentTooLarge if refused.status == 413 else DocumentRefused
        raise kind(refused.message) from refused
    paths = sorted((one for one in files if one.lower().endswith(PAGES)), key=_order)
    if len(paths) > limits.pages:
        raise DocumentTooLarge(
            f"There are {len(paths):,} pages; at most {limits.pages:,} are read."
        )
    findings.counts["pages"] = len(paths)
    keys = {one: key_for(posixpath.basename(one).rpartition(".")[0], n)
            for n, one in enumerate(paths, 1)}  # fmt: skip
    book = Book(files, keys, findings, limits)
    found: list[Chapter] = []
    for one in paths:
        text = text_of(files[one])
        blocks = _page(text, findings, book, one)
        if len(paths) == 1:
            return chapters(blocks, findings)
        if blocks:
            found.append(as_lesson(blocks, title=_title(text), key=keys[one], place=one))
    _take_common_title(found, findings)
    return found


def _take_common_title(found: list[Chapter], findings: Findings) -> None:
    """A heading that every page begins with names the course, and no lesson."""
    findings.title = ""
    titles = {one.title for one in found}
    if len(found) > 1 and len(titles) == 1:
        findings.title = titles.pop()
        for chapter in found:
            rest = list(chapter.blocks)
            first = next((block for block in rest if block.kind == "heading"), None)
            if first is not None:
                rest.remove(first)
            chapter.title = as_lesson(rest, title="", key="", place=chapter.place).title
            chapter.blocks = rest


def as_lesson(blocks: list[Block], *, title: str, key: str, place: str) -> Chapter:
    """One page as one lesson, named by its first heading unless a title is given."""
    heading = next((block for block in blocks if block.kind == "heading"), None)
    named = plain(heading.text) if heading else ""
    return Chapter(named or title or posixpath.basename(place), blocks, key=key, place=place)


class Book:
    """Where the references of pages lead: to other pages, to images of the zip, outside."""

    def __init__(
        self,
        files: Mapping[str, bytes],
        keys: Mapping[str, str],
        findings: Findings,
        limits: Limits,
    ) -> None:
        self._files = files
        self._keys = keys
        self._images = Images(findings, limits)
        self._findings = findings

    def image(self, here: str) -> Find:
        """What the images of the page at `here` become."""

        def find(source: str) -> str | None:
            if source[:5].lower() == "data:":
                return self._images.from_address(source, place=here)
            place = joined(here, source)
            if place in self._files:
                return self._images.take(self._files[place], place=place)
            if not re.match(r"(?:[a-z][\w+.\-]*:|//)", source, re.IGNORECASE):
                self._findings.report("warning", f"The image {source[:100]} is missing.",
                                      place=here, advice="Its description is shown.")  # fmt: skip
            return None

        return find

    def link(self, here: str) -> Find:
        """What the links of the page at `here` become."""

        def find(target: str) -> str | None:
            if re.match(r"(?:https?://|mailto:)", target, re.IGNORECASE):
                return target
            key = self._keys.get(joined(here, target))
            return f"{key}.md" if key else None

        return find


def joined(here: str, written: str) -> str:
    """The path that a reference in the page at `here` means, without its fragment."""
    path = unquote(written.partition("#")[0].partition("?")[0])
    return posixpath.normpath(posixpath.join(posixpath.dirname(here), path)) if path else ""


def _page(text: str, findings: Findings, book: Book, here: str) -> list[Block]:
    findings.title = findings.title or _title(text)
    language = _LANGUAGE.search(text[:5_000])
    findings.language = findings.language or (language[1].lower() if language else "")
    soup = soup_of(text, findings)
    return blocks_of(soup, findings, image=book.image(here), link=book.link(here))


def _title(text: str) -> str:
    from html import unescape

    found = _TITLE.search(text[:50_000])
    return " ".join(unescape(found[1]).split()) if found else ""


def _order(path: str) -> tuple[bool, object]:
    is_first = posixpath.basename(path).lower().startswith(("index.", "default."))
    return not is_first, natural_order(path)
