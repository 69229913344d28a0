"""A covariance as one flat list: the lower triangle of a symmetric matrix, row by row.

For k variables k (k + 1) / 2 numbers; entry (i, j), j <= i, stands at i (i + 1) / 2 + j. Products
are exactly rounded sums, so they do not depend on how Python adds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import fsum
from operator import itemgetter, mul, sub

from studium.analytics.engine.constants import LEAST_VARIANCE, WEIGHTS

_K = len(WEIGHTS)
_PLACES = [(i, j) for i in range(_K) for j in range(i + 1)]


def _place(i: int, j: int) -> int:
    return i * (i + 1) // 2 + j if i >= j else j * (j + 1) // 2 + i


# Gathering with itemgetter, and arithmetic with map, run in C: half the time of a loop.
_COLUMNS: tuple[Callable[[Sequence[float]], tuple[float, ...]], ...] = tuple(
    itemgetter(*[_place(i, j) for i in range(_K)]) for j in range(_K)
)
_ROW = itemgetter(*[i for i, _ in _PLACES])
_COLUMN = itemgetter(*[j for _, j in _PLACES])
_DIAGONAL_PLACES = [_place(i, i) for i in range(_K)]
_DIAGONAL = itemgetter(*_DIAGONAL_PLACES)


def packed(diagonal: Sequence[float]) -> list[float]:
    """The covariance of independent variables with these variances."""
    return [diagonal[i] if i == j else 0.0 for i, j in _PLACES]


def times(covariance: Sequence[float], x: Sequence[float]) -> list[float]:
    """The product with a vector of as many inputs as `WEIGHTS`, of which many may be 0."""
    used = [j for j, value in enumerate(x) if value]
    values = [x[j] for j in used]
    columns = [_COLUMNS[j](covariance) for j in used]
    return [fsum(map(mul, row, values)) for row in zip(*columns, strict=True)]


def lower(covariance: list[float], gain: Sequence[float], shrink: float) -> None:
    """Take `shrink * gain * gain^T` away, in place: what an answer told about the variables."""
    scaled = [shrink * one for one in gain]
    covariance[:] = map(sub, covariance, map(mul, _ROW(scaled), _COLUMN(gain)))
    if min(_DIAGONAL(covariance)) < LEAST_VARIANCE:
        for place in _DIAGONAL_PLACES:
            covariance[place] = max(covariance[place], LEAST_VARIANCE)
