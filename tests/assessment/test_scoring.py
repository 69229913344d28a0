"""Scoring as a pure function: corrections, marks, penalties."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest

from studium.assessment.kinds import QuestionContent
from studium.assessment.scoring import Correction, Place, less_penalty, score_attempt

ONE, TWO, TEXT = UUID(int=1), UUID(int=2), UUID(int=3)
OPTIONS = [{"id": "a", "text": "A"}, {"id": "b", "text": "B"}, {"id": "c", "text": "C"}]


def choice(id_: UUID, *corrections: Correction, points: int = 1) -> Place:
    content = QuestionContent("single_choice", "?", "a", OPTIONS)
    return Place(id_, content, Decimal(points), corrections)


def several(*corrections: Correction, points: int = 3) -> Place:
    content = QuestionContent("multiple_choice", "?", '["a", "b"]', OPTIONS)
    return Place(TWO, content, Decimal(points), corrections)


def text(*corrections: Correction) -> Place:
    content = QuestionContent(
        "short_text", "?", "Rome", spec={"accepted": ["Rome", "Roma"], "case_sensitive": False}
    )
    return Place(TEXT, content, Decimal(2), corrections)


def key(answer: str, **spec: object) -> Correction:
    return Correction("key", {"answer": answer, "spec": spec})


def accept(answer: str) -> Correction:
    return Correction("accept", {"answer": answer})


def test_points_and_score_come_from_responses_and_keys_alone() -> None:
    outcome = score_attempt([choice(ONE), several()], {ONE: "a", TWO: ["a"]})
    assert [part.points for part in outcome.parts] == [1, Decimal("1.500")]
    assert (outcome.points, outcome.max_points, outcome.score) == (Decimal("2.500"), 4, 62)
    assert outcome.waiting == ()


def test_what_was_never_answered_earns_nothing_and_counts() -> None:
    outcome = score_attempt([choice(ONE), choice(TWO)], {ONE: "a"})
    assert (outcome.score, outcome.parts[1].is_answered) == (50, False)


@pytest.mark.parametrize(
    ("corrections", "response", "points"),
    [
        ((key("b"),), "b", 1),
        ((key("b"),), "a", 0),
        ((key("b"), key("c")), "b", 0),  # the newest key counts
        ((accept("b"),), "b", 1),
        ((accept("b"),), "a", 1),
        ((accept("b"),), "c", 0),
        ((accept("b"), key("c")), "b", 1),  # what was accepted stays accepted
        ((accept("b"), key("c")), "a", 0),
        ((Correction("points", 5),), "a", 5),
        ((Correction("points", 5), Correction("points", 2)), "a", 2),
        ((Correction("full_marks"),), "c", 1),
        ((Correction("full_marks"),), None, 1),  # for everybody, answered or not
        ((Correction("full_marks"), Correction("points", 4)), "c", 4),
        ((Correction("drop"), Correction("full_marks")), "a", 0),
    ],
)
def test_a_correction_changes_the_points(
    corrections: tuple[Correction, ...], response: str | None, points: int
) -> None:
    outcome = score_attempt([choice(ONE, *corrections)], {ONE: response} if response else {})
    assert outcome.parts[0].points == points


def test_a_dropped_question_counts_for_nobody() -> None:
    outcome = score_attempt([choice(ONE, Correction("drop")), choice(TWO)], {TWO: "a"})
    assert (outcome.points, outcome.max_points, outcome.score) == (1, 1, 100)


def test_when_every_question_is_dropped_everybody_has_everything() -> None:
    outcome = score_attempt([choice(ONE, Correction("drop"))], {ONE: "b"})
    assert (outcome.points, outcome.max_points, outcome.score) == (1, 1, 100)


def test_full_marks_and_dropping_say_nothing_about_what_was_right() -> None:
    for correction in (Correction("full_marks"), Correction("drop"), Correction("points", 9)):
        outcome = score_attempt([choice(ONE, correction)], {ONE: "b"})
        assert outcome.parts[0].share == 0


def test_the_best_of_several_keys_counts_for_parts_too() -> None:
    outcome = score_attempt([several(accept('["c"]'))], {TWO: ["c"]})
    assert outcome.points == 3
    assert score_attempt([several(accept('["c"]'))], {TWO: ["a"]}).points == Decimal("1.500")


def test_a_text_can_be_accepted_too_and_another_key_replaces_all_forms() -> None:
    assert score_attempt([text(accept("Rom"))], {TEXT: "rom"}).points == 2
    assert score_attempt([text(accept("Rom"))], {TEXT: "Roma"}).points == 2
    replaced = text(key("Paris", accepted=["Paris"]))
    assert score_attempt([replaced], {TEXT: "Roma"}).points == 0
    assert score_attempt([replaced], {TEXT: "paris"}).points == 2


def test_the_penalty_is_taken_off_the_points_and_rounded_down() -> None:
    outcome = score_attempt([choice(ONE, points=3)], {ONE: "a"}, penalty_percent=15)
    assert (outcome.points, outcome.score) == (Decimal("2.550"), 85)
    assert outcome.parts[0].points == 3
    assert less_penalty(Decimal("0.005"), 33) == Decimal("0.003")
    assert less_penalty(Decimal(7), 100) == 0
    with pytest.raises(ValueError, match="penalty"):
        less_penalty(Decimal(1), 101)


def test_a_mark_stands_before_the_machine_and_grows_with_the_points() -> None:
    assert score_attempt([several()], {TWO: ["c"]}, marks={TWO: Decimal("2.5")}).points == Decimal(
        "2.5"
    )
    larger = score_attempt(
        [several(Correction("points", 6))], {TWO: ["c"]}, marks={TWO: Decimal("2.5")}
    )
    assert (larger.points, larger.max_points) == (5, 6)
    with pytest.raises(ValueError, match="mark of 4"):
        score_attempt([several()], {TWO: ["c"]}, marks={TWO: Decimal(4)})


def test_what_a_person_has_to_mark_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    from studium.assessment import scoring

    class Essay:
        is_answered = staticmethod(lambda response: response is not None)
        score = staticmethod(lambda content, response: None)

    known = scoring.kind
    monkeypatch.setattr(scoring, "kind", lambda name: Essay if name == "essay" else known(name))
    essay = Place(TWO, QuestionContent("essay", "?", ""), Decimal(4))
    outcome = score_attempt([choice(ONE), essay], {ONE: "a", TWO: "words"})
    assert (outcome.waiting, outcome.score, outcome.points) == ((TWO,), None, 1)
    assert outcome.parts[1].points is None
    marked = score_attempt([choice(ONE), essay], {ONE: "a", TWO: "words"}, marks={TWO: Decimal(3)})
    assert (marked.waiting, marked.score) == ((), 80)
    assert score_attempt([choice(ONE), essay], {ONE: "a"}).score == 20  # nothing to mark
    full = Place(TWO, essay.content, Decimal(4), (Correction("full_marks"),))
    assert score_attempt([choice(ONE), full], {ONE: "a", TWO: "words"}).score == 100


def test_rules_this_program_does_not_know_are_refused() -> None:
    with pytest.raises(ValueError, match="Rules version 99"):
        score_attempt([choice(ONE)], {}, version=99)
