"""The minimum of a smooth function of many weights: L-BFGS with halved steps.

Nocedal, Wright, “Numerical Optimization”, 2nd ed., algorithms 7.4 and 3.1.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studium.analytics.evaluation.metrics import Floats

    Pairs = deque[tuple[Floats, Floats, float]]

MEMORY = 10
ENOUGH = 1e-6


def minimum(
    loss: Callable[[Floats], tuple[float, Floats]], start: Floats, *, steps: int = 200
) -> Floats:
    """Where `loss` (its value and gradient) is smallest, from `start` on."""
    at, (value, gradient) = start, loss(start)
    pairs: Pairs = deque(maxlen=MEMORY)
    for _ in range(steps):
        direction = -_scaled(gradient, pairs)
        falls = float(direction @ gradient)
        step, found = 1.0, loss(at + direction)
        while found[0] > value + 1e-4 * step * falls and step > 1e-6:
            step /= 2
            found = loss(at + step * direction)
        if value - found[0] < ENOUGH * max(1.0, abs(value)) * 0.1:
            break
        moved, turned = step * direction, found[1] - gradient
        if float(moved @ turned) > 1e-12:
            pairs.append((moved, turned, 1 / float(moved @ turned)))
        at, (value, gradient) = at + moved, found
    return at


def _scaled(gradient: Floats, pairs: Pairs) -> Floats:
    """The gradient times the inverse curvature that the last steps showed."""
    result, weights = gradient.copy(), []
    for moved, turned, rate in reversed(pairs):
        weight = rate * float(moved @ result)
        result = result - weight * turned
        weights.append(weight)
    if pairs:
        moved, turned, rate = pairs[-1]
        result = result / (rate * float(turned @ turned))
    for (moved, turned, rate), weight in zip(pairs, reversed(weights), strict=True):
        result = result + moved * (weight - rate * float(turned @ result))
    return result
