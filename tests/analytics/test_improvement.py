"""Improvement in words is a claim: it is made only where the ranges carry it."""

from __future__ import annotations

import random
from datetime import date, timedelta
from uuid import UUID

import pytest

from studium.analytics import engine, explained, improvement
from studium.analytics.improvement import LevelPoint

FIRST = date(2026, 3, 2)
A, B = UUID(int=1), UUID(int=2)


def day(after: int, p: float, spread: float = 0.05, n: int = 10) -> LevelPoint:
    return LevelPoint(FIRST + timedelta(days=after), p, p - spread, p + spread, n)


def test_a_change_that_the_ranges_carry_is_called_one() -> None:
    found = improvement.change([day(0, 0.46), day(20, 0.55, n=30), day(49, 0.68, n=60)])
    assert found is not None
    assert found.verdict == "better"
    assert (found.points, found.days) == (22, 49)
    assert found.low == pytest.approx(0.22 - 0.0707, abs=1e-4)
    assert found.high == pytest.approx(0.22 + 0.0707, abs=1e-4)


@pytest.mark.parametrize(
    ("to", "spread", "verdict"),
    [(0.66, 0.2, "unclear"), (0.46, 0.02, "steady"), (0.3, 0.05, "worse"), (0.46, 0.1, "unclear")],
)
def test_what_the_ranges_do_not_carry_is_no_change(to: float, spread: float, verdict: str) -> None:
    found = improvement.change([day(0, 0.46, spread), day(30, to, spread, n=40)])
    assert found is not None
    assert found.verdict == verdict


def test_it_is_too_early_with_few_answers_or_on_one_day() -> None:
    assert improvement.change([]) is None
    assert improvement.change([day(0, 0.4, n=40)]) is None
    assert improvement.change([day(0, 0.4, n=2), day(9, 0.9, n=9)], enough=10) is None
    assert improvement.change([day(0, 0.4, n=2), day(9, 0.9, n=9)], enough=3) is None


def test_a_concept_begun_later_does_not_look_like_a_change() -> None:
    days = {A: [day(0, 0.8, n=5), day(10, 0.8, n=9)], B: [day(10, 0.2, n=4)]}
    found = improvement.levels(days)
    assert [one.p for one in found] == [0.5, 0.5]
    assert [one.n for one in found] == [5, 13]


def _rows(rng: random.Random) -> explained.Standing:
    shared = engine.Shared(a=rng.gauss(0, 0.2), b=1 + rng.gauss(0, 0.1))
    shared.means = [rng.gauss(0, 0.5) for _ in shared.means]
    concept = engine.Concept(mean=rng.gauss(0, 1), items=4, ease_sum=rng.gauss(0, 2), n=9)
    wins, fails = rng.randint(0, 9), rng.randint(0, 9)
    mastery = engine.Mastery(
        rng.gauss(0, 1), 0.2, wins, fails, rng.choice([-1.0, 1.0]), 1e9, wins + fails
    )
    return explained.Standing(shared, engine.Level(rng.gauss(0, 1), 0.3, 9, 1e9), concept, mastery)


def test_the_parts_of_a_level_sum_to_the_logit_it_is_shown_by() -> None:
    rng = random.Random(7)
    for _ in range(500):
        rows, at = _rows(rng), 1e9 + 1e7 * rng.random()
        found = explained.explain_level(rows, at)
        assert sum(one.value for one in found.parts) == pytest.approx(found.logit, abs=1e-9)
        assert engine.sigmoid(found.logit) == pytest.approx(found.now.p, abs=1e-12)
        # What is left over is the calibration of the site and nothing else.
        assert found.parts[-1].value == pytest.approx(rows.shared.a, abs=1e-9)


def test_what_if_figures_are_the_engine_s_own() -> None:
    rows = explained.Standing(
        engine.Shared(), engine.Level(), engine.Concept(), engine.Mastery(0.2, 0.2, 3, 1, 1, 1e9, 4)
    )
    kept = repr(rows)
    found = explained.explain_level(rows, 1e9 + 5 * 86400)
    assert found.fresh == engine.mastery_now(*_parts_of(rows), 1e9)
    assert found.fresh is not None
    assert found.fresh.p > found.now.p
    assert found.forgotten == pytest.approx(found.fresh.p - found.now.p)
    assert found.more.p > found.now.p
    assert found.more.n == 4 + explained.MORE
    assert repr(rows) == kept  # trying something out moves nothing


def test_only_parts_worth_naming_are_named() -> None:
    rows = explained.Standing(
        engine.Shared(), engine.Level(mean=0.9), engine.Concept(mean=-0.2), engine.Mastery()
    )
    found = explained.explain_level(rows, 1e9)
    assert found.helps is not None
    assert found.helps.name == "level"
    assert found.hurts is None
    assert found.fresh is None
    assert found.forgotten == 0


def _parts_of(rows: explained.Standing) -> tuple[object, ...]:
    return rows.shared, rows.level, rows.concept, rows.mastery


class _Learner:
    """Somebody who answers with a chance of their own, which grows by `growth` logits in all."""

    def __init__(self, rng: random.Random, growth: float) -> None:
        self.strength, self.growth = rng.gauss(0, 0.8), growth
        self.level = engine.Level()
        self.masteries = {one: engine.Mastery() for one in (A, B)}
        self.days: dict[UUID, list[LevelPoint]] = {A: [], B: []}


def _term(growth: float, *, learners: int = 60, days: int = 8) -> list[improvement.Change]:
    """What is said of a class at the end of a term in which everybody grew so much."""
    rng = random.Random(5)
    shared, concepts = engine.Shared(), {one: engine.Concept() for one in (A, B)}
    items = [(engine.Item(), rng.gauss(0.3, 0.8)) for _ in range(8 * days)]
    people = [_Learner(rng, growth) for _ in range(learners)]
    for day_no in range(days):
        for person in people:
            strength = person.strength + person.growth * day_no / (days - 1)
            for number in range(8):
                one = A if number % 2 else B
                item, ease = items[8 * day_no + number]
                at = 1.7e9 + 86400.0 * 4 * day_no + 60 * number
                before = engine.Situation(
                    shared, item, person.level, engine.Practised(), [concepts[one]],
                    [person.masteries[one]], at,
                )  # fmt: skip
                engine.update(before, float(rng.random() < engine.sigmoid(strength + ease)))
            for one in (A, B):
                now = engine.mastery_now(
                    shared, person.level, concepts[one], person.masteries[one], at
                )
                moment = FIRST + timedelta(days=4 * day_no)
                person.days[one].append(LevelPoint(moment, now.p, now.low, now.high, now.n))
    found = (improvement.change(improvement.levels(one.days), enough=10) for one in people)
    return [one for one in found if one is not None]


@pytest.mark.parametrize(("growth", "least"), [(2.0, 0.3), (0.0, 0.0)])
def test_simulated_students_are_called_better_when_they_are(growth: float, least: float) -> None:
    found = _term(growth)
    share = sum(one.verdict == "better" for one in found) / len(found)
    wrong = sum(one.verdict == "worse" for one in found) / len(found)
    assert len(found) == 60
    assert share >= least
    assert wrong <= 0.1
    if not growth:
        assert share <= 0.1
