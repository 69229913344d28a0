"""Key terms and the sentences that define them.

A rule proposes a term, a gate refuses what is no noun phrase, and what the author did with
the term (set it in bold, named a section after it, used it often) decides how much it counts.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from studium.ai.engines.extractive.reading import Reading, Sentence
from studium.ai.language import Language, words
from studium.ai.prose import ITEM_KINDS
from studium.ai.standing import fault

MOST_TERMS = 10
_LEAST_WEIGHT = 0.6
_LONGEST_TERM = 5  # words
_OPEN, _CLOSE, _CODE_OPEN, _CODE_CLOSE = "\ue000", "\ue001", "\ue002", "\ue003"
_BRACKETS = re.compile("[\ue000-\ue003]")
_QUOTED = re.compile(r"[“\"]([^“”\"]{2,50})[”\"]")
_PLACEHOLDERS = {
    "{mark}": "\ue000(?P<term>[^\ue000-\ue003]{2,60})\ue001",
    "{mark_and_noun}": "\ue000(?P<term>[^\ue000-\ue003]{2,60}\ue001(?: [a-z]+)?)",
    "{mark_to_stop}": "\ue000(?P<term>[^\ue000-\ue003]{2,60}\ue001(?: [a-z]+(?=[.,;]))?)",
    "{code}": "\ue002(?P<term>[^\ue000-\ue003]{2,60})\ue003",
    "{either}": "[\ue000\ue002](?P<term>[^\ue000-\ue003]{2,60})[\ue001\ue003]",
    "{term}": r"(?P<term>[^\s,;:()]+(?: [^\s,;:()]+){0,4}?)",
    "{lead}": (
        r"(?:(?:In|Like|Unlike) (?:[\w’'-]+ ){0,3}[\w’'-]+, (?:an? |the )?)?"
        r"(?:[A-Z]\w+[’']s )?"
    ),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One way of defining; ``weight`` is the share of its finds that are right."""

    name: str
    weight: float
    match: re.Pattern[str]
    in_lists: bool
    sees_marks: bool


@dataclass(frozen=True, slots=True)
class Gate:
    """What a term or a definition may not look like."""

    edge: frozenset[str]
    never: frozenset[str]
    general: frozenset[str]
    vague: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Definition:
    """A term and the sentence that says what it is; ``score`` orders them."""

    term: str
    key: str
    sentence: Sentence
    definition: str
    rule: str
    weight: float
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the author does with terms: keys of marked ones with strength, of headings, counts."""

    marked: dict[str, float]
    headings: tuple[str, ...]
    running: str

    def strength(self, key: str) -> float:
        """How much the author makes of a term, from 0."""
        in_heading = any(f" {key} " in heading for heading in self.headings)
        marked = max(self.marked.get(key, 0.0), self.marked.get(key.rpartition(" ")[0], 0.0))
        return marked + (2.0 if in_heading else 0.0)

    def count(self, key: str) -> int:
        """How often the term occurs."""
        return self.running.count(f" {key} ")


@cache
def rules(code: str) -> tuple[tuple[Rule, ...], Gate]:
    """The rules of a language and its gate; a language without a file has none."""
    place = resources.files(__package__) / "patterns" / f"{code}.toml"
    data: dict[str, Any] = tomllib.loads(place.read_text("utf-8")) if place.is_file() else {}
    gate = data.get("gate", {})
    return (
        tuple(_rule(entry) for entry in data.get("rule", ())),
        Gate(
            edge=frozenset(gate.get("edge", ())),
            never=frozenset(gate.get("never", ())),
            general=frozenset(gate.get("general", ())),
            vague=re.compile(gate.get("vague", r"(?!)"), re.IGNORECASE),
        ),
    )


def _rule(entry: dict[str, Any]) -> Rule:
    pattern = entry["match"]
    for name, meaning in _PLACEHOLDERS.items():
        pattern = pattern.replace(name, meaning)
    return Rule(
        entry["name"],
        entry["weight"],
        re.compile(pattern),
        entry.get("list", False),
        "\ue000" in pattern or "\ue002" in pattern,
    )


def definitions(reading: Reading) -> list[Definition]:
    """The best definition of each key term, best terms first; at most ``MOST_TERMS``."""
    found_rules, gate = rules(reading.language.code)
    if not found_rules:
        return []
    vocabulary = _vocabulary(reading)
    best: dict[str, Definition] = {}
    for sentence in reading.sentences:
        for candidate in _in_sentence(sentence, reading, found_rules, gate):
            scored = _scored(candidate, vocabulary)
            known = best.get(candidate.key)
            if scored and (not known or scored.weight > known.weight):
                best[candidate.key] = scored
    ordered = sorted(best.values(), key=lambda one: (-one.score, one.sentence.index))
    return _apart(ordered)[:MOST_TERMS]


def _in_sentence(
    sentence: Sentence, reading: Reading, found_rules: tuple[Rule, ...], gate: Gate
) -> Iterator[Definition]:
    is_item = sentence.passage.block.kind in ITEM_KINDS
    text = _bracketed(sentence)
    plain = text
    for mark in (_OPEN, _CLOSE, _CODE_OPEN, _CODE_CLOSE):
        plain = plain.replace(mark, "")
    for rule in found_rules:
        if rule.in_lists and not (is_item and sentence.opens):
            continue
        searched = text if rule.sees_marks else plain
        found = rule.match.search(searched)
        if not found:
            continue
        if not rule.in_lists and _is_aside(sentence, reading):
            return
        term = _BRACKETS.sub("", found["term"]).strip(" .,;:\"'“”")
        said = _BRACKETS.sub("", found.groupdict().get("definition") or "")
        if term in reading.example_names:
            continue
        if _is_term(term, gate) and not _is_empty(said, gate):
            key = _key(term, reading.language)
            term = _as_in_running_text(term, reading, initial=found.start("term") < 6)
            yield Definition(term, key, sentence, said.strip(), rule.name, rule.weight)


def _is_aside(sentence: Sentence, reading: Reading) -> bool:
    """Whether a sentence cannot stand alone, is a remark, or speaks of an example."""
    names = {sentence.text[start:end].strip("&*_ ") for start, end in sentence.code}
    return bool(
        sentence.text[0] == "("
        or re.match(r"\w+: ", sentence.text)
        or reading.example_names & names
        or fault(sentence.text, reading.language, code=sentence.code)
    )


def _bracketed(sentence: Sentence) -> str:
    """The sentence with the author's marks put in brackets that patterns can see."""
    text, taken = sentence.text, [False] * len(sentence.text)
    inserts: list[tuple[int, int, str]] = []
    plain = sentence.passage.plain
    ranges = [
        (*span, _OPEN, _CLOSE)
        for kind in ("strong", "em")
        for span in plain.marked(
            sentence.start,
            sentence.end,
            kind,
        )
    ]
    ranges += [(found.start(1), found.end(1), _OPEN, _CLOSE) for found in _QUOTED.finditer(text)]
    ranges += [(*span, _CODE_OPEN, _CODE_CLOSE) for span in sentence.code]
    for start, end, opening, closing in ranges:
        while end > start and text[end - 1] in " .,;:":
            end -= 1
        if end > start and not any(taken[start:end]):
            taken[start:end] = [True] * (end - start)
            inserts += [(start, 1, opening), (end, 0, closing)]
    for at, _, mark in sorted(inserts, reverse=True):
        text = text[:at] + mark + text[at:]
    return text


def _is_term(term: str, gate: Gate) -> bool:
    """Whether it can be the name of something: short, no verb, no pronoun, no loose end."""
    parts = term.split()
    lower = [part.lower().strip("'’\"“”()") for part in parts]
    if not 1 <= len(parts) <= _LONGEST_TERM or len(term) < 2 or not any(map(str.isalpha, term)):
        return False
    if lower[0] in gate.edge or lower[-1] in gate.edge or any(one in gate.never for one in lower):
        return False
    if len(lower) == 1 and (lower[0] in gate.general or lower[0].endswith("ly")):
        return False
    return not re.search(r"[.!?;]\s|[’']s$|[’'](?:ve|ll|re|t)\b", term)


def _as_in_running_text(term: str, reading: Reading, *, initial: bool) -> str:
    """The term without the capital it has only because the sentence begins with it."""
    lower = term[:1].lower() + term[1:]
    if not initial or lower == term or term[1:2].isupper():
        return term
    used = re.compile(rf"\w[,;]? {re.escape(lower)}")
    return lower if any(used.search(one.text) for one in reading.sentences) else term


def _is_empty(said: str, gate: Gate) -> bool:
    return bool(said) and bool(gate.vague.match(said))


def _key(term: str, spoken: Language) -> str:
    return " ".join(spoken.stem(word) for word in words(term)) or term.lower()


def _vocabulary(reading: Reading) -> Vocabulary:
    spoken = reading.language
    marked: dict[str, float] = {}
    for sentence in reading.sentences:
        plain = sentence.passage.plain
        for kind, strength in (("strong", 3.0), ("em", 2.5), ("code", 1.0)):
            for start, end in plain.marked(
                sentence.start,
                sentence.end,
                kind,  # type: ignore[arg-type]  # as above
            ):
                key = _key(sentence.text[start:end], spoken)
                if len(key.split()) <= _LONGEST_TERM:
                    marked[key] = max(strength, marked.get(key, 0.0))
        for found in _QUOTED.finditer(sentence.text):
            marked.setdefault(_key(found[1], spoken), 1.0)
    running = " ".join(_key(sentence.text, spoken) for sentence in reading.sentences)
    headings = tuple(f" {_key(name, spoken)} " for name in reading.headings)
    return Vocabulary(marked, headings, f" {running} ")


def _scored(candidate: Definition, vocabulary: Vocabulary) -> Definition | None:
    """The definition with its score, or None when nothing says that the term matters."""
    strength = vocabulary.strength(candidate.key)
    count = vocabulary.count(candidate.key)
    if candidate.weight < _LEAST_WEIGHT or (strength < 1.0 and count < 3):
        return None
    score = candidate.weight * (1.0 + strength + 0.25 * min(count, 8))
    return Definition(
        candidate.term,
        candidate.key,
        candidate.sentence,
        candidate.definition,
        candidate.rule,
        candidate.weight,
        score,
    )


def _apart(ordered: list[Definition]) -> list[Definition]:
    """At most two terms from one sentence, so that a list of names does not fill the notes."""
    taken: dict[int, int] = {}
    kept = []
    for one in ordered:
        taken[one.sentence.index] = taken.get(one.sentence.index, 0) + 1
        if taken[one.sentence.index] <= 2:
            kept.append(one)
    return kept
