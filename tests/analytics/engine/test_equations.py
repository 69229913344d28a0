"""The engine against its equations, written down once more: slowly, with whole matrices."""

from __future__ import annotations

from copy import deepcopy
from math import exp, log1p, pi, sqrt
from random import Random

import pytest

from studium.analytics.engine import Prediction, Situation, predict, update
from tests.analytics.engine.situations import drawn_situation

Matrix = list[list[float]]


def gap(last_at: float | None, at: float) -> float:
    return 0.0 if last_at is None else 0.3 * log1p(max(0.0, at - last_at) / 3600)


def inputs(s: Situation) -> list[float]:
    """In the order of the weights: base, then concept and question in turn, then fresh."""
    k, one = len(s.masteries) or 1, s.practised
    tried = one.last_at is not None
    return [
        1.0,
        sum(log1p(m.wins) for m in s.masteries) / k,
        sum(log1p(m.fails) for m in s.masteries) / k,
        log1p(one.wins),
        log1p(one.fails),
        sum(m.last_outcome for m in s.masteries) / k,
        one.last_outcome,
        sum(gap(m.last_at, s.at) for m in s.masteries) / k,
        gap(one.last_at, s.at),
        sum(m.n == 0 for m in s.masteries) / k,
        float(not tried),
        exp(-(s.at - one.last_at) / 300) if one.last_at is not None else 0.0,
    ]


def terms(s: Situation) -> list[tuple[float, float, float]]:
    """Input, mean and variance of each term that has a variance of its own."""
    found = [
        (1.0, s.item.mean, s.item.variance),
        (1.0, s.level.mean, min(s.level.variance + 0.005, max(0.9, s.level.variance))),
    ]
    for c, m in zip(s.concepts, s.masteries, strict=True):
        x = 1 / len(s.concepts)
        days = 0.0 if m.last_at is None else (s.at - m.last_at) / 86400
        drifted = min(m.variance + 0.005 + 0.002 * days, max(0.6, m.variance))
        found += [
            (x, c.mean, c.variance),
            (x, m.mean, drifted),
            (x * log1p(m.wins), c.wins_slope, c.wins_variance),
            (x * log1p(m.fails), c.fails_slope, c.fails_variance),
        ]
    return found


def covariance(s: Situation) -> Matrix:
    k, flat = len(s.shared.means), s.shared.variances
    return [
        [flat[max(i, j) * (max(i, j) + 1) // 2 + min(i, j)] for j in range(k)] for i in range(k)
    ]


def moved(s: Situation, share: float) -> tuple[Prediction, list[float], list[float], list[float]]:
    """The prediction, the terms' means and variances and the weights after the answer."""
    x, of = inputs(s), terms(s)
    z = sum(v * m for v, m, _ in of) + sum(v * w for v, w in zip(x, s.shared.means, strict=True))
    gain = [sum(v * one for v, one in zip(x, row, strict=True)) for row in covariance(s)]
    of_weights = sum(v * g for v, g in zip(x, gain, strict=True))
    own = sum(v * v * spread for v, _, spread in of)
    variance = own + (of_weights if s.shared.n < 20_000 else 0.0)
    logit = s.shared.a + s.shared.b * z / sqrt(1 + 0.3927 * variance)
    p = 1 / (1 + exp(-z))
    h = max(p * (1 - p), 1e-4)
    d = 1 + h * variance
    means = [m + v * spread * (share - p) / d for v, m, spread in of]
    spreads = [spread - (v * spread) ** 2 * h / d for v, _, spread in of]
    d = 1 + h * (own + of_weights)
    learns = s.shared.n < 20_000 or s.shared.n % 8 == 0
    weights = [w + learns * g * (share - p) / d for w, g in zip(s.shared.means, gain, strict=True)]
    return Prediction(1 / (1 + exp(-logit)), logit, z, variance), means, spreads, weights


def test_predictions_and_steps_are_those_of_the_equations():
    assert pi / 8 == pytest.approx(0.3927, abs=1e-5)
    drawn = Random(21)
    for _ in range(300):
        s, share = drawn_situation(drawn), drawn.random()
        before, means, spreads, weights = moved(s, share)
        after = deepcopy(s)
        assert tuple(predict(s)) == pytest.approx(tuple(before), abs=1e-9)
        update(after, share)
        rows = [(after.item.mean, after.item.variance), (after.level.mean, after.level.variance)]
        for c, m in zip(after.concepts, after.masteries, strict=True):
            rows += [(c.mean, c.variance), (m.mean, m.variance)]
            rows += [(c.wins_slope, c.wins_variance), (c.fails_slope, c.fails_variance)]
        assert [mean for mean, _ in rows] == pytest.approx(means, abs=1e-9)
        assert [spread for _, spread in rows] == pytest.approx(spreads, abs=1e-9)
        assert after.shared.means == pytest.approx(weights, abs=1e-9)


def test_the_calibration_moves_against_its_error():
    drawn = Random(22)
    for _ in range(100):
        s = drawn_situation(drawn)
        before, a, b, n = predict(s), s.shared.a, s.shared.b, s.shared.n
        update(s, 1.0)
        step = 0.01 / sqrt(1 + n / 2000) * (1.0 - before.p)
        scaled = before.z / sqrt(1 + 0.3927 * before.variance)
        assert s.shared.a == pytest.approx(a + step)
        assert s.shared.b == pytest.approx(min(max(b + 0.5 * step * scaled, 0.25), 4.0))
        assert s.shared.n == n + 1
