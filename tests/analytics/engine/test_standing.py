"""Where somebody stands, when to review, what an exam would bring."""

from __future__ import annotations

from copy import copy, deepcopy
from random import Random

import pytest

from studium.analytics.engine import (
    READINESS,
    Concept,
    Item,
    Level,
    Mastery,
    Practised,
    Shared,
    Situation,
    after_right,
    due_at,
    forecast,
    mastery_now,
    predict,
    readiness_words,
)
from studium.analytics.engine.constants import LONGEST_WAIT, SETTLED
from studium.analytics.engine.simulate import Plan, coverage, simulated_answers
from tests.analytics.engine.situations import DAY, NOW, answered, drawn_situation


def rows(s: Situation) -> tuple[Shared, Level, Concept, Mastery]:
    return s.shared, s.level, s.concepts[0], s.masteries[0]


def test_without_answers_mastery_is_the_prior_with_a_wide_range():
    now = mastery_now(Shared(), Level(), Concept(), Mastery(), NOW)
    assert now.p == pytest.approx(0.5)
    assert now.high - now.low > 0.45
    assert (now.n, now.last_at) == (0, None)
    assert due_at(Shared(), Level(), Concept(), Mastery()) is None


def test_mastery_is_the_model_s_own_prediction_for_an_average_question_never_seen():
    drawn = Random(9)
    for _ in range(200):
        s = drawn_situation(drawn, concepts=1)
        shared, level, concept, mastery = rows(s)
        shared.n = SETTLED  # the weights' own variance is of the site, not of the person
        concept.variance = concept.wins_variance = concept.fails_variance = 0.0
        average = Item(concept.ease_sum / concept.items, 0.0)
        asked = Situation(shared, average, level, Practised(), [concept], [mastery], s.at)
        assert mastery_now(*rows(s), s.at).p == pytest.approx(predict(asked).p, abs=1e-12)


def test_answers_narrow_the_range_and_right_ones_raise_it():
    few, many = (mastery_now(*rows(answered(*[1.0] * n)), NOW + 3600) for n in (2, 12))
    assert few.p < many.p
    assert many.high - many.low < few.high - few.low
    assert many.n == 12


def test_a_range_holds_its_middle_and_widens_with_the_days():
    drawn = Random(4)
    for _ in range(300):
        s = drawn_situation(drawn, concepts=1)
        now = mastery_now(*rows(s), s.at)
        assert 0.0 < now.low <= now.p <= now.high < 1.0
    s = answered(1.0, 0.0, 1.0, 1.0)
    s.shared.means[7] = 0.0  # nothing is forgotten here, only less sure
    soon, late = mastery_now(*rows(s), s.at), mastery_now(*rows(s), s.at + 60 * DAY)
    assert late.high - late.low > soon.high - soon.low


def test_a_review_is_due_when_mastery_has_come_down_to_the_target():
    s = answered(*[1.0] * 25)
    last_at = s.masteries[0].last_at
    assert last_at is not None
    for target in (0.7, 0.8, 0.9):
        due = due_at(*rows(s), target)
        assert due is not None
        p = mastery_now(*rows(s), due).p
        if due == last_at:
            assert p <= target
        elif due == last_at + LONGEST_WAIT:
            assert p >= target
        else:
            assert p == pytest.approx(target, abs=1e-6)
    assert due_at(*rows(s), 0.9) <= due_at(*rows(s), 0.7)


def test_what_is_not_known_yet_is_due_at_once_and_what_is_never_forgotten_in_ninety_days():
    s = answered(0.0, 0.0, 0.0)
    assert due_at(*rows(s)) == s.masteries[0].last_at
    s = answered(*[1.0] * 20)
    s.shared.means[7] = 0.0
    s.shared.means[0] += 4.0
    assert due_at(*rows(s)) == s.masteries[0].last_at + LONGEST_WAIT


def test_more_right_answers_are_worth_more_and_less_each_time():
    s = answered(1.0, 0.0, 0.0)
    shown = [after_right(s, k) for k in range(6)]
    assert shown[0] == predict(s).p
    assert shown == sorted(shown)
    assert shown[1] - shown[0] > shown[5] - shown[4]


def exam(s: Situation, count: int) -> list[Situation]:
    return [copy(s) for _ in range(count)]


def test_a_forecast_is_the_mean_of_its_questions_with_a_range_around_it():
    s = answered(1.0, 1.0, 0.0, 1.0)
    of = forecast(exam(s, 10), [1.0] * 10, 0.5)
    assert of.mean == pytest.approx(predict(s).p)
    assert 0.0 <= of.low < of.mean < of.high <= 1.0
    assert 0.5 < of.p_pass < 1.0
    assert forecast(exam(s, 10), [1.0] * 10, 0.95).p_pass < of.p_pass


def test_questions_of_one_concept_fail_together():
    apart = drawn_situation(Random(8), concepts=1)
    apart.masteries = [Mastery()]
    together = exam(apart, 8)
    others = [deepcopy(apart) for _ in range(8)]
    for one in others:
        one.level, one.shared = apart.level, apart.shared
    wide, narrow = (forecast(some, [1.0] * 8, 0.5) for some in (together, others))
    assert wide.mean == pytest.approx(narrow.mean)
    assert wide.high - wide.low > narrow.high - narrow.low


def test_worths_weigh_and_wrong_ones_are_refused():
    sure, lost = answered(*[1.0] * 12), answered(*[0.0] * 12)
    of = forecast([sure, lost], [3.0, 1.0], 0.5)
    assert of.mean == pytest.approx((3 * predict(sure).p + predict(lost).p) / 4)
    for worths in ([], [1.0], [1.0, -1.0], [0.0, 0.0]):
        with pytest.raises(ValueError, match="worths"):
            forecast([sure, lost], worths, 0.5)


def test_chances_read_as_five_words():
    words = [readiness_words(p) for p in (0.0, 0.2, 0.5, 0.8, 1.0)]
    assert tuple(words) == READINESS


def test_ranges_hold_the_truth_of_simulated_students_four_times_in_five():
    found = coverage(Plan(seed=5, students=120))
    assert found.n > 4000
    assert 0.75 <= found.held <= 0.85
    assert abs(found.bias) < 0.04
    assert found.growth > 0.1
    assert found.growth_seen == pytest.approx(found.growth, abs=0.06)


def test_nothing_is_seen_to_grow_where_nothing_grows():
    found = coverage(Plan(seed=6, students=80, growth=0.0, growth_sd=0.0, forgetting=0.0))
    assert found.growth == pytest.approx(0.0)
    assert abs(found.growth_seen) < 0.03


def test_a_simulation_repeats_and_runs_forward_in_time():
    plan = Plan(students=5, answers=20)
    answers = list(simulated_answers(plan))
    assert answers == list(simulated_answers(plan))
    assert [one.at for one in answers] == sorted(one.at for one in answers)
    assert len(answers) == 100


def test_a_plan_too_small_to_judge_is_refused():
    with pytest.raises(ValueError, match="often enough"):
        coverage(Plan(students=1, answers=1))
