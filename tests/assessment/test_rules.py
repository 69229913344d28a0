"""Points, percentages and orders: exact, and the same every time."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from studium.assessment.rules import option_order, paper_order, points_for, score_percent


@pytest.mark.parametrize(
    ("points", "most", "percent"),
    [
        ("0", "1", 0), ("1", "1", 100), ("2", "3", 66), ("0.999", "1", 99), ("59.999", "100", 59),
        ("7", "10", 70), ("0.29", "0.5", 58), ("1.005", "100.5", 1),
        ("12345.678", "12345.678", 100),
        ("99999999999999.998", "99999999999999.999", 99),
    ],
)  # fmt: skip
def test_a_score_is_the_floor_of_its_percentage(points, most, percent):
    assert score_percent(Decimal(points), Decimal(most)) == percent


@pytest.mark.parametrize(("points", "most"), [("1", "0"), ("-1", "1"), ("2", "1"), ("0", "-1")])
def test_impossible_points_are_refused(points, most):
    with pytest.raises(ValueError, match="not possible"):
        score_percent(Decimal(points), Decimal(most))


def test_points_are_rounded_down_to_three_decimals():
    assert points_for(Decimal(2) / Decimal(3), Decimal(1)) == Decimal("0.666")
    assert points_for(Decimal(1), Decimal("2.5")) == Decimal("2.500")
    with pytest.raises(ValueError, match="not possible"):
        points_for(Decimal("1.1"), Decimal(1))


@pytest.mark.parametrize("parts", range(1, 101))
def test_parts_of_a_question_add_up_to_whole_points(parts):
    """A share that is a third in 28 digits is a third of the points, not a thousandth less."""
    for right in range(parts + 1):
        assert points_for(Decimal(right) / Decimal(parts), Decimal(parts)) == right


def test_without_a_seed_the_authors_order_stays():
    assert paper_order(["c", "a", "b"], None) == ["c", "a", "b"]
    assert option_order(["c", "a", "b"], None, "q") == ["c", "a", "b"]


def test_a_seed_gives_one_order_and_another_seed_another():
    ids = [f"q{number}" for number in range(20)]
    assert paper_order(ids, 7) == paper_order(list(reversed(ids)), 7)
    assert sorted(paper_order(ids, 7)) == sorted(ids)
    assert paper_order(ids, 7) != paper_order(ids, 8)
    assert option_order(ids, 7, "x") != option_order(ids, 7, "y")


def test_each_option_comes_first_about_as_often():
    first = Counter(option_order("abcd", seed, "q")[0] for seed in range(4000))
    assert all(850 < first[name] < 1150 for name in "abcd")
