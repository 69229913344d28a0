"""A lesson read once: its sections and its sentences, each with the way back to the source."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from studium.ai import sentences
from studium.ai.engines.extractive.structure import PointList, Program, point_lists, programs
from studium.ai.language import Language, language
from studium.ai.model import LessonText, Source
from studium.ai.prose import Passage, passages

MOST_SENTENCES = 1_500
"""Sentences searched for terms and definitions; a lesson has a few hundred."""

_HASHES = re.compile(r"[ \t>]*(#{1,6})[ \t]")
_SETEXT = re.compile(r"\n[ \t>]*(=+|-+)[ \t]*$")
_DECLARED = re.compile(
    r"\b(?:let(?:\s+mut)?|fn|struct|enum|trait|mod|const|static|type|def|class|function|var|impl)"
    r"\s+(\w+)|\b(\w+)\s*(?:=(?!=)|:(?!:))"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: its text, where it stands, and its words without the function words."""

    index: int
    text: str
    passage: Passage
    start: int
    end: int
    section: int
    opens: bool
    opens_section: bool
    code: tuple[tuple[int, int], ...]
    stems: tuple[str, ...]

    @property
    def source_range(self) -> tuple[int, int]:
        """Where it stands in the lesson's source."""
        return self.passage.plain.span(self.start, self.end)

    def source(self, lesson: LessonText) -> Source:
        """The same as a citation."""
        start, end = self.source_range
        return Source(self.passage.block.id, start, end, lesson.source[start:end])


@dataclass(slots=True)
class Reading:
    """All an engine needs of a lesson. ``headings`` are the sections' names, first the topic's.

    ``lists`` and ``programs`` are its lists and code blocks, in reading order.
    """

    lesson: LessonText
    language: Language
    headings: list[str]
    sentences: list[Sentence]
    heading_stems: list[frozenset[str]] = field(default_factory=list)
    example_names: frozenset[str] = frozenset()
    lists: list[PointList] = field(default_factory=list)
    programs: list[Program] = field(default_factory=list)

    @property
    def looked_at(self) -> list[Sentence]:
        """The sentences that are searched for terms: all, but for texts no lesson is as long as."""
        return self.sentences[:MOST_SENTENCES]

    @property
    def word_count(self) -> int:
        """Words of running text."""
        return sum(len(sentence.text.split()) for sentence in self.sentences)


def read(lesson: LessonText) -> Reading:
    """Split a lesson into sections and sentences."""
    spoken = language(lesson.language)
    found = passages(lesson)
    level = _section_level(lesson, found)
    reading = Reading(lesson, spoken, [lesson.topic], [], example_names=_example_names(lesson))
    opens_section = True
    for passage in found:
        if passage.is_heading:
            if _level(lesson, passage) <= level:
                reading.headings.append(passage.plain.text)
                opens_section = True
            continue
        _read_passage(reading, passage, opens_section=opens_section)
        opens_section = False
    reading.heading_stems = [frozenset(spoken.content(name)) for name in reading.headings]
    reading.lists = point_lists(lesson, found, reading.sentences) if reading.sentences else []
    reading.programs = programs(lesson, reading.sentences)
    return reading


def _read_passage(reading: Reading, passage: Passage, *, opens_section: bool) -> None:
    plain = passage.plain
    code = [(mark.start, mark.end) for mark in plain.marks if mark.kind == "code"]
    for place, (start, end) in enumerate(sentences.split(plain.text, reading.language, code=code)):
        text = plain.text[start:end]
        reading.sentences.append(
            Sentence(
                index=len(reading.sentences),
                text=text,
                passage=passage,
                start=start,
                end=end,
                section=len(reading.headings) - 1,
                opens=place == 0,
                opens_section=opens_section and place == 0,
                code=plain.marked(start, end, "code"),
                stems=tuple(reading.language.content(text)),
            )
        )


def _section_level(lesson: LessonText, found: tuple[Passage, ...]) -> int:
    """The highest heading level used more than once: a lone title does not divide a lesson."""
    levels = Counter(_level(lesson, passage) for passage in found if passage.is_heading)
    repeated = [level for level, count in levels.items() if count > 1]
    return min(repeated, default=max(levels, default=6))


def _level(lesson: LessonText, passage: Passage) -> int:
    source = lesson.source[passage.block.start : passage.block.end].strip("\n")
    hashes = _HASHES.match(source)
    if hashes:
        return len(hashes[1])
    under = _SETEXT.search(source)
    return 2 if under and under[1][0] == "-" else 1


def _example_names(lesson: LessonText) -> frozenset[str]:
    """Names declared in the lesson's code: a sentence about them is about the example only."""
    names: set[str] = set()
    for block in lesson.blocks:
        if block.kind == "code":
            for found in _DECLARED.finditer(lesson.source, block.start, block.end):
                names.add(found[1] or found[2])
    return frozenset(names)
