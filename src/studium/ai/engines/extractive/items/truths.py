"""Statements to be judged: half of each sort stand word for word, half are turned into falsehoods.

A sort is a way a sentence can be turned (a comparison, a denial, a number, another term's
definition). Whether a sentence is turned is drawn by turns within its sort, so that what a
statement looks like says nothing of whether it is true.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from studium.ai.engines.extractive.definitions import Definition
from studium.ai.engines.extractive.items.bank import Bank, is_name, shape_of
from studium.ai.engines.extractive.items.facts import Fact
from studium.ai.engines.extractive.items.figures import other_number
from studium.ai.engines.extractive.items.gaps import gaps, wrong_terms
from studium.ai.engines.extractive.items.meanings import LEAST_WEIGHT, is_plural_phrase, trimmed
from studium.ai.model import Item
from studium.ai.standing import without


@dataclass(frozen=True, slots=True)
class Turn:
    """What of a sentence is replaced to make it false."""

    start: int
    end: int
    instead: str
    sort: str

    def made(self, text: str) -> str:
        """The false statement."""
        said = text[: self.start] + self.instead + text[self.end :]
        return said[:1].upper() + said[1:]


Finder = Callable[[Fact, Bank], Turn | None]


def ask_truths(held: list[Fact], bank: Bank) -> Iterator[Item]:
    """Statements of every sort by turns, then plain ones that stand word for word."""
    sorts: dict[str, list[tuple[Fact, Turn]]] = {name: [] for name in FINDERS}
    used: set[int] = set()
    for fact in held:
        for name, finder in FINDERS.items():
            turn = finder(fact, bank) if fact.certain else None
            if turn:
                sorts[name].append((fact, turn))
                used.add(fact.sentence.index)
                break
    for name, found in sorts.items():
        first = zlib.crc32(f"{bank.study.reading.lesson.topic}\n{name}".encode()) % 2
        for place, (fact, turn) in enumerate(found):
            if (place + first) % 2:
                yield _item(fact, bank, turn.made(fact.text), is_true=False, sort=name)
            else:
                yield _item(fact, bank, fact.text, is_true=True, sort=name)


def _item(fact: Fact, bank: Bank, said: str, *, is_true: bool, sort: str) -> Item:
    return Item(
        form="true_false",
        kind="true_false",
        stem=said,
        key=("true" if is_true else "false",),
        sources=(fact.source,),
        explanation=bank.wording.say("explanation", sentence=fact.text),
        section=fact.section,
        rule=f"{sort}_{'kept' if is_true else 'turned'}",
        difficulty=0.75,
    )


def _swapped(fact: Fact, bank: Bank) -> Turn | None:
    """The definition of this term said of a sibling: another term the lesson defines."""
    if bank.wording.articles_agree:
        return None
    for one in bank.study.definitions:
        if one.sentence.index != fact.sentence.index or one.weight < LEAST_WEIGHT:
            continue
        if not trimmed(one.definition, bank.wording) or not is_name(one.term, bank.study):
            continue
        named = rf"(?<![\w-]){re.escape(one.term)}(?![\w-]| \()"  # no short form behind it
        place = re.search(named, fact.text, re.IGNORECASE)
        if not place or len(re.findall(re.escape(one.term), fact.text, re.IGNORECASE)) != 1:
            continue
        wrong = _sibling(one, bank)
        if wrong:
            return _in_place(fact.text, place.start(), place.end(), wrong, bank)
    return None


def _in_place(text: str, start: int, end: int, name: str, bank: Bank) -> Turn:
    """The other name with the article it takes."""
    if text[start].isupper() and start == 0:
        name = name[:1].upper() + name[1:]
    article = bank.wording.pattern("words.article").search(text[:start])
    if article:
        right = "an" if bank.wording.pattern("words.vowel").search(name) else "a"
        right = right.capitalize() if article[1][0].isupper() else right
        return Turn(article.start(1), end, f"{right} {name}", "swap")
    return Turn(start, end, name, "swap")


def _sibling(one: Definition, bank: Bank) -> str:
    """Another defined term of the same look, of which the definition is not true."""
    shape = shape_of(one.term)
    plural = is_plural_phrase(one.definition)
    for each in bank.entries:
        fits = each.own and each.definition and each.key != one.key and each.shape.fits(shape)
        if not fits or not bank.apart(one.key, each, one.definition):
            continue
        if is_plural_phrase(each.definition) == plural:
            return each.term
    return ""


def _renamed(fact: Fact, bank: Bank) -> Turn | None:
    """What is said of the term a sentence opens with, said of another term."""
    for gap in gaps([fact], bank):
        if gap.role not in ("subject", "defined") or fact.text.startswith(" (", gap.end):
            continue
        wrong = wrong_terms(gap, bank)
        if wrong:
            turn = _in_place(fact.text, gap.start, gap.end, wrong[0], bank)
            return Turn(turn.start, turn.end, turn.instead, "term")
    return None


def _compared(fact: Fact, bank: Bank) -> Turn | None:
    """The one word that says which way a comparison or a change goes."""
    prose = without(fact.text, fact.sentence.code)
    lower = prose.lower()
    found = [
        turn
        for group, test in (
            ("verbs", _anywhere),
            ("comparatives", _comparing),
            ("superlatives", _most),
        )
        for left, right in bank.wording.pairs.get(f"flips.{group}", ())
        if left in lower or right in lower
        for turn in _both_ways(prose, left, right, group, test, bank)
    ]
    if not found or bank.wording.pattern("words.denial").search(prose):
        return None
    first = min(found, key=lambda one: (one.start, -one.end))
    return first if len({one.start for one in found}) == 1 else None


Test = Callable[[str, int, int, Bank], bool]


def _both_ways(
    prose: str, left: str, right: str, group: str, test: Test, bank: Bank
) -> Iterator[Turn]:
    ways = [(left, right)] if group == "comparatives" and "more" in (left, right) else []
    for word, instead in ways or [(left, right), (right, left)]:
        if re.search(rf"\b{re.escape(instead)}\b", prose, re.IGNORECASE):
            continue
        places = list(re.finditer(rf"\b{re.escape(word)}\b", prose, re.IGNORECASE))
        if len(places) == 1 and test(prose, places[0].start(), places[0].end(), bank):
            at = places[0]
            shown = instead.capitalize() if at.group()[0].isupper() else instead
            yield Turn(at.start(), at.end(), shown, "flip")


def _anywhere(prose: str, start: int, end: int, bank: Bank) -> bool:
    before = prose[:start]
    if not before and prose[:end].lower().endswith("ing"):
        return False  # "Increasing X does Y" says nothing of what decreasing X does
    return not bank.wording.pattern("flips.not_after").search(before) and not (
        bank.wording.pattern("flips.not_before").search(prose[end:])
    )


def _comparing(prose: str, start: int, end: int, bank: Bank) -> bool:
    return bank.wording.pattern("flips.compared").search(prose[end:]) is not None


def _most(prose: str, start: int, end: int, bank: Bank) -> bool:
    before, after = prose[:start], prose[end:]
    return bank.wording.pattern("flips.only_superlative").search(before) is not None and not (
        bank.wording.pattern("flips.not_superlative").search(after)
    )


def _denied(fact: Fact, bank: Bank) -> Turn | None:
    """The denial of a statement, taken out, or one put in where a plain statement has none."""
    prose = without(fact.text, fact.sentence.code)
    denials = len(bank.wording.pattern("words.denial").findall(prose))
    if denials == 1:
        for pattern, instead in bank.wording.pairs.get("negations.removed", ()):
            found = re.search(pattern, prose)
            if found:
                return Turn(found.start(), found.end(), found.expand(instead), "denial")
    if denials == 0:
        for pattern, instead in bank.wording.pairs.get("negations.inserted", ()):
            found = re.search(pattern, prose)
            if found:
                return Turn(found.start(), found.end(), found.expand(instead), "denial")
    return None


def _counted(fact: Fact, bank: Bank) -> Turn | None:
    """Another number in the place of the one the lesson gives."""
    found = other_number(fact, bank)
    return Turn(*found, "number") if found else None


FINDERS: dict[str, Finder] = {
    "swap": _swapped,
    "flip": _compared,
    "number": _counted,
    "denial": _denied,
    "term": _renamed,
}
"""The sorts by name; a sentence belongs to the first that can turn it."""
