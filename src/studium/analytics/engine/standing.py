"""Where a person stands on a concept now, when to review it, and what more practice would give."""

from __future__ import annotations

from copy import copy
from math import exp, expm1, log, log1p, sqrt
from typing import NamedTuple

from studium.analytics.engine.constants import (
    LONGEST_WAIT,
    MOST_LOGIT,
    PROBIT,
    REACH,
    TARGET,
    WEIGHTS,
)
from studium.analytics.engine.model import (
    gap,
    level_variance,
    mastery_variance,
    move_person,
    predict,
    shown_logit,
)
from studium.analytics.engine.state import Concept, Level, Mastery, Practised, Shared, Situation

_BASE, _WINS, _FAILS, _LAST, _GAP, _FIRST, _NEW_ITEM = (
    WEIGHTS.index(name)
    for name in (
        "base", "concept_wins", "concept_fails", "concept_last", "concept_gap", "concept_first",
        "item_first",
    )
)  # fmt: skip
_HALVINGS = 40
"""So often is the wait for a review halved: to a millisecond of 90 days."""


class Estimate(NamedTuple):
    """`p` with its 80 % range `low` to `high`, from `n` answers, the last at `last_at`."""

    p: float
    low: float
    high: float
    n: int
    last_at: float | None


def mastery_now(
    shared: Shared, level: Level, concept: Concept, mastery: Mastery, at: float
) -> Estimate:
    """P(right) on an average question of the concept, at the first try, at the moment `at`.

    The range is of the person's own uncertainty (level and concept level with the drift since
    the last practice), not of the question's. Without answers: the prior, with its wide range
    (`n` 0, `last_at` None). `at` before the last answer counts as the moment of that answer.
    """
    z = _timeless(shared, level, concept, mastery)
    z += shared.means[_GAP] * gap(mastery.last_at, at)
    variance = level_variance(level) + mastery_variance(mastery, at)
    return Estimate(*ranged(shared, z, variance), mastery.n, mastery.last_at)


def ranged(shared: Shared, z: float, variance: float) -> tuple[float, float, float]:
    """The shown probability of a sum `z` with this variance, and its 80 % range.

    A page asks for thousands: `sigmoid` and `shown_logit` (at the ends with variance 0, whose
    root is 1) are written out here, to the same bits.
    """
    a, b, reach = shared.a, shared.b, REACH * sqrt(variance)
    found = []
    for logit in (
        a + b * z / sqrt(1.0 + PROBIT * variance),
        a + b * (z - reach),
        a + b * (z + reach),
    ):
        if logit >= 0.0:
            found.append(1.0 / (1.0 + exp(-logit if logit <= MOST_LOGIT else -MOST_LOGIT)))
        else:
            odds = exp(logit if logit >= -MOST_LOGIT else -MOST_LOGIT)
            found.append(odds / (1.0 + odds))
    p, low, high = found
    return p, low if low < p else p, high if high > p else p


def _timeless(shared: Shared, level: Level, concept: Concept, mastery: Mastery) -> float:
    """z at an average question of the concept, at the first try, without the time gap."""
    w = shared.means
    z = w[_BASE] + w[_NEW_ITEM] + concept.mean + level.mean + mastery.mean
    if concept.items:
        z += concept.ease_sum / concept.items
    if not mastery.n:
        z += w[_FIRST]
    z += (w[_WINS] + concept.wins_slope) * log1p(mastery.wins)
    z += (w[_FAILS] + concept.fails_slope) * log1p(mastery.fails)
    return z + w[_LAST] * mastery.last_outcome


def due_at(
    shared: Shared, level: Level, concept: Concept, mastery: Mastery, target: float = TARGET
) -> float | None:
    """The moment at which P on the concept (as in `mastery_now`) has come down to `target`.

    None without an answer on the concept. The moment of the last answer when P was below the
    target even then: that is not forgotten, it is not learnt yet. At most 90 days later, when it
    falls more slowly or not at all.
    """
    last_at = mastery.last_at
    if last_at is None:
        return None
    wanted = log(target / (1.0 - target))
    z, weight = _timeless(shared, level, concept, mastery), shared.means[_GAP]
    spread = level_variance(level)

    def is_known(at: float) -> bool:
        variance = spread + mastery_variance(mastery, at)
        logit = shown_logit(shared.a, shared.b, z + weight * gap(last_at, at), variance)
        return logit >= wanted

    if not is_known(last_at):
        return last_at
    if is_known(last_at + LONGEST_WAIT):
        return last_at + LONGEST_WAIT
    # Halving in the logarithm of the wait, in which forgetting is a straight line.
    early, late = 0.0, log1p(LONGEST_WAIT)
    for _ in range(_HALVINGS):
        middle = 0.5 * (early + late)
        early, late = (middle, late) if is_known(last_at + expm1(middle)) else (early, middle)
    return last_at + expm1(late)


def after_right(s: Situation, k: int) -> float:
    """P in this situation after `k` more right answers, now, to other questions of its concepts.

    Nothing is moved. For 0 it is `predict(s).p`.
    """
    after = Situation(
        s.shared, s.item, copy(s.level), s.practised, s.concepts,
        [copy(mastery) for mastery in s.masteries], s.at,
    )  # fmt: skip
    for _ in range(k):
        move_person(_like(after), 1.0)
    return predict(after).p


def _like(s: Situation) -> Situation:
    """The same person before a like question never seen."""
    return Situation(s.shared, s.item, s.level, Practised(), s.concepts, s.masteries, s.at)
