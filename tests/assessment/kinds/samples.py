"""One question of every kind and rule, made from what its author writes."""

from __future__ import annotations

import itertools
from typing import Any

from studium.assessment.kinds import Draft, OptionDraft, QuestionContent, kind


class Numbered:
    """Makes questions whose ids are letters and numbers."""

    def __init__(self) -> None:
        self.numbers = itertools.count(1)

    def ids(self, count: int) -> list[str]:
        return [f"i{next(self.numbers)}" for _ in range(count)]

    def html(self, text: str) -> str:
        return f"<p>{text}</p>"

    def inline(self, text: str) -> str:
        return text


def made(name: str, answer: Any = None, options: Any = None, **spec: Any) -> QuestionContent:
    """The question of a draft."""
    return kind(name).write(Draft("What?", answer, options, spec), Numbered())


def options(*texts: str, right: str = "", shares: Any = None) -> list[OptionDraft]:
    """Options, those of `right` being right: `options("a", "b", right="a")`."""
    return [
        OptionDraft(text, right=text in right, share=(shares or {}).get(text)) for text in texts
    ]


PAIRS = [{"prompt": one, "match": one.upper()} for one in "abc"]
RUBRIC = [
    {"text": "Rule", "levels": [{"text": "no", "points": "0"}, {"text": "yes", "points": "2"}]},
    {"text": "Why", "levels": [{"text": "no", "points": "0"}, {"text": "yes", "points": "1"}]},
]
UNITS = [{"unit": "m"}, {"unit": "km", "factor": "1000"}]
PROGRAM = "fn main() {\n    x\n}\n"
RANGE = {"min": "1", "max": "9", "step": "1"}

SAMPLES: dict[str, QuestionContent] = {
    "single": made("single_choice", None, options("a", "b", "c", right="b")),
    "single with shares": made(
        "single_choice", None, options("a", "b", "c", right="b", shares={"b": "100", "c": "50"})
    ),
    "several": made("multiple_choice", None, options("a", "b", "c", "d", right="ac")),
    "several with shares": made(
        "multiple_choice",
        None,
        options("a", "b", "c", right="ab", shares={"a": "70", "b": "30", "c": "-50"}),
    ),
    "truth": made("true_false", True, when_false="No: one owner."),
    "text": made("short_text", "mut", accepted=["mut", {"text": "let mut", "share": "50"}]),
    "text with stars": made("short_text", "own*", accepted=["own*"], wildcards=True),
    "number": made("numeric", "3.14", tolerance="0.01"),
    "number with others": made(
        "numeric",
        "3",
        accepted=[
            {"low": "5", "high": "6", "share": "50", "feedback": "Too high."},
            {"value": "2", "tolerance": "0.5", "share": "25"},
        ],
    ),
    "number with a unit": made("numeric", "1500", units=UNITS, unit_share="40"),
    "number with a free unit": made("numeric", "1500", units=UNITS, unit_rule="optional"),
    "pairs": made("matching", pairs=PAIRS, distractors=["D"]),
    "pairs less wrong ones": made("matching", pairs=PAIRS, credit="subtract"),
    "all pairs": made("matching", pairs=PAIRS, credit="all"),
    "order": made("ordering", None, options("a", "b", "c", "d")),
    "order by places": made("ordering", None, options("a", "b", "c"), credit="places"),
    "whole order": made("ordering", None, options("a", "b", "c"), credit="all"),
    "gaps": made("cloze", text="One [[owner|the owner]], [[*moved|copied]] or [[borrowed]]."),
    "gaps that cost": made("cloze", text="[[a]] [[*b|c]]", wrong_costs=True),
    "output": made("output", "1\n2\n", program=PROGRAM),
    "output by lines": made("output", "1\n2\n3", program=PROGRAM, credit="lines"),
    "output without spaces": made("output", "1 2", program=PROGRAM, spaces="none"),
    "prints": made("tracing", {"compiles": True, "output": "1\n2"}, program=PROGRAM),
    "fails": made("tracing", {"compiles": False, "line": 2}, program=PROGRAM),
    "essay": made("essay", "Because.", rubric=RUBRIC, min_words=2, max_words=100),
    "number that differs": made("numeric", "a * 2", parameters={"a": RANGE}, tolerance="0"),
    "choice that differs": made(
        "single_choice",
        None,
        [OptionDraft("{{a + 1}}", right=True), OptionDraft("{{a}}")],
        parameters={"a": RANGE},
    ),
}
# A question with parameters is asked and scored as one of its variants.
ASKED = {name: content for name, content in SAMPLES.items() if "parameters" not in content.spec}
MACHINE = {name: one for name, one in ASKED.items() if not kind(one.kind).needs_person}
