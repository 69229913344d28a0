"""The running text of a lesson: which pieces of which blocks people read as sentences.

Code, tables, images, raw HTML and template marks are left out. A block that holds others
(a list item with a list in it) gives only what is its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from studium.ai.inline import Plain, plain_text, reference_labels
from studium.ai.model import Block, LessonText

ITEM_KINDS = frozenset({"item", "list_item"})
PROSE_KINDS = frozenset({"paragraph", "quote", "definition", *ITEM_KINDS})
LONGEST_BLOCK = 20_000
"""Characters; a longer "paragraph" is data, not prose, and is not read."""

_MARKER = re.compile(
    r"(?:[ \t]*(?:>[ \t]?|(?:[-*+]|\d{1,9}[.)])[ \t]+|#{1,6}[ \t]+|\[\^[^\]\s]+\]:))*+[ \t]*+"
)
_TEMPLATE = re.compile(r"\{\{.*\}\}", re.DOTALL)
_TASK = re.compile(r"\[[ xX]\][ \t]+")


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of one block as plain text; ``heading`` is true for headings."""

    block: Block
    plain: Plain

    @property
    def is_heading(self) -> bool:
        """Whether this names a section instead of saying something."""
        return self.block.kind == "heading"


@lru_cache(maxsize=4)  # a lesson is read by the engine and again by the verifier
def passages(lesson: LessonText) -> tuple[Passage, ...]:
    """The passages of a lesson in reading order, headings included."""
    references = reference_labels(lesson.source)
    ordered = sorted(lesson.blocks, key=lambda block: (block.start, -block.end))
    found: list[Passage] = []
    for at, block in enumerate(ordered):
        if block.kind != "heading" and block.kind not in PROSE_KINDS:
            continue
        for start, end in _own_ranges(ordered, at, len(lesson.source)):
            passage = _passage(lesson.source, block, (start, end), references)
            if passage:
                found.append(passage)
    return tuple(sorted(found, key=lambda passage: passage.plain.begin))


def _own_ranges(ordered: list[Block], at: int, length: int) -> list[tuple[int, int]]:
    """The parts of a block that no block inside it claims."""
    block = ordered[at]
    cursor, stop = max(0, block.start), min(block.end, length)
    ranges: list[tuple[int, int]] = []
    for inner in ordered[at + 1 :]:
        if inner.start >= stop:
            break
        if inner.start > cursor:
            ranges.append((cursor, inner.start))
        cursor = max(cursor, inner.end)
    if cursor < stop:
        ranges.append((cursor, stop))
    return ranges


def _passage(
    source: str, block: Block, own: tuple[int, int], references: frozenset[str]
) -> Passage | None:
    start, end = own
    marker = _MARKER.match(source, start, end)
    start = marker.end() if marker else start
    task = _TASK.match(source, start, end)
    start = task.end() if task else start
    piece = source[start:end].strip()
    if not piece or len(piece) > LONGEST_BLOCK or _TEMPLATE.fullmatch(piece):
        return None
    plain = plain_text(source, start, end, references)
    return Passage(block, plain) if plain.text else None
