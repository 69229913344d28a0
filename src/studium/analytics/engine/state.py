"""The rows the engine reads and moves, and the situation of one answer.

All are plain mutable rows; a new one, made without arguments, is the prior. Means are logits,
variances logits squared, counts of wins and fails sums of shares, times seconds since the Unix
epoch (UTC).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from studium.analytics.engine.constants import (
    BASE_VARIANCE,
    CONCEPT_VARIANCE,
    GAP_START,
    ITEM_VARIANCE,
    LEVEL_VARIANCE,
    MASTERY_VARIANCE,
    SLOPE_VARIANCE,
    WEIGHT_VARIANCE,
    WEIGHTS,
)
from studium.analytics.engine.covariance import packed


def _first_means() -> list[float]:
    return [GAP_START if name in ("concept_gap", "item_gap") else 0.0 for name in WEIGHTS]


def _first_variances() -> list[float]:
    return packed([BASE_VARIANCE if name == "base" else WEIGHT_VARIANCE for name in WEIGHTS])


@dataclass(slots=True)
class Shared:
    """What holds for everybody: one weight per name of `WEIGHTS`, the calibration `a`, `b`, and
    the number of answers learnt from.

    `variances` is the covariance of the weights, its lower triangle row by row (`covariance.py`):
    their inputs go together (who has many wins has few first tries), so the diagonal alone would
    let them take turns at explaining the same answers.
    """

    means: list[float] = field(default_factory=_first_means)
    variances: list[float] = field(default_factory=_first_variances)
    a: float = 0.0
    b: float = 1.0
    n: int = 0


@dataclass(slots=True)
class Item:
    """How easy one version of a question is, above or below its concepts."""

    mean: float = 0.0
    variance: float = ITEM_VARIANCE
    n: int = 0


@dataclass(slots=True)
class Concept:
    """How easy a concept is, and how much one learns there from right and from wrong answers.

    `items` counts the questions answered so far, `ease_sum` adds up their eases: the average
    question of the concept has the ease `ease_sum / items`.
    """

    mean: float = 0.0
    variance: float = CONCEPT_VARIANCE
    wins_slope: float = 0.0
    wins_variance: float = SLOPE_VARIANCE
    fails_slope: float = 0.0
    fails_variance: float = SLOPE_VARIANCE
    n: int = 0
    items: int = 0
    ease_sum: float = 0.0


@dataclass(slots=True)
class Level:
    """How good one person is in one course, above or below the average person."""

    mean: float = 0.0
    variance: float = LEVEL_VARIANCE
    n: int = 0
    last_at: float | None = None


@dataclass(slots=True)
class Mastery:
    """How good one person is at one concept, above or below their level, and the record there.

    `last_outcome` is 1 after a right answer, -1 after a wrong one, between for part marks and 0
    before the first.
    """

    mean: float = 0.0
    variance: float = MASTERY_VARIANCE
    wins: float = 0.0
    fails: float = 0.0
    last_outcome: float = 0.0
    last_at: float | None = None
    n: int = 0


@dataclass(slots=True)
class Practised:
    """One person's record on one very question."""

    wins: float = 0.0
    fails: float = 0.0
    last_outcome: float = 0.0
    last_at: float | None = None


@dataclass(slots=True)
class Situation:
    """One person before one question at the moment `at`: all rows that bear on the answer.

    `concepts` and `masteries` are of equal length, in the same order, without repetition; both
    may be empty. Their order does not matter.
    """

    shared: Shared
    item: Item
    level: Level
    practised: Practised
    concepts: Sequence[Concept]
    masteries: Sequence[Mastery]
    at: float
