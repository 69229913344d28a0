"""The letters of a PDF page gathered into lines, by where they stand and how they look.

PDFium gives each character with its box and font in the order of the page's own drawing. A new
line begins where the next letter stands left of the last one or on another height; a wide gap
within a line begins a new span, which a table may take as its next cell.
"""

from __future__ import annotations

import ctypes
import math
from dataclasses import dataclass, field
from typing import Any

import pypdfium2.raw as pdfium

SOFT_HYPHEN = "\u00ad"
WIDE_GAP = 1.7
"""Width in letters' heights from which a gap parts two cells; between words it is about 0.3."""
_LINE_END_HYPHENS = {0x02, 0xFFFE}
"""What PDFium gives for a hyphen at a line's end, whether the author's or the typesetter's."""
_FIXED = 1
_ITALIC = 1 << 6


Box = tuple[float, float, float, float]
"""Left, bottom, right, top in points."""


@dataclass(frozen=True, slots=True)
class Style:
    """How letters look."""

    bold: bool = False
    italic: bool = False
    mono: bool = False


@dataclass(slots=True)
class Run:
    """Letters of one look; `mcid` ties them to the document's structure, -1 for none."""

    text: str
    style: Style
    mcid: int = -1


@dataclass(slots=True)
class Span:
    """Letters without a wide gap, from `x0` to `x1`."""

    x0: float
    x1: float
    runs: list[Run] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The letters without their looks."""
        return "".join(run.text for run in self.runs)


@dataclass(slots=True)
class Line:
    """One line; lengths are points (1/72 inch), `top` and `bottom` from the page's lower edge."""

    page: int
    top: float
    bottom: float
    size: float
    spans: list[Span]
    picture: str = ""
    """The path of a picture that stands here instead of letters."""

    @property
    def x0(self) -> float:
        """Where it begins."""
        return self.spans[0].x0

    @property
    def x1(self) -> float:
        """Where it ends."""
        return self.spans[-1].x1

    @property
    def text(self) -> str:
        """Its letters, spans set apart by a space."""
        return " ".join(span.text.strip() for span in self.spans)

    @property
    def runs(self) -> list[Run]:
        """Its runs, spans set apart by a space."""
        found = list(self.spans[0].runs)
        for span in self.spans[1:]:
            found += [Run(" ", Style(), found[-1].mcid), *span.runs]
        return found

    def all_of(self, look: str) -> bool:
        """Whether every letter is bold, italic or mono."""
        return all(getattr(run.style, look) for run in self.runs if run.text.strip())


class Glyphs:
    """Reads pages of one document; fonts are looked up once each."""

    def __init__(self) -> None:
        self._styles: dict[tuple[bytes, int], Style] = {}
        self._name = ctypes.create_string_buffer(128)
        self._flags = ctypes.c_int()
        self._box = pdfium.FS_RECTF()
        self._matrix = pdfium.FS_MATRIX()
        self._looks: dict[int, tuple[float, Style, int]] = {}

    def lines(self, page: Any, number: int) -> list[Line]:
        """The lines of a page in the order in which they are drawn."""
        turned = page.get_rotation()
        width, height = page.get_size()
        words = page.get_textpage()
        self._looks.clear()  # the addresses in it were those of another page
        try:
            gatherer = _Gatherer(number)
            for at in range(pdfium.FPDFText_CountChars(words.raw)):
                self._take(gatherer, words.raw, at, (turned, width, height))
            return gatherer.finished()
        finally:
            words.close()

    def _take(self, lines: _Gatherer, raw: Any, at: int, sheet: tuple[int, float, float]) -> None:
        code = pdfium.FPDFText_GetUnicode(raw, at)
        if code in (10, 13) or pdfium.FPDFText_IsGenerated(raw, at) == 1:
            lines.space()
            return
        letter = "-" if code in _LINE_END_HYPHENS else chr(code)
        if letter.isspace() or "\ud800" <= letter <= "\udfff":
            lines.space()
            return
        if not letter.isprintable() and letter != SOFT_HYPHEN:
            return
        if not pdfium.FPDFText_GetLooseCharBox(raw, at, self._box):
            return
        box = _upright(self._box, sheet)
        if math.isfinite(sum(box)):
            lines.letter(letter, box, *self._look(raw, at))

    def _look(self, raw: Any, at: int) -> tuple[float, Style, int]:
        """Size, style and mark of a letter, which all letters of one text object share."""
        piece = pdfium.FPDFText_GetTextObject(raw, at)
        place = ctypes.addressof(piece.contents) if piece else 0
        if place not in self._looks or not place:
            mark = pdfium.FPDFPageObj_GetMarkedContentID(piece)
            self._looks[place] = self._size(raw, at), self._style(raw, at), mark
        return self._looks[place]

    def _size(self, raw: Any, at: int) -> float:
        """The height of the letters as they are shown, in points."""
        size = float(pdfium.FPDFText_GetFontSize(raw, at))
        if pdfium.FPDFText_GetMatrix(raw, at, self._matrix):
            size *= math.hypot(self._matrix.c, self._matrix.d)
        return size if 0.5 < size < 1_000 else 1.0

    def _style(self, raw: Any, at: int) -> Style:
        length = pdfium.FPDFText_GetFontInfo(raw, at, self._name, 128, self._flags)
        name = self._name.value if 0 < length <= 128 else b""
        key = (name, self._flags.value)
        if key not in self._styles:
            plain = name.decode("utf-8", "replace").lower().rpartition("+")[2]
            self._styles[key] = Style(
                bold=any(word in plain for word in ("bold", "black", "heavy", "cmbx", "-medi")),
                italic=bool(self._flags.value & _ITALIC)
                or any(word in plain for word in ("ital", "obli", "cmti", "cmsl")),
                mono=bool(self._flags.value & _FIXED)
                or any(word in plain for word in ("mono", "courier", "cmtt", "consol", "code")),
            )
        return self._styles[key]


def _upright(box: Any, sheet: tuple[int, float, float]) -> Box:
    """Left, bottom, right, top on the page as it is shown, whichever way it is turned."""
    turned, width, height = sheet
    left, right = sorted((box.left, box.right))
    bottom, top = sorted((box.bottom, box.top))
    if turned == 90:
        return bottom, height - right, top, height - left
    if turned == 180:
        return width - right, height - top, width - left, height - bottom
    if turned == 270:
        return width - top, left, width - bottom, right
    return left, bottom, right, top


class _Gatherer:
    """Puts letters together; keeps the line it is in."""

    def __init__(self, page: int) -> None:
        self._page = page
        self._lines: list[Line] = []
        self._sizes: dict[float, int] = {}
        self._gap = False
        self._open: Line | None = None

    def space(self) -> None:
        self._gap = True

    def letter(
        self,
        letter: str,
        box: tuple[float, float, float, float],
        size: float,
        style: Style,
        mark: int,
    ) -> None:
        left, bottom, right, top = box
        line = self._open
        if line is None or not _continues(line, left, bottom, top, size):
            self._close()
            span = Span(left, right)
            line = self._open = Line(self._page, top, bottom, size, [span])
            self._gap = False
        span = line.spans[-1]
        gap = left - span.x1
        if gap > WIDE_GAP * line.size and span.runs:
            span = Span(left, right)
            line.spans.append(span)
        elif (self._gap or gap > 0.25 * line.size) and span.runs:
            _add(span, " ", span.runs[-1].style, span.runs[-1].mcid)
        _add(span, letter, style, mark)
        span.x1 = max(span.x1, right)
        self._gap = False
        rounded = round(size * 2) / 2
        self._sizes[rounded] = self._sizes.get(rounded, 0) + 1
        if size > 1.15 * line.size or (size >= 0.8 * line.size and top > line.top):
            line.top, line.bottom = max(line.top, top), min(line.bottom, bottom)

    def finished(self) -> list[Line]:
        self._close()
        return self._lines

    def _close(self) -> None:
        line = self._open
        if line is not None and line.text.strip():
            line.size = max(self._sizes.items(), key=lambda item: (item[1], item[0]))[0]
            self._lines.append(line)
        self._open, self._sizes = None, {}


def _continues(line: Line, left: float, bottom: float, top: float, size: float) -> bool:
    """Whether a letter stands on this line, behind what is there (raised and lowered ones too)."""
    shared = min(line.top, top) - max(line.bottom, bottom)
    is_level = shared > 0.45 * min(line.top - line.bottom, top - bottom)
    return is_level and left > line.spans[-1].x1 - max(size, line.size)


def _add(span: Span, letter: str, style: Style, mark: int) -> None:
    last = span.runs[-1] if span.runs else None
    if last is not None and last.style == style and last.mcid == mark:
        last.text += letter
    else:
        span.runs.append(Run(letter, style, mark))
