"""E-books into lessons: a chapter each, in the order of reading, named by the book's own contents.

The package file and the table of contents are XML and are read with defusedxml, which expands no
entities and fetches nothing; the chapters are read as web pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote
from xml.etree.ElementTree import Element, ParseError

from bs4 import BeautifulSoup, Tag
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from studium.formats import archive
from studium.formats.documents.blocks import (
    Chapter,
    DocumentRefused,
    DocumentTooLarge,
    Findings,
)
from studium.formats.documents.chapters import chapters, key_for, plain
from studium.formats.documents.html import Book, as_lesson, joined
from studium.formats.documents.limits import Limits
from studium.formats.documents.markup import blocks_of, soup_of, text_of

_FONTS = {"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"}
"""Algorithms that only veil fonts; any other encryption locks the text."""
_PAGE_TYPES = {"application/xhtml+xml", "text/html", "application/x-dtbook+xml"}
SHORT = 12
"""Words below which a page without a heading is a cover or a half-title."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line of the table of contents; `part` is the title of the one above it."""

    title: str
    part: str


def read(path: Path, findings: Findings, limits: Limits) -> list[Chapter]:
    """The lessons of an e-book; raises `DocumentRefused` for one that is locked or broken."""
    try:
        files = archive.read_zip(path.read_bytes())
    except archive.ArchiveRefused as refused:
        kind = DocumentTooLarge if refused.status == 413 else DocumentRefused
        raise kind(refused.message) from refused
    _refuse_locked(files)
    root = _package_path(files)
    package = _xml(files, root)
    _take_meta(package, findings)
    items = {one.get("id", ""): one for one in _all(package, "item")}
    spine = [place for place in _spine(package, items, root) if place in files]
    if len(spine) > limits.pages:
        raise DocumentTooLarge(
            f"The book has {len(spine):,} chapters; at most {limits.pages:,} are read. Split it."
        )
    contents = _contents(files, package, items, root)
    return _lessons(files, spine, contents, findings, limits)


def _lessons(
    files: Mapping[str, bytes],
    spine: list[str],
    contents: Mapping[str, _Entry],
    findings: Findings,
    limits: Limits,
) -> list[Chapter]:
    keys = {place: key_for(contents[place].title if place in contents else "chapter", number)
            for number, place in enumerate(spine, 1)}  # fmt: skip
    book = Book(files, keys, findings, limits)
    found: list[Chapter] = []
    for place in spine:
        soup = soup_of(text_of(files[place]), findings)
        blocks = blocks_of(soup, findings, image=book.image(place), link=book.link(place))
        has_heading = any(block.kind == "heading" for block in blocks)
        words = sum(len(plain(block.text).split()) for block in blocks)
        entry = contents.get(place)
        if words < SHORT and not (entry and has_heading and words > 3):
            findings.count("covers")
        elif entry is None and not has_heading and found:
            found[-1].blocks += blocks  # a chapter that goes on in another file
        else:
            lesson = as_lesson(blocks, title="", key=keys[place], place=place)
            lesson.title = entry.title if entry and entry.title else lesson.title
            lesson.part = entry.part if entry else ""
            found.append(lesson)
    if len(found) == 1:
        return chapters(found[0].blocks, findings)
    return found


def _refuse_locked(files: Mapping[str, bytes]) -> None:
    if "META-INF/encryption.xml" not in files:
        return
    locks = _all(_xml(files, "META-INF/encryption.xml"), "EncryptionMethod")
    methods = {one.get("Algorithm", "") for one in locks}
    if methods - _FONTS:
        raise DocumentRefused(
            "The book is locked (DRM) and cannot be read. Ask its publisher for an open one."
        )


def _package_path(files: Mapping[str, bytes]) -> str:
    found = _all(_xml(files, "META-INF/container.xml"), "rootfile")
    path = next((one.get("full-path", "") for one in found), "")
    if path not in files:
        raise DocumentRefused("The book does not say where its package file is. Save it anew.")
    return path


def _xml(files: Mapping[str, bytes], path: str) -> Element:
    try:
        return fromstring(files[path])
    except KeyError as flaw:
        raise DocumentRefused(f"The book has no {path}. Save it anew.") from flaw
    except DefusedXmlException as flaw:
        raise DocumentRefused(
            f"{path} defines entities or names files outside, which is not read. Save the book"
            " anew."
        ) from flaw
    except (ParseError, ValueError, LookupError) as flaw:
        raise DocumentRefused(f"{path} is damaged: {flaw}. Save the book anew.") from flaw


def _all(root: Element, name: str) -> list[Element]:
    """The elements of a local name, whatever their namespace."""
    return [one for one in root.iter() if str(one.tag).rpartition("}")[2] == name]


def _take_meta(package: Element, findings: Findings) -> None:
    def first(name: str) -> str:
        found = (" ".join((one.text or "").split()) for one in _all(package, name))
        return next(filter(None, found), "")

    findings.title = first("title")
    findings.language = first("language")[:2].lower()
    about = BeautifulSoup(first("description"), "html.parser").get_text(" ").strip()
    findings.description = "\n\n".join(filter(None, (first("creator"), about)))


def _spine(package: Element, items: Mapping[str, Element], root: str) -> Iterator[str]:
    seen = set()
    for one in _all(package, "itemref"):
        item = items.get(one.get("idref", ""))
        if item is None or item.get("media-type") not in _PAGE_TYPES:
            continue
        if "nav" in item.get("properties", "").split():
            continue
        place = joined(root, item.get("href", ""))
        if place not in seen:
            seen.add(place)
            yield place


def _contents(
    files: Mapping[str, bytes], package: Element, items: Mapping[str, Element], root: str
) -> dict[str, _Entry]:
    """The first entry of the table of contents for each file."""
    found: dict[str, _Entry] = {}
    for item in items.values():
        place = joined(root, item.get("href", ""))
        if "nav" in item.get("properties", "").split() and place in files:
            soup = BeautifulSoup(text_of(files[place]), "html.parser")
            for target, entry in _from_nav(soup):
                found.setdefault(joined(place, target), entry)
    ncx = next((one for one in items.values()
                if one.get("media-type") == "application/x-dtbncx+xml"), None)  # fmt: skip
    place = joined(root, ncx.get("href", "")) if ncx is not None else ""
    if not found and place in files:
        for target, entry in _from_ncx(_xml(files, place)):
            found.setdefault(joined(place, target), entry)
    return found


def _from_nav(soup: BeautifulSoup) -> Iterator[tuple[str, _Entry]]:
    navs = [one for one in soup.find_all("nav") if "toc" in str(one.get("epub:type") or "toc")]
    for link in navs[0].find_all("a") if navs else []:
        item = link.find_parent("li")
        above = item.find_parent("li") if isinstance(item, Tag) else None
        label = above.find(["a", "span"]) if isinstance(above, Tag) else None
        part = _label(label.get_text(" ")) if isinstance(label, Tag) else ""
        yield str(link.get("href") or ""), _Entry(_label(link.get_text(" ")), part)


def _from_ncx(root: Element) -> Iterator[tuple[str, _Entry]]:
    above = {child: parent for parent in root.iter() for child in parent}
    for point in _all(root, "navPoint"):
        content = next((one for one in point if str(one.tag).endswith("content")), None)
        parent = above.get(point)
        is_inside = parent is not None and str(parent.tag).endswith("navPoint")
        part = _ncx_label(parent) if is_inside and parent is not None else ""
        if content is not None:
            yield unquote(content.get("src", "")), _Entry(_ncx_label(point), part)


def _ncx_label(point: Element) -> str:
    label = next((one for one in point if str(one.tag).endswith("navLabel")), None)
    return _label(" ".join(label.itertext())) if label is not None else ""


def _label(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
