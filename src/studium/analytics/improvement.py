"""Whether somebody got better: levels over time on like questions, and what may be said of them.

Every level here is P(right) on an average question of a concept at the first try, as the engine
saw it at the end of a day (`mastery_days`): harder or easier questions do not move it. Over several
concepts the mean is taken over the same concepts on every day (a fixed basket, as a price index
has one), so a concept that was begun later cannot look like a change: before its first answers its
first level stands for it. The range of the mean is the mean of the ranges, as if all concepts erred
the same way, which is wider than the truth.

The range of a difference comes from the two ranges alone (Zou & Donner 2008, Statistics in Medicine
27, "method of variance estimates recovery"; Newcombe 1998, ibid. 17), as if their errors had
nothing in common. They have much in common, so this too is wider than the truth: a change is called
one only when it is likely one. Plain Python; shares run from 0 to 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import Protocol
from uuid import UUID

from studium.analytics.rules import FEW_ANSWERS

BETTER, WORSE, STEADY, UNCLEAR = "better", "worse", "steady", "unclear"
ENOUGH_ANSWERS = 10
"""A level over all concepts is a beginning only when it rests on so many answers."""
LITTLE = 0.05
"""A change that likely is smaller than this is none."""


class Dayish(Protocol):
    """A level at the end of a day: `p` with its 80 % range, from `n` answers so far."""

    @property
    def day(self) -> date: ...
    @property
    def p(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...
    @property
    def n(self) -> int: ...


@dataclass(frozen=True, slots=True)
class LevelPoint:
    """A level at the end of a day, from `n` answers so far."""

    day: date
    p: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Change:
    """From the first level worth the name to the latest; `low` to `high` holds the difference 8
    times out of 10. `verdict`: better, worse, steady (likely under 5 points) or unclear."""

    verdict: str
    first: LevelPoint
    latest: LevelPoint
    low: float
    high: float

    @property
    def gain(self) -> float:
        """The difference of the best guesses."""
        return self.latest.p - self.first.p

    @property
    def points(self) -> int:
        """The same in whole points of a hundred."""
        return round(100 * self.latest.p) - round(100 * self.first.p)

    @property
    def days(self) -> int:
        """How many days lie between."""
        return (self.latest.day - self.first.day).days


def levels(by_concept: Mapping[UUID, Sequence[Dayish]]) -> list[LevelPoint]:
    """The mean level over all answered concepts at the end of each day with answers.

    `by_concept`: the days of each concept, oldest first.
    """
    known = [days for days in by_concept.values() if days]
    every = sorted({one.day for days in known for one in days})
    places, made = [0] * len(known), []
    for day in every:
        for which, days in enumerate(known):
            while places[which] + 1 < len(days) and days[places[which] + 1].day <= day:
                places[which] += 1
        at = [days[place] for days, place in zip(known, places, strict=True)]
        answers = sum(one.n for one in at if one.day <= day)
        made.append(_mean(day, at, answers))
    return made


def _mean(day: date, at: Sequence[Dayish], answers: int) -> LevelPoint:
    count = len(at)
    return LevelPoint(
        day=day,
        p=sum(one.p for one in at) / count,
        low=sum(one.low for one in at) / count,
        high=sum(one.high for one in at) / count,
        n=answers,
    )


def change(days: Sequence[Dayish], *, enough: int = FEW_ANSWERS) -> Change | None:
    """What came of it since there were `enough` answers; None while it is too early to say.

    It takes answers on two days: one day alone shows no change over time.
    """
    first = next((one for one in days if one.n >= enough), None)
    if first is None or days[-1].day <= first.day or days[-1].n <= first.n:
        return None
    latest = days[-1]
    gain = latest.p - first.p
    low = gain - sqrt((latest.p - latest.low) ** 2 + (first.high - first.p) ** 2)
    high = gain + sqrt((latest.high - latest.p) ** 2 + (first.p - first.low) ** 2)
    return Change(_verdict(low, high), _point(first), _point(latest), low, high)


def _point(one: Dayish) -> LevelPoint:
    return LevelPoint(one.day, one.p, one.low, one.high, one.n)


def _verdict(low: float, high: float) -> str:
    if low > 0:
        return BETTER
    if high < 0:
        return WORSE
    return STEADY if low >= -LITTLE and high <= LITTLE else UNCLEAR
