"""Where a cited passage stands in a lesson that was changed since: exactly, or nearly.

Exact comes first: the same words, at their old place or moved. Then the same words in other markup
or line breaks. What is not found so has *changed*; the place that is most like it is looked for by
shared words, so that a person sees what it says now. Each search is linear in the lesson, and at
most `MOST_SEARCHES` passages of a lesson are looked for in this costly way.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from studium.ai.model import Source

State = Literal["same", "changed", "gone"]
"""The words still stand there; they were changed; nothing like them is left."""

MOST_SEARCHES = 300
ENOUGH_WORDS = 4
"""A shorter quotation counts only in its own block: elsewhere it would be found by accident."""
_MOST_WORDS = 150  # of a quotation that are compared
_LIKE = 0.5  # share of the quotation's words from which a place counts as the changed one
_MOST_PLACES = 50  # at which the same words may stand
_CANDIDATES = 3  # blocks that are looked at closely
_COMMON = 60  # a word in more blocks than this says nothing about where
_WORD = re.compile(r"\w+")
_ENDS = re.compile(r"[.!?…][”\"')\]]*(?=\s|$)|\n\s*\n")
_QUOTES = str.maketrans("’‘“”", "''\"\"")


@dataclass(frozen=True, slots=True)
class Anchor:
    """A passage in the lesson as it is now; `source` is None when it is gone."""

    state: State
    source: Source | None


class Places:
    """One lesson as it is now, prepared once for all that cites it."""

    def __init__(self, content: str, blocks: Iterable[Mapping[str, Any]]) -> None:
        self._content = content
        self._blocks = [(str(b["id"]), int(b["start"]), int(b["end"])) for b in blocks]
        self._folded: tuple[str, list[int]] | None = None
        self._words: _Words | None = None
        self._searches = 0

    def anchor(self, cited: Source) -> Anchor:
        """Where this passage is now."""
        found = self._exact(cited) or self._refolded(cited)
        return Anchor("same", found) if found else self._nearly(cited)

    def anchors(self, cited: Iterable[Source]) -> tuple[Anchor, ...]:
        """The same for several passages."""
        return tuple(self.anchor(one) for one in cited)

    def current(self, cited: Sequence[Source]) -> tuple[Source, ...] | None:
        """Where all of them stand with the same words; None if one does not any more."""
        found = [self._exact(one) or self._refolded(one) for one in cited]
        return None if None in found else tuple(one for one in found if one is not None)

    def _exact(self, cited: Source) -> Source | None:
        if not cited.quote.strip():
            return None
        starts = _occurrences(self._content, cited.quote)
        made = [self._made(start, start + len(cited.quote)) for start in starts]
        return _best([one for one in made if one], cited)

    def _refolded(self, cited: Source) -> Source | None:
        """The same words with other markup, quotation marks or line breaks."""
        if self._folded is None:
            self._folded = _folded(self._content)
        text, offsets = self._folded
        wanted = _folded(cited.quote)[0].strip()
        if not wanted:
            return None
        made = [
            self._made(offsets[start], offsets[start + len(wanted) - 1] + 1)
            for start in _occurrences(text, wanted)
        ]
        return _best([one for one in made if one], cited)

    def _nearly(self, cited: Source) -> Anchor:
        """The sentence that shares the most words with the passage, if it shares enough."""
        self._searches += 1
        if self._searches > MOST_SEARCHES:
            return Anchor("gone", None)
        if self._words is None:
            self._words = _Words(self._content, self._blocks)
        place = self._words.like(cited)
        found = self._made(*place) if place else None
        return Anchor("changed", found) if found else Anchor("gone", None)

    def _made(self, start: int, end: int) -> Source | None:
        around = [one for one in self._blocks if one[1] <= start and end <= one[2]]
        if not around:
            return None
        name, _, _ = min(around, key=lambda one: one[2] - one[1])
        return Source(name, start, end, self._content[start:end])


class _Words:
    """The words of each block, and in which blocks a word stands."""

    def __init__(self, content: str, blocks: list[tuple[str, int, int]]) -> None:
        self._content, self._blocks = content, blocks
        self._held: dict[str, list[int]] = {}
        for number, (_, start, end) in enumerate(blocks):
            for word in {found[0].casefold() for found in _WORD.finditer(content, start, end)}:
                self._held.setdefault(word, []).append(number)

    def like(self, cited: Source) -> tuple[int, int] | None:
        """(start, end) of the most similar run of sentences in the source, or None."""
        wanted = [found[0].casefold() for found in _WORD.finditer(cited.quote)][:_MOST_WORDS]
        votes: dict[int, float] = {}
        for word in sorted(set(wanted)):
            held = self._held.get(word, ())
            for number in held if len(held) <= _COMMON else ():
                votes[number] = votes.get(number, 0.0) + 1 / len(held)  # a rare word says more
        order = sorted(
            votes, key=lambda one: (-round(votes[one], 6), self._distance(one, cited), one)
        )
        for number in order[:_CANDIDATES]:
            place, share = self._window(wanted, number)
            if share >= _LIKE:
                return place
        return None

    def _distance(self, number: int, cited: Source) -> tuple[int, int]:
        """How far a block begins from the old place, then its size: of nested ones the inner."""
        _, start, end = self._blocks[number]
        return (0 if start <= cited.start < end else abs(start - cited.start)), end - start

    def _window(self, wanted: list[str], number: int) -> tuple[tuple[int, int], float]:
        """The run of words in a block that shares the most with `wanted`, and the share."""
        _, start, end = self._blocks[number]
        spans = [found.span() for found in _WORD.finditer(self._content, start, end)]
        words = [self._content[a:b].casefold() for a, b in spans]
        size = min(len(wanted), len(words))
        need, have, shared, best, at = Counter(wanted), Counter[str](), 0, -1, 0
        for place, word in enumerate(words):
            have[word] += 1
            shared += have[word] <= need[word]
            if place >= size:
                left = words[place - size]
                shared -= have[left] <= need[left]
                have[left] -= 1
            if shared > best:
                best, at = shared, max(0, place - size + 1)
        until = min(at + size, len(spans)) - 1
        while at < until and words[at] not in need:
            at += 1
        while until > at and words[until] not in need:
            until -= 1
        grown = self._sentences(spans[at][0], spans[until][1], start, end)
        return grown, best / max(len(wanted), 1)

    def _sentences(self, first: int, last: int, start: int, end: int) -> tuple[int, int]:
        """The run grown to whole sentences, within its block."""
        ends = [found.end() for found in _ENDS.finditer(self._content, start, end)]
        place = bisect_left(ends, first + 1)
        begin = ends[place - 1] if place else start
        after = bisect_left(ends, last)
        stop = ends[after] if after < len(ends) else end
        text = self._content[begin:stop]
        lead = len(text) - len(text.lstrip())
        return begin + lead, begin + len(text.rstrip())


def _occurrences(text: str, wanted: str) -> list[int]:
    """Where `wanted` stands as whole words, a bounded number of places."""
    found: list[int] = []
    at = text.find(wanted)
    while at >= 0 and len(found) < _MOST_PLACES:
        end = at + len(wanted)
        cut_before = at > 0 and text[at - 1].isalnum() and wanted[0].isalnum()
        cut_after = end < len(text) and text[end].isalnum() and wanted[-1].isalnum()
        if not cut_before and not cut_after:
            found.append(at)
        at = text.find(wanted, at + 1)
    return found


def _best(found: list[Source], cited: Source) -> Source | None:
    """The one in the same block, else the one nearest to the old place."""
    own = [one for one in found if one.block_id == cited.block_id]
    if not own and len(_WORD.findall(cited.quote)) < ENOUGH_WORDS:
        return None
    near = own or found
    return min(near, key=lambda one: (abs(one.start - cited.start), one.start), default=None)


def _folded(text: str) -> tuple[str, list[int]]:
    """The text with one space for each run of blanks, plain quotation marks and no emphasis marks;
    and for each of its characters the place it has in `text`.
    """
    kept: list[str] = []
    offsets: list[int] = []
    plain = text.translate(_QUOTES)
    last = len(plain) - 1
    for at, char in enumerate(plain):
        if char in "*_":
            before = at > 0 and plain[at - 1] not in "*_ \t\n"
            after = at < last and plain[at + 1] not in "*_ \t\n"
            touches = (at > 0 and plain[at - 1] in "*_") or (at < last and plain[at + 1] in "*_")
            if before != after or touches:
                continue
        if char.isspace():
            if kept and kept[-1] == " ":
                continue
            char = " "
        kept.append(char)
        offsets.append(at)
    return "".join(kept), offsets
