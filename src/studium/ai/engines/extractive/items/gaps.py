"""Sentences with a gap: with options where one term alone fits, otherwise with a hint."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from studium.ai.engines.extractive.items.bank import Bank, Entry, is_name, shape_of
from studium.ai.engines.extractive.items.facts import Fact
from studium.ai.engines.extractive.items.meanings import forms_of
from studium.ai.engines.extractive.terms import term_key
from studium.ai.language import words
from studium.ai.model import Item

Role = Literal["named", "defined", "subject", "inside"]
"""What a sentence does with a term: names it, defines it, speaks of it, or only uses it."""

_PER_TERM = 2  # choices; with a hint, one more
_ENOUGH = 4  # choices from surer places, beyond which none is made from the middle of a sentence
_ROLES = {"named": 0, "defined": 1, "subject": 2, "inside": 3}
_MOST_LETTERS = 4  # of a term, given as a hint; never more than half of it
_LEAST_INSIDE = 8  # content stems of a sentence whose middle is asked for
_LEAST_SAID = {"named": 3, "defined": 4, "subject": 6, "inside": 6}
"""Content stems that must be left around the gap."""
_NAME = re.compile(r"(?P<term>[^\W\d_][\w’'-]*(?: [^\W\d_][\w’'-]*){0,3})(?=[.,;:)”\"]| \()")


@dataclass(frozen=True, slots=True)
class Gap:
    """A term in a sentence: the characters ``start`` to ``end`` are to be filled in."""

    fact: Fact
    term: str
    key: str
    start: int
    end: int
    role: Role
    entry: Entry | None

    def stem(self, mark: str) -> str:
        """The sentence with the gap."""
        return self.fact.text[: self.start] + mark + self.fact.text[self.end :]


def gaps(held: list[Fact], bank: Bank) -> list[Gap]:
    """Every term that can be taken out of a sentence, in reading order."""
    found: list[Gap] = []
    for fact in held:
        taken: list[tuple[int, int]] = []
        for one in [*_named(fact, bank), *_used(fact, bank)]:
            if all(one.end <= start or end <= one.start for start, end in taken):
                taken.append((one.start, one.end))
                if _is_askable(one, bank):
                    found.append(one)
    return found


def _named(fact: Fact, bank: Bank) -> Iterator[Gap]:
    """What the sentence says a thing is called."""
    for naming in bank.wording.pattern("words.naming").finditer(fact.text):
        code = _code_at(fact, naming.end())
        if code:
            term = fact.text[slice(*code)]
            key = term_key(term, bank.study.reading.language)
            yield Gap(fact, term, key, *code, "named", bank.find(key))
            continue
        found = _NAME.match(fact.text, naming.end())
        if not found or bank.wording.pattern("words.two_names").search(fact.text[found.end() :]):
            continue
        spoken = bank.study.reading.language
        term = found["term"]
        if any(spoken.is_function_word(word.lower()) for word in term.split()):
            continue
        key = term_key(term, spoken)
        if not is_name(term, bank.study) or (" " in term and _ends_in_verb(term, key, bank)):
            continue
        yield Gap(fact, term, key, found.start(), found.end(), "named", bank.find(key))


def _ends_in_verb(term: str, key: str, bank: Bank) -> bool:
    """Whether its last word may be the verb behind a name: "is called presbyopia results from"."""
    last = " " + term.rsplit(" ", 1)[-1]
    return bank.find(key) is None and bool(bank.wording.pattern("words.predicate").search(last))


def _code_at(fact: Fact, at: int) -> tuple[int, int] | None:
    """The name in code that begins there."""
    return next((span for span in fact.sentence.code if span[0] == at), None)


def _used(fact: Fact, bank: Bank) -> Iterator[Gap]:
    """The lesson's own terms in the sentence, longer ones first."""
    index = fact.sentence.index
    defining = {one.key for one in bank.study.definitions if one.sentence.index == index}
    own = [one for one in bank.entries if one.own and index in one.sentences]
    for entry in sorted(own, key=lambda one: (-len(one.term), one.key)):
        places = _places(entry.term, fact.text)
        if len(places) != 1:
            continue
        start, end = places[0]
        role: Role = "inside"
        if entry.key in defining:
            role = "defined"
        elif _opens(fact, start, end, bank):
            role = "subject"
        term = _as_used(fact.text[start:end], entry, initial=start == 0)
        yield Gap(fact, term, entry.key, start, end, role, entry)


def _places(term: str, text: str) -> list[tuple[int, int]]:
    found = re.finditer(rf"(?<![\w-]){re.escape(term)}(?:s|es)?(?![\w-])", text, re.IGNORECASE)
    return [(one.start(), one.end()) for one in found]


def _opens(fact: Fact, start: int, end: int, bank: Bank) -> bool:
    """Whether the sentence begins with the term and says something of it."""
    before, after = fact.text[:start].strip().lower(), fact.text[end:]
    spoken = bank.study.reading.language
    if before in bank.wording.phrases.get("words.within", ()):
        return after.startswith(", ")
    if before and before not in bank.wording.phrases.get("words.articles", ()):
        return False
    if bank.wording.pattern("words.predicate").search(after):
        return True
    follows = words(after[:40])
    return after[:1] == " " and bool(follows) and spoken.word_class(follows[0]) == "verb"


def _as_used(said: str, entry: Entry, *, initial: bool) -> str:
    """The term as it would stand inside a sentence."""
    return said[:1].lower() + said[1:] if initial and entry.term[:1].islower() else said


def _is_askable(one: Gap, bank: Bank) -> bool:
    """Whether what is left says enough and does not hold the term in another form."""
    spoken = bank.study.reading.language
    rest = spoken.content(one.stem(" ").replace("(s)", " "))
    if len(set(rest)) < _LEAST_SAID[one.role] or len(one.term) < 3:
        return False
    if one.fact.text[: one.start].count("(") > one.fact.text[: one.start].count(")"):
        return False
    before, after = one.fact.text[: one.start], one.fact.text[one.end :]
    if re.match(r" \([A-Z][\w.]*\)|[-–/]", after) or before.endswith(("-", "–", "/")):
        return False  # its short form behind it gives it away; a compound's part is no name
    if bank.wording.pattern("words.two_names").search(after) and one.role != "inside":
        return False
    follows = words(after[:20])[:1]
    if not before and follows and follows[0] in bank.wording.phrases.get("words.articles", ()):
        return False  # an instruction: "Print the lyrics"
    if bank.wording.pattern("words.other_name").search(before):
        return False
    return not any(_related(stem, word) for stem in one.key.split() for word in rest)


def _related(left: str, right: str) -> bool:
    """Whether two stems look like forms of one word."""
    if left == right:
        return True
    size = min(len(left), len(right))
    return size >= 5 and left[: max(5, size - 3)] == right[: max(5, size - 3)]


def ask_gaps(held: list[Fact], bank: Bank, *, choices: int = 0) -> Iterator[Item]:
    """With options first, best roles first; then the same and other gaps with a hint.

    ``choices`` there are already; the middle of a sentence is asked for only where there are few.
    """
    found = sorted(gaps(held, bank), key=lambda one: (_ROLES[one.role], one.fact.sentence.index))
    asked: Counter[str] = Counter()
    for one in found:
        if asked[one.key] < _PER_TERM and (one.role != "inside" or choices < _ENOUGH):
            for item in _with_options(one, bank):
                asked[one.key] += 1
                choices += 1
                yield item
    asked.clear()
    used: set[int] = set()
    for one in _best_first(found):
        if asked[one.key] <= _PER_TERM and one.fact.sentence.index not in used:
            for item in _with_hint(one, bank):
                asked[one.key] += 1
                used.add(one.fact.sentence.index)
                yield item


def _best_first(found: list[Gap]) -> list[Gap]:
    """The gaps of each sentence together, the term the lesson makes most of first."""
    order: dict[int, int] = {}
    for at, one in enumerate(found):
        order.setdefault(one.fact.sentence.index, at)
    return sorted(
        found,
        key=lambda one: (order[one.fact.sentence.index], [-each for each in _importance(one)]),
    )


def _importance(one: Gap) -> tuple[float, float]:
    entry = one.entry
    return (entry.strength + bool(entry.definition), entry.score) if entry else (4.0, 0.0)


def _with_options(one: Gap, bank: Bank) -> Iterator[Item]:
    wrong = wrong_terms(one, bank)
    stem = one.stem(bank.wording.gap)
    if wrong:
        yield _item(one, bank, stem, options=(one.term, *wrong))


def wrong_terms(one: Gap, bank: Bank) -> list[str]:
    """Terms that do not fit the gap; none where another term than the right one might fit."""
    if bank.wording.articles_agree:
        return []
    if one.role in ("subject", "inside") and not (one.fact.certain and _is_topic(one.entry)):
        return []
    among = bank.entries
    if one.role in ("subject", "inside"):  # what is said of one kind is often true of another
        head = one.key.split()[-1]
        among = [entry for entry in among if entry.key.split()[-1] != head]
    if one.role == "inside":
        if len(set(one.fact.sentence.stems)) < _LEAST_INSIDE or not _is_special(one.entry):
            return []
        if bank.wording.pattern("words.instances").search(one.fact.text[one.end :]):
            return []
        near = _neighbours(one.fact, bank)
        among = [entry for entry in among if not near.intersection(entry.sentences)]
    code = _code_at(one.fact, one.start) is not None
    stem = one.stem(bank.wording.gap)
    source = one.fact.sentence.index
    return bank.wrong(
        one.term,
        stem,
        source=source,
        among=among,
        is_code=code,
        only_balanced=one.role in ("subject", "inside"),
    )


def _neighbours(fact: Fact, bank: Bank) -> set[int]:
    """The sentences of the same passage."""
    passage = fact.sentence.passage
    return {one.index for one in bank.study.reading.sentences if one.passage is passage}


def _is_special(entry: Entry | None) -> bool:
    """Whether a term is one of those the lesson is about, and not a word of everyday use."""
    return entry is not None and (
        entry.strength >= 2.0
        or bool(entry.definition)
        or (entry.shape.size > 1 and len(entry.sentences) >= 3)
    )


def _is_topic(entry: Entry | None) -> bool:
    """Whether the lesson makes enough of a term for a statement about it to be its own."""
    return entry is not None and (
        entry.strength >= 2.0
        or bool(entry.definition)
        or len(entry.sentences) >= 3
        or entry.shape.is_proper
    )


def _with_hint(one: Gap, bank: Bank) -> Iterator[Item]:
    if _code_at(one.fact, one.start):
        return
    if one.role == "named" and bank.wording.has("gap"):
        yield _item(one, bank, one.stem(bank.wording.gap))
    elif bank.wording.has("short_gap") and _is_topic(one.entry):
        letters = _telling_start(one, bank)
        if not letters:
            return
        stem = bank.wording.say(
            "short_gap",
            size=bank.wording.size(one.term),
            letter=letters,
            sentence=quotable(one.stem(bank.wording.gap)),
        )
        yield _item(one, bank, stem, form="short")


def _telling_start(one: Gap, bank: Bank) -> str:
    """The first letters that leave no other term of the lesson of as many words; "" if none do."""
    shape = shape_of(one.term)
    others = [
        entry.term.lower()
        for entry in bank.entries
        if entry.own and entry.key != one.key and entry.shape.size == shape.size
    ]
    term = one.term.lower()
    for size in range(1, min(_MOST_LETTERS, len(term) // 2) + 1):
        if not any(other.startswith(term[:size]) for other in others):
            return term[:size]
    return ""


def quotable(sentence: str) -> str:
    """The sentence as it stands between quotation marks."""
    return sentence.replace("“", "‘").replace("”", "’").replace('"', "’")


def _item(
    one: Gap,
    bank: Bank,
    stem: str,
    *,
    options: tuple[str, ...] = (),
    form: Literal["cloze", "short"] = "cloze",
) -> Item:
    return Item(
        form=form,
        kind="single_choice" if options else "short_text",
        stem=stem,
        key=(one.term,) if options else forms_of(one.term),
        options=options,
        sources=(one.fact.source,),
        explanation=bank.wording.say("explanation", sentence=one.fact.text),
        term=one.term,
        section=one.fact.section,
        rule=f"gap_{one.role}",
        difficulty=0.65 if options else 0.5,
    )
