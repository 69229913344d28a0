"""Item analysis: every figure beside the same one by its textbook formula, in two passes."""

from __future__ import annotations

import json
import random
from math import sqrt
from statistics import mean, pstdev, pvariance

import pytest

from studium.assessment import figures, items
from studium.assessment.figures import Choice, Item
from studium.assessment.items import Answered, Sums
from studium.lib import intervals

Matrix = list[list[int]]

# Ten people, five questions of one point (thousandths): small enough to be worked out by hand.
RIGHT_OR_WRONG: Matrix = [
    [1000 * int(one) for one in row]
    for row in (
        "11111", "11110", "11010", "11100", "01110", "10100", "11000", "10001", "00001", "00000",
    )
]  # fmt: skip


def partial(people: int, questions: int, seed: int) -> Matrix:
    """Points in thirds, from people who differ."""
    chance = random.Random(seed)
    rows = []
    for _ in range(people):
        skill = chance.random()
        rows.append(
            [333 * sum(chance.random() < skill for _ in range(3)) for _ in range(questions)]
        )
    return rows


def sums_of(matrix: Matrix, worth: int) -> list[Sums]:
    found = [Sums() for _ in matrix[0]]
    for row in matrix:
        for place, points in enumerate(row):
            found[place].add(Answered(points, sum(row), worth * len(row), points > 0))
    return found


def columns(matrix: Matrix, place: int) -> tuple[list[int], list[int]]:
    """The points of a question, and of the rest."""
    return [row[place] for row in matrix], [sum(row) - row[place] for row in matrix]


def covariance(xs: list[int], ys: list[int]) -> float:
    x, y = mean(xs), mean(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / len(xs)


MATRICES = [
    pytest.param(RIGHT_OR_WRONG, 1000, id="by hand"),
    pytest.param(partial(97, 7, seed=5), 999, id="parts of points"),
]


@pytest.mark.parametrize(("matrix", "worth"), MATRICES)
def test_each_figure_is_that_of_its_formula(matrix: Matrix, worth: int) -> None:
    for place, sums in enumerate(sums_of(matrix, worth)):
        xs, rest = columns(matrix, place)
        one = figures.item(sums, worth=worth)
        assert one.n == len(matrix)
        assert one.facility == pytest.approx(mean(xs) / worth)
        assert one.discrimination == pytest.approx(covariance(xs, rest) / pstdev(xs) / pstdev(rest))
        most = covariance(sorted(xs), sorted(rest))
        assert one.efficiency == pytest.approx(covariance(xs, rest) / most)
        assert one.skipped == pytest.approx(sum(x == 0 for x in xs) / len(xs))


@pytest.mark.parametrize(("matrix", "worth"), MATRICES)
def test_reliability_and_error_are_those_of_their_formulas(matrix: Matrix, worth: int) -> None:
    totals = [sum(row) for row in matrix]
    k = len(matrix[0])
    each = sum(pvariance([row[place] for row in matrix]) for place in range(k))
    alpha = k / (k - 1) * (1 - each / pvariance(totals))
    whole = figures.whole([(one, worth) for one in sums_of(matrix, worth)], same_paper=True)
    assert whole.alpha == pytest.approx(alpha)
    assert whole.mean == pytest.approx(mean(totals) / 1000)
    assert whole.spread == pytest.approx(pstdev(totals) / 1000)
    assert whole.error == pytest.approx(pstdev(totals) / 1000 * sqrt(1 - alpha))


def test_kr20_by_hand() -> None:
    """p = .7 .6 .5 .4 .3, Σpq = .21+.24+.25+.24+.21 = 1.15; totals 5 4 3 3 3 2 2 2 1 0: mean 2.5,
    variance 8.1 - 6.25 = 1.85; KR-20 = 5/4 · (1 - 1.15/1.85) = .4730."""
    matrix = RIGHT_OR_WRONG
    assert [sum(row) // 1000 for row in matrix] == [5, 4, 3, 3, 3, 2, 2, 2, 1, 0]
    whole = figures.whole([(one, 1000) for one in sums_of(matrix, 1000)], same_paper=True)
    assert whole.is_kr20
    assert whole.alpha == pytest.approx(0.4730, abs=5e-5)
    assert (whole.mean, whole.spread) == (2.5, pytest.approx(1.3601, abs=5e-5))
    parts = figures.whole([(one, 999) for one in sums_of(partial(9, 3, 1), 999)], same_paper=True)
    assert not parts.is_kr20


def test_the_order_of_the_people_changes_nothing() -> None:
    matrix = partial(400, 6, seed=8)
    texts = set()
    for seed in range(3):
        random.Random(seed).shuffle(matrix)
        stored = [one.as_json() for one in sums_of(matrix, 999)]
        texts.add(json.dumps(stored, sort_keys=True))
    assert len(texts) == 1
    for one in sums_of(matrix, 999):
        assert items.read(json.loads(json.dumps(one.as_json()))) == one


def test_very_many_different_values_are_read_coarsely_whatever_their_order() -> None:
    chance = random.Random(2)
    people = [(chance.randrange(1000), chance.randrange(20_000)) for _ in range(900)]
    texts = set()
    for seed in range(3):
        random.Random(seed).shuffle(people)
        sums = Sums()
        for x, rest in people:
            sums.add(Answered(x, x + rest, 21_000, is_answered=True))
        texts.add(json.dumps(sums.as_json(), sort_keys=True))
    assert len(texts) == 1
    assert len(sums.rests.counts) <= items.MOST_VALUES
    xs, rest = [x for x, _ in people], [r for _, r in people]
    exact = covariance(xs, rest) / covariance(sorted(xs), sorted(rest))
    assert figures.efficiency(sums) == pytest.approx(exact, abs=0.005)
    assert figures.discrimination(sums) == pytest.approx(
        covariance(xs, rest) / pstdev(xs) / pstdev(rest)
    )


def test_where_everybody_did_alike_nothing_is_told_apart() -> None:
    sums = sums_of([[1000, 1000], [1000, 0], [1000, 1000]], 1000)
    assert figures.discrimination(sums[0]) is None
    assert figures.efficiency(sums[0]) is None
    whole = figures.whole([(sums[0], 1000)], same_paper=True)
    assert whole.alpha is None  # one question
    assert figures.whole([], same_paper=True).n == 0
    assert figures.whole([(one, 1000) for one in sums], same_paper=False).alpha is None


def test_the_interval_is_wilsons() -> None:
    """Known values: 5 of 10 at 95 %: .2366 to .7634 (Newcombe 1998); all right never reaches 0."""
    low, high = intervals.wilson(5, 10, z=1.959964)
    assert (low, high) == (pytest.approx(0.2366, abs=5e-5), pytest.approx(0.7634, abs=5e-5))
    low, high = intervals.wilson(10, 10)
    assert (low, high) == (pytest.approx(0.8589, abs=5e-5), pytest.approx(1))
    assert intervals.wilson(0, 4)[0] == 0


def test_thirds_keep_people_with_close_scores_together() -> None:
    bins = [0] * items.BINS
    bins[2], bins[9], bins[10], bins[18] = 10, 9, 1, 10
    assert items.thirds(bins) == ((2,), (9, 10), (18,))
    assert items.thirds([0] * items.BINS) == ((), (), ())
    assert items.bin_of(0, 8) == 0
    assert items.bin_of(8, 8) == items.BINS - 1


def test_options_are_counted_by_thirds() -> None:
    sums = Sums()
    for total, option in [
        (0, "b"),
        (1000, "b"),
        (5000, "a"),
        (5000, "b"),
        (9000, "a"),
        (9500, "a"),
    ]:
        sums.add(Answered(1000 if option == "a" else 0, total, 10_000, True, (option,)))
    a, b = figures.choices(sums)
    assert (a.option, a.people) == ("a", (0, 1, 2))
    assert (b.option, b.people, b.shares) == ("b", (2, 1, 0), (1.0, 0.5, 0.0))


def item(**changed: float | int | None) -> Item:
    sound = {"n": 40, "facility": 0.6, "low": 0.5, "high": 0.7, "discrimination": 0.4,
             "efficiency": 0.5, "seconds": 60.0, "skipped": 0.0}  # fmt: skip
    return Item(**(sound | changed))


WRONG = Choice("c", (2, 4, 9), (0.15, 0.3, 0.7))


@pytest.mark.parametrize(
    ("one", "chosen", "codes"),
    [
        (item(), (), []),
        (item(n=29, facility=0.01, discrimination=-1.0), (WRONG,), []),
        (item(n=30, discrimination=-0.08), (WRONG,), ["wrong_key", "distracts_best"]),
        (item(facility=0.19), (), ["too_hard"]),
        (item(facility=0.96, discrimination=0.1), (), ["too_easy", "tells_little"]),
        (item(skipped=0.5), (), ["left_out"]),
        (item(), (Choice("c", (3, 3, 4), (0.2, 0.2, 0.3)),), []),  # four people are chance
        (item(), (Choice("a", (2, 4, 9), (0.15, 0.3, 0.7)),), []),  # the right one
    ],
)
def test_flags_need_thirty_people_and_a_reason(
    one: Item, chosen: tuple[Choice, ...], codes: list[str]
) -> None:
    assert [flag.code for flag in figures.flags(one, chosen, {"a"})] == codes


def test_a_suspected_key_names_the_option_most_people_chose() -> None:
    flag = figures.flags(item(discrimination=-0.08), (WRONG,), {"a"})[0]
    assert (flag.option, flag.people) == ("c", 15)


@pytest.mark.parametrize(
    ("word", "value", "expected"),
    [
        (figures.facility_word, 0.19, "very_hard"), (figures.facility_word, 0.5, "medium"),
        (figures.facility_word, 0.95, "very_easy"), (figures.discrimination_word, -0.1, "negative"),
        (figures.discrimination_word, 0.1, "very_weak"),
        (figures.discrimination_word, 0.6, "very_good"), (figures.reliability_word, 0.5, "poor"),
        (figures.reliability_word, 0.8, "good"),
    ],
)  # fmt: skip
def test_a_figure_has_a_word(word, value, expected) -> None:
    assert word(value) == expected
