"""Lists and programs of a lesson, each with the sentences around it and its place.

Numbered or bulleted points can be asked for, and a program can be shown; both only as far as
the lesson's own text goes.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from studium.ai.model import Block, LessonText, Source
from studium.ai.prose import ITEM_KINDS, Passage

if TYPE_CHECKING:
    from studium.ai.engines.extractive.reading import Sentence

_FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})[ \t]*([^\n`]*)\n")
_CLOSING = re.compile(r"\n[ \t>]*(?:`{3,}|~{3,})[ \t]*\n?[ \t]*$")
_NUMBERED = re.compile(r"[ \t>]*\d{1,9}[.)][ \t]")
_LONGEST_CODE = 4_000


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a list: its own text without the lists inside it, and where it stands."""

    text: str
    source: Source
    code: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class PointList:
    """A list; ``lead`` is the sentence right before it, if that ends the block before."""

    block: Block
    numbered: bool
    points: tuple[Point, ...]
    section: int
    lead: Sentence | None


@dataclass(frozen=True, slots=True)
class Program:
    """A code block: ``code`` is ``source[start:end]`` without its fences.

    ``language`` is the first word of the fence's info line, lower case, "" when there is none;
    ``before`` and ``after`` are the nearest sentences of the same section.
    """

    block: Block
    language: str
    code: str
    start: int
    end: int
    section: int
    before: Sentence | None
    after: Sentence | None

    def source(self) -> Source:
        """The program as a citation."""
        return Source(self.block.id, self.start, self.end, self.code)


def point_lists(
    lesson: LessonText, found: Sequence[Passage], sentences: Sequence[Sentence]
) -> list[PointList]:
    """The lists of at least two points, in reading order, inner lists on their own."""
    own: dict[str, Passage] = {}
    for passage in found:
        if passage.block.kind in ITEM_KINDS:
            own.setdefault(passage.block.id, passage)
    starts = [one.source_range[0] for one in sentences]
    lists = []
    for block, items in _items_of(lesson.blocks):
        points = tuple(_point(own[item.id], lesson) for item in items if item.id in own)
        if len(points) > 1:
            at = bisect_right(starts, block.start) - 1
            before = sentences[at] if at >= 0 else None
            first = sentences[min(at + 1, len(sentences) - 1)]
            lead = before if before and _leads(before, block, lesson) else None
            numbered = _NUMBERED.match(lesson.source, block.start) is not None
            lists.append(PointList(block, numbered, points, first.section, lead))
    return lists


def _items_of(blocks: Sequence[Block]) -> list[tuple[Block, list[Block]]]:
    """Each list with its own items; an item belongs to the innermost list around it."""
    open_lists: list[tuple[Block, list[Block]]] = []
    found: list[tuple[Block, list[Block]]] = []
    for block in sorted(blocks, key=lambda one: (one.start, -one.end, one.kind != "list")):
        while open_lists and open_lists[-1][0].end <= block.start:
            open_lists.pop()
        if block.kind == "list":
            open_lists.append((block, []))
            found.append(open_lists[-1])
        elif block.kind in ITEM_KINDS and open_lists:
            open_lists[-1][1].append(block)
    return found


def _leads(before: Sentence, block: Block, lesson: LessonText) -> bool:
    """Whether nothing but space stands between the sentence and the list."""
    return not lesson.source[before.source_range[1] : block.start].strip(" \t\n>-*+0123456789.)")


def _point(passage: Passage, lesson: LessonText) -> Point:
    plain = passage.plain
    start, end = plain.span(0, len(plain.text))
    source = Source(passage.block.id, start, end, lesson.source[start:end])
    return Point(plain.text, source, plain.marked(0, len(plain.text), "code"))


def programs(lesson: LessonText, sentences: Sequence[Sentence]) -> list[Program]:
    """The code blocks in reading order; very long ones are left out."""
    starts = [one.source_range[0] for one in sentences]
    found = []
    for block in sorted(lesson.blocks, key=lambda one: one.start):
        if block.kind != "code" or block.end - block.start > _LONGEST_CODE:
            continue
        language, start, end = _inside(lesson.source, block)
        at = bisect_right(starts, block.start)
        before = sentences[at - 1] if at else None
        after = sentences[at] if at < len(sentences) else None
        section = before.section if before else 0
        code = lesson.source[start:end]
        if code.strip():
            found.append(Program(block, language, code, start, end, section, before, after))
    return found


def _inside(source: str, block: Block) -> tuple[str, int, int]:
    """Language of a code block and the place of the code between its fences."""
    start, end = block.start, min(block.end, len(source))
    opening = _FENCE.match(source, start, end)
    if not opening:
        return "", start, end
    start = opening.end()
    closing = _CLOSING.search(source, max(start - 1, end - 200), end)
    stop = closing.start() if closing else end
    info = re.match(r"[\w+#-]*", opening[2].strip().lower())
    return (info[0] if info else ""), start, max(start, stop)
