"""What somebody would score in an exam today: mean, 80 % interval, chance of passing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import erf, sqrt

from studium.analytics.engine.constants import FORM_OF_THE_DAY, PROBIT
from studium.analytics.engine.model import level_variance, mastery_variance, predict
from studium.analytics.engine.state import Mastery, Situation
from studium.lib.intervals import Z80

READINESS = ("very unlikely", "unlikely", "open", "likely", "very likely")
_STEPS = (0.1, 0.35, 0.65, 0.9)


@dataclass(frozen=True, slots=True)
class Forecast:
    """Expected share of the marks with its 80 % interval, all 0 to 1, and P(pass)."""

    mean: float
    low: float
    high: float
    p_pass: float


def forecast(
    situations: Sequence[Situation], worths: Sequence[float], pass_share: float
) -> Forecast:
    """The score of one person in an exam of these questions, without feedback in between.

    `worths` are the marks of the questions (same order, not negative, at least one above 0; else
    ValueError). Situations of one person share their rows: the same `Level` and, for the same
    concept, the same `Mastery` object, which is how questions that fail together are known.

    Closed form, O(questions), with g = w b P(1 - P) / scale of the calibration:
    variance = sum w^2 P(1 - P) + (sum g)^2 (Var level + form of the day)
               + sum over concepts of (sum g)^2 Var concept level.
    """
    total = sum(worths)
    if len(situations) != len(worths) or min(worths, default=0.0) < 0.0 or not total > 0.0:
        raise ValueError("give as many worths as questions, none negative, some above 0")
    mean = noise = together = 0.0
    by_concept: dict[int, tuple[Mastery, float, float]] = {}
    for s, worth in zip(situations, worths, strict=True):
        shown = predict(s)
        spread = shown.p * (1.0 - shown.p)
        mean += worth * shown.p
        noise += worth * worth * spread
        g = worth * s.shared.b * spread / sqrt(1.0 + PROBIT * shown.variance)
        together += g
        for mastery in s.masteries:
            _, _, so_far = by_concept.get(id(mastery), (mastery, s.at, 0.0))
            by_concept[id(mastery)] = (mastery, s.at, so_far + g / len(s.masteries))
    variance = noise + together**2 * (level_variance(situations[0].level) + FORM_OF_THE_DAY)
    variance += sum(g * g * mastery_variance(m, at) for m, at, g in by_concept.values())
    sd = sqrt(variance)
    half = 0.5 * total / len(worths)
    p_pass = _normal((mean + half - pass_share * total) / sd)
    low, high = (mean - Z80 * sd) / total, (mean + Z80 * sd) / total
    return Forecast(mean / total, max(low, 0.0), min(high, 1.0), p_pass)


def _normal(x: float) -> float:
    return 0.5 * (1.0 + erf(x / sqrt(2.0)))


def readiness_words(p_pass: float) -> str:
    """P(pass) in one of five words (`READINESS`): it is too rough for a percentage."""
    return READINESS[sum(1 for step in _STEPS if p_pass >= step)]
