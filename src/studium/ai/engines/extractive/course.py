"""What a course says as a whole: its terms with their definitions, how common its words are,
and which texts mean similar things. One lesson is a course of one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from studium.ai.engines.extractive.definitions import LOOKED_AT, Definition, definitions
from studium.ai.engines.extractive.reading import Reading, read
from studium.ai.engines.extractive.terms import KeyTerm, key_terms, term_key
from studium.ai.language import Language, language
from studium.ai.model import LessonText, Progress, Source

if TYPE_CHECKING:
    from studium.ai.lsa import Space

MOST_TERMS = 4_000
_PER_LESSON = 25
_FEW_PASSAGES = 400  # passages one lesson's space is learnt from


@dataclass(frozen=True, slots=True)
class BankTerm:
    """A term of the course: the best definition found of it, and where it is used.

    ``lesson`` is the place (from 0) of the lesson that defines it, or else makes most of it;
    ``lessons`` those that count it among their key terms. ``definition`` and ``sentence`` are
    "" and ``source`` None when no sentence defines it. ``weight`` is the precision of the rule.
    """

    term: str
    key: str
    is_code: bool
    count: int
    lesson: int
    lessons: tuple[int, ...]
    definition: str = ""
    sentence: str = ""
    source: Source | None = None
    rule: str = ""
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class CourseModel:
    """The term bank and the word space of a course. Plain data: it can be pickled and kept.

    ``frequencies`` says in how many lessons a stem occurs. Everything is bounded: at most
    ``MOST_TERMS`` terms and a space of 12,000 words.
    """

    language: str
    lesson_count: int
    terms: tuple[BankTerm, ...]
    frequencies: dict[str, int]
    space: Space
    places: dict[str, int] = field(default_factory=dict)

    @property
    def spoken(self) -> Language:
        """The language of the course."""
        return language(self.language)

    def find(self, term: str) -> BankTerm | None:
        """The entry of a term, whatever its number and case; None when it has none."""
        place = self.places.get(term_key(term, self.spoken))
        return None if place is None else self.terms[place]

    def likeness(self, left: str, right: str) -> float:
        """How close two texts are in meaning, from -1 to 1 (cosine); 0 when one is unknown."""
        return self.space.likeness(self.spoken.content(left), self.spoken.content(right))

    def likenesses(self, text: str, others: Sequence[str]) -> list[float]:
        """The likeness of one text to each of many."""
        spoken = self.spoken
        rows = self.space.vectors([spoken.content(one) for one in (text, *others)])
        return [round(float(value), 4) for value in rows[1:] @ rows[0]]

    def known_share(self, query: str) -> float:
        """Share of the content words of a query that occur in the course, from 0 to 1."""
        stems = set(self.spoken.content(query))
        return sum(stem in self.frequencies for stem in stems) / len(stems) if stems else 0.0

    def rarity(self, stem: str) -> float:
        """1 for a stem of one lesson or none, towards 0 for one that every lesson uses."""
        return 1.0 - (max(1, self.frequencies.get(stem, 1)) - 1) / max(1, self.lesson_count)


def read_course(lessons: Sequence[LessonText], *, progress: Progress | None = None) -> CourseModel:
    """The model of a course from its lessons in order; the first one's language counts.

    May be given any number of lessons. The same lessons give the same model.
    """
    bank = _Bank()
    passages: list[list[str]] = []
    for number, lesson in enumerate(lessons):
        reading = read(lesson)
        passages += passage_stems(reading)
        bank.add(number, reading)
        if progress:
            progress(0.8 * (number + 1) / len(lessons))
    return _model(lessons, bank, passages)


def course_of(
    reading: Reading,
    terms: Sequence[KeyTerm] | None = None,
    defined: Sequence[Definition] | None = None,
) -> CourseModel:
    """The course of one lesson that is already read, with its terms if they are known."""
    bank = _Bank()
    bank.add(0, reading, terms, defined)
    return _model([reading.lesson], bank, passage_stems(reading)[:_FEW_PASSAGES])


def passage_stems(reading: Reading) -> list[list[str]]:
    """The stems of each passage (a paragraph or a point), which words are learnt from."""
    joined: dict[int, list[str]] = {}
    for one in reading.sentences:
        joined.setdefault(one.passage.plain.begin, []).extend(one.stems)
    return list(joined.values())


def _model(lessons: Sequence[LessonText], bank: _Bank, passages: list[list[str]]) -> CourseModel:
    from studium.ai import lsa  # numpy: only workers need it

    terms = bank.terms()
    return CourseModel(
        language=lessons[0].language if lessons else "en",
        lesson_count=len(lessons),
        terms=terms,
        frequencies=dict(bank.frequencies),
        space=lsa.train(passages),
        places={one.key: place for place, one in enumerate(terms)},
    )


@dataclass(slots=True)
class _Bank:
    """Collects terms lesson by lesson."""

    frequencies: Counter[str] = field(default_factory=Counter)
    held: dict[str, list[tuple[int, KeyTerm]]] = field(default_factory=dict)
    defined: dict[str, tuple[int, Definition, Source]] = field(default_factory=dict)

    def add(
        self,
        number: int,
        reading: Reading,
        terms: Sequence[KeyTerm] | None = None,
        defined: Sequence[Definition] | None = None,
    ) -> None:
        self.frequencies.update({stem for one in reading.sentences for stem in one.stems})
        known = key_terms(reading, most=LOOKED_AT) if terms is None else terms
        for term in known[:_PER_LESSON]:
            self.held.setdefault(term.key, []).append((number, term))
        for one in definitions(reading, known) if defined is None else defined:
            self._define(number, one, reading)

    def _define(self, number: int, one: Definition, reading: Reading) -> None:
        if one.definition:
            known = self.defined.get(one.key)
            if known is None or one.weight > known[1].weight:
                self.defined[one.key] = (number, one, one.sentence.source(reading.lesson))

    def terms(self) -> tuple[BankTerm, ...]:
        """Defined terms first, by the lesson they belong to; cut at ``MOST_TERMS``."""
        made = [self._entry(key) for key in {**self.held, **self.defined}]
        made.sort(key=lambda one: (not one.definition, one.lesson, -one.weight, one.key))
        return tuple(made[:MOST_TERMS])

    def _entry(self, key: str) -> BankTerm:
        uses = self.held.get(key, [])
        lessons = tuple(sorted({number for number, _ in uses}))
        found = self.defined.get(key)
        count = sum(term.count for _, term in uses)
        is_code = any(term.is_code for _, term in uses)
        if found is None:
            home, term = max(uses, key=lambda use: (use[1].score, -use[0]))
            return BankTerm(term.term, key, is_code, count, home, lessons)
        number, one, source = found
        return BankTerm(
            term=one.term,
            key=key,
            is_code=is_code,
            count=count,
            lesson=number,
            lessons=lessons or (number,),
            definition=one.definition,
            sentence=one.sentence.text,
            source=source,
            rule=one.rule,
            weight=one.weight,
        )
