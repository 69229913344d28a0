"""What stands on pages and is not text: running heads and feet, page numbers, lines of contents."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from studium.formats.documents.blocks import Findings
from studium.formats.documents.pdf.glyphs import Line

EDGE = 3
"""Lines at the upper and lower edge of a page among which furniture is looked for."""
_NUMBER = re.compile(
    r"\W*(?:(?:page|seite|p\.|página)\s*)?(?:\d{1,5}|[ivxlc]{1,8})(?:\s*(?:/|of|von|de)\s*\d{1,5})?\W*",
    re.IGNORECASE,
)
_LEADER = re.compile(r"(?:\.\s?){4,}\s*(?:\d{1,5}|[ivxlc]{1,8})?$|(?:\. ){3,}")


def without_furniture(
    pages: Sequence[tuple[float, list[Line]]], findings: Findings
) -> list[list[Line]]:
    """The lines of pages, given as (height, lines), without what only belongs to the paper.

    A line at the edge goes when a line with the same words, numbers aside, stands at the same
    height of many other pages, or when it is a page number and its neighbours count on.
    """
    seen: Counter[tuple[str, int]] = Counter()
    for _, lines in pages:
        seen.update({_place(line) for line in _edges(lines)})
    often = max(3, min(len(pages) // 8, 12)) if len(pages) > 4 else max(2, len(pages))
    return [_kept(height, lines, seen, often, findings) for height, lines in pages]


def _kept(
    height: float,
    lines: list[Line],
    seen: Mapping[tuple[str, int], int],
    often: int,
    findings: Findings,
) -> list[Line]:
    edges = {id(line) for line in _edges(lines)}
    outer = {id(line) for line in _edges(lines, 1)}
    kept = []
    for line in lines:
        text = line.text.strip()
        at_edge = id(line) in edges and (line.bottom > 0.8 * height or line.top < 0.2 * height)
        if at_edge and (seen[_place(line)] >= often or _is_near(line, seen, often)):
            findings.count("running_heads")
        elif id(line) in outer and _NUMBER.fullmatch(text):
            findings.count("page_numbers")
        elif _LEADER.search(text):
            findings.count("contents_lines")
        else:
            kept.append(line)
    return kept


def _edges(lines: list[Line], count: int = EDGE) -> list[Line]:
    by_height = sorted(lines, key=lambda line: -line.top)
    return by_height[:count] + by_height[-count:]


def _place(line: Line) -> tuple[str, int]:
    words = re.sub(r"\d+|\b[ivxlc]+\b", "#", line.text.lower())
    return re.sub(r"\s+", "", words), round(line.bottom / 4)


def _is_near(line: Line, seen: Mapping[tuple[str, int], int], often: int) -> bool:
    """Whether the same words stand a hair higher or lower on many pages."""
    words, place = _place(line)
    return seen.get((words, place - 1), 0) + seen.get((words, place + 1), 0) >= often
