"""The plan of the demo's term: always the same, in order, and its answers are what they claim."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from random import Random
from uuid import UUID

import pytest

from studium.assessment.kinds import QuestionContent, kind
from studium.cli.demo.replies import Item, reply
from studium.cli.demo.steps import WEEKS
from studium.cli.demo.term import ADA, Material, Practice, Reading, Sitting, learners, plan

ITEMS = [
    Item(
        id=UUID(int=1000 + number),
        quiz_id=UUID(int=500 + number // 2),
        place=1 + number // 2,
        content=QuestionContent(
            "single_choice", "?", "a", [{"id": one, "text": one} for one in "abc"]
        ),
        difficulty=(number % 7 - 3) / 3,
    )
    for number in range(160)
]
MATERIAL = Material(
    lessons=[UUID(int=number) for number in range(1, 81)],
    items=ITEMS,
    papers={"first": ITEMS[:20], "second": ITEMS[20:32]},
)


@pytest.fixture(scope="module")
def weeks():
    return plan(MATERIAL)


def test_the_plan_is_always_the_same(weeks):
    assert plan(MATERIAL) == weeks
    assert len(weeks) == WEEKS


def test_events_come_in_order_and_stay_in_their_week(weeks):
    for number, events in enumerate(weeks):
        times = [event.at for event in events]
        assert times == sorted(times)
        assert all(timedelta(weeks=number) <= at < timedelta(weeks=number + 1) for at in times)


def test_nobody_sits_more_exams_than_are_allowed(weeks):
    made = Counter(
        (event.student, event.exam)
        for events in weeks
        for event in events
        if isinstance(event, Sitting)
    )
    assert max(made.values()) == 3
    assert made[ADA, "first"] == 2
    assert made[ADA, "second"] == 0


def test_some_give_up_some_never_come_and_most_stay(weeks):
    last = {event.student: number for number, events in enumerate(weeks) for event in events}
    assert {17, 34}.isdisjoint(last)
    assert sum(number >= WEEKS - 2 for number in last.values()) > len(last) / 2
    assert any(number < WEEKS - 3 for number in last.values())


def test_skill_grows_over_the_term(weeks):
    right = {item.id: item.right for item in ITEMS}

    def share(number: int) -> float:
        given = [
            response == right[question]
            for event in weeks[number]
            if isinstance(event, Sitting) and event.exam == "first"
            for question, response in dict(event.answers).items()
        ]
        return sum(given) / len(given)

    assert share(4) + 0.05 < share(10)


def test_everything_is_read_or_practised_by_somebody(weeks):
    kinds = Counter(type(event) for events in weeks for event in events)
    assert set(kinds) == {Reading, Practice, Sitting}
    assert len(learners()) == 41


QUESTIONS = {
    "single_choice": QuestionContent(
        "single_choice", "?", "1", [{"id": "1", "text": "A"}, {"id": "2", "text": "B"}]
    ),
    "multiple_choice": QuestionContent(
        "multiple_choice", "?", '["1", "2"]', [{"id": one, "text": one} for one in "123"]
    ),
    "true_false": QuestionContent("true_false", "?", "true"),
    "short_text": QuestionContent("short_text", "?", "owner"),
    "numeric": QuestionContent("numeric", "?", "3"),
    "tracing": QuestionContent(
        "tracing", "?", '{"compiles": true, "output": "3"}', spec={"program": "fn main() {}"}
    ),
}


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("seed", range(12))
def test_right_replies_are_right_and_wrong_ones_wrong(name, seed):
    content = QUESTIONS[name]
    item = Item(UUID(int=1), UUID(int=2), 1, content, 0.0)
    for is_right in (True, False):
        given = reply(item, is_right=is_right, drawn=Random(seed))
        read = kind(name).read_response(content, given)
        assert (kind(name).score(content, read) == 1) is is_right
