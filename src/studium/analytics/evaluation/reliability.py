"""Whether a site's own predictions can be shown as percentages: how far off they were lately.

Plain Python without numpy: a worker runs it every hour.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import log, pi, sqrt

from studium.analytics.evaluation.metrics import BINS, LEAST, Bin, bins, ece

MOST_ECE = 0.03
"""Predictions further off than this on average are shown as words."""
ENOUGH = 500
"""Under so many predictions nothing is concluded."""


@dataclass(frozen=True, slots=True)
class Reliability:
    """How far off `n` predictions were.

    `by_chance` is an expected calibration error that predictions which are right to the percent
    stay under in about 999 of 1,000 such samples (it is measured every hour, so rarer is better):
    answers are right or wrong, so some error is left however good the predictions are, and more
    of it the fewer there are.
    """

    n: int
    ece: float
    by_chance: float
    log_loss: float
    bins: list[Bin]


def reliability(predictions: Iterable[tuple[float, float]]) -> Reliability:
    """From pairs of a prediction and the share that came; ValueError when there are none."""
    pairs = list(predictions)
    if not pairs:
        raise ValueError("There is nothing to measure.")
    found = bins((p for p, _ in pairs), (y for _, y in pairs))
    return Reliability(
        n=len(pairs),
        ece=ece(found),
        by_chance=_by_chance([p for p, _ in pairs]),
        log_loss=sum(_loss(p, y) for p, y in pairs) / len(pairs),
        bins=found,
    )


def is_bad(error: float, by_chance: float, n: int) -> bool:
    """Whether percentages must give way to words: off by over `MOST_ECE`, and not by chance."""
    return n >= ENOUGH and error > MOST_ECE and error > by_chance


def _by_chance(predictions: list[float]) -> float:
    """Mean and three standard deviations of the error of predictions that are exactly right.

    The sum of a range is about normal with variance s = sum of p(1 - p), so its absolute value
    has the mean sqrt(2 s / pi) and the variance s (1 - 2 / pi) (half-normal distribution).
    """
    sums = [0.0] * BINS
    for p in predictions:
        sums[min(int(p * BINS), BINS - 1)] += p * (1 - p)
    mean = sum(sqrt(2 * s / pi) for s in sums)
    spread = sqrt(sum(s * (1 - 2 / pi) for s in sums))
    return min((mean + 3 * spread) / len(predictions), 1.0)


def _loss(p: float, y: float) -> float:
    p = min(max(p, LEAST), 1 - LEAST)
    return -(y * log(p) + (1 - y) * log(1 - p))
