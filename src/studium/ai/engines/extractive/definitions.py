"""The sentences that define a lesson's terms.

A rule proposes a term, a gate refuses what is no noun phrase, and what the author did with
the term (set it in bold, named a section after it, used it often) decides how much it counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from studium.ai.engines.extractive.patterns.rules import (
    BRACKETS,
    CLOSE,
    CODE_CLOSE,
    CODE_OPEN,
    OPEN,
    Gate,
    Rule,
    rules,
)
from studium.ai.engines.extractive.reading import Reading, Sentence
from studium.ai.engines.extractive.terms import KeyTerm, key_terms, noun_phrases, term_key
from studium.ai.inline import MarkKind
from studium.ai.language import Language, words
from studium.ai.prose import ITEM_KINDS
from studium.ai.standing import fault

__all__ = ["Definition", "Gate", "Rule", "definitions", "rules"]

MOST_TERMS = 40
LOOKED_AT = 80
"""Key terms that may be guessed to be the term of a definition."""
_LEAST_WEIGHT = 0.6
_LONGEST_TERM = 5  # words
_LONGEST_SENTENCE = 600  # characters; longer ones define nothing
_FEWEST_NEW, _FEWEST_WORDS = 3, 4  # content words a definition adds to its term, or its words
_SHORT_FORM = re.compile(r"\s*\([^()]*\)$")  # "gross domestic product (GDP)"
_QUOTED = re.compile(r"[“\"]([^“”\"]{2,50})[”\"]")
_MARKED, _FEWEST_MARKED, _STRONG = 2.0, 3, 0.9
_LESS_ALONE = 0.95  # weight of a definition whose sentence leans on others
_MARKS: tuple[tuple[MarkKind, float], ...] = (("strong", 3.0), ("em", 2.5), ("code", 1.0))


@dataclass(frozen=True, slots=True)
class Definition:
    """A term and the sentence that says what it is; ``score`` orders them.

    ``weight`` is the precision of the rule. ``stands`` says whether the whole sentence can be
    read alone; if not, the definition may still be good where only it is shown.
    """

    term: str
    key: str
    sentence: Sentence
    definition: str
    rule: str
    weight: float
    score: float = 0.0
    stands: bool = True
    strength: float = 0.0


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the author does with terms: keys of marked ones with strength, of headings, counts."""

    marked: dict[str, float]
    headings: tuple[str, ...]
    running: str
    used: dict[str, KeyTerm]

    def strength(self, key: str) -> float:
        """How much the author makes of a term, from 0."""
        in_heading = any(f" {key} " in heading for heading in self.headings)
        marked = max(self.marked.get(key, 0.0), self.marked.get(key.rpartition(" ")[0], 0.0))
        return marked + (2.0 if in_heading else 0.0)

    def count(self, key: str) -> int:
        """How often the term occurs."""
        return self.running.count(f" {key} ")


def definitions(
    reading: Reading, terms: Sequence[KeyTerm] | None = None, *, most: int = MOST_TERMS
) -> list[Definition]:
    """The best definition of each key term, best terms first.

    ``terms`` are the lesson's key terms when they are known already (the more the better).
    """
    found_rules, gate = rules(reading.language.code)
    if not found_rules:
        return []
    known = key_terms(reading, most=LOOKED_AT) if terms is None else terms
    vocabulary = _vocabulary(reading, known)
    best: dict[str, Definition] = {}
    for sentence in reading.looked_at:
        for candidate in _in_sentence(sentence, reading, found_rules, gate, vocabulary):
            scored = _scored(candidate, vocabulary)
            held = best.get(candidate.key)
            if scored and (not held or _worth(scored) > _worth(held)):
                best[candidate.key] = scored
    ordered = sorted(best.values(), key=lambda one: (-one.score, one.sentence.index, one.key))
    return _apart(ordered)[:most]


def _worth(one: Definition) -> tuple[bool, bool, float]:
    return one.stands, bool(one.definition), one.weight


def _in_sentence(
    sentence: Sentence,
    reading: Reading,
    found_rules: tuple[Rule, ...],
    gate: Gate,
    vocabulary: Vocabulary,
) -> Iterator[Definition]:
    is_item = sentence.passage.block.kind in ITEM_KINDS and sentence.opens
    if len(sentence.text) > _LONGEST_SENTENCE or _is_aside(sentence, reading):
        return
    text = _bracketed(sentence)
    plain = BRACKETS.sub("", text)
    guessed = _guess(sentence, text, reading, vocabulary)
    for rule in found_rules:
        if rule.in_lists and not is_item:
            continue
        found = rule.match.search(text if rule.sees_marks else plain)
        weight = rule.weight
        if not found and rule.guessed and guessed != text:
            found, weight = rule.match.search(guessed), rule.guessed
        if found:
            made = _candidate(found, sentence, reading, gate)
            if made:
                yield _judged(made, rule, weight, reading.language)


def _judged(made: Definition, rule: Rule, weight: float, spoken: Language) -> Definition:
    """The definition with its rule's weight, less when its sentence leans on others."""
    one = made.sentence
    found = fault(one.text, spoken, code=one.code)
    is_entry = one.text.lstrip("“\"'").casefold().startswith(made.term.casefold())
    if rule.in_lists or not found or (is_entry and found in ("no_end", "dangling")):
        return replace(made, rule=rule.name, weight=weight)
    less = round(weight * _LESS_ALONE, 4)
    return replace(made, rule=rule.name, weight=less, stands=False)


def _candidate(
    found: re.Match[str], sentence: Sentence, reading: Reading, gate: Gate
) -> Definition | None:
    """What a rule found, if the gate lets it through."""
    term = BRACKETS.sub("", _named(found["term"], reading.language)).strip(" .,;:-–—\"'“”")
    term = _SHORT_FORM.sub("", term)
    said = BRACKETS.sub("", found.groupdict().get("definition") or "").strip()
    if term in reading.example_names or not _is_term(term, gate, reading.language):
        return None
    if _is_empty(said, term, gate, reading.language):
        return None
    key = term_key(term, reading.language)
    term = _as_in_running_text(term, reading, initial=found.start("term") < 6)
    return Definition(term, key, sentence, said, "", 0.0)


def _named(term: str, spoken: Language) -> str:
    """A marked term with the word behind it, if that is a noun: "trait" bounds, not "X" results."""
    marked, _, behind = term.partition(CLOSE)
    follows = behind.strip()
    kind = spoken.word_class(follows)
    is_noun = kind == "noun" or (kind == "general" and not follows.endswith("s"))
    return term if follows and is_noun else marked


def _is_aside(sentence: Sentence, reading: Reading) -> bool:
    """Whether a sentence is a remark, or speaks of the names of an example."""
    names = {sentence.text[start:end].strip("&*_ ") for start, end in sentence.code}
    return bool(
        sentence.text[0] == "("
        or sentence.text.endswith("?")
        or (
            re.match(r"[A-Z]\w+: ", sentence.text)
            and not sentence.passage.plain.marked(sentence.start, sentence.end, "strong")
            and sentence.passage.block.kind not in ITEM_KINDS
        )
        or reading.example_names & names
    )


def _bracketed(sentence: Sentence) -> str:
    """The sentence with the author's marks put in brackets that patterns can see."""
    text = sentence.text
    marked = sentence.passage.plain.marked
    kinds: tuple[MarkKind, ...] = ("strong", "em")
    ranges = [
        (*span, OPEN, CLOSE)
        for kind in kinds
        for span in marked(sentence.start, sentence.end, kind)
    ]
    ranges += [(found.start(1), found.end(1), OPEN, CLOSE) for found in _QUOTED.finditer(text)]
    ranges += [(*span, CODE_OPEN, CODE_CLOSE) for span in sentence.code]
    return _put_in(text, ranges)


def _put_in(text: str, ranges: list[tuple[int, int, str, str]]) -> str:
    """The text with brackets around the ranges; of two that overlap the first counts."""
    taken = bytearray(len(text))
    inserts: list[tuple[int, int, str]] = []
    for start, end, opening, closing in ranges:
        while end > start and text[end - 1] in " .,;:":
            end -= 1
        if end > start and not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            inserts += [(start, 1, opening), (end, 0, closing)]
    for at, _, mark in sorted(inserts, reverse=True):
        text = text[:at] + mark + text[at:]
    return text


def _guess(sentence: Sentence, text: str, reading: Reading, vocabulary: Vocabulary) -> str:
    """The sentence with its key terms in brackets as if the author had marked them."""
    if OPEN in text or CODE_OPEN in text:
        return text
    ranges = [
        (start, end, OPEN, CLOSE)
        for start, end, key in noun_phrases(sentence, reading.language)
        if key in vocabulary.used
    ]
    return _put_in(sentence.text, ranges)


def _is_term(term: str, gate: Gate, spoken: Language) -> bool:
    """Whether it can be the name of something: short, no verb, no pronoun, no loose end."""
    parts = term.split()
    lower = [part.lower().strip("'’\"“”()") for part in parts]
    if not 1 <= len(parts) <= _LONGEST_TERM or len(term) < 2 or not any(map(str.isalpha, term)):
        return False
    if lower[0] in gate.edge or lower[-1] in gate.edge or any(one in gate.never for one in lower):
        return False
    if " ".join(lower) in gate.general or "/" in term or any(map(str.isdecimal, parts)):
        return False
    if len(lower) == 1 and (lower[0] in gate.general or lower[0].endswith("ly")):
        return False
    if len(lower) == 1 and spoken.is_function_word(lower[0]) and spoken.stopwords:
        return False
    if spoken.nouns_have_capitals and not parts[-1][0].isupper():
        return False
    return not re.search(r"[.!?;]\s|[’']s$|[’'](?:ve|ll|re|t)\b", term)


def _as_in_running_text(term: str, reading: Reading, *, initial: bool) -> str:
    """The term without the capital it has only because the sentence begins with it."""
    lower = term[:1].lower() + term[1:]
    if not initial or lower == term or term[1:2].isupper():
        return term
    used = re.compile(rf"\w[,;]? {re.escape(lower)}")
    return lower if any(used.search(one.text) for one in reading.looked_at) else term


def _is_empty(said: str, term: str, gate: Gate, spoken: Language) -> bool:
    """Whether a definition says next to nothing; one that was not told apart is not judged."""
    if not said:
        return False
    if gate.vague.match(said):
        return True
    new = set(spoken.content(said)) - {spoken.stem(word) for word in words(term)}
    return not new or (len(new) < _FEWEST_NEW and len(words(said)) < _FEWEST_WORDS)


def _vocabulary(reading: Reading, terms: Sequence[KeyTerm]) -> Vocabulary:
    spoken = reading.language
    marked: dict[str, float] = {}
    for sentence in reading.looked_at:
        for kind, strength in _MARKS:
            for start, end in sentence.passage.plain.marked(sentence.start, sentence.end, kind):
                key = term_key(sentence.text[start:end], spoken)
                if len(key.split()) <= _LONGEST_TERM:
                    marked[key] = max(strength, marked.get(key, 0.0))
        for found in _QUOTED.finditer(sentence.text):
            marked.setdefault(term_key(found[1], spoken), 1.0)
    running = " ".join(term_key(sentence.text, spoken) for sentence in reading.looked_at)
    headings = tuple(f" {term_key(name, spoken)} " for name in reading.headings)
    return Vocabulary(marked, headings, f" {running} ", {one.key: one for one in terms})


def noteworthy(found: Sequence[Definition], *, most: int) -> list[Definition]:
    """Those that notes show: sentences that stand alone; where the author marks terms, marked ones.

    A term the author did not mark needs a strong rule beside marked ones.
    """
    standing = [one for one in found if one.stands]
    marked = [one for one in standing if one.strength >= _MARKED]
    if len(marked) < _FEWEST_MARKED:
        return standing[:most]
    strong = [
        one
        for one in standing
        if one.strength >= _MARKED or (one.strength and one.weight >= _STRONG)
    ]
    return strong[:most]


def _scored(candidate: Definition, vocabulary: Vocabulary) -> Definition | None:
    """The definition with its score, or None when nothing says that the term matters."""
    strength = vocabulary.strength(candidate.key)
    count = vocabulary.count(candidate.key)
    used = candidate.key in vocabulary.used
    if candidate.weight < _LEAST_WEIGHT or (strength < 1.0 and count < 3 and not used):
        return None
    score = candidate.weight * (1.0 + strength + 0.25 * min(count, 8))
    return replace(candidate, score=round(score, 6), strength=strength)


def _apart(ordered: list[Definition]) -> list[Definition]:
    """At most two terms from one sentence, so that a list of names does not fill the notes.

    Of "merger" and "corporate merger" in one sentence only the better one is kept.
    """
    taken: dict[int, list[str]] = {}
    kept = []
    for one in ordered:
        beside = taken.setdefault(one.sentence.index, [])
        ends = f" {one.key}"
        if any(ends.endswith(f" {other}") or f" {other}".endswith(ends) for other in beside):
            continue
        beside.append(one.key)
        if len(beside) <= 2:
            kept.append(one)
    return kept
