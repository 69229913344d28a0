"""Lines into blocks where a PDF says nothing about its structure: by size, gaps and places.

The most frequent size of letters is the body's. A heading is larger, or bold on lines of its own,
or named by the document's outline. A paragraph ends at a gap, at an indented line, or at a short
line that ends a sentence; one that a page cuts in two is put together again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from statistics import median

from studium.formats.documents.blocks import Block, escaped, escaped_start, table
from studium.formats.documents.pdf.glyphs import Line
from studium.formats.documents.pdf.words import Joiner

LARGER = 1.12
"""Letters this much larger than the body's make a heading."""
MAX_HEADING = 200
LONG_LINE = 45
RARE = 3
"""Headings of one size below which that size is no level of its own, in a document of many."""
_BULLET = re.compile(r"^\s*([•◦▪▫■□●○◆◇‣⁃∙·–—-]|[\uf000-\uf0ff])\s+(?=\S)")
_NUMBERED = re.compile(r"^\s*\(?(\d{1,3}|[a-z])[.)]\s+(?=\S)")
_INSIDE = set("([“\"‘'0123456789")
"""What a sentence may go on with, besides letters, behind a page's end."""
_ENDS = re.compile(r"[.!?:;…][\"'”’»)\]]*$")


class Layout:
    """Reads the lines of a whole document; `titles` are the outline's entries per page.

    Each title is given as (its letters without spaces, its level from 1).
    """

    def __init__(
        self, pages: Sequence[list[Line]], titles: dict[int, list[tuple[str, int]]]
    ) -> None:
        self._pages = pages
        self._titles = titles
        self.body = _body_size(self._all())
        gaps = [
            above.bottom - below.bottom
            for lines in pages
            for above, below in pairwise(lines)
            if above.size == below.size == self.body and 0 < above.bottom - below.bottom < 40
        ]
        self._leading = median(gaps) if gaps else 1.2 * self.body
        self._joiner = Joiner(line.text for line in self._all())
        self._right = {
            number: max((line.x1 for line in lines), default=0.0)
            for number, lines in enumerate(pages)
        }

    def _all(self) -> Iterator[Line]:
        for lines in self._pages:
            yield from lines

    def blocks(self) -> list[Block]:
        """The document's blocks; headings have levels from 1."""
        found: list[Block] = []
        sizes: list[float] = []
        for number, lines in enumerate(self._pages):
            at = 0
            while at < len(lines):
                taken = self._group(lines, at, number)
                group = lines[at : at + taken]
                for block in self._made(group):
                    if block.kind == "heading":
                        sizes.append(self._rank(group[0]))
                    found.append(block)
                at += taken
        _give_levels(found, sizes)
        return over_pages(found, self._joiner)

    def _group(self, lines: list[Line], at: int, number: int) -> int:
        """How many lines from this one make one block."""
        first = lines[at]
        rows = self._table_rows(lines, at)
        if rows > 1:
            return rows
        count = 1
        while at + count < len(lines):
            if not self._goes_on(first, lines[at + count - 1], lines[at + count], number):
                break
            count += 1
        return count

    def _goes_on(self, first: Line, above: Line, line: Line, number: int) -> bool:
        """Whether a line belongs to the block that `first` began and `above` is the end of."""
        if first.picture or line.picture:
            return False
        step = above.bottom - line.bottom
        if first.all_of("mono") or line.all_of("mono"):
            return first.all_of("mono") and line.all_of("mono") and 0 < step < 2.5 * line.size
        if abs(first.size - line.size) > 0.8 and not _is_inside(above, line):
            return False
        if not -0.5 * self._leading < step < 1.45 * max(self._leading, 1.2 * line.size):
            return False
        if self._level(first) is not None or self._level(line) is not None:
            return self._level(first) == self._level(line) and first.size == line.size
        if _BULLET.match(line.text) or _NUMBERED.match(line.text):
            return False
        is_item = bool(_BULLET.match(first.text) or _NUMBERED.match(first.text))
        if is_item:
            return line.x0 > first.x0 - 0.3 * line.size
        is_short = above.x1 < self._right[number] - 0.18 * (above.x1 - above.x0 + 60)
        if is_short and _ENDS.search(above.text):
            return False
        return line.x0 < first.x0 + 0.8 * line.size or abs(line.x0 - above.x0) < 2

    def _level(self, line: Line) -> int | None:
        """0 for a heading by its looks, its level when the outline names it, else None."""
        text = line.text.strip()
        if not text or len(text) > MAX_HEADING or not re.search(r"[^\W\d_]", text):
            return None
        squeezed = squeeze(text)
        for title, level in self._titles.get(line.page, []):
            if squeezed == title or (len(squeezed) > 8 and squeezed in title):
                return level
        if line.all_of("mono") or _BULLET.match(text) or text.endswith((",", ";")):
            return None
        if line.size >= LARGER * self.body and line.size - self.body > 0.9:
            return 0
        is_bold = line.all_of("bold") and line.size >= self.body - 0.3
        return 0 if is_bold and len(text) < 90 and not _ENDS.search(text) else None

    def _rank(self, line: Line) -> float:
        """What headings are compared by: the outline's word first, then size, then weight."""
        level = self._level(line)
        return -float(level) if level else line.size

    def _made(self, group: list[Line]) -> Iterator[Block]:
        first = group[0]
        page = first.page
        if first.picture:
            yield Block("image", f"![Picture on page {page}]({first.picture})", page)
            return
        if len(group) > 1 and any(len(line.spans) > 1 for line in group[:1]):
            rows = self._table_cells(group)
            if rows is not None:
                yield Block("table", table(rows), page)
                return
        if first.all_of("mono"):
            yield Block("code", code(group), page)
        elif (level := self._level(first)) is not None and not (level == 0 and _is_prose(group)):
            words = " ".join(line.text.strip() for line in group)
            yield Block("heading", escaped(words), page, level)
        else:
            yield from self._prose(group)

    def _prose(self, group: list[Line]) -> Iterator[Block]:
        first = group[0]
        text = self._joiner.marked([line.runs for line in group])
        if bullet := _BULLET.match(first.text):
            text = re.sub(r"^\W*?" + re.escape(bullet[1]) + r"\W*?\s+", "", text, count=1)
            yield Block("item", f"- {text.lstrip()}", first.page, _depth(first.x0))
        elif number := _NUMBERED.match(first.text):
            text = re.sub(r"^\s*\(?(?:\d{1,3}|[a-z])\\?[.)]\s+", "", text, count=1)
            mark = f"{number[1]}." if number[1].isdecimal() else f"- {number[1]})"
            yield Block("item", f"{mark} {text.lstrip()}", first.page, _depth(first.x0))
        elif text.strip():
            yield Block("text", escaped_start(text), first.page)

    def _table_rows(self, lines: list[Line], at: int) -> int:
        """How many lines from this one have cells that stand under each other."""
        if len(lines[at].spans) < 2 or lines[at].all_of("mono"):
            return 0
        count = 1
        while at + count < len(lines) and _is_aligned(lines[at], lines[at + count]):
            count += 1
        return count if count > 1 and self._table_cells(lines[at : at + count]) else 0

    def _table_cells(self, group: list[Line]) -> list[list[str]] | None:
        """The cells of lines that stand under each other, or None when they are not a table."""
        starts = [span.x0 for span in max(group, key=lambda line: len(line.spans)).spans]
        rows = []
        for line in group:
            row = [""] * len(starts)
            for span in line.spans:
                column = max(
                    (n for n, x in enumerate(starts) if x <= span.x0 + line.size), default=0
                )
                row[column] = f"{row[column]} {self._joiner.marked([span.runs])}".strip()
            rows.append(row)
        is_full = sum(bool(cell) for row in rows for cell in row) >= 0.7 * len(rows) * len(starts)
        return rows if len(rows) > 1 and is_full else None


def over_pages(blocks: Iterable[Block], joiner: Joiner) -> list[Block]:
    """The blocks with paragraphs and items put together that a page's end cut in two."""
    kept: list[Block] = []
    for block in blocks:
        last = next((one for one in reversed(kept[-3:]) if one.kind in ("text", "item")), None)
        if last is not None and _is_cut(last, kept[-1], block):
            last.text = joiner.joined([last.text, block.text])
        else:
            kept.append(block)
    return kept


def _body_size(lines: Iterable[Line]) -> float:
    """The size of most letters in lines long enough to be prose, or in all without such lines."""
    long: Counter[float] = Counter()
    every: Counter[float] = Counter()
    for line in lines:
        every[line.size] += len(line.text)
        long[line.size] += len(line.text) if len(line.text) >= LONG_LINE else 0
    sizes = long if any(long.values()) else every
    return max(sizes.items(), key=lambda item: (item[1], -item[0]))[0] if sizes else 10.0


def squeeze(text: str) -> str:
    """Letters and digits alone, to compare titles however they are broken and spaced."""
    return re.sub(r"[\W_]+", "", text.casefold())


def _is_prose(group: Sequence[Line]) -> bool:
    """Whether large or bold lines are too much text for a heading."""
    words = " ".join(line.text.strip() for line in group)
    is_sentence = len(words.split()) > 12 and bool(_ENDS.search(words))
    return len(group) > 3 or len(words) > MAX_HEADING or is_sentence


def _depth(x0: float) -> int:
    return round(x0)  # made a depth when the items of a list are known


def _is_inside(above: Line, line: Line) -> bool:
    return line.x0 > above.x0 and abs(above.bottom - line.bottom) < 0.5 * above.size


def code(group: Sequence[Line]) -> str:
    """Lines of fixed letters as a program, indented as they stand."""
    left = min(line.x0 for line in group)
    width = median((line.x1 - line.x0) / max(1, len(line.text)) for line in group) or 6.0
    rows = []
    for line in group:
        row = " " * min(60, round((line.x0 - left) / width))
        for span in line.spans:
            wished = round((span.x0 - left) / width)
            row += " " * min(60, max(1 if row.strip() else 0, wished - len(row))) + span.text
        rows.append(row.rstrip())
    body = "\n".join(rows)
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall(r"`+", body) or [""]))
    return f"{fence}\n{body}\n{fence}"


def _is_aligned(first: Line, line: Line) -> bool:
    if line.all_of("mono"):
        return False
    starts = [span.x0 for span in first.spans]
    hits = sum(any(abs(span.x0 - x) < line.size for x in starts) for span in line.spans)
    return len(line.spans) > 1 and hits >= 2


def _give_levels(blocks: list[Block], ranks: list[float]) -> None:
    """Levels of headings: the outline's own, the others behind them by falling size."""
    headings = [block for block in blocks if block.kind == "heading"]
    named = [block.level for block in headings if block.level]
    lowest = max(named, default=0)
    often = Counter(rank for rank in ranks if rank > 0)
    title = ranks[0] if ranks and ranks[0] == max(often, default=0) else 0.0
    is_long = sum(often.values()) >= 4 * RARE
    by_size = [rank for rank in sorted(often, reverse=True)
               if not is_long or rank == title or often[rank] >= RARE]  # fmt: skip
    for block, rank in zip(headings, ranks, strict=True):
        if not block.level:
            larger = sum(size > rank for size in by_size)
            block.level = min(6, lowest + 1 + min(larger, max(0, len(by_size) - 1)))


def _is_cut(last: Block, above: Block, block: Block) -> bool:
    """Whether a page's end cut the text `last` in two and `block` is the rest of it."""
    if block.kind != "text" or above.kind == "heading" or block.page - last.page != 1:
        return False
    if _ENDS.search(last.text.rstrip("*_` ")):
        return False
    begins = block.text.lstrip("*_`\\")[:1]
    return begins.islower() or begins in _INSIDE or last.text.endswith(("-", "\u00ad"))
