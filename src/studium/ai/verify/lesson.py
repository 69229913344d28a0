"""The lesson as the checks look things up in it."""

from __future__ import annotations

import math
import re
import tomllib
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from studium.ai import sentences
from studium.ai.language import Language, language, words
from studium.ai.model import Block, LessonText, Source
from studium.ai.prose import Passage, passages

_NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?![\w])")
_NAME = r"[A-Za-z][\w’'-]*(?: [\w’'-]+){0,3}"
_LAST_NAME = re.compile(rf"(?<![\w’'-]){_NAME}$")


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence of the lesson: its plain text, its place in the source, its content stems."""

    index: int
    text: str
    block_id: str
    start: int
    end: int
    stems: frozenset[str]
    section: str
    name: str  # its words without case and endings, between spaces
    plain: str  # its words as `loosely` gives them


@dataclass(frozen=True, slots=True)
class Turns:
    """What the checks know of a language beyond ``Language``; all empty for one without a file."""

    negations: frozenset[str]
    opposites: dict[str, frozenset[str]]
    absolutes: frozenset[str]
    of_the_others: re.Pattern[str]
    synonyms: tuple[re.Pattern[str], ...]
    not_in_names: frozenset[str]
    quantities: frozenset[str]
    kind_of: tuple[re.Pattern[str], ...]
    before_statement: re.Pattern[str]
    the_text: re.Pattern[str]
    beyond: re.Pattern[str]
    article: re.Pattern[str]
    vowel_sound: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson with its blocks, passages and sentences at hand, and how telling each word is."""

    text: LessonText
    language: Language
    turns: Turns
    blocks: dict[str, Block]
    passages: dict[str, list[Passage]]
    said: tuple[Said, ...]
    rarity: dict[str, float]
    same: dict[str, frozenset[str]]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def stems(self, text: str) -> list[str]:
        """The content stems of a text, in order."""
        return self.language.content(text)

    def name(self, text: str) -> str:
        """A name with nothing that makes no other name of it: case, plural, article, quotes."""
        parts = [self.language.stem(word) for word in words(text)]
        while parts and parts[0] in ("a", "an", "the"):
            parts.pop(0)
        return " ".join(parts) or folded(text).casefold()

    def weight(self, stem: str) -> float:
        """How telling a stem is in this lesson; one the lesson never uses is the most telling."""
        return self.rarity.get(stem, math.log(2 + len(self.said)))

    def coverage(self, text: str, evidence: Iterable[str]) -> float:
        """The share of a text's content, weighted by rarity, that is among stems of evidence."""
        return self.share(frozenset(self.stems(text)), frozenset(evidence))

    def share(self, wanted: frozenset[str], held: frozenset[str]) -> float:
        """The same of stems; 0 for a text without content."""
        whole = sum(self.weight(one) for one in sorted(wanted))
        return sum(self.weight(one) for one in sorted(wanted & held)) / whole if whole else 0.0

    def cited(self, sources: Iterable[Source]) -> list[Said]:
        """The sentences the cited places touch, in reading order."""
        found: set[int] = set()
        for place in sources:
            first = bisect_right(self.ends, place.start)
            found.update(range(first, bisect_left(self.starts, place.end)))
        return [self.said[at] for at in sorted(found)]

    def near(self, sources: Iterable[Source]) -> list[Said]:
        """The cited sentences and the one before and behind each, within the section."""
        held = self.cited(sources)
        wanted = {at + step for at in (one.index for one in held) for step in (-1, 0, 1)}
        sections = {one.section for one in held}
        near = [self.said[at] for at in sorted(wanted) if 0 <= at < len(self.said)]
        return [one for one in near if one.section in sections]

    def mentions(self, text: str) -> list[Said]:
        """The sentences in which a name occurs as a whole."""
        wanted = f" {self.name(text)} "
        return [one for one in self.said if wanted in one.name]


@lru_cache(maxsize=4)
def known(lesson: LessonText) -> Lesson:
    """Read a lesson for checking; the last few are kept, as notes and questions share them."""
    held: dict[str, list[Passage]] = {}
    spoken = language(lesson.language)
    said: list[Said] = []
    section = lesson.topic
    for passage in passages(lesson):
        if passage.is_heading:
            section = passage.plain.text
            continue
        held.setdefault(passage.block.id, []).append(passage)
        said += _sentences(passage, spoken, section, len(said))
    blocks = {block.id: block for block in lesson.blocks}
    turns = turns_of(spoken.code)
    rarity = _rarity(said)
    return Lesson(
        text=lesson,
        language=spoken,
        turns=turns,
        blocks=blocks,
        passages=held,
        said=tuple(said),
        rarity=rarity,
        same=_same(said, spoken, turns),
        starts=tuple(one.start for one in said),
        ends=tuple(one.end for one in said),
    )


def _sentences(passage: Passage, spoken: Language, section: str, first: int) -> list[Said]:
    plain = passage.plain
    code = [(mark.start, mark.end) for mark in plain.marks if mark.kind == "code"]
    found: list[Said] = []
    for start, end in sentences.split(plain.text, spoken, code=code):
        text = plain.text[start:end]
        begin, stop = plain.span(start, end)
        stems = frozenset(spoken.content(text))
        place = first + len(found)
        name = f" {' '.join(spoken.stem(word) for word in words(text))} "
        plain_words = loosely(text)
        found.append(
            Said(place, text, passage.block.id, begin, stop, stems, section, name, plain_words)
        )
    return found


def _rarity(said: list[Said]) -> dict[str, float]:
    held_by = Counter(stem for one in said for stem in one.stems)
    return {stem: math.log(1 + len(said) / count) for stem, count in held_by.items()}


def _same(said: list[Said], spoken: Language, turns: Turns) -> dict[str, frozenset[str]]:
    """The lesson's own lists of names for one thing: name (normalised) → its other names."""
    pairs: dict[str, set[str]] = {}
    for one in said:
        for pattern in turns.synonyms:
            for found in pattern.finditer(one.text):
                before = _LAST_NAME.search(one.text[max(0, found.start() - 80) : found.start()])
                for left in _endings(before[0] if before else "", spoken, turns):
                    for right in _beginnings(found["right"], spoken, turns):
                        pairs.setdefault(left, set()).add(right)
                        pairs.setdefault(right, set()).add(left)
    return {name: frozenset(others - {name}) for name, others in pairs.items()}


def _endings(text: str, spoken: Language, turns: Turns) -> list[str]:
    """Where a name before the pattern may begin is not known: each ending is one reading."""
    parts = [spoken.stem(word) for word in words(text)]
    if not parts or parts[-1] in turns.not_in_names:
        return []
    tails = [parts[at:] for at in range(len(parts))]
    return [" ".join(tail) for tail in tails if tail[0] not in turns.not_in_names]


def _beginnings(text: str, spoken: Language, turns: Turns) -> list[str]:
    parts = [spoken.stem(word) for word in words(text)]
    if not parts or parts[0] in turns.not_in_names:
        return []
    heads = [parts[: at + 1] for at in range(len(parts))]
    return [" ".join(head) for head in heads if head[-1] not in turns.not_in_names]


@cache
def turns_of(code: str) -> Turns:
    """The turns of a language, from its file."""
    place = resources.files(__package__) / "words" / f"{code}.toml"
    data: dict[str, Any] = tomllib.loads(place.read_text("utf-8")) if place.is_file() else {}
    opposites: dict[str, set[str]] = {}
    for left, right in data.get("opposites", ()):
        opposites.setdefault(left, set()).add(right)
        opposites.setdefault(right, set()).add(left)

    def pattern(key: str, flags: int = re.IGNORECASE) -> re.Pattern[str]:
        return re.compile(data.get(key, r"(?!)"), flags)

    return Turns(
        negations=frozenset(data.get("negations", ())),
        opposites={word: frozenset(others) for word, others in opposites.items()},
        absolutes=frozenset(data.get("absolutes", ())),
        of_the_others=pattern("of_the_others"),
        synonyms=tuple(
            re.compile(rf"{one['between']}(?P<right>{_NAME}){one.get('closed', '')}")
            for one in data.get("synonyms", ())
        ),
        not_in_names=frozenset(data.get("not_in_names", ())),
        quantities=frozenset(data.get("quantities", ())),
        kind_of=tuple(re.compile(one) for one in data.get("kind_of", ())),
        before_statement=pattern("before_statement"),
        the_text=pattern("the_text"),
        beyond=pattern("beyond"),
        article=pattern("article", 0),
        vowel_sound=pattern("vowel_sound", 0),
    )


def folded(text: str) -> str:
    """A text with each run of white space as one space, and typographic quotes plain."""
    return " ".join(text.split()).translate(_PLAIN)


_PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "\u00a0": " "})


def loosely(text: str) -> str:
    """Words alone, so that markup, "a/an" and the marks around a gap make no difference."""
    return " ".join(word for word in words(text.replace("a/an", "a")) if word not in ("a", "an"))


def numbers(text: str) -> frozenset[str]:
    """The numbers written in digits, without their thousands commas."""
    return frozenset(found.replace(",", "").rstrip(".") for found in _NUMBER.findall(text))


def quantities(text: str, lesson: Lesson) -> frozenset[str]:
    """The numbers of a text, in digits and in words."""
    return numbers(text) | lesson.turns.quantities.intersection(words(text))
