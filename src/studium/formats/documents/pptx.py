"""Presentations into lessons: a section each, slides as headings with what stands on them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pptx
from pptx.enum.shapes import MSO_SHAPE_TYPE, PP_PLACEHOLDER
from pptx.exc import PythonPptxError

from studium.formats.documents import package
from studium.formats.documents.blocks import (
    Block,
    Chapter,
    DocumentRefused,
    DocumentTooLarge,
    Findings,
    escaped,
    escaped_start,
    table,
)
from studium.formats.documents.chapters import as_heading
from studium.formats.documents.images import Images
from studium.formats.documents.limits import Limits

_TITLES = {PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE}
_FURNITURE = {PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER,
              PP_PLACEHOLDER.HEADER}  # fmt: skip
_SECTIONS = "{http://schemas.microsoft.com/office/powerpoint/2010/main}"
_RELATIONS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_FILE_NAME = re.compile(r"\S+\.(?:png|jpe?g|gif|webp|bmp|tiff?|svg|emf|wmf)", re.IGNORECASE)
"""What programs write as a picture's description when nobody gave one."""
MAX_DEPTH = 10
"""Groups in groups that are looked into."""


def read(path: Path, findings: Findings, limits: Limits) -> list[Chapter]:
    """The lessons of a presentation: its sections, or the whole as one."""
    package.check(path, findings)
    try:
        deck = pptx.Presentation(str(path))
        return _lessons(deck, findings, limits)
    except (PythonPptxError, SyntaxError, KeyError, AttributeError, ValueError, TypeError,
            IndexError, OSError) as flaw:  # fmt: skip
        # SyntaxError is what lxml raises for XML that it cannot read
        raise DocumentRefused(
            "The presentation is damaged and cannot be read. Open it in PowerPoint or LibreOffice,"
            " save it anew and choose it again."
        ) from flaw


def _lessons(deck: Any, findings: Findings, limits: Limits) -> list[Chapter]:
    slides = list(deck.slides)
    if len(slides) > limits.pages:
        raise DocumentTooLarge(
            f"There are {len(slides):,} slides; at most {limits.pages:,} are read. Split the deck."
        )
    findings.counts["slides"] = len(slides)
    findings.title = (deck.core_properties.title or "").strip()
    if findings.title.lower() in ("powerpoint presentation", "presentation"):
        findings.title = ""
    reader = _Slides(findings, Images(findings, limits))
    sections = _sections(deck)
    found: list[Chapter] = []
    for number, slide in enumerate(slides, start=1):
        begins = sections.get(slide.slide_id)
        if slide._element.get("show") == "0":  # python-pptx has no word for it
            findings.count("hidden_slides")
            blocks = []
        else:
            blocks = reader.blocks(slide, number)
        if number == 1 and _is_cover(slide, blocks):
            _take_cover(blocks, findings)
            blocks = []
        if begins is not None or not found:
            found.append(Chapter(begins or "", place=""))
        elif not sections and _is_divider(slide):
            found.append(Chapter(_title(slide), place=""))
        if blocks and blocks[0].kind == "heading" and not found[-1].blocks:
            blocks[0].level = 1 if _title(slide) == found[-1].title else blocks[0].level
        found[-1].blocks += blocks
    kept = [one for one in found if one.blocks]
    for chapter in kept:
        chapter.title = chapter.title or findings.title or _first_heading(chapter)
    return kept


def _first_heading(chapter: Chapter) -> str:
    return next((one.text for one in chapter.blocks if one.kind == "heading"), "")


def _sections(deck: Any) -> dict[int, str]:
    """Names of sections by the id of the slide that begins each."""
    found = {}
    for section in deck.part._element.iter(f"{_SECTIONS}section"):
        first = next(section.iter(f"{_SECTIONS}sldId"), None)
        if first is not None and str(first.get("id")).isdecimal():
            found[int(first.get("id"))] = " ".join(str(section.get("name") or "").split())
    return found


def _is_cover(slide: Any, blocks: list[Block]) -> bool:
    return (
        "title" in slide.slide_layout.name.lower()
        and len(blocks) <= 3
        and not any(block.kind in ("table", "image") for block in blocks)
    )


def _take_cover(blocks: list[Block], findings: Findings) -> None:
    for block in blocks:
        if block.kind == "heading" and not findings.title:
            findings.title = re.sub(r"\\([^\w\s])", r"\1", block.text)
        elif block.kind != "heading":
            findings.description = f"{findings.description}\n\n{block.text.lstrip('- ')}".strip()


def _is_divider(slide: Any) -> bool:
    return "section" in slide.slide_layout.name.lower()


def _title(slide: Any) -> str:
    shape = slide.shapes.title
    return " ".join(shape.text_frame.text.split()) if shape is not None else ""


class _Slides:
    def __init__(self, findings: Findings, images: Images) -> None:
        self._findings = findings
        self._images = images

    def blocks(self, slide: Any, number: int) -> list[Block]:
        """What stands on a slide, from top to bottom, and the speaker's notes as a quote."""
        title = _title(slide)
        found = [as_heading(title, page=number, level=2)] if title else []
        for shape in _in_order(slide.shapes):
            found += self._shape(shape, number)
        notes = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
        text = notes.text.strip() if notes is not None else ""
        if text:
            self._findings.count("notes")
            rows = [f"> {escaped_start(escaped(row))}" for row in text.splitlines() if row.strip()]
            found.append(Block("text", "\n>\n".join(rows), number))
        return found

    def _shape(self, shape: Any, number: int) -> Iterator[Block]:
        if shape.is_placeholder and shape.placeholder_format.type in _TITLES | _FURNITURE:
            return
        if getattr(shape, "has_table", False) and shape.has_table:
            rows = [[escaped(cell.text_frame.text) for cell in row.cells]
                    for row in shape.table.rows]  # fmt: skip
            yield Block("table", table(rows), number)
        elif getattr(shape, "has_chart", False) and shape.has_chart:
            self._left_out("A chart", number)
        elif _is_picture(shape):
            yield from self._picture(shape, number)
        elif shape.has_text_frame and shape.text_frame.text.strip():
            yield from _paragraphs(shape, number)
        elif shape.shape_type is None and not shape.has_text_frame:
            self._left_out("A drawing", number)

    def _left_out(self, what: str, number: int) -> None:
        self._findings.count("charts")
        self._findings.report("warning", f"{what} is left out.", place=f"slide {number}",
                              advice="Put it in as a picture if it is needed.")  # fmt: skip

    def _picture(self, shape: Any, number: int) -> Iterator[Block]:
        try:
            data = shape.image.blob
        except (ValueError, KeyError, AttributeError):  # a picture that is linked, not held
            self._findings.count("outside_images")
            return
        path = self._images.take(data, place=f"slide {number}")
        if path:
            self._findings.count("images")
            described = shape._element.xpath(".//p:cNvPr/@descr")
            alt = " ".join(str(described[0]).split()) if described else ""
            alt = "" if _FILE_NAME.fullmatch(alt) else alt
            yield Block("image", f"![{escaped(alt).replace(']', '')}]({path})", number)


def _in_order(shapes: Iterable[Any], depth: int = 0) -> list[Any]:
    """Shapes by where they stand, those of groups among them."""
    found: list[Any] = []
    for shape in shapes:
        if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
            found += _in_order(shape.shapes, depth + 1) if depth < MAX_DEPTH else []
        else:
            found.append(shape)
    return sorted(found, key=lambda one: ((one.top or 0) // 300_000, one.left or 0))


def _is_picture(shape: Any) -> bool:
    return shape.shape_type == MSO_SHAPE_TYPE.PICTURE or hasattr(shape, "image")


def _paragraphs(shape: Any, number: int) -> Iterator[Block]:
    """Text of a shape: items where it is the slide's list, else paragraphs."""
    rows = [(one, _written(one)) for one in shape.text_frame.paragraphs]
    rows = [(one, text) for one, text in rows if text.strip()]
    is_body = shape.is_placeholder and shape.placeholder_format.type in (
        PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT)  # fmt: skip
    is_list = (is_body and len(rows) > 1) or any(one.level for one, _ in rows)
    counted: dict[int, int] = {}
    for one, text in rows:
        mark = _mark(one)
        if mark == "none" or (not is_list and not mark):
            yield Block("text", escaped_start(text), number)
            continue
        deeper = [level for level in counted if level > one.level]
        for level in deeper:
            del counted[level]
        counted[one.level] = counted.get(one.level, 0) + 1
        bullet = f"{counted[one.level]}." if mark == "number" else "-"
        yield Block("item", f"{bullet} {text}", number, one.level * 10)


def _mark(paragraph: Any) -> str:
    """`number`, `bullet`, `none`, or nothing where the slide's design decides."""
    settings = paragraph._p.pPr
    if settings is None:
        return ""
    for tag, name in (("buAutoNum", "number"), ("buChar", "bullet"), ("buNone", "none")):
        if settings.find(f"{_DRAWING}{tag}") is not None:
            return name
    return ""


def _written(paragraph: Any) -> str:
    """A paragraph's runs as Markdown."""
    parts = []
    for run in paragraph.runs:
        core = run.text.strip().replace("\v", " ")
        if core and (run.font.bold or run.font.italic) and core[0].isalnum() and core[-1].isalnum():
            mark = "**" if run.font.bold else "*"
            before = " " if run.text[:1].isspace() else ""
            after = " " if run.text[-1:].isspace() else ""
            parts.append(f"{before}{mark}{escaped(core)}{mark}{after}")
        else:
            parts.append(escaped(run.text.replace("\v", " ")))
    text = " ".join("".join(parts).replace("****", "").split())
    return text
