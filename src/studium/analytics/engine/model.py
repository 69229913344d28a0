"""Predict an answer, and learn from it: one diagonal Kalman step on an additive logit.

    z = base + ease(concept) + ease(question) + level(person) + level(person, concept)
        + slope_w(concept) * ln(1 + wins) + slope_f(concept) * ln(1 + fails) + w . f
    P = sigmoid(a + b * z / sqrt(1 + PROBIT * S)),   S = sum of x^2 * variance over all terms

Several concepts enter with their averages. The step is the extended Kalman filter of a logistic
observation with a diagonal covariance (as in Glicko: Glickman 1999, Applied Statistics 48, and
in Pelanek 2016, Computers & Education 98). Sums over concepts are exactly rounded, so that their
order cannot matter. Equations with references: docs/analytics-engine.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, fsum, isfinite, log1p, sqrt

from studium.analytics.engine.constants import (
    CALIBRATION_RATE,
    CALIBRATION_SPAN,
    GAP_SCALE,
    LEAST_B,
    LEAST_SLOPE,
    LEAST_VARIANCE,
    LEVEL_CAP,
    LEVEL_DRIFT,
    MASTERY_CAP,
    MASTERY_DRIFT,
    MASTERY_DRIFT_PER_DAY,
    MOST_A,
    MOST_B,
    MOST_LOGIT,
    PROBIT,
)
from studium.analytics.engine.state import Concept, Level, Mastery, Situation


@dataclass(frozen=True, slots=True)
class Prediction:
    """`p` is the shown probability, `logit` the logit it comes from (p = sigmoid(logit)); `z` and
    `variance` are the model's own sum and its variance before calibration."""

    p: float
    logit: float
    z: float
    variance: float


def sigmoid(logit: float) -> float:
    """1 / (1 + exp(-logit)), for logits of any size."""
    if logit >= 0.0:
        return 1.0 / (1.0 + exp(-logit))
    odds = exp(logit)
    return odds / (1.0 + odds)


def gap(last_at: float | None, at: float) -> float:
    """The input of a time gap; 0 without an earlier answer, or when the clock went back."""
    if last_at is None or at <= last_at:
        return 0.0
    return GAP_SCALE * log1p((at - last_at) / 3600.0)


def level_variance(level: Level) -> float:
    """The variance of a level after the drift before the next answer."""
    return max(level.variance, min(level.variance + LEVEL_DRIFT, LEVEL_CAP))


def mastery_variance(mastery: Mastery, at: float) -> float:
    """The variance of a person's level on a concept at the moment `at`."""
    drift = MASTERY_DRIFT
    if mastery.last_at is not None and at > mastery.last_at:
        drift += MASTERY_DRIFT_PER_DAY * (at - mastery.last_at) / 86400.0
    return max(mastery.variance, min(mastery.variance + drift, MASTERY_CAP))


def shown_logit(a: float, b: float, z: float, variance: float) -> float:
    """The calibrated logit; see the module's head."""
    return max(-MOST_LOGIT, min(MOST_LOGIT, a + b * z / sqrt(1.0 + PROBIT * variance)))


def inputs(s: Situation) -> list[float]:
    """The inputs of the shared weights, in the order of `WEIGHTS`."""
    item = s.practised
    tried = item.last_at is not None
    x = [1.0, 0.0, 0.0, log1p(item.wins), log1p(item.fails), 0.0, item.last_outcome, 0.0,
         gap(item.last_at, s.at), 0.0, 0.0 if tried else 1.0]  # fmt: skip
    masteries = s.masteries
    if len(masteries) == 1:
        one = masteries[0]
        x[1], x[2], x[5] = log1p(one.wins), log1p(one.fails), one.last_outcome
        x[7], x[9] = gap(one.last_at, s.at), 0.0 if one.n else 1.0
    elif masteries:
        k = len(masteries)
        x[1] = fsum(log1p(m.wins) for m in masteries) / k
        x[2] = fsum(log1p(m.fails) for m in masteries) / k
        x[5] = fsum(m.last_outcome for m in masteries) / k
        x[7] = fsum(gap(m.last_at, s.at) for m in masteries) / k
        x[9] = sum(1 for m in masteries if not m.n) / k
    return x


def predict(s: Situation) -> Prediction:
    """The probability that this person gets this question right now; changes nothing."""
    return _predict(s, inputs(s))


def _predict(s: Situation, x: list[float]) -> Prediction:
    shared = s.shared
    z = s.item.mean + s.level.mean
    variance = s.item.variance + level_variance(s.level)
    for value, mean, spread in zip(x, shared.means, shared.variances, strict=True):
        z += value * mean
        variance += value * value * spread
    if s.concepts:
        sums = [_of_concept(c, m, s.at) for c, m in zip(s.concepts, s.masteries, strict=True)]
        k = len(sums)
        z += fsum(one[0] for one in sums) / k
        variance += fsum(one[1] for one in sums) / (k * k)
    z = max(-MOST_LOGIT, min(MOST_LOGIT, z))
    logit = shown_logit(shared.a, shared.b, z, variance)
    return Prediction(sigmoid(logit), logit, z, variance)


def _of_concept(concept: Concept, mastery: Mastery, at: float) -> tuple[float, float]:
    wins, fails = log1p(mastery.wins), log1p(mastery.fails)
    mean = concept.mean + mastery.mean + concept.wins_slope * wins + concept.fails_slope * fails
    variance = (
        concept.variance
        + mastery_variance(mastery, at)
        + concept.wins_variance * wins * wins
        + concept.fails_variance * fails * fails
    )
    return mean, variance


def update(s: Situation, share: float) -> Prediction:
    """Learn from an answer worth `share` (0 to 1; 0 after a hint or a shown solution).

    Moves the rows of `s` in place and returns the prediction made before. Shares outside 0 to 1
    are cut; one that is not a number is refused with ValueError, and nothing is moved.
    """
    if not isfinite(share) or not isfinite(s.at):
        raise ValueError("a share and a moment must be finite numbers")
    share = min(max(share, 0.0), 1.0)
    x = inputs(s)
    before = _predict(s, x)
    p = sigmoid(before.z)
    slope = max(p * (1.0 - p), LEAST_SLOPE)
    d = 1.0 + slope * before.variance
    pull, shrink = (share - p) / d, slope / d
    _move_people(s, pull, shrink)
    _move_concepts(s, pull, shrink)
    _move_item(s, pull, shrink)
    shared = s.shared
    means, variances = shared.means, shared.variances
    for i, value in enumerate(x):
        if value:
            vx = variances[i] * value
            means[i] += vx * pull
            variances[i] = max(variances[i] - vx * vx * shrink, LEAST_VARIANCE)
    _calibrate(s, before, share)
    _count(s, share)
    return before


def _move_people(s: Situation, pull: float, shrink: float) -> None:
    v = level_variance(s.level)
    s.level.mean += v * pull
    s.level.variance = max(v - v * v * shrink, LEAST_VARIANCE)
    x = 1.0 / len(s.masteries) if s.masteries else 0.0
    for mastery in s.masteries:
        v = mastery_variance(mastery, s.at)
        vx = v * x
        mastery.mean += vx * pull
        mastery.variance = max(v - vx * vx * shrink, LEAST_VARIANCE)


def _move_concepts(s: Situation, pull: float, shrink: float) -> None:
    x = 1.0 / len(s.concepts) if s.concepts else 0.0
    for concept, mastery in zip(s.concepts, s.masteries, strict=True):
        vx = concept.variance * x
        concept.mean += vx * pull
        concept.variance = max(concept.variance - vx * vx * shrink, LEAST_VARIANCE)
        vx = concept.wins_variance * log1p(mastery.wins) * x
        concept.wins_slope += vx * pull
        concept.wins_variance = max(concept.wins_variance - vx * vx * shrink, LEAST_VARIANCE)
        vx = concept.fails_variance * log1p(mastery.fails) * x
        concept.fails_slope += vx * pull
        concept.fails_variance = max(concept.fails_variance - vx * vx * shrink, LEAST_VARIANCE)


def _move_item(s: Situation, pull: float, shrink: float) -> None:
    item = s.item
    old, v = item.mean, item.variance
    item.mean += v * pull
    item.variance = max(v - v * v * shrink, LEAST_VARIANCE)
    for concept in s.concepts:
        if item.n:
            concept.ease_sum += item.mean - old
        else:
            concept.items += 1
            concept.ease_sum += item.mean


def _calibrate(s: Situation, before: Prediction, share: float) -> None:
    shared = s.shared
    rate = CALIBRATION_RATE / sqrt(1.0 + shared.n / CALIBRATION_SPAN)
    error = share - before.p
    scaled = before.z / sqrt(1.0 + PROBIT * before.variance)
    shared.a = max(-MOST_A, min(MOST_A, shared.a + rate * error))
    shared.b = max(LEAST_B, min(MOST_B, shared.b + 0.5 * rate * error * scaled))


def _count(s: Situation, share: float) -> None:
    outcome = 2.0 * share - 1.0
    s.shared.n += 1
    s.item.n += 1
    s.level.n += 1
    s.level.last_at = _later(s.level.last_at, s.at)
    for concept in s.concepts:
        concept.n += 1
    for mastery in s.masteries:
        mastery.n += 1
        mastery.wins += share
        mastery.fails += 1.0 - share
        mastery.last_outcome = outcome
        mastery.last_at = _later(mastery.last_at, s.at)
    practised = s.practised
    practised.wins += share
    practised.fails += 1.0 - share
    practised.last_outcome = outcome
    practised.last_at = _later(practised.last_at, s.at)


def _later(last_at: float | None, at: float) -> float:
    return at if last_at is None or at > last_at else last_at
