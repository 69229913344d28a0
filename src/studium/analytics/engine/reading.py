"""What the rows of a situation say before the answer: inputs, variances with their drift, z, S.

This and `model.py` run once for every answer ever given, so they trade some elegance for speed:
rows are read once, logarithms taken once, one concept (the usual case) has its own short way.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, fsum, log1p
from operator import mul

from studium.analytics.engine.constants import (
    FRESH_SECONDS,
    GAP_SCALE,
    LEVEL_CAP,
    LEVEL_DRIFT,
    MASTERY_CAP,
    MASTERY_DRIFT,
    MASTERY_DRIFT_PER_DAY,
    SETTLED,
)
from studium.analytics.engine.covariance import times
from studium.analytics.engine.state import Concept, Level, Mastery, Situation


@dataclass(slots=True)
class OfConcept:
    """One concept of the question: its rows, the variance of the person's level there after its
    drift, and ln(1 + wins), ln(1 + fails)."""

    concept: Concept
    mastery: Mastery
    variance: float
    wins: float
    fails: float


@dataclass(slots=True)
class Reading:
    """`x` are the inputs of the shared weights, `z` the sum of all terms, `variance` the sum of
    their squared inputs times variances; `level_variance` has its drift. `gain` is the covariance
    of the shared weights times `x`, None once they have settled."""

    x: list[float]
    gain: list[float] | None
    of_concepts: list[OfConcept]
    level_variance: float
    z: float
    variance: float


def gap(last_at: float | None, at: float) -> float:
    """The input of a time gap; 0 without an earlier answer, or when the clock went back."""
    if last_at is None or at <= last_at:
        return 0.0
    return GAP_SCALE * log1p((at - last_at) / 3600.0)


def fresh(last_at: float | None, at: float) -> float:
    """How much an earlier answer to the very question is still held in mind, from 1 down to 0."""
    if last_at is None:
        return 0.0
    return exp((last_at - at) / FRESH_SECONDS) if at > last_at else 1.0


def level_variance(level: Level) -> float:
    """The variance of a level after the drift before the next answer."""
    drifted = level.variance + LEVEL_DRIFT
    return drifted if drifted <= LEVEL_CAP else max(level.variance, LEVEL_CAP)


def mastery_variance(mastery: Mastery, at: float) -> float:
    """The variance of a person's level on a concept at the moment `at`."""
    drifted = mastery.variance + MASTERY_DRIFT
    if mastery.last_at is not None and at > mastery.last_at:
        drifted += MASTERY_DRIFT_PER_DAY * (at - mastery.last_at) / 86400.0
    return drifted if drifted <= MASTERY_CAP else max(mastery.variance, MASTERY_CAP)


def read(s: Situation) -> Reading:
    """Read the rows of a situation; changes nothing."""
    at, item, level, shared, practised = s.at, s.item, s.level, s.shared, s.practised
    concepts, masteries = s.concepts, s.masteries
    if len(concepts) == len(masteries) == 1:
        one = _of_concept(concepts[0], masteries[0], at)
        of_concepts = [one]
        mean, more = _terms(one)
        mastery, wins, fails = one.mastery, one.wins, one.fails
        last, waited = mastery.last_outcome, gap(mastery.last_at, at)
        first = 0.0 if mastery.n else 1.0
    else:
        pairs = zip(concepts, masteries, strict=True)
        of_concepts = [_of_concept(concept, mastery, at) for concept, mastery in pairs]
        mean, more = _mean_terms(of_concepts)
        wins, fails, last, waited, first = _mean_inputs(of_concepts, at)
    before = practised.last_at
    if before is None:
        x = [1.0, wins, fails, 0.0, 0.0, last, 0.0, waited, 0.0, first, 1.0, 0.0]
    else:
        x = [
            1.0, wins, fails, log1p(practised.wins), log1p(practised.fails),
            last, practised.last_outcome, waited, gap(before, at), first, 0.0, fresh(before, at),
        ]  # fmt: skip
    spread = level_variance(level)
    z = fsum(map(mul, x, shared.means)) + mean + item.mean + level.mean
    variance = item.variance + spread + more
    gain = None
    if shared.n < SETTLED:
        gain = times(shared.variances, x)
        variance += max(0.0, fsum(map(mul, x, gain)))
    return Reading(x, gain, of_concepts, spread, z, variance)


def _of_concept(concept: Concept, mastery: Mastery, at: float) -> OfConcept:
    spread = mastery_variance(mastery, at)
    return OfConcept(concept, mastery, spread, log1p(mastery.wins), log1p(mastery.fails))


def _mean_inputs(of_concepts: list[OfConcept], at: float) -> tuple[float, ...]:
    """What the record on no concept, or on several, is: wins, fails, last outcome, gap, first."""
    if not of_concepts:
        return 0.0, 0.0, 0.0, 0.0, 0.0
    k = len(of_concepts)
    return (
        fsum([c.wins for c in of_concepts]) / k,
        fsum([c.fails for c in of_concepts]) / k,
        fsum([c.mastery.last_outcome for c in of_concepts]) / k,
        fsum([gap(c.mastery.last_at, at) for c in of_concepts]) / k,
        sum([1 for c in of_concepts if not c.mastery.n]) / k,
    )


def _terms(one: OfConcept) -> tuple[float, float]:
    """What one concept adds to z and to the variance."""
    concept, wins, fails = one.concept, one.wins, one.fails
    return (
        concept.mean + one.mastery.mean + concept.wins_slope * wins + concept.fails_slope * fails,
        concept.variance
        + one.variance
        + concept.wins_variance * wins * wins
        + concept.fails_variance * fails * fails,
    )


def _mean_terms(of_concepts: list[OfConcept]) -> tuple[float, float]:
    """What no concept, or several, add; the sums are exactly rounded."""
    k, terms = len(of_concepts) or 1, [_terms(one) for one in of_concepts]
    return fsum([mean for mean, _ in terms]) / k, fsum([more for _, more in terms]) / (k * k)
