"""Where a marked passage stands after its lesson has changed.

A block that still reads the same is followed wherever it has moved. One that was reworded is
followed to the block that took its place: first the very words are looked for there, then their
place is carried over word by word. What is not found so may stand elsewhere in the lesson, if it is
long enough not to be found by accident. Otherwise the passage is gone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from typing import Any

ENOUGH_WORDS = 4
"""A shorter quotation is looked for only where its own block went."""
_LIKE = 0.5  # share of words from which one block counts as the other reworded
_FRAMED = 0.25  # share of a passage's words that is enough between words that stayed
_PART = 0.2  # share of its words that a block must have left to live on in another
_HEIRS = 3
_EDGE = 6  # words at an end of a quotation that are looked for by themselves
_NEAREST = 300  # blocks that are compared with a reworded one
_MOST_WORDS = 1_500  # of a block that are carried over word by word
_OUTER = frozenset({"list", "quote"})  # their pieces are blocks of their own
# Scripts without spaces count by character: kana, Han, Hangul, Thai.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]|\w+")


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a lesson: offsets in the text of a block, end exclusive."""

    block_id: str
    begins: int
    ends: int


@dataclass(frozen=True, slots=True)
class Block:
    """A block of a lesson as far as a mark can stand in it."""

    id: str
    text: str


def blocks_of(blocks: Sequence[Mapping[str, Any]]) -> list[Block]:
    """The blocks that hold words of their own, in reading order."""
    return [Block(one["id"], one["text"]) for one in blocks if one["kind"] not in _OUTER]


class Change:
    """A lesson before and after a save, prepared once for all its marks."""

    def __init__(self, before: Sequence[Block], after: Sequence[Block]) -> None:
        self._before, self._after = before, after
        self._place = {one.id: number for number, one in enumerate(before)}
        self._went: dict[int, list[Block]] = {}

    def follow(self, spot: Spot, quote: str) -> Spot | None:
        """Where a mark stands now; None when its passage is gone."""
        number = self._place.get(spot.block_id)
        if number is None:
            return self.find(quote)
        same = self._same.get(number)
        if same is not None:
            return Spot(self._after[same].id, spot.begins, spot.ends)
        heirs = self._heirs(number)
        for new in heirs:
            if at := nearest(new.text, quote, near=spot.begins):
                return Spot(new.id, *at)
        if elsewhere := self.find(quote, near=number):
            return elsewhere
        old = self._before[number].text
        for new in heirs:
            if at := carried_over(old, new.text, spot.begins, spot.ends):
                return Spot(new.id, *at)
        return None

    def find(self, quote: str, *, near: int = 0) -> Spot | None:
        """The same words anywhere in the new text, nearest to a block of the old one."""
        if len(_WORD.findall(quote)) < ENOUGH_WORDS:
            return None
        share = len(self._after) / max(len(self._before), 1)
        order = sorted(range(len(self._after)), key=lambda one: abs(one - near * share))
        for number in order:
            at = nearest(self._after[number].text, quote)
            if at is not None:
                return Spot(self._after[number].id, *at)
        return None

    @cached_property
    def _same(self) -> dict[int, int]:
        """Old number -> new number of the blocks that read the same, those in order first."""
        old, new = [one.text for one in self._before], [one.text for one in self._after]
        found = _in_order(old, new)
        taken, left = set(found.values()), dict[str, list[int]]()
        for number, text in enumerate(new):
            if number not in taken:
                left.setdefault(text, []).append(number)
        for number, text in enumerate(old):
            if number not in found and text.strip() and left.get(text):
                found[number] = left[text].pop(0)
        return found

    @cached_property
    def _free(self) -> dict[int, Counter[str]]:
        """The words of each new block that no old one reads like."""
        taken = set(self._same.values())
        return {
            number: Counter(_words(one.text))
            for number, one in enumerate(self._after)
            if number not in taken
        }

    def _heirs(self, number: int) -> list[Block]:
        """The new blocks that an old one may have been reworded into, the most likely first."""
        if number not in self._went:
            self._went[number] = [self._after[one] for one in self._most_like(number)]
        return self._went[number]

    def _most_like(self, number: int) -> list[int]:
        wanted = Counter(_words(self._before[number].text))
        expected = self._expected(number)
        near = sorted(self._free, key=lambda one: abs(one - expected))[:_NEAREST]
        shared = {one: (wanted & self._free[one]).total() for one in near}
        likely = [
            one
            for one in near
            # A block that was cut in two lives on in both; one that grew holds all its words.
            if shared[one] >= _LIKE * min(wanted.total(), self._free[one].total())
            and shared[one] >= _PART * wanted.total() > 0
        ]
        return sorted(likely, key=lambda one: -shared[one])[:_HEIRS]

    def _expected(self, number: int) -> int:
        """The new number that a block would have if it stayed where it was."""
        for step in range(number, -1, -1):
            if step in self._same:
                return self._same[step] + number - step
        return number


def nearest(text: str, quote: str, *, near: int = 0) -> tuple[int, int] | None:
    """(begins, ends) of a quotation in a text, whatever its blanks; the one nearest to `near`."""
    words = quote.split()
    if not words:
        return None
    pattern = re.compile(r"\s+".join(map(re.escape, words)))
    spans = [found.span() for found in pattern.finditer(text)]
    return min(spans, key=lambda span: abs(span[0] - near), default=None)


def located(text: str, quote: str, *, near: int = 0) -> tuple[int, int]:
    """(begins, ends) in the text of a block of what a reader chose in it as a page shows it.

    A page may show some of it otherwise, a formula for one: then its first and last words are
    looked for. What is not found so, and an empty quote, means the block as a whole.
    """
    found = nearest(text, quote, near=near)
    if found is None:
        words = quote.split()
        first = _edge(text, words, near=near)
        last = _edge(text, words, near=near + len(quote), backwards=True)
        if first is not None and last is not None and first[0] < last[1]:
            found = first[0], last[1]
    if found is None:
        lead = len(text) - len(text.lstrip())
        found = lead, max(lead, len(text.rstrip()))
    return found


def _edge(
    text: str, words: Sequence[str], *, near: int, backwards: bool = False
) -> tuple[int, int] | None:
    """Where the longest run of up to six words at one end of a quotation stands."""
    for count in range(min(_EDGE, len(words) - 1), 0, -1):
        run = words[-count:] if backwards else words[:count]
        if found := nearest(text, " ".join(run), near=near):
            return found
    return None


def carried_over(old: str, new: str, begins: int, ends: int) -> tuple[int, int] | None:
    """The range of `new` that a range of `old` has become; None if most of its words went."""
    was, now = _spans(old), _spans(new)
    marked = {number for number, (a, b) in enumerate(was) if a < ends and b > begins}
    if not marked:
        return None
    matcher = SequenceMatcher(
        None, [old[a:b].casefold() for a, b in was], [new[a:b].casefold() for a, b in now]
    )
    stayed: dict[int, int] = {}
    covered = list[int]()
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            stayed |= {one: j1 + one - i1 for one in range(i1, i2)}
        elif tag == "replace" and marked.issuperset(range(i1, i2)):
            covered += range(j1, j2)
    kept = [stayed[one] for one in marked if one in stayed]
    if len(kept) >= _LIKE * len(marked):
        covered += kept
        return now[min(covered)][0], now[max(covered)][1]
    # Reworded more than that, it is still the same place where the words around it stand.
    first, last = stayed.get(min(marked) - 1), stayed.get(max(marked) + 1)
    if first is None or last is None or last - first < 2 or len(kept) < _FRAMED * len(marked):
        return None
    return now[first + 1][0], now[last - 1][1]


def _in_order(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """Old number -> new number of the equal texts that kept their order."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    found = {number: number for number in range(head)}
    found |= {len(old) - one: len(new) - one for one in range(1, tail + 1)}
    middle = SequenceMatcher(None, old[head : len(old) - tail], new[head : len(new) - tail])
    for match in middle.get_matching_blocks():
        found |= {head + match.a + one: head + match.b + one for one in range(match.size)}
    return found


def _words(text: str) -> list[str]:
    return [found.casefold() for found in _WORD.findall(text)]


def _spans(text: str) -> list[tuple[int, int]]:
    return [found.span() for found in _WORD.finditer(text)][:_MOST_WORDS]
