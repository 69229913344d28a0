"""Sentences a question can be made from: they stand alone, and say something for certain."""

from __future__ import annotations

import re
from dataclasses import dataclass

from studium.ai.engines.extractive.items.wording import Wording
from studium.ai.engines.extractive.reading import Reading, Sentence
from studium.ai.language import words
from studium.ai.model import Source
from studium.ai.standing import fault, without

FEWEST_WORDS = 7
MOST_WORDS = 36
MOST = 240
_ODD = re.compile(r"[|{}\\•]|\?|:$|\w\(|\s[.,;]|\.\w{2,}|^[^\w\"“(]")
_LEANING = ("words.aside", "words.added", "words.known_thing", "words.glued", "words.lettered")


@dataclass(frozen=True, slots=True)
class Fact:
    """A usable sentence; ``certain`` unless it hedges ("may") or is taken back ("But …")."""

    sentence: Sentence
    source: Source
    section: str
    certain: bool

    @property
    def text(self) -> str:
        """The sentence in plain text."""
        return self.sentence.text


def facts(reading: Reading, wording: Wording) -> list[Fact]:
    """The usable sentences of a lesson, in reading order, each text once.

    Of a very long lesson ``MOST`` are taken, evenly spread.
    """
    found: list[Fact] = []
    seen: set[str] = set()
    for one in reading.sentences:
        if one.text in seen or not _is_usable(one, reading, wording):
            continue
        seen.add(one.text)
        prose = without(one.text, one.code)
        found.append(
            Fact(
                sentence=one,
                source=one.source(reading.lesson),
                section=reading.headings[one.section],
                certain=not wording.pattern("words.hedge").search(prose)
                and not _is_taken_back(one, reading, wording),
            )
        )
    step = max(1.0, len(found) / MOST)
    return [found[int(at * step)] for at in range(min(len(found), MOST))]


def _is_taken_back(one: Sentence, reading: Reading, wording: Wording) -> bool:
    """Whether the sentence behind it says "but": then its opposite may hold as well."""
    after = reading.sentences[one.index + 1 : one.index + 2]
    return any(
        each.passage is one.passage and wording.pattern("words.contrast").match(each.text)
        for each in after
    )


def _is_usable(one: Sentence, reading: Reading, wording: Wording) -> bool:
    text = one.text
    if not FEWEST_WORDS <= len(words(text)) <= MOST_WORDS or len(one.stems) < 4:
        return False
    if one.passage.block.kind == "definition" or fault(text, reading.language, code=one.code):
        return False
    prose = without(text, one.code)
    if _ODD.search(prose) or any(wording.pattern(name).search(prose) for name in _LEANING):
        return False
    if text.count("(") > 2 or reading.language.instructions.match(prose):
        return False
    named = {text[start:end].strip("&*_ ()") for start, end in one.code}
    return not named & reading.example_names
