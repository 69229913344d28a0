"""Check 8: nothing is asked twice, and no place of the lesson is asked about too often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from studium.ai.model import Item
from studium.ai.verify.lesson import Lesson

QUOTAS = {"span": 2, "section": 15, "lesson": 60}
"""How many questions one place, one section and one lesson may have."""
SAME_STEM = 0.97
"""Share of common words from which two stems ask the same."""


@dataclass(slots=True)
class KeptItems:
    """What was kept so far, and what the bank already holds."""

    items: list[Item] = field(default_factory=list)
    stems: list[frozenset[str]] = field(default_factory=list)
    bank: list[frozenset[str]] = field(default_factory=list)
    asked: set[tuple[object, ...]] = field(default_factory=set)
    per_span: Counter[tuple[int, int]] = field(default_factory=Counter)
    per_section: Counter[str] = field(default_factory=Counter)

    def add(self, one: Item, lesson: Lesson) -> None:
        """Remember a question that was kept."""
        self.items.append(one)
        self.stems.append(_asks(one.stem, one.code, lesson))
        self.asked.update(_keys(one, lesson))
        self.per_span.update(_spans(one, lesson))
        self.per_section[one.section] += 1


def kept_items(bank: Iterable[str], lesson: Lesson) -> KeptItems:
    """Nothing kept yet; ``bank`` holds the stems that are already asked elsewhere."""
    return KeptItems(bank=[_asks(stem, "", lesson) for stem in bank])


def check_repeats(one: Item, lesson: Lesson, kept: KeptItems) -> str:
    """Check 8: another stem, another key or another place, and room left.

    Measured alone on the 40 lessons (docs/ai.md): 1 of 1,449 spoilt questions
    accepted, 0 of 65 authors' own refused.
    """
    asks = _asks(one.stem, one.code, lesson)
    if any(_same(asks, other) for other in kept.bank):
        return "in_bank"
    if any(_same(asks, other) for other in kept.stems) or kept.asked & _keys(one, lesson):
        return "duplicate"
    if any(kept.per_span[place] >= QUOTAS["span"] for place in _spans(one, lesson)):
        return "span_quota"
    if kept.per_section[one.section] >= QUOTAS["section"]:
        return "section_quota"
    return "lesson_quota" if len(kept.items) >= QUOTAS["lesson"] else ""


def _asks(stem: str, code: str, lesson: Lesson) -> frozenset[str]:
    """The words of a stem with their place among equals, so that order and counts matter a bit."""
    said = f"{lesson.name(stem)} {code}".split()
    return frozenset(_pairs(said))


def _pairs(said: list[str]) -> list[str]:
    """Each word and each pair of neighbours."""
    return [*said, *(f"{left} {right}" for left, right in pairwise(said))]


def _same(left: frozenset[str], right: frozenset[str]) -> bool:
    if min(len(left), len(right)) <= SAME_STEM * max(len(left), len(right)) - 1:
        return False
    return len(left & right) > SAME_STEM * len(left | right)


def _spans(one: Item, lesson: Lesson) -> set[tuple[int, int]]:
    """The sentences asked about; for code or a table, the cited place itself."""
    cited = {(said.start, said.end) for said in lesson.cited(one.sources)}
    return cited or {(place.start, place.end) for place in one.sources}


def _keys(one: Item, lesson: Lesson) -> set[tuple[object, ...]]:
    """Key and place together are asked once a kind; a term's definition once a direction."""
    if one.kind == "true_false":
        return set()
    key = lesson.name(one.key[0])
    asked: set[tuple[object, ...]] = {(one.kind, key, place) for place in _spans(one, lesson)}
    if one.form in ("definition_term", "term_definition") and one.term:
        asked.add((one.form, one.kind, lesson.name(one.term)))
    return asked
