"""GIFT is read as an independent parser reads it, and every flaw has its place."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from studium.formats import gift

DATA = Path(__file__).parent.parent / "data" / "gift"


def as_their_parser_says(item: gift.Item) -> dict[str, Any]:
    """Our reading in the words of the other parser."""
    if isinstance(item, gift.Category):
        return {"type": "Category", "title": item.path}
    assert isinstance(item, gift.Question), item
    made: dict[str, Any] = {
        "id": item.id,
        "tags": list(item.tags) or None,
        "type": item.kind,
        "title": item.title,
        "stem": _text(item.stem),
        "hasEmbeddedAnswers": item.blank,
    }
    if item.kind == "Description":
        return made
    made["globalFeedback"] = _text(item.general)
    if item.kind == "TF":
        made["isTrue"] = item.truth
        # They name the first feedback after "true"; in Moodle it is that of the wrong answer.
        made["trueFeedback"] = _text(item.first_feedback)
        made["falseFeedback"] = _text(item.second_feedback)
    elif item.kind == "Matching":
        made["matchPairs"] = [
            {"subquestion": _text(pair.question), "subanswer": pair.answer} for pair in item.pairs
        ]
    elif item.kind == "Numerical" and item.single:
        made["choices"] = _span(item.answers[0].span)
    elif item.kind != "Essay":
        made["choices"] = [_choice(one) for one in item.answers]
    return made


def _text(text: gift.Text | None) -> dict[str, str] | None:
    return None if text is None else {"format": text.format, "text": text.text}


def _span(span: gift.Span | None) -> dict[str, Any]:
    assert span is not None
    if span.low is not None and span.high is not None:
        return {"type": "high-low", "numberHigh": float(span.high), "numberLow": float(span.low)}
    assert span.number is not None
    if span.tolerance is None:
        return {"type": "simple", "number": float(span.number)}
    return {"type": "range", "number": float(span.number), "range": float(span.tolerance)}


def _choice(one: gift.Answer) -> dict[str, Any]:
    return {
        "isCorrect": one.right,
        "weight": None if one.weight is None else float(one.weight),
        "text": _text(one.text) if one.span is None else _span(one.span),
        "feedback": _text(one.feedback),
    }


@pytest.mark.parametrize("path", sorted(DATA.glob("*.gift")), ids=lambda path: path.stem)
def test_a_file_means_what_another_parser_says(path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    made = [as_their_parser_says(item) for item in gift.parse(path.read_text(encoding="utf-8"))]
    assert made == expected


def flaw(source: str) -> gift.Flaw:
    (found,) = (one for one in gift.parse(source) if isinstance(one, gift.Flaw))
    return found


@pytest.mark.parametrize(
    ("source", "line", "column", "words"),
    [
        ("Fine?{T}\n\nOpen {=a", 3, 6, "no }"),
        ("Stray }", 1, 7, "without a {"),
        ("Nested {=a {b} }", 1, 12, "inside the answers"),
        ("Twice {=a} and {=b}", 1, 16, "second"),
        ("::No end {T}", 1, 1, "title"),
        ("What?\n{ yes\n=no }", 2, 3, "neither = nor ~"),
        ("How many?{#many}", 1, 12, "no number"),
        ("How many?{#5..1}", 1, 12, "ends before"),
        ("How many?{#5:-1}", 1, 12, "negative"),
        ("Which?{=%900%a ~b}", 1, 9, "weight"),
        ("Match{=a -> b =c}", 1, 7, ""),
    ],
)
def test_a_flaw_says_where_it_is(source: str, line: int, column: int, words: str) -> None:
    if not words:
        assert not [one for one in gift.parse(source) if isinstance(one, gift.Flaw)]
        return
    found = flaw(source)
    assert (found.line, found.column) == (line, column)
    assert words in found.message
    assert found.advice


def test_reading_goes_on_after_a_broken_block() -> None:
    items = gift.parse("One {=\n\nTwo {T}\n\n} Three\n\nFour {F}")
    assert [type(one).__name__ for one in items] == ["Flaw", "Question", "Flaw", "Question"]


def test_a_category_holds_until_the_next_one() -> None:
    items = gift.parse("A{T}\n\n$CATEGORY: x/Loops\n\nB{T}\n\n$CATEGORY: y\nC{T}")
    found = [(one.stem.text, one.category) for one in items if isinstance(one, gift.Question)]
    assert found == [("A", ""), ("B", "x/Loops"), ("C", "y")]


def test_comments_keep_the_count_of_lines() -> None:
    assert flaw("// one\nWhat?\n// two\n{=a {}").line == 4


def test_pairs_keep_their_own_formats_and_distractors() -> None:
    (one,) = gift.parse("[html]Match {=[plain]a <b> -> x\n= -> y\n=c -> z}")
    assert isinstance(one, gift.Question)
    assert one.kind == "Matching"
    assert [(pair.question.format, pair.question.text, pair.answer) for pair in one.pairs] == [
        ("plain", "a <b>", "x"),
        ("html", "", "y"),
        ("html", "c", "z"),
    ]


def test_some_answers_with_an_arrow_and_some_without_is_a_flaw() -> None:
    assert "some have not" in flaw("Match {=a -> b =c -> d =e}").message


def test_one_answer_with_an_arrow_is_a_text() -> None:
    (one,) = gift.parse("Member of a pointer?{=p->x}")
    assert isinstance(one, gift.Question)
    assert (one.kind, one.answers[0].text.text) == ("Short", "p->x")


def test_numbers_take_weights_and_feedback() -> None:
    (one,) = gift.parse("Born?{#=1822:0#Right =%50%1822:2#Near ~#Read again ####All}")
    assert isinstance(one, gift.Question)
    assert one.general is not None
    assert [(a.right, a.weight, a.feedback and a.feedback.text) for a in one.answers] == [
        (True, None, "Right"),
        (True, Decimal(50), "Near"),
        (False, None, "Read again"),
    ]


HARD = ("{", "\\", "::", "=%", "#", "[html", "~a->", "{#1..", "$C", "%9")


@pytest.mark.parametrize("piece", HARD)
def test_hard_text_is_read_in_time_that_grows_with_its_length(piece: str) -> None:
    import time

    def seconds(count: int) -> float:
        best = 9.0
        for _ in range(3):
            began = time.process_time()
            gift.parse(piece * count + "{=a")
            best = min(best, time.process_time() - began)
        return best

    assert seconds(60_000) < 40 * max(seconds(6_000), 0.0005)


def test_a_block_too_long_is_refused_unread() -> None:
    assert "characters" in flaw("x" * (gift.MAX_BLOCK + 1)).message
