"""What is said of a class: curves and their kinds, who may be told apart, reasons and sentences."""

from __future__ import annotations

import inspect
from datetime import date
from random import Random
from uuid import UUID, uuid4

import pytest

from studium.analytics import curves, needs, wording
from studium.analytics.curves import Opportunity, count, curve
from studium.analytics.disclosure import may_show
from studium.analytics.needs import Change, Facts, Outlook, Rhythm, Shaky

CONCEPT = uuid4()


def falling(n: int, errors: list[float]) -> list[tuple[int, int, float]]:
    return [(place, n, n * error) for place, error in enumerate(errors, 1)]


def shaky(name: str, p: float) -> Shaky:
    return Shaky(UUID(int=len(name)), name, p, p - 0.1, min(p + 0.1, 0.59), 8)


# --- learning curves -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("errors", "kind"),
    [
        ([0.6, 0.4, 0.3, 0.2, 0.15], "good"),
        ([0.9, 0.75, 0.65, 0.6, 0.55], "still_high"),
        ([0.5, 0.52, 0.48, 0.5, 0.51], "flat"),
        ([0.4, 0.45, 0.5, 0.6, 0.65], "flat"),
        ([0.1, 0.08, 0.15, 0.05, 0.1], "low"),
        ([0.6, 0.2], "too_few"),
    ],
)
def test_a_curve_is_named_for_its_shape(errors: list[float], kind: str) -> None:
    found = curve(falling(200, errors))
    assert found.kind == kind
    assert found.words == curves.KINDS[kind]


def test_the_same_fall_of_few_people_is_no_improvement_yet() -> None:
    errors = [0.5, 0.46, 0.44, 0.42]
    assert curve(falling(1000, errors)).kind == "still_high"
    assert curve(falling(12, errors)).kind == "flat"


def test_a_curve_ends_where_fewer_than_ten_people_came() -> None:
    rows = [(1, 30, 15.0), (2, 12, 5.0), (3, 9, 3.0), (4, 12, 1.0)]
    found = curve(rows)
    assert [one.opportunity for one in found.points] == [1, 2]
    assert found.ends_for == "people"
    assert found.people == 30
    assert all(one.low <= one.error <= one.high for one in found.points)


@pytest.mark.parametrize("n", [1, 4])
def test_under_five_people_not_even_their_number_is_told(n: int) -> None:
    found = curve([(1, n, 0.5)])
    assert (found.people, found.points, found.kind) == (None, (), "too_few")


def test_a_person_counts_once_at_each_opportunity_and_not_without_end() -> None:
    rows: dict[tuple[UUID, int], Opportunity] = {}
    for earlier in range(60):
        count(rows, CONCEPT, earlier=earlier, share=0.25)
    assert sorted(key[1] for key in rows) == list(range(1, curves.LAST_OPPORTUNITY + 1))
    assert all((row.n, row.wrong_sum) == (1, 0.75) for row in rows.values())


def test_sums_never_say_more_wrong_than_people() -> None:
    rows: dict[tuple[UUID, int], Opportunity] = {}
    random = Random(7)
    for _ in range(5000):
        count(rows, CONCEPT, earlier=0, share=random.choice([0.0, 0.0, 1 / 3]))
        row = rows[CONCEPT, 1]
        assert 0 <= row.wrong_sum <= row.n


# --- who may be told apart -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chosen", "others", "shown"),
    [
        (range(4), [], False),
        (range(5), [], True),
        (range(5), [range(5)], True),
        (range(9), [range(10)], False),
        (range(5), [range(9)], False),
        (range(5), [range(10)], True),
        (range(10), [range(6)], False),
        (range(10), [range(3)], True),
        (range(6), [range(3)], True),
        (range(10), [range(5, 14)], True),
    ],
)
def test_no_figure_tells_of_fewer_than_five(
    chosen: range, others: list[range], shown: bool
) -> None:
    assert may_show(set(chosen), [set(one) for one in others]) is shown


# --- who needs help, and why -----------------------------------------------------------------

LIKELY = Outlook(0.8, 0.7, 0.9, 0.95, "very likely", "Final exam", 0.6)
UNLIKELY = Outlook(0.483, 0.41, 0.56, 0.2, "unlikely", "Final exam", 0.6)


def kinds(facts: Facts) -> list[str]:
    return [one.kind for one in needs.reasons(facts)]


def said(facts: Facts, **more: bool) -> list[str]:
    return [wording.sentence(one, **more) for one in needs.reasons(facts)]


def test_who_does_well_has_no_reason() -> None:
    steady = Facts(40, LIKELY, (), Rhythm(2, 2.0), Change(0.7, 0.68, 20_000, 9))
    assert kinds(steady) == []


def test_reasons_are_told_in_one_order_with_their_figures() -> None:
    since = wording.as_day(date(2026, 11, 9))
    facts = Facts(
        answers=23,
        outlook=UNLIKELY,
        shaky=(shaky("Loops", 0.4), shaky("Slices", 0.3)),
        rhythm=Rhythm(9, 2.0),
        change=Change(0.71, 0.58, since, 12),
        missing=("Midterm",),
    )
    assert kinds(facts) == ["exam", "shaky", "falling", "silent", "missing"]
    assert said(facts) == [
        "Unlikely to pass “Final exam”. Expected 48 % (41–56 %), to pass 60 %.",
        "Shaky on Slices and Loops.",
        "The level fell from 71 to 58 % since 9 Nov, over 12 answers.",
        "No answers for 9 days; usually every 2 days.",
        "Missing: Midterm.",
    ]
    assert not any("%" in one for one in said(facts, percentages=False))


def test_without_an_exam_a_low_level_is_named() -> None:
    low = Facts(23, Outlook(0.48, 0.4, 0.55, 0.48))
    assert said(low) == ["Expected to get 48 % of average questions right (40–55 %)."]
    assert kinds(Facts(23, Outlook(0.6, 0.5, 0.7, 0.6))) == []


@pytest.mark.parametrize(
    ("answers", "words"),
    [(0, "No answers yet."), (1, "Too early to say: 1 answer so far."),
     (9, "Too early to say: 9 answers so far.")],
)  # fmt: skip
def test_under_ten_answers_nothing_is_foretold(answers: int, words: str) -> None:
    assert said(Facts(answers, UNLIKELY)) == [words]
    assert kinds(Facts(10, UNLIKELY)) == ["exam"]


def test_silence_is_measured_by_ones_own_gaps() -> None:
    often, seldom = [1, 2, 3, 4, 5, 6], [1, 8, 15, 22, 29]
    assert needs.rhythm(often, 10) == Rhythm(4, 1.0)
    assert needs.is_silent(Rhythm(4, 1.0))
    assert needs.rhythm(seldom, 40) == Rhythm(11, 7.0)
    assert not needs.is_silent(Rhythm(11, 7.0))
    assert not needs.is_silent(Rhythm(2, 0.5))
    assert needs.rhythm([], 10) is None


def test_without_a_rhythm_only_a_long_silence_is_named() -> None:
    assert needs.rhythm([1, 2, 4], 10) == Rhythm(6, None)
    assert not needs.is_silent(Rhythm(13, None))
    assert needs.is_silent(Rhythm(14, None))
    assert said(Facts(20, LIKELY, rhythm=Rhythm(14, None))) == ["No answers for 14 days."]


@pytest.mark.parametrize(("usual", "words"), [(1.0, "every day"), (2.5, "every 2.5 days")])
def test_a_rhythm_is_named_as_it_is(usual: float, words: str) -> None:
    silent = Facts(20, LIKELY, rhythm=Rhythm(30, usual))
    assert said(silent) == [f"No answers for 30 days; usually {words}."]


def test_a_change_needs_a_level_before_and_answers_since() -> None:
    days = [(100, 0.7, 20), (110, 0.6, 22), (112, 0.55, 26)]
    assert needs.change(days, 105) == Change(0.7, 0.55, 105, 6)
    assert needs.change(days, 90) is None
    assert needs.change(days[:2], 105) is None
    assert needs.change(days, 113) is None
    assert "falling" not in kinds(Facts(26, LIKELY, change=Change(0.70, 0.651, 105, 6)))


def test_the_lowest_chance_comes_first_and_too_early_apart() -> None:
    people = [("Zoe", 30, LIKELY), ("Ada", 4, None), ("Max", 30, UNLIKELY), ("Bea", 0, None)]
    ordered = sorted(people, key=lambda one: needs.order(one[1], one[2], one[0]))
    assert [one[0] for one in ordered] == ["Max", "Zoe", "Bea", "Ada"]


def test_the_weakest_concept_is_the_one_to_practise() -> None:
    weakest = needs.to_practise([shaky("Loops", 0.4), shaky("Slices", 0.3)])
    assert weakest is not None
    assert weakest.name == "Slices"
    assert needs.to_practise([]) is None


def test_no_judgement_asks_who_somebody_is() -> None:
    asked = {
        name
        for function in (needs.reasons, needs.order, needs.rhythm, needs.change, needs.is_silent)
        for name in inspect.signature(function).parameters
    } | set(inspect.get_annotations(Facts))
    assert asked == {
        "facts", "answers", "outlook", "name", "days", "today", "since", "one", "shaky", "rhythm",
        "change", "missing",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("names", "words"),
    [([], ""), (["A"], "A"), (["A", "B"], "A and B"), (["A", "B", "C"], "A, B and C"),
     (["A", "B", "C", "D", "E"], "A, B, C and 2 more")],
)  # fmt: skip
def test_names_are_listed_up_to_three(names: list[str], words: str) -> None:
    assert wording.listed(names) == words
