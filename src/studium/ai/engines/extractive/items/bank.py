"""Names to choose wrong answers from: the lesson's own terms first, then its course's.

A wrong answer must be of the right shape (number, case, code, length), must be clearly another
thing, and must not be told from the right one by what the rest of the lesson says of the stem.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from studium.ai.engines.extractive.definitions import rules
from studium.ai.engines.extractive.items.wording import Wording
from studium.ai.engines.extractive.study import Study
from studium.ai.engines.extractive.terms import term_key
from studium.ai.language import Language, words

MOST_ENTRIES = 400
WRONG = 3
_SAME = 0.93  # likeness from which two terms may be one
_CLAIMS = 0.6  # share of a stem's content in a sentence about another term that makes it fit
_ENDINGS = (
    "tion", "sis", "ing", "ity", "ism", "ment", "logy", "ase", "cyte", "gen", "phyta",
    "er", "or", "ist", "ine", "ose", "ance", "ence", "al", "ic", "ous",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shape:
    """What of a name can be seen without knowing what it means."""

    is_plural: bool
    is_code: bool
    is_proper: bool
    is_short_form: bool
    size: int
    ending: str

    def fits(self, other: Shape) -> bool:
        """Whether nothing outward tells one from the other."""
        return (
            self.is_plural == other.is_plural
            and self.is_code == other.is_code
            and self.is_proper == other.is_proper
            and self.is_short_form == other.is_short_form
            and abs(self.size - other.size) <= 2
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """A term that can stand among the options; ``own`` when it belongs to the lesson at hand."""

    term: str
    key: str
    shape: Shape
    own: bool
    definition: str = ""
    weight: float = 0.0
    sentences: tuple[int, ...] = ()
    strength: float = 0.0
    score: float = 0.0


@dataclass(slots=True)
class Bank:
    """The entries of a lesson, own ones first, and what the lesson says of each."""

    study: Study
    wording: Wording
    entries: list[Entry]
    synonyms: dict[tuple[str, str], bool] = field(default_factory=dict)
    holders: Counter[str] = field(default_factory=Counter)

    def find(self, key: str) -> Entry | None:
        """The entry of a term's key."""
        return next((one for one in self.entries if one.key == key), None)

    def wrong(
        self,
        term: str,
        stem: str,
        *,
        source: int,
        among: Iterable[Entry] | None = None,
        is_code: bool = False,
        only_balanced: bool = False,
    ) -> list[str]:
        """Three terms that are wrong where ``term`` is right, or none when there are not three.

        ``stem`` is what is asked, made from sentence ``source``; no name that stands in it is
        offered. With ``only_balanced`` none are given where the rest of the lesson points at the
        right one alone.
        """
        key = term_key(term, self.study.reading.language)
        shape = shape_of(term, is_code=is_code)
        stated = f" {term_key(stem, self.study.reading.language)} "
        fitting = [
            one
            for one in (self.entries if among is None else among)
            if one.shape.fits(shape) and f" {one.key} " not in stated and self.apart(key, one, stem)
        ]
        if len(fitting) < WRONG:
            return []
        return self._picked(term, shape, (stem, source), fitting, only_balanced=only_balanced)

    def apart(self, key: str, other: Entry, stem: str) -> bool:
        """Whether two terms are clearly two things, and the stem says nothing of the other."""
        mine, theirs = set(key.split()), set(other.key.split())
        if not theirs or mine <= theirs or theirs <= mine or _alike(key, other.key):
            return False
        if self.are_synonyms(key, other.key):
            return False
        held = self.find(key)
        if held and held.definition and other.key in self._content(held.definition):
            return False
        return not self._claimed(other, stem)

    def are_synonyms(self, left: str, right: str) -> bool:
        """Whether the lesson names one thing with both, somewhere side by side."""
        pair = (min(left, right), max(left, right))
        if pair not in self.synonyms:
            self.synonyms[pair] = self._beside(*pair)
        return self.synonyms[pair]

    def _beside(self, left: str, right: str) -> bool:
        patterns = self.wording.phrases.get("words.synonyms", ())
        held = self.find(left), self.find(right)
        shared = [set(one.sentences) for one in held if one]
        if len(shared) < 2 or not shared[0] & shared[1]:
            return False
        pair = [re.escape(one.term.lower()) for one in held if one]
        for at in sorted(shared[0] & shared[1]):
            text = self.study.reading.sentences[at].text.lower()
            for first, second in (pair, pair[::-1]):
                for one in patterns:
                    pattern = one.replace("{a}", "").replace("{b}", second)
                    if re.search(rf"\b{first}(?:s|es)?{pattern}", text):
                        return True
        return False

    def _content(self, text: str) -> str:
        return " ".join(self.study.reading.language.content(text))

    def _claimed(self, other: Entry, stem: str) -> bool:
        """Whether the lesson says of another term what the stem says."""
        wanted = set(self.study.reading.language.content(stem.replace("_", " ")))
        if not wanted:
            return True
        if other.definition:
            held = set(self.study.reading.language.content(other.definition))
            if len(held & wanted) >= _CLAIMS * min(len(wanted), len(held) or 1):
                return True
        return any(
            len(wanted & set(self.study.reading.sentences[at].stems)) >= _CLAIMS * len(wanted)
            for at in other.sentences
        )

    def _picked(
        self,
        term: str,
        shape: Shape,
        asked: tuple[str, int],
        fitting: list[Entry],
        *,
        only_balanced: bool,
    ) -> list[str]:
        """The three nearest in kind and meaning, no two of them nearly the same.

        One of them stands as near to the words of the stem as the right one does, wherever else
        the lesson uses them, so that knowing what goes with what does not give the key.
        """
        key = term_key(term, self.study.reading.language)
        close = self.study.course.likenesses(term, [one.term for one in fitting])
        kept = [
            (-self._worth(one, shape, key, near), at)
            for at, (one, near) in enumerate(zip(fitting, close, strict=True))
            if near < _SAME or not one.own
        ]
        order = [fitting[at] for _, at in sorted(kept)]
        pull = self._pull(key, *asked)
        rival = next((one for one in order if pull and self._pull(one.key, *asked) >= pull), None)
        if pull and rival is None and only_balanced:
            return []
        chosen = [rival] if rival else []
        for one in order:
            if len(chosen) < WRONG and all(self._two_things(one.key, each.key) for each in chosen):
                chosen.append(one)
        return [one.term for one in chosen] if len(chosen) == WRONG else []

    def _pull(self, key: str, stem: str, source: int) -> float:
        """The largest share of the stem's words beside a term, outside the sentence asked about."""
        reading = self.study.reading
        wanted = set(reading.language.content(stem.replace("_", " ")))
        held = set(key.split())
        best = 0.0
        for one in reading.sentences:
            if one.index != source and len(held.intersection(one.stems)) >= 0.5 * len(held):
                whole = len(held.intersection(one.stems)) / len(held)
                shared = wanted.intersection(one.stems)
                best = max(best, whole * sum(self._rarity(stem) for stem in sorted(shared)))
        return round(best, 6)

    def _rarity(self, stem: str) -> float:
        if not self.holders:
            self.holders.update(
                stem for one in self.study.reading.sentences for stem in set(one.stems)
            )
        return math.log(1 + len(self.study.reading.sentences) / (1 + self.holders[stem]))

    def _two_things(self, left: str, right: str) -> bool:
        mine, theirs = set(left.split()), set(right.split())
        return not (mine <= theirs or theirs <= mine or _alike(left, right)) and (
            not self.are_synonyms(left, right)
        )

    def _worth(self, one: Entry, shape: Shape, key: str, near: float) -> float:
        shares_head = one.key.split()[-1] == key.split()[-1]
        return round(
            (1.0 if one.own else 0.0)
            + (0.6 if one.definition else 0.0)
            + min(one.strength, 3.0) * 0.2
            + (0.6 if one.shape.size == shape.size else 0.0)
            + (0.5 if one.shape.ending == shape.ending else 0.0)
            + (0.3 if shares_head else 0.0)
            + 0.5 * max(0.0, near),
            4,
        )


def bank_of(study: Study, wording: Wording) -> Bank:
    """The terms of a lesson and of its course that can be options."""
    found: dict[str, Entry] = {}
    defined = {one.key: one for one in study.definitions}
    for term in study.terms:
        one = defined.get(term.key)
        name = one.term if one else term.term
        found[term.key] = Entry(
            term=name,
            key=term.key,
            shape=shape_of(name, is_code=term.is_code),
            own=True,
            definition=one.definition if one else "",
            weight=one.weight if one else 0.0,
            sentences=term.sentences,
            strength=term.strength,
            score=term.score,
        )
    for one in study.definitions:
        if one.key not in found:
            found[one.key] = Entry(
                one.term, one.key, shape_of(one.term), True, one.definition, one.weight,
                (one.sentence.index,), 1.0,
            )  # fmt: skip
    for other in study.course.terms:
        if other.key not in found and other.definition and len(found) < MOST_ENTRIES:
            shape = shape_of(other.term, is_code=other.is_code)
            found[other.key] = Entry(
                other.term, other.key, shape, False, other.definition, other.weight
            )
    usable = [
        one
        for one in found.values()
        if one.shape.is_code or (is_name(one.term, study) and _is_used_as_name(one, study, wording))
    ]
    return Bank(study, wording, usable)


def shape_of(term: str, *, is_code: bool = False) -> Shape:
    """The shape of a term as it stands in running text."""
    parts = term.split()
    last = parts[-1] if parts else ""
    return Shape(
        is_plural=is_plural(last),
        is_code=is_code or bool(re.search(r"[_(){}<>=;&#\\]|::|\w\.\w|[a-z][A-Z]", term)),
        is_proper=bool(parts) and parts[0][:1].isupper(),
        is_short_form=len(parts) == 1 and last.isupper() and len(last) > 1,
        size=len(parts),
        ending=next((one for one in _ENDINGS if last.lower().endswith(one)), ""),
    )


def is_plural(word: str) -> bool:
    """Whether a word looks like more than one: "cells", not "mass", "virus" or "basis"."""
    lower = word.lower()
    return len(lower) > 3 and lower.endswith("s") and not lower.endswith(("ss", "us", "is", "ics"))


def _alike(left: str, right: str) -> bool:
    """Whether two keys look like forms of one word: "mutation" and "mutate"."""
    short, long = sorted((left, right), key=len)
    common = next(
        (at for at, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short)
    )
    return common >= max(4, len(short) - 2)


def _is_used_as_name(one: Entry, study: Study, wording: Wording) -> bool:
    """Whether the lesson uses it as a thing of its own, more than once or set apart."""
    if not one.own:
        return True
    first = one.term.split()[0].lower()
    if first in wording.phrases.get("words.not_first", ()):
        return False
    if wording.pattern("words.denial").fullmatch(one.term):
        return False
    is_loose = len(one.sentences) < 2 or (one.shape.size > 1 and first.endswith("ing"))
    verbal = wording.pattern("words.predicate").search(" " + one.term.split()[-1])
    is_loose = is_loose or bool(one.shape.size > 1 and verbal)
    if is_loose and one.strength < 1 and not one.definition:
        return False
    return one.shape.size > 1 or not _is_modifier(one, study)


def _is_modifier(one: Entry, study: Study) -> bool:
    """Whether nearly every use of a word stands right before a noun: "trans fat"."""
    spoken = study.reading.language
    uses = before_noun = 0
    pattern = re.compile(
        rf"(?<![\w-]){re.escape(one.term)}\b(?: (?P<next>[a-z-]+))?", re.IGNORECASE
    )
    for at in one.sentences:
        for found in pattern.finditer(study.reading.sentences[at].text):
            uses += 1
            follows = found["next"]
            before_noun += bool(follows) and spoken.word_class(follows) in ("noun", "general")
    return uses > 0 and before_noun >= 0.8 * uses


def is_name(term: str, study: Study) -> bool:
    """Whether a term is a noun phrase, so that it can stand where another name stands."""
    spoken = study.reading.language
    kinds = [spoken.word_class(word) for word in words(term)]
    if not kinds or len(term) < 2 or kinds[0] in ("function", "verb", "adverb"):
        return False
    if len(kinds) == 1 and (kinds[0] != "noun" or is_general(term, spoken)):
        return False
    return kinds[-1] in ("noun", "general") and "verb" not in kinds


def is_general(term: str, spoken: Language) -> bool:
    """Whether a word is too general to be asked for: "question", "result"."""
    general = rules(spoken.code)[1].general
    return spoken.stem(term.lower()) in {spoken.stem(word) for word in general}
