"""How close predicted shares are to the answers.

`p` and `y` are arrays of the same length: predictions in 0…1 and shares right in 0…1. A fractional
share counts as that much of a right answer and the rest of a wrong one. Fawcett 2006 (AUC), Naeini
et al. 2015 (ECE), Cox 1958 (slope of recalibration).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    Floats = NDArray[float64]

BINS = 15
LEAST = 1e-6
"""Predictions are kept this far from 0 and 1 where a logarithm is taken."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What the predictions are worth. `auc` and `slope` are None where one kind of answer alone
    is there."""

    n: int
    auc: float | None
    rmse: float
    log_loss: float
    ece: float
    slope: float | None


@dataclass(frozen=True, slots=True)
class Bin:
    """The predictions from `low` to `high`: how many, their mean, and the share that was right."""

    low: float
    high: float
    n: int
    predicted: float
    observed: float


def figures(p: Sequence[float], y: Sequence[float]) -> Figures:
    """All figures of some predictions; ValueError when there are none."""
    import numpy as np

    predicted, right = np.asarray(p, dtype=float), np.asarray(y, dtype=float)
    if not len(predicted):
        raise ValueError("There is nothing to measure.")
    safe = np.clip(predicted, LEAST, 1 - LEAST)
    loss = -(right * np.log(safe) + (1 - right) * np.log(1 - safe))
    return Figures(
        n=len(predicted),
        auc=auc(predicted, right),
        rmse=float(np.sqrt(np.mean((right - predicted) ** 2))),
        log_loss=float(loss.mean()),
        ece=ece(bins(predicted.tolist(), right.tolist())),
        slope=slope(safe, right),
    )


def auc(p: Floats, y: Floats) -> float | None:
    """The chance that a right answer was given the higher prediction; ties count half."""
    import numpy as np

    _, at = np.unique(p, return_inverse=True)
    right = np.bincount(at, weights=y)
    wrong = np.bincount(at, weights=1 - y)
    pairs = right.sum() * wrong.sum()
    if pairs <= 0:
        return None
    below = np.cumsum(wrong) - wrong
    return float((right * (below + wrong / 2)).sum() / pairs)


def bins(p: Iterable[float], y: Iterable[float], count: int = BINS) -> list[Bin]:
    """The predictions in `count` ranges of equal width; empty ranges are left out."""
    n, said, right = [0] * count, [0.0] * count, [0.0] * count
    for predicted, share in zip(p, y, strict=True):
        at = min(int(predicted * count), count - 1)
        n[at] += 1
        said[at] += predicted
        right[at] += share
    return [
        Bin(k / count, (k + 1) / count, n[k], said[k] / n[k], right[k] / n[k])
        for k in range(count)
        if n[k]
    ]


def ece(found: Sequence[Bin]) -> float:
    """Expected calibration error: the mean distance of predicted and observed, by answers."""
    total = sum(one.n for one in found)
    return sum(one.n * abs(one.predicted - one.observed) for one in found) / total


def slope(p: Floats, y: Floats) -> float | None:
    """b of the logistic regression of y on a + b·logit(p): 1 is right, below 1 too extreme."""
    import numpy as np

    if not 0 < y.sum() < len(y) or np.ptp(p) < LEAST:
        return None
    x = np.log(p / (1 - p))
    design = np.column_stack([np.ones_like(x), x])
    weights = np.array([0.0, 1.0])
    for _ in range(50):
        shown = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        curve = np.maximum(shown * (1 - shown), 1e-9)
        step = np.linalg.solve(
            design.T @ (design * curve[:, None]) + 1e-9 * np.eye(2), design.T @ (y - shown)
        )
        weights = weights + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-9:
            break
    return float(weights[1])
