"""Every kind of question: what authors and learners may get wrong, and what an answer earns."""

from __future__ import annotations

import json
import math
from decimal import Decimal

import pytest

from studium.assessment.kinds import KINDS, QuestionContent, WrongShape, kind

OPTIONS = [{"id": name, "text": f"Option {name}"} for name in "abcd"]
SINGLE = QuestionContent("single_choice", "Which?", "b", OPTIONS)
MULTIPLE = QuestionContent("multiple_choice", "Which ones?", '["a", "c"]', OPTIONS)
TRUE = QuestionContent("true_false", "So?", "true")
TEXT = QuestionContent("short_text", "Word?", "mut", spec={"accepted": ["mut", "`mut`"]})
NUMBER = QuestionContent("numeric", "How much?", "3.14", spec={"tolerance": "0.01"})
PROGRAM = {"program": "fn main() {\n  x\n}\n"}
PRINTS = QuestionContent("tracing", "?", '{"compiles": true, "output": "1\\n2\\n"}', None, PROGRAM)
FAILS = QuestionContent("tracing", "?", '{"compiles": false, "line": 2}', None, PROGRAM)
ALL = [SINGLE, MULTIPLE, TRUE, TEXT, NUMBER, PRINTS, FAILS]


def earned(content, raw):
    its = kind(content.kind)
    return its.score(content, its.read_response(content, raw))


def changed(content, **changes):
    fields = {name: getattr(content, name) for name in QuestionContent.__slots__}
    return QuestionContent(**{**fields, **changes})


def flaws(content):
    return {problem.field for problem in kind(content.kind).check(content)}


def test_each_kind_has_its_name_and_an_unknown_one_is_named():
    assert {content.kind for content in ALL} <= set(KINDS)
    for name, its in KINDS.items():
        assert its.name == name
    with pytest.raises(ValueError, match="no kind of question"):
        kind("riddle")


@pytest.mark.parametrize("content", ALL)
def test_a_sound_question_has_no_flaws_and_its_right_answer_earns_everything(content):
    its = kind(content.kind)
    assert its.check(content) == []
    right = its.right_answer(content)
    assert its.is_answered(right)
    assert its.read_response(content, json.loads(json.dumps(right))) == right
    assert its.score(content, right) == 1


@pytest.mark.parametrize("content", ALL)
@pytest.mark.parametrize("raw", [None, ""])
def test_an_empty_response_clears_the_answer_and_earns_nothing(content, raw):
    its = kind(content.kind)
    assert its.read_response(content, raw) is None
    assert not its.is_answered(None)
    assert its.score(content, None) == 0


JUNK = [
    0, 1, -1, 10**4000, 0.5, math.nan, math.inf, -math.inf, True, False, b"b", {"a"}, object(),
    [], ["a"], ["a", "a"], [["a"]], [None], [True], ["a"] * 101, ["\x00"], ("a", "zz"), {},
    {"a": 1},
    {"compiles": 1}, {"compiles": True, "line": 3}, {"compiles": False, "output": ""},
    {"compiles": False, "line": True}, {"compiles": False, "line": 0},
    {"compiles": False, "line": "3"},
    {"compiles": False, "line": 2.0}, {"compiles": True, "output": ["1"]},
    {"compiles": True, "output": "\ud800"}, {"compiles": True, "x": 1}, {1: 2},
    "zz", "\x00", "\ud800", "b\udfff", "x" * 10_001, "NaN", "Infinity", "1_000", "1,234", "1e99999",
    "1e61", "0x10", "٣", "--1", "1 000", "9" * 61, " ", "\u2028",
]  # fmt: skip


@pytest.mark.parametrize("content", ALL)
# An address in a name would give each process of the test run other tests.
@pytest.mark.parametrize("raw", JUNK, ids=lambda raw: repr(raw).partition(" at 0x")[0][:30])
def test_junk_is_refused_or_scored_but_never_an_accident(content, raw):
    its = kind(content.kind)
    try:
        response = its.read_response(content, raw)
    except WrongShape:
        return
    assert 0 <= its.score(content, response) <= 1
    json.dumps(response).encode()
    assert its.read_response(content, response) == response


@pytest.mark.parametrize(
    ("content", "raw"),
    [
        (SINGLE, ["b"]), (SINGLE, {"id": "b"}), (SINGLE, 1), (SINGLE, True), (SINGLE, "e"),
        (MULTIPLE, "a"), (MULTIPLE, {"a": True}), (MULTIPLE, ["a", "a"]), (MULTIPLE, ["a", "e"]),
        (MULTIPLE, ["a"] * 101), (MULTIPLE, [1]),
        (TRUE, "true"), (TRUE, 1), (TRUE, 0), (TRUE, []),
        (TEXT, 1), (TEXT, ["mut"]), (TEXT, "x" * 10_001), (TEXT, "a\x00"), (TEXT, "\udc00"),
        (TEXT, True),
        (NUMBER, True), (NUMBER, math.nan), (NUMBER, math.inf), (NUMBER, "NaN"), (NUMBER, [3]),
        (NUMBER, "1,234"), (NUMBER, "three"), (NUMBER, "1_0"), (NUMBER, 10**4000),
        (NUMBER, "1e999"),
        (PRINTS, "1"), (PRINTS, True), (PRINTS, {"output": "1"}), (PRINTS, {"compiles": "true"}),
        (PRINTS, {"compiles": True, "output": 1}),
        (PRINTS, {"compiles": True, "output": "x" * 10_001}),
        (FAILS, {"compiles": False, "line": 2.0}), (FAILS, {"compiles": False, "line": True}),
        (FAILS, {"compiles": False, "line": 0}), (FAILS, {"compiles": False, "line": 2, "x": 1}),
    ],
)  # fmt: skip
def test_a_response_of_the_wrong_shape_is_refused(content, raw):
    with pytest.raises(WrongShape) as refusal:
        kind(content.kind).read_response(content, raw)
    assert refusal.value.fields
    assert refusal.value.message.endswith(".")


def test_a_single_choice_is_right_or_wrong():
    assert earned(SINGLE, "b") == 1
    assert earned(SINGLE, "a") == 0


@pytest.mark.parametrize(
    ("chosen", "share"),
    [
        (["a", "c"], "1"), (["c", "a"], "1"), (["a"], "0.5"), (["a", "b"], "0"), (["b"], "0"),
        (["a", "c", "b"], "0.5"), (["a", "b", "c", "d"], "0"), (["b", "d"], "0"),
    ],
)  # fmt: skip
def test_several_choices_earn_right_ones_less_wrong_ones(chosen, share):
    assert earned(MULTIPLE, chosen) == Decimal(share)


def test_several_choices_are_kept_in_the_authors_order():
    assert kind("multiple_choice").read_response(MULTIPLE, ["d", "a"]) == ["a", "d"]


def test_true_and_false():
    assert (earned(TRUE, True), earned(TRUE, False)) == (1, 0)
    assert (earned(changed(TRUE, answer="false"), False)) == 1


@pytest.mark.parametrize(
    ("raw", "share"),
    [("mut", 1), ("  MUT ", 1), ("`mut`", 1), ("mu t", 0), ("const", 0), ("ｍut", 0)],
)
def test_a_short_text_is_compared_with_the_accepted_forms(raw, share):
    assert earned(TEXT, raw) == share


def test_case_and_spaces_count_when_the_author_says_so():
    strict = {"accepted": ["Hello  World"], "case_sensitive": True, "collapse_spaces": False}
    content = changed(TEXT, answer="Hello  World", spec=strict)
    assert earned(content, "Hello  World") == 1
    assert earned(content, "Hello World") == 0
    assert earned(content, "hello  world") == 0
    loose = changed(content, spec={"accepted": ["Hello  World"]})
    assert earned(loose, "hello world") == 1


def test_two_ways_to_write_one_letter_are_the_same():
    assert earned(changed(TEXT, answer="é", spec={}), "e\u0301") == 1


@pytest.mark.parametrize(
    ("raw", "share"),
    [
        ("3.14", 1), (3.14, 1), ("3,14", 1), ("3.15", 1), ("3.13", 1), ("3.1500001", 0), (3, 0),
        ("314e-2", 1), (" +3.14 ", 1), ("-3.14", 0), ("\u22123.14", 0), (".314e1", 1), ("0,125", 0),
    ],
)  # fmt: skip
def test_a_number_is_right_within_its_tolerance_edge_included(raw, share):
    assert earned(NUMBER, raw) == share


def test_numbers_are_exact_decimals():
    content = changed(NUMBER, answer="0.3", spec={"tolerance": "0"})
    assert earned(content, "0.30") == 1
    assert earned(content, "0.30000000000000000000000000000000000001") == 0
    assert earned(content, 0.1 + 0.2) == 0


def test_a_relative_tolerance_is_a_share_of_the_right_value():
    content = changed(
        NUMBER, answer="-200", spec={"tolerance": "0.05", "tolerance_kind": "relative"}
    )
    assert [earned(content, raw) for raw in (-210, -190, -211, 200)] == [1, 1, 0, 0]


@pytest.mark.parametrize(
    ("content", "raw", "share"),
    [
        (PRINTS, {"compiles": True, "output": "1\n2"}, 1),
        (PRINTS, {"compiles": True, "output": "1  \r\n2\t\n\n"}, 1),
        (PRINTS, {"compiles": True, "output": " 1\n2"}, 0),
        (PRINTS, {"compiles": True, "output": "1\n\n2"}, 0),
        (PRINTS, {"compiles": True}, 0),
        (PRINTS, {"compiles": False, "line": 2}, 0),
        (FAILS, {"compiles": False, "line": 2}, 1),
        (FAILS, {"compiles": False, "line": 3}, 0),
        (FAILS, {"compiles": False}, 0),
        (FAILS, {"compiles": True, "output": ""}, 0),
        (changed(FAILS, answer='{"compiles": false}'), {"compiles": False, "line": 9}, 1),
    ],
)
def test_tracing_is_all_or_nothing(content, raw, share):
    assert earned(content, raw) == share


@pytest.mark.parametrize(
    ("content", "changes", "field"),
    [
        (SINGLE, {"text": " "}, "text"),
        (SINGLE, {"text": "x" * 50_001}, "text"),
        (SINGLE, {"options": OPTIONS[1:2]}, "options"),
        (SINGLE, {"options": None}, "options"),
        (SINGLE, {"options": [*OPTIONS, {"id": "e", "text": " Option a "}]}, "options"),
        (SINGLE, {"options": [*OPTIONS, {"id": "a", "text": "x"}]}, "options"),
        (SINGLE, {"options": [*OPTIONS, {"id": "e", "text": " "}]}, "options"),
        (SINGLE, {"options": [*OPTIONS, {"text": "x"}]}, "options"),
        (SINGLE, {"options": [{"id": str(n), "text": str(n)} for n in range(101)]}, "options"),
        (SINGLE, {"answer": "e"}, "answer"),
        (SINGLE, {"answer": ""}, "answer"),
        (MULTIPLE, {"answer": "[]"}, "answer"),
        (MULTIPLE, {"answer": '["e"]'}, "answer"),
        (MULTIPLE, {"answer": '["a", "a"]'}, "answer"),
        (MULTIPLE, {"answer": "a"}, "answer"),
        (MULTIPLE, {"answer": "[" * 100_000}, "answer"),
        (MULTIPLE, {"answer": "[1]"}, "answer"),
        (TRUE, {"answer": "True"}, "answer"),
        (TRUE, {"options": OPTIONS}, "options"),
        (TEXT, {"answer": " ", "spec": {}}, "answer"),
        (TEXT, {"spec": {"accepted": ["const"]}}, "answer"),
        (TEXT, {"spec": {"accepted": []}}, "answer"),
        (TEXT, {"spec": {"accepted": "mut"}}, "spec"),
        (TEXT, {"spec": {"accepted": ["mut"] * 101}}, "spec"),
        (TEXT, {"spec": {"case_sensitive": "no"}}, "spec"),
        (NUMBER, {"answer": "NaN"}, "answer"),
        (NUMBER, {"answer": "many"}, "answer"),
        (NUMBER, {"spec": {"tolerance": "-1"}}, "spec"),
        (NUMBER, {"spec": {"tolerance": "NaN"}}, "spec"),
        (NUMBER, {"spec": {"tolerance": True}}, "spec"),
        (NUMBER, {"spec": {"tolerance_kind": "loose"}}, "spec"),
        (PRINTS, {"spec": {}}, "spec"),
        (PRINTS, {"answer": "yes"}, "answer"),
        (PRINTS, {"answer": "{}"}, "answer"),
        (FAILS, {"answer": '{"compiles": false, "line": 50}'}, "answer"),
        (FAILS, {"answer": '{"compiles": false, "line": 0}'}, "answer"),
    ],
)
def test_an_authors_mistake_is_named(content, changes, field):
    assert field in flaws(changed(content, **changes))
