"""Where a person stands on a concept now, when to review it, and what more practice would give."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from math import expm1, log, log1p, sqrt

from studium.analytics.engine.constants import (
    GAP_SCALE,
    LONGEST_WAIT,
    PROBIT,
    TARGET,
    WEIGHTS,
    Z80,
)
from studium.analytics.engine.model import (
    gap,
    level_variance,
    mastery_variance,
    predict,
    shown_logit,
    sigmoid,
    update,
)
from studium.analytics.engine.state import Concept, Level, Mastery, Practised, Shared, Situation

_GAP = WEIGHTS.index("concept_gap")


@dataclass(frozen=True, slots=True)
class Estimate:
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
    the last practice), not of the question's. Without answers: the prior, with its wide range.
    """
    z = _timeless(shared, level, concept, mastery)
    z += shared.means[_GAP] * gap(mastery.last_at, at)
    variance = level_variance(level) + mastery_variance(mastery, at)
    a, b, reach = shared.a, shared.b, Z80 * sqrt(variance)
    p = sigmoid(shown_logit(a, b, z, variance))
    low = sigmoid(shown_logit(a, b, z - reach, 0.0))
    high = sigmoid(shown_logit(a, b, z + reach, 0.0))
    return Estimate(p, min(low, p), max(high, p), mastery.n, mastery.last_at)


def _timeless(shared: Shared, level: Level, concept: Concept, mastery: Mastery) -> float:
    """z at an average question of the concept, at the first try, without the time gap."""
    w = shared.means
    wins, fails = log1p(mastery.wins), log1p(mastery.fails)
    z = w[0] + concept.mean + level.mean + mastery.mean + w[10]
    z += concept.ease_sum / concept.items if concept.items else 0.0
    z += (w[1] + concept.wins_slope) * wins + (w[2] + concept.fails_slope) * fails
    return z + w[5] * mastery.last_outcome + (0.0 if mastery.n else w[9])


def due_at(
    shared: Shared, level: Level, concept: Concept, mastery: Mastery, target: float = TARGET
) -> float | None:
    """The moment at which P on the concept (as in `mastery_now`) has come down to `target`.

    None without an answer on the concept. The moment of the last answer when P was below the
    target even then; at most 90 days later when it falls more slowly, or not at all.
    """
    last_at = mastery.last_at
    if last_at is None:
        return None
    if mastery_now(shared, level, concept, mastery, last_at).p <= target:
        return last_at
    latest = last_at + LONGEST_WAIT
    if mastery_now(shared, level, concept, mastery, latest).p >= target:
        return latest
    z, weight = _timeless(shared, level, concept, mastery), shared.means[_GAP]
    wanted = (log(target / (1.0 - target)) - shared.a) / shared.b
    at = latest
    for _ in range(4):  # the drift with the wait moves the scale a little: a few rounds settle it
        variance = level_variance(level) + mastery_variance(mastery, at)
        hours = expm1((wanted * sqrt(1.0 + PROBIT * variance) - z) / (weight * GAP_SCALE))
        at = last_at + min(max(hours * 3600.0, 0.0), LONGEST_WAIT)
    return at


def after_right(s: Situation, k: int) -> float:
    """P in this situation after `k` more right answers, now, to other questions of its concepts.

    Nothing is moved. For 0 it is `predict(s).p`.
    """
    after = Situation(
        s.shared, s.item, copy(s.level), s.practised, s.concepts,
        [copy(mastery) for mastery in s.masteries], s.at,
    )  # fmt: skip
    for _ in range(k):
        update(_apart(after), 1.0)
    return predict(after).p


def _apart(s: Situation) -> Situation:
    """The same person before a like question never seen, on copies of all that is not theirs."""
    shared = Shared(list(s.shared.means), list(s.shared.variances), s.shared.a, s.shared.b)
    concepts = [copy(concept) for concept in s.concepts]
    return Situation(shared, copy(s.item), s.level, Practised(), concepts, s.masteries, s.at)
