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
from studium.analytics.engine.state import Level, Mastery, Practised, Shared, Situation

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
    logit = a + b * z / sqrt(1.0 + PROBIT * variance)
    return logit if -MOST_LOGIT <= logit <= MOST_LOGIT else _cut(logit, MOST_LOGIT)


def _cut(value: float, most: float) -> float:
    if -most <= value <= most:
        return value
    return most if value > most else -most


def predict(s: Situation) -> Prediction:
    """The probability that this person gets this question right now; changes nothing."""
    return _shown(s.shared, read(s))


def _shown(shared: Shared, reading: Reading) -> Prediction:
    z, variance = reading.z, reading.variance
    if not -MOST_LOGIT <= z <= MOST_LOGIT:
        z = _cut(z, MOST_LOGIT)
    logit = shown_logit(shared.a, shared.b, z, variance)
    return Prediction(sigmoid(logit), logit, z, variance)


def update(s: Situation, share: float) -> Prediction:
    """Learn from an answer worth `share` (0 to 1; 0 after a hint or a shown solution).

    Moves the rows of `s` in place and returns the prediction made before. Shares outside 0 to 1
    are cut; one that is not a number is refused with ValueError, and nothing is moved.
    """
    if not (isfinite(share) and isfinite(s.at)):
        raise ValueError("a share and a moment must be finite numbers")
    share = min(max(share, 0.0), 1.0)
    reading = read(s)
    shared, item, at = s.shared, s.item, s.at
    before = _shown(shared, reading)
    p = sigmoid(before.z)
    slope = max(p * (1.0 - p), LEAST_SLOPE)
    d = 1.0 + slope * reading.variance
    pull, shrink = (share - p) / d, slope / d
    if shared.n < SETTLED or shared.n % THINNED == 0:
        _move_shared(shared, reading, share - p, slope)
    old, v = item.mean, item.variance
    item.mean = old + v * pull
    v -= v * v * shrink
    item.variance = v if v > LEAST_VARIANCE else LEAST_VARIANCE
    items, ease = (0, item.mean - old) if item.n else (1, item.mean)
    item.n += 1
    _move_level(s.level, reading.level_variance, pull, shrink, at)
    x = 1.0 / (len(reading.of_concepts) or 1)
    for one in reading.of_concepts:
        concept = one.concept
        concept.items += items
        concept.ease_sum += ease
        concept.n += 1
        _move_concept(one, x, pull, shrink)
        _move_mastery(one, x, pull, shrink)
        _count(one.mastery, share, at)
    _count(s.practised, share, at)
    _calibrate(shared, before, share)
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
    _move_level(s.level, reading.level_variance, pull, shrink, s.at)
    for one in reading.of_concepts:
        _move_mastery(one, 1.0 / len(reading.of_concepts), pull, shrink)
        _count(one.mastery, share, s.at)


def _move_shared(shared: Shared, reading: Reading, error: float, slope: float) -> None:
    gain, variance = reading.gain, reading.variance
    if gain is None:
        gain = times(shared.variances, reading.x)
        variance += max(0.0, fsum(map(mul, reading.x, gain)))
    d = 1.0 + slope * variance
    pull = error / d
    shared.means[:] = [mean + one * pull for mean, one in zip(shared.means, gain, strict=True)]
    lower(shared.variances, gain, slope / d)


def _move_level(level: Level, v: float, pull: float, shrink: float, at: float) -> None:
    level.mean += v * pull
    v -= v * v * shrink
    level.variance = v if v > LEAST_VARIANCE else LEAST_VARIANCE
    level.n += 1
    last_at = level.last_at
    if last_at is None or at > last_at:
        level.last_at = at


def _move_concept(one: OfConcept, x: float, pull: float, shrink: float) -> None:
    concept = one.concept
    v = concept.variance
    vx = v * x
    concept.mean += vx * pull
    v -= vx * vx * shrink
    concept.variance = v if v > LEAST_VARIANCE else LEAST_VARIANCE
    if one.wins:
        v = concept.wins_variance
        vx = v * one.wins * x
        concept.wins_slope += vx * pull
        v -= vx * vx * shrink
        concept.wins_variance = v if v > LEAST_VARIANCE else LEAST_VARIANCE
    if one.fails:
        v = concept.fails_variance
        vx = v * one.fails * x
        concept.fails_slope += vx * pull
        v -= vx * vx * shrink
        concept.fails_variance = v if v > LEAST_VARIANCE else LEAST_VARIANCE


def _move_mastery(one: OfConcept, x: float, pull: float, shrink: float) -> None:
    mastery, v = one.mastery, one.variance
    vx = v * x
    mastery.mean += vx * pull
    v -= vx * vx * shrink
    mastery.variance = v if v > LEAST_VARIANCE else LEAST_VARIANCE
    mastery.n += 1


def _count(record: Mastery | Practised, share: float, at: float) -> None:
    """One more answer in the record on a concept or on a question."""
    record.wins += share
    record.fails += 1.0 - share
    record.last_outcome = 2.0 * share - 1.0
    last_at = record.last_at
    if last_at is None or at > last_at:
        record.last_at = at


def _calibrate(shared: Shared, before: Prediction, share: float) -> None:
    rate = CALIBRATION_RATE / sqrt(1.0 + shared.n / CALIBRATION_SPAN)
    error = share - before.p
    scaled = before.z / sqrt(1.0 + PROBIT * before.variance)
    shared.a = _cut(shared.a + rate * error, MOST_A)
    b = shared.b + 0.5 * rate * error * scaled
    shared.b = b if LEAST_B <= b <= MOST_B else max(LEAST_B, min(MOST_B, b))
    shared.n += 1
