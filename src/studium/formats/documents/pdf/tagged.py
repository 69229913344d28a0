"""Lines into blocks by the structure of a tagged PDF."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from studium.formats.documents.blocks import Block, Findings, escaped, escaped_start, table
from studium.formats.documents.chapters import plain
from studium.formats.documents.pdf.glyphs import Line, Run
from studium.formats.documents.pdf.layout import code, over_pages
from studium.formats.documents.pdf.tags import Node
from studium.formats.documents.pdf.words import Joiner

ENOUGH = 0.8
"""Share of the letters that the structure must name to be followed."""
_HEADING = re.compile(r"H([1-6])?|Title")
_BLOCKS = {"P", "H", "H1", "H2", "H3", "H4", "H5", "H6", "Title", "L", "LI", "Table", "Figure",
           "Caption", "BlockQuote", "TOC", "TOCI", "Note", "Formula"}  # fmt: skip
_ORNAMENT = re.compile(r"[^\w]*")


def blocks(
    pages: Sequence[list[Line]], trees: Mapping[int, Node], findings: Findings
) -> list[Block] | None:
    """The blocks of a document, or None when its structure names too little, or no headings."""
    joiner = Joiner(line.text for lines in pages for line in lines)
    found: list[Block] = []
    named = whole = lost = 0
    for number, lines in enumerate(pages, start=1):
        whole += sum(len(run.text) for line in lines for run in line.runs)
        if number not in trees:
            continue
        reader = _Page(number, lines, joiner, findings)
        found += reader.blocks(trees[number])
        named += reader.letters
        lost += reader.lost
    if named < ENOUGH * max(1, whole) or not any(block.kind == "heading" for block in found):
        return None
    findings.count("artifacts", lost)
    return over_pages(found, joiner)


class _Page:
    """One page: letters by their numbers, taken as the structure asks for them."""

    def __init__(
        self, number: int, lines: Sequence[Line], joiner: Joiner, findings: Findings
    ) -> None:
        self._number = number
        self._lines = lines
        self._joiner = joiner
        self._findings = findings
        self._taken: set[int] = set()

    @property
    def letters(self) -> int:
        """How many letters were taken."""
        runs = (run for line in self._lines for run in line.runs)
        return sum(len(run.text) for run in runs if run.mcid in self._taken)

    @property
    def lost(self) -> int:
        """How many lines nothing was taken of."""
        return sum(
            not line.picture and all(run.mcid not in self._taken for run in line.runs)
            for line in self._lines
        )

    def blocks(self, root: Node) -> list[Block]:
        """The page's blocks in the order of the structure, then pictures that it does not name."""
        found = list(self._within(root, -1))
        for line in self._lines:
            if line.picture and line.runs[0].mcid not in self._taken:
                found.append(self._picture(line.picture, ""))
        return found

    def _within(self, node: Node, depth: int) -> Iterator[Block]:
        """What is in a container: letters of its own as paragraphs, and blocks."""
        loose: list[int] = []
        for part in node.parts:
            if isinstance(part, int):
                loose.append(part)
            elif _holds_blocks(part):
                yield from self._text(loose)
                loose = []
                yield from self._block(part, depth)
            else:
                loose += part.numbers()
        yield from self._text(loose)

    def _block(self, node: Node, depth: int) -> Iterator[Block]:
        kind = node.type
        if heading := _HEADING.fullmatch(kind):
            words = " ".join(plain(self._marked(node.numbers())).split())
            if words:
                level = int(heading[1]) if heading[1] else 1
                yield Block("heading", escaped(words), self._number, level)
        elif kind == "L":
            for item in node.nodes():
                yield from self._item(item, depth + 1)
        elif kind == "LI":
            yield from self._item(node, max(0, depth))
        elif kind == "Table":
            yield from self._table(node)
        elif kind in ("Figure", "Formula"):
            yield from self._figure(node)
        elif kind in ("TOC", "TOCI"):
            self._taken.update(node.numbers())
            self._findings.count("contents_lines")
        elif kind == "BlockQuote":
            for block in self._within(node, depth):
                block.text = re.sub(r"^", "> ", block.text, flags=re.MULTILINE)
                block.kind = "text" if block.kind == "heading" else block.kind
                yield block
        elif kind in ("P", "Note", "Caption") and not any(map(_holds_blocks, node.nodes())):
            yield from self._text(list(node.numbers()))
        else:
            yield from self._within(node, depth)

    def _text(self, numbers: Sequence[int]) -> Iterator[Block]:
        lines = self._rows(numbers)
        if lines and all(run.style.mono for row in lines for run in row if run.text.strip()):
            whole = [line for line in self._lines if any(run.mcid in numbers for run in line.runs)]
            if len(whole) > 1 and all(line.all_of("mono") for line in whole):
                yield Block("code", code(whole), self._number)
                return
        text = self._joiner.marked(lines)
        if not _ORNAMENT.fullmatch(text):
            yield Block("text", escaped_start(text), self._number)

    def _item(self, node: Node, depth: int) -> Iterator[Block]:
        label = ""
        own: list[int] = []
        inner: list[Node] = []
        for part in self._parts_of_item(node):
            if isinstance(part, int):
                own.append(part)
            elif part.type == "Lbl":
                label = self._marked(part.numbers())
            elif part.type in ("L", "Table", "Figure"):
                inner.append(part)
            else:
                own += part.numbers()
        text = self._joiner.marked(self._rows(own))
        text = re.sub(r"^(?:[•◦▪●○■–-]|\\-)\s+", "", text)
        number = re.match(r"\(?(\d{1,4})", label)
        if text.strip():
            mark = f"{number[1]}." if number else "-"
            yield Block("item", f"{mark} {text.lstrip()}", self._number, depth * 10)
        for part in inner:
            yield from self._block(part, depth)

    def _parts_of_item(self, node: Node) -> Iterator[Node | int]:
        """The parts of an item with containers opened in which lists or tables are."""
        for part in node.parts:
            opens = not isinstance(part, int) and part.type not in ("Lbl", "L", "Table", "Figure")
            if opens and not isinstance(part, int) and any(map(_holds_blocks, part.nodes())):
                yield from self._parts_of_item(part)
            else:
                yield part

    def _table(self, node: Node) -> Iterator[Block]:
        rows = [[self._marked(cell.numbers()) for cell in row.nodes()] for row in _rows_of(node)]
        rows = [row for row in rows if any(cell.strip() for cell in row)]
        if len(rows) == 1 or max(map(len, rows), default=0) == 1:
            for row in rows:
                yield Block("text", escaped_start(" ".join(row)), self._number)
        elif rows:
            yield Block("table", table(rows), self._number)

    def _figure(self, node: Node) -> Iterator[Block]:
        numbers = set(node.numbers())
        self._taken |= numbers
        alt = node.alt or next((one.alt for one in node.nodes() if one.alt), "")
        for line in self._lines:
            if line.picture and line.runs[0].mcid in numbers:
                yield self._picture(line.picture, alt)

    def _picture(self, path: str, alt: str) -> Block:
        shown = escaped(alt).replace("]", "\\]") or f"Picture on page {self._number}"
        return Block("image", f"![{shown}]({path})", self._number)

    def _marked(self, numbers: Iterator[int]) -> str:
        return self._joiner.marked(self._rows(list(numbers)))

    def _rows(self, numbers: Sequence[int]) -> list[list[Run]]:
        """The letters with these numbers, line by line."""
        wanted = set(numbers)
        self._taken |= wanted
        rows = []
        for line in self._lines:
            row = [run for run in line.runs if run.mcid in wanted]
            if row and not line.picture:
                rows.append(row)
        return rows


def _holds_blocks(node: Node) -> bool:
    return node.type in _BLOCKS or any(map(_holds_blocks, node.nodes()))


def _rows_of(node: Node) -> Iterator[Node]:
    for inner in node.nodes():
        if inner.type == "TR":
            yield inner
        else:
            yield from _rows_of(inner)
