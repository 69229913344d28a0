"""The key terms of a lesson: what its author set apart, introduced, or keeps coming back to.

Candidates are marked words and noun phrases of one to four words, found by word lists and
endings (``languages/XX.words.toml``), not by a tagger. They are ordered by what the author did
with them, how often they are used, and how common their words are in the language and the course.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from studium.ai.engines.extractive.patterns import Hints, hints
from studium.ai.engines.extractive.reading import Reading, Sentence
from studium.ai.inline import MarkKind
from studium.ai.language import Language, WordClass, words

if TYPE_CHECKING:
    from studium.ai.engines.extractive.course import CourseModel

MOST_TERMS = 25
_LONGEST = 4  # words of a phrase that is not marked
_LONGEST_MARKED = 6
_LONGEST_RUN = 8
_TOKEN = re.compile(r"[^\W_](?:[\w'’-]*[^\W_])?")
_SHORT_FORM = re.compile(r"\s*\([^()]*\)$")  # "gross domestic product (GDP)"
_QUOTED = re.compile(r"[“\"]([^“”\"]{2,50})[”\"]")
_CODE = 1.0
_STRENGTH: tuple[tuple[MarkKind, float], ...] = (("strong", 3.0), ("em", 2.0), ("code", _CODE))
_WORTH = {"general": 0.4, "adjective": 0.5, "participle": 0.6, "noun": 1.0}
_BY_SIZE = (1.0, 1.0, 1.9, 1.8, 1.4)
_INTRODUCED, _EXPLAINED, _DEFINED, _SUBJECT = 2.6, 1.6, 1.6, 0.6
_IN_HEADING, _IN_TOPIC, _FAMILY = 0.6, 0.8, 0.35
_TECHNICAL, _NAME = 0.5, 0.6


@dataclass(frozen=True, slots=True)
class KeyTerm:
    """A term as it stands in running text; ``sentences`` are the places that use it.

    ``strength`` says how much the author sets it apart (0 when only its use speaks for it),
    ``count`` how often it is used, ``score`` orders the terms of one lesson.
    """

    term: str
    key: str
    score: float
    strength: float
    count: int
    sentences: tuple[int, ...]
    is_code: bool = False


@dataclass(slots=True)
class _Uses:
    """Where one candidate stands and what speaks for it."""

    forms: Counter[str] = field(default_factory=Counter)
    sentences: list[int] = field(default_factory=list)
    strength: float = 0.0
    introduced: float = 0.0
    worth: float = 1.0
    heads: int = 0
    inside: Counter[str] = field(default_factory=Counter)
    is_code: bool = False

    def is_name(self) -> bool:
        """Whether every word has a capital wherever it stands: "Adam Smith", not "GDP"."""
        return self.strength < 1 and all(
            all(word[0].isupper() and not word.isupper() for word in form.split())
            for form in self.forms
        )


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    end: int
    kind: WordClass


def term_key(term: str, spoken: Language) -> str:
    """The stems of a term's words: the same for "Cell walls" and "cell wall"."""
    return " ".join(spoken.stem(word) for word in words(term)) or term.lower()


def key_terms(
    reading: Reading, course: CourseModel | None = None, *, most: int = MOST_TERMS
) -> list[KeyTerm]:
    """The terms of a lesson, best first; with a course, words every lesson uses count less."""
    uses: dict[str, _Uses] = {}
    _collect_marked(reading, uses)
    _collect_phrases(reading, uses)
    headings = [f" {term_key(name, reading.language)} " for name in reading.headings]
    heads = Counter[str]()
    for key, held in uses.items():
        heads[key.rsplit(" ", 1)[-1]] += held.heads if " " in key else 0
    made = [
        _term(
            key, held, _score(key, held, headings, course, reading.language) + _family(key, heads)
        )
        for key, held in uses.items()
        if held.strength or held.introduced or len(held.sentences) > 1
    ]
    made.sort(key=lambda one: (-one.score, one.sentences, one.key))
    return _unrepeated(made)[:most]


def _collect_marked(reading: Reading, uses: dict[str, _Uses]) -> None:
    """What the author set in bold, italics, quotation marks or as code."""
    for one in reading.looked_at:
        for start, end, strength in _marks(one):
            term = _SHORT_FORM.sub("", one.text[start:end].strip(" .,;:"))
            if not term or len(term.split()) > _LONGEST_MARKED or not _nameable(term, reading):
                continue
            held = uses.setdefault(term_key(term, reading.language), _Uses())
            held.strength = max(held.strength, strength)
            held.is_code = held.is_code or strength == _CODE
            held.forms[term] += 1
            held.sentences.append(one.index)


def _marks(one: Sentence) -> Iterator[tuple[int, int, float]]:
    for kind, strength in _STRENGTH:
        for start, end in one.passage.plain.marked(one.start, one.end, kind):
            yield start, end, strength
    for found in _QUOTED.finditer(one.text):
        yield found.start(1), found.end(1), 0.5


def _nameable(term: str, reading: Reading) -> bool:
    """Whether marked words can be a name: some letter, and not only function words."""
    kinds = [reading.language.word_class(word) for word in words(term)]
    return bool(kinds) and kinds[-1] not in ("function",) and any(map(str.isalpha, term))


def _collect_phrases(reading: Reading, uses: dict[str, _Uses]) -> None:
    """Noun phrases of running text, with the longer ones each stands in."""
    found_hints = hints(reading.language.code)
    stem = reading.language.stem
    for one in reading.looked_at:
        for run in _runs(one, reading.language):
            stems = [stem(word.text.replace("’", "'").lower()) for word in run]
            whole = " ".join(stems)
            for first, last in _phrases(run):
                held = uses.setdefault(" ".join(stems[first : last + 1]), _Uses())
                phrase = run[first : last + 1]
                held.forms[one.text[phrase[0].start : phrase[-1].end]] += 1
                held.sentences.append(one.index)
                held.worth = sum(_WORTH[word.kind] for word in phrase) / len(phrase)
                if len(phrase) < len(run):
                    held.inside[whole] += 1
                if last == len(run) - 1:
                    held.heads += 1
                    if first == 0:
                        _note_introduction(one, phrase, held, found_hints)


def _note_introduction(one: Sentence, phrase: list[_Word], held: _Uses, found_hints: Hints) -> None:
    """Remember when the words around a phrase say that it is a term."""
    start, end = phrase[0].start, phrase[-1].end
    if found_hints.introduced_by.search(one.text[max(0, start - 40) : start]):
        held.introduced = max(held.introduced, _INTRODUCED)
    if found_hints.explained_by.match(one.text, end):
        held.introduced = max(held.introduced, _EXPLAINED)
    if start < 30 and found_hints.opening.fullmatch(one.text, 0, start):
        defined = found_hints.defined_by.match(one.text, end)
        held.introduced = max(held.introduced, _DEFINED if defined else _SUBJECT)


def noun_phrases(one: Sentence, spoken: Language) -> Iterator[tuple[int, int, str]]:
    """Start, end and key of the phrases of a sentence that stand as a whole, longest first."""
    for run in _runs(one, spoken):
        stems = [spoken.stem(word.text.replace("’", "'").lower()) for word in run]
        for first, last in _phrases(run):
            if last == len(run) - 1:
                yield run[first].start, run[last].end, " ".join(stems[first : last + 1])


def _runs(one: Sentence, spoken: Language) -> Iterator[list[_Word]]:
    """Stretches of words that may belong to one noun phrase."""
    run: list[_Word] = []
    is_code = bytearray(len(one.text))
    for start, stop in one.code:
        is_code[start:stop] = b"\1" * (stop - start)
    for found in _TOKEN.finditer(one.text):
        lower = found[0].replace("’", "'").lower()
        genitive = lower.endswith("'s")
        kind = spoken.word_class(lower.removesuffix("'s"))
        if not lower[0].isalpha() or is_code[found.start()]:
            kind = "function"
        elif spoken.nouns_have_capitals and found[0][0].islower():
            kind = "function"  # a noun would have a capital
        apart = len(run) == _LONGEST_RUN or (
            bool(run) and one.text[run[-1].end : found.start()] != " "
        )
        if apart or kind in ("function", "verb", "adverb"):
            if run:
                yield run
            run = []
        if kind in ("function", "verb", "adverb"):
            continue
        end = found.end() - (2 if genitive else 0)
        run.append(_Word(one.text[found.start() : end], found.start(), end, kind))
        if genitive:
            yield run
            run = []
    if run:
        yield run


def _phrases(run: list[_Word]) -> Iterator[tuple[int, int]]:
    """First and last word of each phrase in a run: it ends in a noun; a single word is specific."""
    for last, word in enumerate(run):
        if word.kind not in ("noun", "general"):
            continue
        for first in range(max(0, last - _LONGEST + 1), last + 1):
            if first == last and word.kind == "general":
                continue
            if first == last and (
                last < len(run) - 1 or not word.text[0].isalpha() or len(word.text) < 2
            ):
                continue
            if word.text[-1].isalpha() or first < last:
                yield first, last


def _score(
    key: str, held: _Uses, headings: list[str], course: CourseModel | None, spoken: Language
) -> float:
    """What speaks for a term: marks, its introduction, its use (C-value), the headings.

    C-value: Frantzi, Ananiadou and Mima, "Automatic recognition of multi-word terms", 2000: the
    number of uses less the mean number in each longer phrase.
    """
    stems = key.split()
    nested = sum(held.inside.values()) / len(held.inside) if held.inside else 0.0
    alone = max(0.0, held.heads - nested)
    rarity = 1.0 + (_TECHNICAL if spoken.is_technical(stems[-1]) else 0.0)
    rarity *= _NAME if held.is_name() else 1.0
    if course is not None and course.lesson_count > 2:
        rarity *= 0.5 + 0.5 * sum(course.rarity(stem) for stem in stems) / len(stems)
    use = math.log1p(alone + 0.3) * held.worth * rarity * _BY_SIZE[min(len(stems), 4)]
    head = _IN_TOPIC if f" {key} " in headings[0] else 0.0
    head += _IN_HEADING if any(f" {key} " in one for one in headings[1:]) else 0.0
    return round(2 * held.strength + held.introduced * held.worth + use + head * held.worth, 6)


def _family(key: str, heads: Counter[str]) -> float:
    """Phrases with one head ("income tax", "sales tax") speak for each other."""
    return _FAMILY * math.log(max(1, heads[key.rsplit(" ", 1)[-1]])) if " " in key else 0.0


def _term(key: str, held: _Uses, score: float) -> KeyTerm:
    form = min(held.forms, key=lambda one: (-held.forms[one], one[:1].isupper(), one))
    places = tuple(sorted(set(held.sentences)))
    return KeyTerm(form, key, score, held.strength, len(held.sentences), places, held.is_code)


def _unrepeated(ordered: list[KeyTerm]) -> list[KeyTerm]:
    """Without phrases that share all their places with a better one they overlap."""
    kept: list[KeyTerm] = []
    by_word: dict[str, list[KeyTerm]] = {}
    for one in ordered:
        near = by_word.get(one.key.split()[-1], []) + by_word.get(one.key.split()[0], [])
        if not one.strength and any(_same(one, other) for other in near):
            continue
        kept.append(one)
        for stem in set(one.key.split()):
            by_word.setdefault(stem, []).append(one)
        if len(kept) >= 4 * MOST_TERMS:
            break
    return kept


def _same(one: KeyTerm, other: KeyTerm) -> bool:
    """Whether ``one`` is part of a longer term and used nowhere else."""
    is_part = f" {one.key} " in f" {other.key} " and one.key != other.key
    return is_part and set(one.sentences) <= set(other.sentences)
