"""A PDF into blocks: by its own structure where it has one, else by the look of its pages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from studium.formats.documents.blocks import (
    Block,
    DocumentRefused,
    DocumentTooLarge,
    Findings,
    pages_in_words,
)
from studium.formats.documents.limits import Limits
from studium.formats.documents.pdf import tagged
from studium.formats.documents.pdf.furniture import without_furniture
from studium.formats.documents.pdf.glyphs import Glyphs, Line
from studium.formats.documents.pdf.layout import Layout, squeeze
from studium.formats.documents.pdf.pictures import Pictures
from studium.formats.documents.pdf.tags import Tags

MAX_SIDE = 20_000
"""Points; a page of seven metres is no page."""
_NO_TITLE = re.compile(
    r"microsoft \w+ - .*|untitled.*|.{0,3}|.*\.(?:docx?|pdf|tex|dvi|indd|pptx?)", re.IGNORECASE
)
"""Titles that programs write when nobody gave one."""


def blocks_of(path: Path, findings: Findings, limits: Limits) -> list[Block]:
    """The blocks of a PDF; raises `DocumentRefused` for one that cannot be opened."""
    document = _opened(path)
    pages = len(document)
    if pages > limits.pages:
        raise DocumentTooLarge(
            f"The PDF has {pages:,} pages; at most {limits.pages:,} are read. Split it."
        )
    findings.counts["pages"] = pages
    meta = document.get_metadata_value("Title").strip()
    if meta and not _NO_TITLE.fullmatch(meta):
        findings.title = meta
    tags = Tags()
    lines = _lines(document, tags, findings, limits)
    by_tags = tagged.blocks(lines, tags.trees, findings) if tags.trees else None
    return by_tags or Layout(lines, _titles(document)).blocks()


def _opened(path: Path) -> Any:
    try:
        return pdfium.PdfDocument(path)
    except pdfium.PdfiumError as flaw:
        code = getattr(flaw, "err_code", None)
        if code == raw.FPDF_ERR_PASSWORD:
            raise DocumentRefused(
                "The PDF is locked by a password. Save it without one and choose it again."
            ) from flaw
        if code == raw.FPDF_ERR_SECURITY:
            raise DocumentRefused(
                "The PDF is protected in a way that is not read. Print it into a new PDF."
            ) from flaw
        raise DocumentRefused(
            "The PDF is damaged and cannot be opened. Save or print it anew and choose it again."
        ) from flaw


def _lines(document: Any, tags: Tags, findings: Findings, limits: Limits) -> list[list[Line]]:
    """The lines of all pages, without what belongs to the paper, with pictures among them."""
    glyphs, pictures = Glyphs(), Pictures(findings, limits)
    found: list[tuple[float, list[Line]]] = []
    blank, broken, text = [], [], 0
    for number in range(1, len(document) + 1):
        try:
            page = document[number - 1]
        except pdfium.PdfiumError:
            broken.append(number)
            found.append((0.0, []))
            continue
        width, height = page.get_size()
        lines = glyphs.lines(page, number) if max(width, height) <= MAX_SIDE else []
        text += sum(len(line.text) for line in lines)
        if text > limits.text:
            raise DocumentTooLarge(
                f"The text up to page {number:,} has more than {limits.text // 1_000_000} MB."
                " Split the PDF."
            )
        if not lines:
            blank.append(number)
        pictures.look(page, number)
        tags.look(page, number)
        found.append((height, lines))
        page.close()
    _report_pages(blank, broken, len(document), findings)
    return list(pictures.placed(without_furniture(found, findings)))


def _report_pages(blank: list[int], broken: list[int], pages: int, findings: Findings) -> None:
    if len(blank) + len(broken) == pages:
        raise DocumentRefused(
            f"None of the {pages:,} pages holds text. If it is a scan, its pages are pictures of"
            " text, which are not read here: run text recognition (OCR) over it first."
        )
    if blank:
        findings.counts["pages_without_text"] = len(blank)
        findings.report(
            "warning",
            f"{pages_in_words(blank).capitalize()} have no text." if len(blank) > 1
            else f"Page {blank[0]} has no text.",
            place=pages_in_words(blank[:1]),
            advice="If they are scans, run text recognition (OCR) over the PDF first; else there"
            " is nothing to do.",
        )  # fmt: skip
    if broken:
        findings.report("warning", f"{pages_in_words(broken).capitalize()} cannot be read.",
                        advice="Save or print the PDF anew.")  # fmt: skip


def _titles(document: Any) -> dict[int, list[tuple[str, int]]]:
    """The outline's entries by page: letters without spaces, and the level from 1."""
    titles: dict[int, list[tuple[str, int]]] = {}
    for entry in document.get_toc(max_depth=6):
        try:
            aim = entry.get_dest()
            page = aim.get_index() if aim else None
            title = squeeze(entry.get_title())
        except (pdfium.PdfiumError, UnicodeDecodeError):
            continue
        if page is not None and title and len(titles) < 20_000:
            titles.setdefault(page + 1, []).append((title, entry.level + 1))
    return titles
