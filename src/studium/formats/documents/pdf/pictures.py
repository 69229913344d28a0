"""The pictures of a PDF that are worth keeping, each at its place among the lines."""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from studium.formats.documents.blocks import Findings
from studium.formats.documents.limits import Limits
from studium.formats.documents.pdf.glyphs import Line, Run, Span, Style

MIN_SIDE = 48
"""Pixels below which a picture is an ornament."""
MAX_PIXELS = 30_000_000
MIN_SHARE = 0.01
"""Share of the page below which a picture is an ornament, above `MAX_SHARE` a scan or ground."""
MAX_SHARE = 0.9
OFTEN = 3
"""Pages on which the same picture makes it a logo."""


class Pictures:
    """Collects pictures page by page; `placed` puts them among the lines at the end."""

    def __init__(self, findings: Findings, limits: Limits) -> None:
        self._findings = findings
        self._limits = limits
        self._data: dict[str, bytes] = {}
        self._places: list[tuple[int, float, float, str, int]] = []
        self._pages: Counter[str] = Counter()
        self._bytes = 0

    def look(self, page: Any, number: int) -> None:
        """Take what this page shows (from 1)."""
        if not _may_show_pictures(page):
            return
        width, height = page.get_size()
        seen = set()
        for found in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=4):
            if len(self._places) >= 4 * self._limits.files:
                return
            box = self._box(found, width * height)
            data = self._image(found, number) if box else None
            if box is None or data is None:
                continue
            name = hashlib.sha256(data).hexdigest()
            if name not in self._data:
                self._bytes += len(data)
                if self._bytes > self._limits.output // 2:
                    self._findings.report("warning", "The pictures are too large together;"
                                          " those from here on are left out.",
                                          place=f"page {number}")  # fmt: skip
                    return
            self._data.setdefault(name, data)
            mark = raw.FPDFPageObj_GetMarkedContentID(found.raw)
            self._places.append((number, box[1], box[3], name, mark))
            seen.add(name)
        self._pages.update(seen)

    def _box(self, found: Any, area: float) -> tuple[float, float, float, float] | None:
        """Where a picture stands, or None for ornaments and grounds."""
        try:
            left, bottom, right, top = found.get_bounds()
            wide, high = found.get_px_size()
        except pdfium.PdfiumError:
            return None
        share = (right - left) * (top - bottom) / area if area else 0
        if share > MAX_SHARE:
            self._findings.count("page_grounds")
            return None
        is_small = min(wide, high) < MIN_SIDE or share < MIN_SHARE
        if is_small or wide * high > MAX_PIXELS:
            self._findings.count("small_pictures" if is_small else "large_pictures")
            return None
        return left, bottom, right, top

    def _image(self, found: Any, number: int) -> bytes | None:
        """The picture as PNG, or as the JPEG it is in the file."""
        try:
            if list(found.get_filters()) == ["DCTDecode"]:
                data = bytes(found.get_data())
                if _is_shown_by_browsers(data):
                    return data
            image = found.get_bitmap(render=False).to_pil()
            out = io.BytesIO()
            image.convert("L" if image.mode in ("1", "L") else "RGB").save(out, "PNG")
        except (pdfium.PdfiumError, ValueError, OSError, NotImplementedError):
            self._findings.report("warning", "A picture cannot be read; it is left out.",
                                  place=f"page {number}")  # fmt: skip
            return None
        return out.getvalue()

    def placed(self, pages: Sequence[list[Line]]) -> Iterator[list[Line]]:
        """The lines of each page with its pictures among them; logos are left out."""
        kept: dict[str, str] = {}
        for number, lines in enumerate(pages, start=1):
            row = list(lines)
            for page, bottom, top, name, tag in self._places:
                if page == number and (path := self._path(name, kept, number)):
                    empty = Span(0, 0, [Run("", Style(), tag)])
                    mark = Line(number, top, bottom, 1.0, [empty], path)
                    middle = (top + bottom) / 2
                    at = next((n for n, one in enumerate(row) if one.top < middle), len(row))
                    row.insert(at, mark)
            yield row

    def _path(self, name: str, kept: dict[str, str], page: int) -> str:
        if self._pages[name] >= OFTEN:
            self._findings.count("logos")
            return ""
        if name not in kept:
            data = self._data[name]
            ending = "jpg" if data[:2] == b"\xff\xd8" else "png"
            path = f"img/page-{page:03d}-{len(kept) + 1}.{ending}"
            kept[name] = path if self._findings.take_picture(path, data, self._limits) else ""
            if kept[name]:
                self._findings.count("images")
        return kept[name]


def _may_show_pictures(page: Any) -> bool:
    """Whether there is a picture or a form (which may hold one); asks without wrapping objects."""
    kinds = {raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_FORM}
    return any(
        raw.FPDFPageObj_GetType(raw.FPDFPage_GetObject(page.raw, at)) in kinds
        for at in range(raw.FPDFPage_CountObjects(page.raw))
    )


def _is_shown_by_browsers(data: bytes) -> bool:
    from PIL import Image

    with Image.open(io.BytesIO(data)) as image:
        return image.format == "JPEG" and image.mode in ("RGB", "L")
