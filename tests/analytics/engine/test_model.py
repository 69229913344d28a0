"""What holds for every prediction and every step, whatever the rows."""

from __future__ import annotations

from copy import deepcopy
from math import inf, isfinite, nan
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studium.analytics import engine
from studium.analytics.engine import (
    Concept,
    Item,
    Level,
    Mastery,
    Practised,
    Shared,
    Situation,
    covariance,
    explain,
    predict,
    sigmoid,
    update,
)
from tests.analytics.engine.situations import DAY, NOW, answered, drawn_situation, turned

SHARES = st.floats(allow_nan=False, allow_infinity=False)
MOMENTS = st.floats(min_value=-1e18, max_value=1e18)


def variances(s: Situation) -> list[float]:
    rows = [s.item, s.level, *s.masteries, *s.concepts]
    slopes = [v for c in s.concepts for v in (c.wins_variance, c.fails_variance)]
    places = range(len(engine.WEIGHTS))
    return [
        *(row.variance for row in rows),
        *slopes,
        *(s.shared.variances[i * (i + 1) // 2 + i] for i in places),
    ]


def test_the_parts_of_an_explanation_sum_to_the_shown_logit_in_ten_thousand_cases():
    drawn = Random(7)
    worst = 0.0
    for _ in range(10_000):
        s = drawn_situation(drawn)
        shown, told = predict(s), explain(s)
        assert (told.p, told.logit) == (shown.p, shown.logit)
        assert told.p == sigmoid(told.logit)
        worst = max(worst, abs(sum(part.value for part in told.parts) - shown.logit))
    assert worst < 1e-9


def test_an_explanation_has_each_part_once_in_its_order():
    told = explain(drawn_situation(Random(1), concepts=2))
    assert tuple(part.name for part in told.parts) == engine.PARTS
    assert all(part.about for part in told.parts)


def test_each_part_is_what_its_rows_say():
    s = answered(1.0, 1.0, 0.0)
    scale = explain(s).logit - s.shared.a
    scale /= predict(s).z
    by_name = {part.name: part.value for part in explain(s).parts}
    assert by_name["level"] == pytest.approx(s.level.mean * scale)
    assert by_name["concept_level"] == pytest.approx(s.masteries[0].mean * scale)
    assert by_name["calibration"] == pytest.approx(s.shared.a)
    assert by_name["item_gap"] == 0.0


def test_time_since_an_answer_is_a_part_of_its_own_that_starts_at_nothing():
    s = drawn_situation(Random(3), concepts=1)
    s.practised, s.masteries = (
        Practised(2.0, 0.0, 1.0, NOW),
        [Mastery(0.0, 0.1, 2.0, 0.0, 1.0, NOW, 2)],
    )
    s.at = NOW
    at_once = {part.name: part.value for part in explain(s).parts}
    assert (at_once["item_gap"], at_once["concept_gap"]) == (0.0, 0.0)
    s.shared.means = [0.0] * len(engine.WEIGHTS)
    for name, weight in (("item_gap", -0.4), ("item_fresh", 1.0), ("concept_gap", -0.3)):
        s.shared.means[engine.WEIGHTS.index(name)] = weight
    s.at = NOW + DAY
    later = {part.name: part.value for part in explain(s).parts}
    assert later["item_gap"] < -0.5
    assert later["concept_gap"] < 0.0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(SHARES, MOMENTS), max_size=12), st.integers(0, 3))
def test_any_answers_leave_finite_rows_and_no_variance_under_nought(answers, concepts):
    s = Situation(
        Shared(), Item(), Level(), Practised(),
        [Concept() for _ in range(concepts)], [Mastery() for _ in range(concepts)], 0.0,
    )  # fmt: skip
    for share, at in answers:
        s.at = at
        before = predict(s)
        assert update(s, share) == before
        assert 0.0 < before.p < 1.0
        assert all(map(isfinite, before))
        assert all(isfinite(v) and v > 0.0 for v in variances(s))
        assert all(map(isfinite, s.shared.means))
    assert abs(sum(part.value for part in explain(s).parts) - predict(s).logit) < 1e-9


def test_no_variance_goes_under_nought_in_thirty_thousand_answers_to_one_question():
    s = answered(1.0)
    s.shared.n = 19_000
    for n in range(30_000):
        s.at += 1.0
        update(s, float(n % 3 == 0))
    assert all(v > 0.0 for v in variances(s))
    assert 0.2 < predict(s).p < 0.6


def test_rows_without_doubt_or_far_out_give_finite_predictions_and_stay_movable():
    s = answered(1.0, 0.0)
    s.level.mean, s.item.variance, s.concepts[0].wins_variance = 1e6, 0.0, 0.0
    before = update(s, 0.0)
    assert before.p < 1.0
    assert before.z <= 30.0
    assert all(v > 0.0 for v in variances(s))


@pytest.mark.parametrize("share", [nan, inf, -inf])
def test_a_share_that_is_no_number_is_refused_and_nothing_moves(share):
    s = answered(1.0)
    kept = deepcopy(s)
    with pytest.raises(ValueError, match="finite"):
        update(s, share)
    assert s == kept


def test_a_share_outside_nought_and_one_is_cut():
    above, right = answered(1.0), answered(1.0)
    update(above, 7.0)
    update(right, 1.0)
    assert above == right


def test_the_order_of_concepts_is_irrelevant_to_the_last_bit():
    drawn = Random(11)
    for _ in range(300):
        s = drawn_situation(drawn, concepts=3)
        other = turned(s)
        assert update(s, 0.5) == update(other, 0.5)
        assert turned(other) == s
        assert predict(s) == predict(other)


def test_predicting_and_explaining_change_nothing():
    s = drawn_situation(Random(5), concepts=2)
    kept = deepcopy(s)
    predict(s)
    explain(s)
    engine.after_right(s, 3)
    assert s == kept


def test_the_same_answers_give_the_same_rows_bit_for_bit():
    shares = [Random(2).random() for _ in range(200)]
    assert answered(*shares) == answered(*shares)


def test_a_right_answer_raises_and_a_wrong_one_lowers():
    drawn = Random(13)
    for _ in range(200):
        s = drawn_situation(drawn)
        level, ease = s.level.mean, s.item.mean
        update(s, 1.0)
        assert s.level.mean > level
        assert s.item.mean > ease
        level = s.level.mean
        update(s, 0.0)
        assert s.level.mean < level


def test_a_fraction_moves_less_than_a_right_answer_and_counts_as_its_share():
    part, whole = answered(), answered()
    update(part, 0.75)
    update(whole, 1.0)
    assert 0.0 < part.level.mean < whole.level.mean
    mastery = part.masteries[0]
    assert (mastery.wins, mastery.fails, mastery.last_outcome) == (0.75, 0.25, 0.5)


def test_an_answer_from_before_the_last_one_counts_without_a_gap():
    s = answered(1.0, 1.0)
    last_at = s.level.last_at
    s.at = NOW - DAY
    update(s, 1.0)
    assert s.level.last_at == s.masteries[0].last_at == last_at
    assert s.masteries[0].n == 3


def test_a_question_without_concepts_is_predicted_and_learnt():
    s = Situation(Shared(), Item(), Level(), Practised(), [], [], NOW)
    first = predict(s)
    assert first.p == pytest.approx(0.5)
    for _ in range(5):
        update(s, 1.0)
    assert predict(s).p > 0.7


def test_the_mean_ease_of_a_concept_follows_its_questions():
    shared, level, concept = Shared(), Level(), Concept()
    items = [Item(), Item(mean=0.7), Item()]
    for n in range(30):
        mastery, item = Mastery(), items[n % 3]
        update(Situation(shared, item, level, Practised(), [concept], [mastery], NOW), n % 2)
    assert concept.items == 3
    assert concept.ease_sum == pytest.approx(sum(item.mean for item in items))


def test_a_settled_site_still_learns_its_weights_from_every_eighth_answer():
    s = answered(1.0, 0.0)
    s.shared.n = engine.constants.SETTLED
    moved = []
    for _ in range(16):
        means = list(s.shared.means)
        update(s, 1.0)
        moved.append(means != s.shared.means)
    assert [n for n, was in enumerate(moved) if was] == [0, 8]


def test_what_an_answer_told_lowers_a_covariance_along_its_inputs():
    flat = covariance.packed([0.1] * len(engine.WEIGHTS))
    x = [1.0, 0.5] + [0.0] * (len(engine.WEIGHTS) - 2)
    gain = covariance.times(flat, x)
    assert gain == pytest.approx([0.1, 0.05] + [0.0] * (len(engine.WEIGHTS) - 2))
    covariance.lower(flat, gain, 2.0)
    assert flat[:3] == pytest.approx([0.1 - 0.02, -0.01, 0.1 - 0.005])
    assert covariance.times(flat, x)[0] == pytest.approx(0.08 - 0.005)
