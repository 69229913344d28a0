"""Situations for the tests of the engine: drawn at random, and grown out of answers."""

from __future__ import annotations

from copy import deepcopy
from random import Random

from studium.analytics.engine import (
    WEIGHTS,
    Concept,
    Item,
    Level,
    Mastery,
    Practised,
    Shared,
    Situation,
    update,
)

NOW = 1_800_000_000.0
DAY = 86400.0


def drawn_situation(drawn: Random, *, concepts: int | None = None) -> Situation:
    """Rows as they could stand after any history, with 0 to 3 concepts."""
    many = drawn.choice((0, 1, 1, 1, 2, 3)) if concepts is None else concepts
    shared = Shared(n=drawn.choice((0, 100, 19_999, 20_000, 1_000_000)))
    shared.means = [drawn.gauss(0.0, 1.0) for _ in WEIGHTS]
    shared.a, shared.b = drawn.gauss(0.0, 0.3), drawn.uniform(0.5, 1.5)
    return Situation(
        shared=shared,
        item=Item(drawn.gauss(0.0, 1.5), drawn.uniform(0.01, 1.0), drawn.randrange(50)),
        level=Level(drawn.gauss(0.0, 1.5), drawn.uniform(0.01, 0.9), 9, NOW),
        practised=_practised(drawn),
        concepts=[_concept(drawn) for _ in range(many)],
        masteries=[_mastery(drawn) for _ in range(many)],
        at=NOW + drawn.choice((0.0, 30.0, 5e3, 3e5, 9e6)),
    )


def _practised(drawn: Random) -> Practised:
    if drawn.random() < 0.4:
        return Practised()
    outcome = drawn.uniform(-1.0, 1.0)
    return Practised(drawn.uniform(0.0, 9.0), drawn.uniform(0.0, 9.0), outcome, NOW)


def _concept(drawn: Random) -> Concept:
    return Concept(
        drawn.gauss(0.0, 1.0), drawn.uniform(0.01, 0.5),
        drawn.gauss(0.0, 0.3), drawn.uniform(0.001, 0.02),
        drawn.gauss(0.0, 0.3), drawn.uniform(0.001, 0.02),
        n=70, items=7, ease_sum=drawn.gauss(0.0, 3.0),
    )  # fmt: skip


def _mastery(drawn: Random) -> Mastery:
    if drawn.random() < 0.3:
        return Mastery()
    wins, fails = drawn.uniform(0.0, 40.0), drawn.uniform(0.0, 40.0)
    outcome = drawn.uniform(-1.0, 1.0)
    return Mastery(drawn.gauss(0.0, 1.0), drawn.uniform(0.01, 0.6), wins, fails, outcome, NOW, 12)


def answered(*shares: float, step: float = 60.0) -> Situation:
    """A new person at a new site after answers worth `shares` to new questions of one concept."""
    level, concept, mastery, shared = Level(), Concept(), Mastery(), Shared()
    at = NOW
    for share in shares:
        update(Situation(shared, Item(), level, Practised(), [concept], [mastery], at), share)
        at += step
    return Situation(shared, Item(), level, Practised(), [concept], [mastery], at)


def turned(s: Situation) -> Situation:
    """A copy whose concepts stand in the opposite order."""
    copy = deepcopy(s)
    copy.concepts, copy.masteries = list(copy.concepts)[::-1], list(copy.masteries)[::-1]
    return copy
