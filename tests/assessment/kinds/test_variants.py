"""Numbers that differ from student to student: expressions, draws, and what authors are told."""

from __future__ import annotations

import time
from collections import Counter
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studium.assessment.kinds import OptionDraft, kind, parameters
from studium.assessment.kinds.expressions import BadExpression, evaluate, names_in
from tests.assessment.kinds.samples import RANGE, SAMPLES, made

VALUES = {"a": Decimal(7), "b": Decimal(2), "zero": Decimal(0)}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 + 2 * 3", 7), ("(1 + 2) * 3", 9), ("-a + b", -5), ("+a", 7), ("2 ** 10", 1024),
        ("a // b", 3), ("-a // b", -4), ("-a % b", 1), ("a % b", 1), ("a / b", "3.5"),
        ("0.1 + 0.2", "0.3"), ("1e3", 1000), ("zero ** 0", 1), ("4 ** 0.5", 2),
        ("round(2.5)", 3), ("round(-2.5)", -3), ("round(a / 3, 2)", "2.33"), ("sqrt(a + b)", 3),
        ("abs(b - a)", 5), ("min(a, b, 1)", 1), ("max(a, b)", 7), ("floor(a / b)", 3),
        ("ceil(a / b)", 4), ("ln(exp(1))", 1), ("log10(1000)", 3), ("  a", 7),
    ],
)  # fmt: skip
def test_arithmetic_is_that_of_mathematics_in_exact_decimals(expression, value) -> None:
    assert round(evaluate(expression, VALUES), 20) == Decimal(value)


@pytest.mark.parametrize(
    "expression",
    [
        "", " ", "a +", "a b", "1 / zero", "a % zero", "a // zero", "zero ** -1", "sqrt(-a)",
        "ln(zero)", "(-2) ** 0.5", "c", "a.real", "a[0]", "[1]", "(1, 2)", "{1}", "'x'", "b'x'",
        "True", "None", "1j", "lambda: 1", "a if b else 1", "a == b", "a and b", "not a", "~a",
        "a @ b", "a << b", "a | b", "f'{a}'", "a := 1", "*a", "eval('1')", "__import__('os')",
        "open('x')", "min()", "min(*a)", "round(1, ndigits=2)", "round(1, 2, 3)", "round(1, 0.5)",
        "round(1, 99)", "(abs)(1)(2)", "print(1)", "().__class__", "10 ** 51", "9 ** 9 ** 9",
        "2 ** 1e9", "1e999", "exp(1000)", "99999999 ** 99", "1" * 201, "(" * 199, "-" * 190 + "1",
        "a;b", "a\nb", "\x00", "yield 1", "await a", "1_0" + "0" * 60, "max(" + "1," * 60 + "1)",
    ],
)  # fmt: skip
def test_what_is_no_arithmetic_or_has_no_value_is_refused_in_words(expression) -> None:
    with pytest.raises(BadExpression) as refused:
        evaluate(expression, VALUES)
    assert str(refused.value).endswith((".", "?"))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text(alphabet="ab()+-*/%., 0123456789eminrounsqt_[]'\"", max_size=40))
def test_any_text_has_a_finite_value_or_is_refused(text: str) -> None:
    began = time.perf_counter()
    try:
        assert evaluate(text, VALUES).is_finite()
    except BadExpression:
        return
    finally:
        assert time.perf_counter() - began < 1


def test_the_names_of_an_expression_are_its_parameters() -> None:
    assert names_in("max(a, b * 2) + round(c)") == {"a", "b", "c"}


def test_the_same_attempt_and_question_always_get_the_same_numbers() -> None:
    content, one, two = SAMPLES["number that differs"], UUID(int=1), UUID(int=2)

    def drawn(seed: object, question: UUID) -> str:
        return parameters.drawn(content, seed=seed, question_id=question).answer

    assert drawn(5, one) == drawn(5, one)
    assert len({drawn(seed, one) for seed in range(60)}) == 9
    assert [drawn(seed, one) for seed in range(20)] != [drawn(seed, two) for seed in range(20)]


def test_every_value_is_drawn_about_as_often() -> None:
    content = SAMPLES["number that differs"]
    counts = Counter(
        parameters.drawn(content, seed=seed, question_id=UUID(int=3)).spec["values"]["a"]
        for seed in range(1800)
    )
    assert set(counts) == {str(number) for number in range(1, 10)}
    # Chi-square with 8 degrees of freedom stays below 26.1 in 999 of 1,000 cases.
    assert sum((count - 200) ** 2 / 200 for count in counts.values()) < 26.1


def test_text_key_options_and_explanations_show_the_same_numbers() -> None:
    content = made(
        "numeric",
        "a * b",
        accepted=[{"value": "{{a + b}}", "share": "50", "feedback": "You added {{a}} and {{b}}."}],
        parameters={"a": RANGE, "b": {"values": ["11", "13"]}},
    )
    asked = parameters.drawn(content, seed=1, question_id=UUID(int=1))
    a, b = (Decimal(asked.spec["values"][name]) for name in "ab")
    its = kind("numeric")
    assert its.right_answer(asked) == str(a * b)
    assert its.score(asked, str(a * b)) == 1
    assert its.score(asked, str(a + b)) == Decimal("0.5")
    assert its.remark(asked, str(a + b)) == f"You added {a} and {b}."
    assert parameters.fill("{{ a }}·{{b}} = {{a*b}}", {"a": a, "b": b}) == f"{a}·{b} = {a * b}"


def test_expressions_survive_markdown_code_and_formulas() -> None:
    from studium.assessment.writing import QuestionDraft, write

    text = "{{a * b}} and {{a * c}} `x = {{a}}` $\\frac{ {{a}} }{2}$ {{a < b}}\n\n```\n{{b}}\n```"
    made_ = write(
        QuestionDraft(
            "numeric", text.replace("{{a < b}}", ""), answer="a + b + c",
            spec={"parameters": dict.fromkeys("abc", RANGE)},
        )
    )  # fmt: skip
    assert made_.problems == {}
    values = {"a": Decimal(3), "b": Decimal(4), "c": Decimal(5)}
    shown = parameters.fill(made_.columns["question_html"], values)
    assert "12 and 15" in shown
    assert "{{" not in shown
    assert "<mn>3</mn>" in shown
    assert "x = 3" in shown


@pytest.mark.parametrize(
    ("answer", "spec", "words"),
    [
        ("6 / (a - 5)", {}, "divides by zero"),
        ("sqrt(a - 5)", {}, "no real number"),
        ("a + c", {}, "no parameter called c"),
        ("1", {}, "used nowhere"),
        ("a +", {}, "cannot be read"),
        ("a.x", {}, "other than arithmetic"),
        ("a / 7", {}, "many digits"),
        ("10 ** (a * 20)", {}, "too large"),
        ("a", {"parameters": {}}, "range for each name"),
        ("a", {"parameters": []}, "range for each name"),
        ("a", {"parameters": {"A": RANGE}}, "no name for a parameter"),
        ("a", {"parameters": {"round": RANGE}}, "no name for a parameter"),
        ("a", {"parameters": {"a": "1..9"}}, "write a range"),
        ("a", {"parameters": {"a": {"min": "1", "max": "9", "step": "0"}}}, "step is above 0"),
        ("a", {"parameters": {"a": {"min": "9", "max": "1", "step": "1"}}}, "max not below min"),
        ("a", {"parameters": {"a": {"min": "0", "max": "1e9", "step": "1"}}}, "more than 10,000"),
        ("a", {"parameters": {"a": {"values": []}}}, "1 to 100 values"),
        ("a", {"parameters": {"a": {"values": ["1", "1.0"]}}}, "there twice"),
        ("a", {"parameters": {"a": {"values": ["x"]}}}, "no number"),
        ("a", {"parameters": {f"p{n}": RANGE for n in range(11)}}, "more than 10"),
    ],
)
def test_an_author_is_told_what_is_wrong_before_anybody_is_asked(answer, spec, words) -> None:
    content = made("numeric", answer, **{"parameters": {"a": RANGE}, **spec})
    assert words in " ".join(flaw.message for flaw in kind("numeric").check(content))


def test_options_that_become_equal_are_refused_with_the_numbers() -> None:
    options = [OptionDraft("{{a + b}}", right=True), OptionDraft("{{a * b}}")]
    content = made("single_choice", None, options, parameters={"a": RANGE, "b": RANGE})
    said = " ".join(flaw.message for flaw in kind("single_choice").check(content))
    assert "With a = 2, b = 2: The option “4” is there twice." in said


def test_kinds_without_parameters_say_so() -> None:
    for name in ("matching", "essay", "tracing"):
        sample = next(one for one in SAMPLES.values() if one.kind == name)
        from studium.assessment.kinds.kind import with_spec

        flaws = kind(name).check(with_spec(sample, parameters={"a": RANGE}))
        assert "takes no parameters" in flaws[0].message


@pytest.mark.parametrize(
    ("lines", "read"),
    [
        ("a = 1 .. 10 step 0.5", {"a": {"min": "1", "max": "10", "step": "0.5"}}),
        ("a=1..3\r\n\r\nb = 2, 4", {"a": {"min": "1", "max": "3", "step": "1"},
                                   "b": {"values": ["2", "4"]}}),
        ("what is this", {"what is this": "what is this"}),
    ],
)  # fmt: skip
def test_parameters_are_written_one_a_line(lines, read) -> None:
    assert parameters.read_lines(lines) == read
    if "what" not in lines:
        assert parameters.read_lines(parameters.to_lines(read)) == read
