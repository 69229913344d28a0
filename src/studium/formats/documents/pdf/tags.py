"""The structure that a tagged PDF holds beside its pages: which letters are a heading, a cell, …

Word, LibreOffice, PowerPoint and browsers write it (ISO 32000-1, 14.8). Every piece of a page's
content has a number (MCID) there, by which letters and pictures are found again.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pypdfium2.raw as pdfium

MAX_CALLS = 3_000_000
"""Questions to PDFium about structure for one document; more would take minutes."""
MAX_DEPTH = 60


@dataclass(slots=True)
class Node:
    """A piece of structure on one page; `parts` are nodes and numbers (MCIDs) in their order."""

    type: str
    alt: str = ""
    parts: list[Node | int] = field(default_factory=list)

    def numbers(self) -> Iterator[int]:
        """All numbers in it."""
        for part in self.parts:
            if isinstance(part, int):
                yield part
            else:
                yield from part.numbers()

    def nodes(self) -> Iterator[Node]:
        """The nodes right inside."""
        for part in self.parts:
            if not isinstance(part, int):
                yield part


class Tags:
    """Reads the structure of pages; `trees` holds it by page, None once it is too much."""

    def __init__(self) -> None:
        self.trees: dict[int, Node] | None = {}
        self._calls = 0

    def look(self, page: Any, number: int) -> None:
        """Take the structure of this page (from 1)."""
        if self.trees is None:
            return
        tree = pdfium.FPDF_StructTree_GetForPage(page.raw)
        if not tree:
            return
        try:
            root = Node("Document")
            for at in range(self._count(pdfium.FPDF_StructTree_CountChildren, tree)):
                child = pdfium.FPDF_StructTree_GetChildAtIndex(tree, at)
                if child:
                    root.parts.append(self._node(child, 0))
            self.trees[number] = root
        except OverflowError:
            self.trees = None
        finally:
            pdfium.FPDF_StructTree_Close(tree)

    def _count(self, ask: Callable[[Any], int], of: Any) -> int:
        count = max(0, ask(of))
        self._calls += 2 * count + 2
        if self._calls > MAX_CALLS:
            raise OverflowError
        return count

    def _node(self, element: Any, depth: int) -> Node:
        node = Node(_text(pdfium.FPDF_StructElement_GetType, element))
        if node.type in ("Figure", "Formula"):
            node.alt = _text(pdfium.FPDF_StructElement_GetAltText, element)
        if depth > MAX_DEPTH:
            return node
        for at in range(self._count(pdfium.FPDF_StructElement_CountChildren, element)):
            child = pdfium.FPDF_StructElement_GetChildAtIndex(element, at)
            if child:
                inner = self._node(child, depth + 1)
                if inner.parts:
                    node.parts.append(inner)
                continue
            number = pdfium.FPDF_StructElement_GetChildMarkedContentID(element, at)
            if number >= 0:
                node.parts.append(number)
        return node


def _text(ask: Any, element: Any) -> str:
    length = ask(element, None, 0)
    if not 2 < length <= 4_000:
        return ""
    buffer = ctypes.create_string_buffer(length)
    ask(element, buffer, length)
    return " ".join(buffer.raw[: length - 2].decode("utf-16-le", "replace").split())
