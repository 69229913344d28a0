"""What to practise next is a function of the state: reviews, the band, the course's order."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from studium.analytics import choosing_rules as rules
from studium.analytics.choosing_rules import Option, Prospect, Standing

NOW = 1_000_000.0


def _id(number: int) -> UUID:
    return UUID(int=number)


def _standing(number: int, p: float = 0.7, n: int = 5, due_at: float | None = None) -> Standing:
    return Standing(_id(number), p, n, due_at)


def _option(number: int, concept: int, p: float) -> Option:
    return Option(_id(1000 + number), _id(concept), (concept, 1, number), p)


def _numbers(chosen: list[rules.Chosen]) -> list[int]:
    return [one.question_id.int - 1000 for one in chosen]


def test_a_due_review_comes_before_a_better_fitting_question() -> None:
    standings = [_standing(1), _standing(2, due_at=NOW - 1), _standing(3, due_at=NOW + 1)]
    options = [_option(1, 1, 0.75), _option(2, 2, 0.95), _option(3, 3, 0.76)]
    chosen = rules.choose(options, standings, count=3, at=NOW)
    assert _numbers(chosen) == [2, 1, 3]
    assert [one.reason for one in chosen] == ["review", "level", "level"]


def test_the_longest_due_review_comes_first() -> None:
    standings = [_standing(1, due_at=NOW - 5), _standing(2, due_at=NOW - 9)]
    options = [_option(1, 1, 0.75), _option(2, 2, 0.4)]
    assert _numbers(rules.choose(options, standings, count=1, at=NOW)) == [2]


def test_a_chance_near_three_quarters_in_the_band_comes_first() -> None:
    options = [_option(n, n, p) for n, p in enumerate([0.97, 0.62, 0.74, 0.55, 0.9], start=1)]
    standings = [_standing(n) for n in range(1, 6)]
    assert _numbers(rules.choose(options, standings, count=5, at=NOW)) == [3, 2, 5, 4, 1]


def test_what_comes_after_an_unsteady_concept_waits() -> None:
    standings = [_standing(1, 0.9), _standing(2, 0.5), _standing(3, 0.8)]
    options = [_option(1, 3, 0.75), _option(2, 2, 0.5), _option(3, 1, 0.95)]
    there = [_id(n) for n in (1, 2, 3)]
    assert rules.ready(standings, there) == {_id(1), _id(2)}
    assert rules.ready(standings, [_id(1), _id(3)]) == set(there)
    assert rules.ready([_standing(1, 0.5, 2), _standing(2, 0.5, 0), _standing(3)], there) == {
        _id(1), _id(2),
    }  # fmt: skip
    assert _numbers(rules.choose(options, standings, count=3, at=NOW)) == [3, 2, 1]


def test_a_cold_start_follows_the_course() -> None:
    standings = [_standing(n, 0.8, 0) for n in (1, 2, 3)]
    options = [_option(10 * c + n, c, 0.5) for c in (3, 1, 2) for n in (3, 2, 1)]
    chosen = rules.choose(options, standings, count=7, at=NOW)
    assert _numbers(chosen) == [11, 12, 13, 21, 22, 23, 31]
    assert {one.reason for one in chosen} == {"new"}


def test_concepts_are_mixed_while_there_are_others() -> None:
    standings = [_standing(1, due_at=NOW - 1), _standing(2)]
    options = [_option(n, 1, 0.75) for n in range(1, 7)] + [_option(7, 2, 0.1)]
    chosen = rules.choose(options, standings, count=7, at=NOW)
    assert _numbers(chosen) == [1, 2, 7, 3, 4, 5, 6]


@given(
    st.lists(st.tuples(st.integers(1, 4), st.floats(0, 1)), max_size=20),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 3), st.booleans()), min_size=4, max_size=4),
    st.integers(0, 12),
    st.randoms(use_true_random=False),
)
def test_the_same_state_gives_the_same_questions_whatever_their_order(
    drawn: list[tuple[int, float]],
    states: list[tuple[float, int, bool]],
    count: int,
    shuffler: object,
) -> None:
    options = [_option(n, concept, p) for n, (concept, p) in enumerate(drawn)]
    standings = [
        _standing(n, p, k, NOW - 1 if due else None) for n, (p, k, due) in enumerate(states, 1)
    ]
    chosen = rules.choose(options, standings, count=count, at=NOW)
    mixed = list(options)
    shuffler.shuffle(mixed)  # type: ignore[attr-defined]  # hypothesis gives a Random
    assert rules.choose(mixed, standings, count=count, at=NOW) == chosen
    assert len(chosen) == min(count, len(options)) == len(set(_numbers(chosen)))
    rows = [one.concept_id for one in chosen]
    for end in range(3, len(rows) + 1):
        if len(set(rows[end - 3 : end])) == 1:
            due = {one.concept_id for one in standings if one.is_due(NOW)}
            begun = any(one.n for one in standings)
            there = {one.concept_id for one in options}
            left = (due | rules.ready(standings, there) if begun else set()) - {rows[end - 1]}
            used = set(_numbers(chosen[: end - 1]))
            rest = [one for one in options if one.question_id.int - 1000 not in used]
            assert not left & {one.concept_id for one in rest}


def _prospect(number: int, *, p: float = 0.7, n: int = 5, due_at: float | None = None,
              weight: float = 0.25, gain: float = 0.1, questions: int = 9) -> Prospect:  # fmt: skip
    return Prospect(_standing(number, p, n, due_at), weight, gain, questions, 60.0)


def _best(*prospects: Prospect) -> int | None:
    found = rules.best(prospects, at=NOW)
    return None if found is None else found.standing.concept_id.int


def test_the_most_marks_a_minute_are_suggested() -> None:
    assert _best(_prospect(1, weight=0.1), _prospect(2, weight=0.4)) == 2
    assert _best(_prospect(1, gain=0.2), _prospect(2, gain=0.1)) == 1
    assert _best(_prospect(1, p=0.95, gain=0.02), _prospect(2, p=0.7, gain=0.1)) == 2


def test_a_due_review_counts_what_it_brings_back() -> None:
    assert _best(_prospect(1, gain=0.1), _prospect(2, gain=0.05, due_at=NOW - 1)) == 2


def test_equals_and_a_cold_start_follow_the_course() -> None:
    assert _best(_prospect(1), _prospect(2)) == 1
    assert _best(_prospect(1, n=0, p=0.5), _prospect(2, n=0, p=0.5, gain=0.9)) == 1


def test_nothing_is_suggested_that_cannot_be_asked_or_brings_nothing() -> None:
    assert _best(_prospect(1, questions=0), _prospect(2)) == 2
    assert _best(_prospect(1, questions=0)) is None
    assert _best(_prospect(1, gain=0.0)) is None
    assert _best(_prospect(1, p=0.5, questions=0), _prospect(2)) == 2


def test_what_holds_up_the_exam_is_suggested_where_the_exam_does_not_ask_it() -> None:
    assert _best(_prospect(1, p=0.5, weight=0.0), _prospect(2, weight=1.0)) == 1
    assert _best(_prospect(1, p=0.7, weight=0.0), _prospect(2, weight=1.0)) == 2


def test_minutes_follow_the_pace_and_the_questions_there_are() -> None:
    assert (_prospect(1).asked, _prospect(1).minutes) == (7, 7)
    assert (_prospect(1, questions=2).asked, _prospect(1, questions=2).minutes) == (2, 2)
    assert rules.pace([]) == rules.SECONDS_EACH
    assert rules.pace([30, 40, 5000]) == 60.0
    assert _prospect(1, weight=0.25, gain=0.16).points == 4.0


def test_a_due_review_is_named_before_an_exam_and_an_exam_before_the_course() -> None:
    due, other = _prospect(1, due_at=NOW), _prospect(1, due_at=NOW + 1)
    assert rules.kind_of(due, at=NOW, foretold=True) == "review"
    assert rules.kind_of(other, at=NOW, foretold=True) == "exam"
    assert rules.kind_of(other, at=NOW, foretold=False) == "course"
