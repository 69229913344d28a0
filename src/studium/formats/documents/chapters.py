"""Blocks into lessons: cut at the top headings, written as Markdown, with pages kept."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence

from studium.formats.documents.blocks import Block, Chapter, Findings, escaped

LONG = 12_000
"""Words from which a chapter with headings of its own becomes a part of several lessons."""
SHORT = 30
"""Words below which what stands before the first chapter describes the course."""


def chapters(blocks: Sequence[Block], findings: Findings) -> list[Chapter]:
    """The lessons of a document with headings; `findings` gets the title and the description."""
    blocks = list(blocks)
    ranks = Counter(block.level for block in blocks if block.kind == "heading")
    if not ranks:
        return [Chapter(findings.title, blocks)]
    top = min(ranks)
    if ranks[top] == 1 and len(ranks) > 1 and _opens(blocks, top):
        at = next(
            n for n, block in enumerate(blocks) if block.level == top and block.kind == "heading"
        )
        findings.title = findings.title or plain(blocks[at].text)
        del blocks[at]
        top = sorted(ranks)[1]
    found = list(_cut(blocks, top))
    with_cover = len(found)
    found = _without_cover(found, findings)
    if len(found) == 1 < with_cover and any(one.kind == "heading" for one in _body(found[0])):
        return chapters(_body(found[0]), findings)  # the rest of a cover, as large as the title
    found = _with_parts(found)
    return [piece for chapter in found for piece in _shorter(chapter)]


def _opens(blocks: list[Block], top: int) -> bool:
    """Whether the only top heading is the document's title: nothing but a few words before it."""
    words = 0
    for block in blocks:
        if block.kind == "heading":
            return block.level == top and words < SHORT
        words += len(block.text.split())
    return False


def _cut(blocks: Sequence[Block], level: int) -> Iterator[Chapter]:
    chapter = Chapter("")
    for block in blocks:
        if block.kind == "heading" and block.level <= level:
            if chapter.title or chapter.blocks:
                yield chapter
            chapter = Chapter(plain(block.text), [Block("heading", block.text, block.page, level)])
        else:
            chapter.blocks.append(block)
    if chapter.title or chapter.blocks:
        yield chapter


def _body(chapter: Chapter) -> list[Block]:
    first = chapter.blocks[0] if chapter.blocks else None
    is_named = first is not None and first.kind == "heading" and plain(first.text) == chapter.title
    return chapter.blocks[1:] if is_named else chapter.blocks


def _words(chapter: Chapter) -> int:
    return sum(len(block.text.split()) for block in _body(chapter) if block.kind != "image")


def _without_cover(found: list[Chapter], findings: Findings) -> list[Chapter]:
    """A title page and a few words before the first chapter say what the course is."""
    first = found[0]
    if len(found) > 1 and _is_cover(found, findings.title):
        findings.title = findings.title or first.title
        findings.description = "\n\n".join(block.text for block in _body(first))
        return found[1:]
    if not first.title:
        first.title = "Introduction" if len(found) > 1 else findings.title
    return found


def _is_cover(found: list[Chapter], title: str) -> bool:
    """Whether the first chapter only says what the document is called, and by whom."""
    first, words = found[0], _words(found[0])
    if words >= SHORT or any(block.kind == "image" for block in first.blocks):
        return False
    if not first.title:
        return True
    if not words and any(not _body(chapter) for chapter in found[1:-1]):
        return False  # then it names a part, as the other one does
    return not title or _bare(title) == _bare(first.title)


def _bare(title: str) -> str:
    return re.sub(r"[\W_]+", "", title.casefold())


def _with_parts(found: list[Chapter]) -> list[Chapter]:
    """A heading with nothing under it but the next chapter names a part."""
    kept: list[Chapter] = []
    part = ""
    for number, chapter in enumerate(found):
        if not _body(chapter) and number + 1 < len(found):
            part = chapter.title
        else:
            chapter.part = chapter.part or part
            kept.append(chapter)
    return kept


def _shorter(chapter: Chapter) -> list[Chapter]:
    """A very long chapter as several lessons of one part."""
    inner = Counter(block.level for block in _body(chapter) if block.kind == "heading")
    if _words(chapter) < LONG or not inner or sum(inner.values()) < 2:
        return [chapter]
    level = (
        min(level for level, count in inner.items() if count > 1)
        if max(inner.values()) > 1
        else min(inner)
    )
    pieces = list(_cut(_body(chapter), level))
    for piece in pieces:
        piece.title = piece.title or chapter.title
        piece.part = chapter.part or chapter.title
    return pieces


def written(chapter: Chapter) -> tuple[str, list[tuple[int, int]]]:
    """A lesson's Markdown and where pages begin in it, as (offset, page)."""
    parts: list[str] = []
    pages: list[tuple[int, int]] = []
    at, before = 0, None
    lowest = min((one.level for one in chapter.blocks if one.kind == "heading"), default=1)
    depths = _depths(chapter.blocks)
    for number, block in enumerate(chapter.blocks):
        text = _one(block, lowest, depths[number])
        if not text:
            continue
        is_list = block.kind == before == "item"
        gap = "" if before is None else "\n" if is_list else "\n\n"
        at += len(gap)
        if block.page and (not pages or pages[-1][1] != block.page):
            pages.append((at, block.page))
        parts += [gap, text]
        at += len(text)
        before = block.kind
    return "".join([*parts, "\n"]) if parts else "", pages


def _one(block: Block, lowest: int, depth: int) -> str:
    text = block.text.strip("\n")
    if block.kind == "heading":
        return f"{'#' * min(6, block.level - lowest + 1)} {' '.join(text.split())}" if text else ""
    if block.kind == "item":
        return "    " * depth + text
    return text


def _depths(blocks: Sequence[Block]) -> list[int]:
    """How deep each list item is, from the places where the items of its list begin."""
    depths = [0] * len(blocks)
    at = 0
    while at < len(blocks):
        end = at
        while end < len(blocks) and blocks[end].kind == "item":
            end += 1
        starts: list[int] = []
        for block in blocks[at:end]:
            if all(abs(block.level - start) > 4 for start in starts):
                starts.append(block.level)
        starts.sort()
        above = -1
        for number in range(at, end):
            nearest = min(starts, key=lambda start: abs(start - blocks[number].level))
            above = depths[number] = min(starts.index(nearest), above + 1, 5)
        at = max(end, at + 1)
    return depths


def key_for(title: str, number: int) -> str:
    """The name of a lesson in links between lessons: its place and the words of its title."""
    flat = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", flat).strip("-")[:60].strip("-")
    return f"{number:02d}-{words or 'lesson'}"


def plain(text: str) -> str:
    """The words of Markdown without its marks."""
    bare = re.sub(r"!?\[([^\]\n]{0,500})\]\([^)\s]{0,1000}\)", r"\1", text)
    bare = re.sub(r"(?<!\\)(?:\*{1,3}|`+)", "", bare)
    return " ".join(re.sub(r"\\([^\w\s])", r"\1", bare).split())


def as_heading(title: str, *, page: int = 0, level: int = 1) -> Block:
    """A heading from plain words."""
    return Block("heading", escaped(" ".join(title.split())), page, level)
