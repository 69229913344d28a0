"""Predict an answer, and learn from it: one Kalman step on an additive logit.

    z = base + ease(concept) + ease(question) + level(person) + level(person, concept)
        + slope_w(concept) * ln(1 + wins) + slope_f(concept) * ln(1 + fails) + w . f
    P = sigmoid(a + b * z / sqrt(1 + PROBIT * S)),   S = the variance of z

Several concepts enter with their averages. The step is the extended Kalman filter of a logistic
observation, with a full covariance for the weights all share and a diagonal one for the rest (as
in Glicko: Glickman 1999, Applied Statistics 48; and in Pelanek 2016, Computers & Education 98).
Sums over concepts are exactly rounded, so that their order cannot matter. Equations with
references: docs/analytics-engine.md.
"""

from __future__ import annotations

from math import exp, fsum, isfinite, sqrt
from operator import mul
from typing import NamedTuple

from studium.analytics.engine.constants import (
    CALIBRATION_RATE,
    CALIBRATION_SPAN,
    LEAST_B,
    LEAST_SLOPE,
    LEAST_VARIANCE,
    MOST_A,
    MOST_B,
    MOST_LOGIT,
    PROBIT,
    SETTLED,
    THINNED,
)
from studium.analytics.engine.covariance import lower, times
from studium.analytics.engine.reading import (
    OfConcept,
    Reading,
    gap,
    level_variance,
    mastery_variance,
    read,
)
from studium.analytics.engine.state import Mastery, Shared, Situation

__all__ = [
    "Prediction",
    "gap",
    "level_variance",
    "mastery_variance",
    "move_person",
    "predict",
    "shown_logit",
    "sigmoid",
    "update",
]


class Prediction(NamedTuple):
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


def shown_logit(a: float, b: float, z: float, variance: float) -> float:
    """The calibrated logit; see the module's head."""
    return _cut(a + b * z / sqrt(1.0 + PROBIT * variance), MOST_LOGIT)


def _cut(value: float, most: float) -> float:
    if -most <= value <= most:
        return value
    return most if value > most else -most


def predict(s: Situation) -> Prediction:
    """The probability that this person gets this question right now; changes nothing."""
    return _shown(s.shared, read(s))


def _shown(shared: Shared, reading: Reading) -> Prediction:
    z = _cut(reading.z, MOST_LOGIT)
    logit = shown_logit(shared.a, shared.b, z, reading.variance)
    return Prediction(sigmoid(logit), logit, z, reading.variance)


def update(s: Situation, share: float) -> Prediction:
    """Learn from an answer worth `share` (0 to 1; 0 after a hint or a shown solution).

    Moves the rows of `s` in place and returns the prediction made before. Shares outside 0 to 1
    are cut; one that is not a number is refused with ValueError, and nothing is moved.
    """
    if not (isfinite(share) and isfinite(s.at)):
        raise ValueError("a share and a moment must be finite numbers")
    share = min(max(share, 0.0), 1.0)
    reading = read(s)
    before = _shown(s.shared, reading)
    p = sigmoid(before.z)
    slope = max(p * (1.0 - p), LEAST_SLOPE)
    d = 1.0 + slope * before.variance
    pull, shrink = (share - p) / d, slope / d
    if s.shared.n < SETTLED or s.shared.n % THINNED == 0:
        _move_shared(s.shared, reading, share - p, slope)
    _move_item(s, pull, shrink)
    _move_level(s, reading.level_variance, pull, shrink)
    for one in reading.of_concepts:
        _move_concept(one, 1.0 / len(reading.of_concepts), pull, shrink)
        _count_concept(one, share, s.at)
    _count_practised(s, share)
    _calibrate(s.shared, before, share)
    return before


def move_person(s: Situation, share: float) -> None:
    """Move the rows of the person as `update` does (`share` from 0 to 1), and no other row: what an
    answer that is only imagined would teach about questions and concepts is worked out for nothing.
    """
    reading = read(s)
    before = _shown(s.shared, reading)
    p = sigmoid(before.z)
    slope = max(p * (1.0 - p), LEAST_SLOPE)
    d = 1.0 + slope * before.variance
    pull, shrink = (share - p) / d, slope / d
    _move_level(s, reading.level_variance, pull, shrink)
    for one in reading.of_concepts:
        _move_mastery(one, 1.0 / len(reading.of_concepts), pull, shrink)
        _count_mastery(one.mastery, share, s.at)


def _move_shared(shared: Shared, reading: Reading, error: float, slope: float) -> None:
    gain, variance = reading.gain, reading.variance
    if gain is None:
        gain = times(shared.variances, reading.x)
        variance += max(0.0, fsum(map(mul, reading.x, gain)))
    d = 1.0 + slope * variance
    pull = error / d
    shared.means[:] = [mean + one * pull for mean, one in zip(shared.means, gain, strict=True)]
    lower(shared.variances, gain, slope / d)


def _move_level(s: Situation, v: float, pull: float, shrink: float) -> None:
    level = s.level
    level.mean += v * pull
    level.variance = _kept(v - v * v * shrink)
    level.n += 1
    level.last_at = _later(level.last_at, s.at)


def _move_concept(one: OfConcept, x: float, pull: float, shrink: float) -> None:
    _move_mastery(one, x, pull, shrink)
    concept = one.concept
    v = concept.variance
    vx = v * x
    concept.mean += vx * pull
    concept.variance = _kept(v - vx * vx * shrink)
    if one.wins:
        v = concept.wins_variance
        vx = v * one.wins * x
        concept.wins_slope += vx * pull
        concept.wins_variance = _kept(v - vx * vx * shrink)
    if one.fails:
        v = concept.fails_variance
        vx = v * one.fails * x
        concept.fails_slope += vx * pull
        concept.fails_variance = _kept(v - vx * vx * shrink)


def _move_mastery(one: OfConcept, x: float, pull: float, shrink: float) -> None:
    mastery, v = one.mastery, one.variance
    vx = v * x
    mastery.mean += vx * pull
    mastery.variance = _kept(v - vx * vx * shrink)


def _count_concept(one: OfConcept, share: float, at: float) -> None:
    one.concept.n += 1
    _count_mastery(one.mastery, share, at)


def _count_mastery(mastery: Mastery, share: float, at: float) -> None:
    mastery.n += 1
    mastery.wins += share
    mastery.fails += 1.0 - share
    mastery.last_outcome = 2.0 * share - 1.0
    mastery.last_at = _later(mastery.last_at, at)


def _move_item(s: Situation, pull: float, shrink: float) -> None:
    item = s.item
    old, v = item.mean, item.variance
    item.mean = old + v * pull
    item.variance = _kept(v - v * v * shrink)
    for concept in s.concepts:
        if item.n:
            concept.ease_sum += item.mean - old
        else:
            concept.items += 1
            concept.ease_sum += item.mean
    item.n += 1


def _count_practised(s: Situation, share: float) -> None:
    practised = s.practised
    practised.wins += share
    practised.fails += 1.0 - share
    practised.last_outcome = 2.0 * share - 1.0
    practised.last_at = _later(practised.last_at, s.at)


def _calibrate(shared: Shared, before: Prediction, share: float) -> None:
    rate = CALIBRATION_RATE / sqrt(1.0 + shared.n / CALIBRATION_SPAN)
    error = share - before.p
    scaled = before.z / sqrt(1.0 + PROBIT * before.variance)
    shared.a = _cut(shared.a + rate * error, MOST_A)
    shared.b = max(LEAST_B, min(MOST_B, shared.b + 0.5 * rate * error * scaled))
    shared.n += 1


def _kept(variance: float) -> float:
    return variance if variance > LEAST_VARIANCE else LEAST_VARIANCE


def _later(last_at: float | None, at: float) -> float:
    return at if last_at is None or at > last_at else last_at
