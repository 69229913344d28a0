"""Lessons for the tests of the AI engine, rendered by the renderer the product uses."""

from __future__ import annotations

from pathlib import Path

from studium.ai.model import Block, LessonText
from studium.lib.markdown import render

EXCERPTS = Path(__file__).parent.parent / "data" / "rust_book_excerpts"
NAMES = ("ownership", "traits", "variables")


def lesson_of(source: str, *, topic: str = "A lesson", language: str = "en") -> LessonText:
    """A lesson with the blocks the renderer finds in it."""
    blocks = tuple(
        Block(block.id, block.kind, block.start, block.end, block.text)
        for block in render(source).blocks
    )
    return LessonText(topic, source, blocks, language)


def excerpt(name: str) -> LessonText:
    """A piece of a real book."""
    source = (EXCERPTS / f"{name}.md").read_text("utf-8")
    topic = next(line for line in source.splitlines() if line.startswith("#")).lstrip("# ")
    return lesson_of(source, topic=topic)


def one_block(source: str, *, language: str = "en", kind: str = "paragraph") -> LessonText:
    """A lesson that is a single block, whatever a renderer would make of it."""
    return LessonText("Topic", source, (Block("b1", kind, 0, len(source), source),), language)
