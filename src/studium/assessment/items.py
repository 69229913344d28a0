"""Running sums of one question in one exam, in whole numbers. Plain Python, no tables.

Points are kept in thousandths, so that no order of adding changes a digit and what is undone comes
out as it was. One attempt costs the same however many were added before. `figures` says what the
sums come to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

BINS = 20
"""Scores are counted in so many equal ranges; thirds are read from them."""
MOST_VALUES = 300
"""So many different numbers of points are told apart exactly; beyond it they are read to
1/250 of what the paper is worth."""
_STEPS = 250
MOST_OPTIONS = 120
LONGEST_GAP = 1800
"""Seconds between two answers that still count as working on the later one."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One person's answer to the question, points in thousandths.

    `total` is what all questions that count came to, before any penalty, of `max_total`. `options`
    are the ids chosen, for kinds with options. `seconds` is None where nobody can say.
    """

    points: int
    total: int
    max_total: int
    is_answered: bool
    options: tuple[str, ...] = ()
    seconds: int | None = None


@dataclass(slots=True)
class Values:
    """How many people had how many points, `unit` thousandths to a step."""

    counts: Counter[int] = field(default_factory=Counter)
    unit: int = 1

    def add(self, value: int, *, most: int) -> None:
        """Count one person; `most` is the largest value there can be."""
        self.counts[value // self.unit] += 1
        if self.unit == 1 and len(self.counts) > MOST_VALUES:
            self._coarsen(max(2, -(-most // _STEPS)))

    def ascending(self) -> list[tuple[float, int]]:
        """Values with the number of people who had them, the lowest first."""
        middle = (self.unit - 1) / 2
        return [(step * self.unit + middle, n) for step, n in sorted(self.counts.items())]

    def _coarsen(self, unit: int) -> None:
        counts: Counter[int] = Counter()
        for value, people in self.counts.items():
            counts[value // unit] += people
        self.counts, self.unit = counts, unit


@dataclass(slots=True)
class Sums:
    """What the figures of one question are computed from.

    `x` is the points of the question, `rest` the total without it; `xx`, `rr` and `xr` are sums of
    squares and products. `bins` counts people by their total, `options` those who chose each.
    """

    n: int = 0
    skipped: int = 0
    x: int = 0
    xx: int = 0
    rest: int = 0
    rr: int = 0
    xr: int = 0
    seconds: int = 0
    timed: int = 0
    xs: Values = field(default_factory=Values)
    rests: Values = field(default_factory=Values)
    bins: list[int] = field(default_factory=lambda: [0] * BINS)
    options: dict[str, list[int]] = field(default_factory=dict)

    def add(self, one: Answered) -> None:
        """Take one person's answer in."""
        rest = one.total - one.points
        self.n += 1
        self.skipped += not one.is_answered
        self.x += one.points
        self.xx += one.points * one.points
        self.rest += rest
        self.rr += rest * rest
        self.xr += one.points * rest
        self.xs.add(one.points, most=one.max_total)
        self.rests.add(rest, most=one.max_total)
        place = bin_of(one.total, one.max_total)
        self.bins[place] += 1
        for option in one.options:
            if option in self.options or len(self.options) < MOST_OPTIONS:
                self.options.setdefault(option, [0] * BINS)[place] += 1
        if one.seconds is not None:
            self.seconds += one.seconds
            self.timed += 1

    def as_json(self) -> dict[str, Any]:
        """What is stored; the same sums give the same text when keys are sorted."""
        numbers = ("n", "skipped", "x", "xx", "rest", "rr", "xr", "seconds", "timed")
        made: dict[str, Any] = {name: getattr(self, name) for name in numbers}
        for name in ("xs", "rests"):
            values: Values = getattr(self, name)
            counts = {str(step): people for step, people in values.counts.items()}
            made[name] = {"unit": values.unit, "counts": counts}
        return made | {"bins": self.bins, "options": self.options}


def read(stored: Mapping[str, Any]) -> Sums:
    """The sums that `as_json` wrote."""
    found = dict(stored)
    for name in ("xs", "rests"):
        counts = {int(step): people for step, people in stored[name]["counts"].items()}
        found[name] = Values(Counter(counts), stored[name]["unit"])
    found["bins"] = list(stored["bins"])
    found["options"] = {option: list(counts) for option, counts in stored["options"].items()}
    return Sums(**found)


def bin_of(total: int, max_total: int) -> int:
    """Which range of scores a total is in; the last one holds the full score too."""
    return min(BINS * total // max_total, BINS - 1) if max_total > 0 else 0


def thirds(bins: list[int]) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """The ranges of scores that make up the bottom, middle and top third of the people.

    A range goes where the middle one of its people is, so that people with close scores stay
    together; the thirds may then differ in size.
    """
    people = sum(bins)
    found: tuple[list[int], list[int], list[int]] = ([], [], [])
    below = 0
    for place, here in enumerate(bins):
        if here:
            # 2 * (below + here / 2) / (2 * people) in thirds, in whole numbers
            found[min(3 * (2 * below + here) // (2 * people), 2)].append(place)
        below += here
    return tuple(found[0]), tuple(found[1]), tuple(found[2])
