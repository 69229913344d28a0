"""An answer out of the course, or the honest word that there is none.

Nothing is written here: what is shown are sentences of the course, word for word, each with the
place it stands at. How much of the question they cover decides between three states. An engine that
writes answers of its own must bring a quotation for each sentence; see `answers.checked_answer`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from studium.ai.asking import Asked, common_form, tells_what_it_is, terms_in
from studium.ai.language import language
from studium.ai.retrieval import CoursePassage, Found, Told

State = Literal["answered", "related", "absent"]
"""It stands in the material; something near it does; nothing does."""

MOST_SENTENCES = 3
ANSWERED = 0.5
"""Least share of the question (by weight of its words) that the sentences of an answer cover."""
RELATED = 0.45
"""Least share of the question that one passage and its headings cover to be named at all."""
KNOWN = 0.6
"""Least share of the question that occurs anywhere in the course."""
_IN_HEADING = 0.5  # a word of a title or heading covers half: the sentence is said under it
_FEWEST_WORDS = 4
_ADDS = 0.12  # share of the question a further sentence must add


@dataclass(frozen=True, slots=True)
class Quoted:
    """A sentence of the course, word for word, and where it stands in its lesson's source."""

    text: str
    lesson: str
    title: str
    heading: str
    block_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class WrittenSentence:
    """A sentence an engine wrote, with the quotations it rests on."""

    text: str
    quotes: tuple[Quoted, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered. ``quotes`` is empty exactly when the state is `absent`.

    ``covered`` is the share of the question the quotes cover, from 0 to 1; ``unknown`` the asked
    words that the course never uses. ``written`` is not empty only for checked text of an engine,
    whose name is ``engine`` (see `answers.checked_answer`).
    """

    state: State
    quotes: tuple[Quoted, ...] = ()
    covered: float = 0.0
    unknown: tuple[str, ...] = ()
    written: tuple[WrittenSentence, ...] = ()
    engine: str = "extractive"


@dataclass(frozen=True, slots=True)
class _Candidate:
    passage: CoursePassage
    place: int
    rank: int
    covers: frozenset[str]
    value: float
    tells: bool


@dataclass(slots=True)
class _Weights:
    """How much each asked word counts; they sum to 1."""

    of: dict[str, float] = field(default_factory=dict)

    @classmethod
    def from_found(cls, found: Found) -> _Weights:
        rarity = {one: found.commonness.rarity(one) for one in found.asked.words}
        whole = sum(rarity.values()) or 1.0
        return cls({one: each / whole for one, each in rarity.items()})

    def covered(self, words: frozenset[str], half: frozenset[str] = frozenset()) -> float:
        out = sum(self.of[one] for one in sorted(words))
        return out + sum(_IN_HEADING * self.of[one] for one in sorted(half - words))


def reply(found: Found) -> Reply:
    """The answer that the ranked passages give, in one of the three states."""
    weights = _Weights.from_found(found)
    unknown = tuple(one for one in found.asked.words if not found.commonness.holding.get(one))
    best = max((_passage_cover(one.passage, found, weights) for one in found.ranked), default=0.0)
    known = 1 - weights.covered(frozenset(unknown))
    if best < RELATED or known < KNOWN or not _term_occurs(found):
        return Reply("absent", unknown=unknown)
    candidates = _candidates(found, weights)
    if not candidates:
        return Reply("absent", unknown=unknown)
    beside = [one for one in candidates if one.passage is candidates[0].passage]
    chosen = _chosen(beside, weights)
    said = frozenset().union(*(one.covers for one in chosen))
    covered = weights.covered(said, _headings(chosen[0], found))
    told = not found.asked.term or chosen[0].tells
    state: State = "answered" if told and covered >= ANSWERED else "related"
    if state == "related":
        chosen = _chosen(candidates, weights)
    quotes = _quotes(chosen, found.asked.language)
    return Reply(state, quotes, round(min(covered, 1.0), 3), unknown)


def _held(text: str, asked: Asked) -> frozenset[str]:
    forms = {common_form(one, asked.language) for one in terms_in(text)}
    return frozenset(one for one in asked.words if common_form(one, asked.language) in forms)


def _passage_cover(passage: CoursePassage, found: Found, weights: _Weights) -> float:
    return weights.covered(_held(f"{passage.title} {passage.heading} {passage.text}", found.asked))


def _headings(one: _Candidate, found: Found) -> frozenset[str]:
    return _held(f"{one.passage.title} {one.passage.heading}", found.asked)


def _candidates(found: Found, weights: _Weights) -> list[_Candidate]:
    """The sentences of the ranked passages that say something of the question, best first."""
    held = []
    for rank, one in enumerate(found.ranked):
        half = _held(f"{one.passage.title} {one.passage.heading}", found.asked)
        for place, told in enumerate(one.passage.told):
            text = one.passage.text[told.begin : told.until]
            covers = _held(text, found.asked)
            if _stands(text) and (covers or half):
                value = round(weights.covered(covers, half), 6)
                tells = bool(found.asked.term) and tells_what_it_is(text, found.asked)
                held.append(_Candidate(one.passage, place, rank, covers, value, tells))
    held.sort(key=lambda one: (not one.tells, -one.value, one.rank, one.place))
    return held


def _stands(text: str) -> bool:
    """Whether this tells something: a whole sentence, not a question, a label or a leftover."""
    end = text.rstrip("\"'”’»)*")[-1:]
    return len(text.split()) >= _FEWEST_WORDS and bool(end) and end in ".!…。！"


def _term_occurs(found: Found) -> bool:
    """Whether one sentence or heading holds the asked term whole; true when none is asked for."""
    term, code = set(found.asked.term), found.asked.language
    if len(term) < 2:
        return True
    for one in (each.passage for each in found.ranked):
        pieces = [one.title, one.heading, *(one.text[t.begin : t.until] for t in one.told)]
        if any(term <= {common_form(word, code) for word in terms_in(piece)} for piece in pieces):
            return True
    return False


def _chosen(candidates: list[_Candidate], weights: _Weights) -> list[_Candidate]:
    """The best sentence and up to two that add to what it covers."""
    first, *others = candidates
    chosen, covered = [first], first.covers
    for one in others:
        adds = weights.covered(one.covers - covered)
        if adds >= _ADDS and len(chosen) < MOST_SENTENCES:
            chosen.append(one)
            covered |= one.covers
    return chosen


def _quotes(chosen: list[_Candidate], code: str) -> tuple[Quoted, ...]:
    """The sentences as they stand, one that leans on the sentence before it after that one."""
    spoken = language(code)
    wanted: list[tuple[CoursePassage, int]] = []
    for one in chosen:
        told = one.passage.told[one.place]
        leans = spoken.anaphoric.match(one.passage.text[told.begin : told.until])
        if leans and one.place and len(chosen) < MOST_SENTENCES:
            wanted.append((one.passage, one.place - 1))
        wanted.append((one.passage, one.place))
    order = {id(passage): at for at, (passage, _) in reversed(list(enumerate(wanted)))}
    unique = sorted(
        {(order[id(passage)], place): passage for passage, place in wanted}.items(),
        key=lambda entry: entry[0],
    )
    return tuple(quoted(passage, passage.told[place]) for (_, place), passage in unique)[
        :MOST_SENTENCES
    ]


def quoted(passage: CoursePassage, told: Told) -> Quoted:
    """A sentence of a passage as a quotation."""
    return Quoted(
        text=passage.text[told.begin : told.until],
        lesson=passage.lesson,
        title=passage.title,
        heading=passage.heading,
        block_id=passage.block_id,
        start=told.start,
        end=told.end,
    )
