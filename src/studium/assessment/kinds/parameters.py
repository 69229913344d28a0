"""Variants of one question: numbers that differ from attempt to attempt.

`spec.parameters` names them: `{"a": {"min": "1", "max": "10", "step": "1"}, "b": {"values": ["2",
"4"]}}`. `{{a + b}}` in the question's texts stands for the value of the expression;
`spec.expression` is the key where the key is a number. Which numbers an attempt gets is drawn from
its stored seed and the question's id alone, so the page, the mark, the review and a regrade see the
same ones.
"""

from __future__ import annotations

import hashlib
import html
import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from studium.assessment.kinds.content import Problem, QuestionContent, WrongShape
from studium.assessment.kinds.expressions import FUNCTIONS, BadExpression, evaluate, names_in
from studium.assessment.kinds.numbers import plain, read_number

MAX_PARAMETERS = 10
MAX_VALUES = 10_000
"""Values that one parameter can have."""
MAX_TRIED = 400
"""Variants that are looked at before a question is stored; all of them where there are fewer."""
_REDRAWS = 50
_LEFT_ALONE = ("parameters", "expression", "values")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,19}")
_PLACE = re.compile(r"\{\{(.{1,200}?)\}\}")
_LINE = re.compile(r"\s*(\S+)\s*=\s*(.+?)\s*")
_RANGE = re.compile(r"(\S+)\s*\.\.\s*(\S+)(?:\s+step\s+(\S+))?")

Values = Mapping[str, Decimal]


def drawn(content: QuestionContent, *, seed: object, question_id: object) -> QuestionContent:
    """The variant of an attempt; a question without parameters as it is.

    Draws on which an expression has no value are passed over, always in the same order.
    """
    if "parameters" not in content.spec:
        return content
    ranges = _ranges(content)
    for turn in range(_REDRAWS):
        values = _draw(ranges, f"{seed}\0{question_id}\0{turn}")
        try:
            return filled(content, values)
        except BadExpression:
            continue
    for values in _all(ranges):
        try:
            return filled(content, values)
        except BadExpression:
            continue
    raise BadExpression("No variant of this question has a value.")


def filled(content: QuestionContent, values: Values) -> QuestionContent:
    """The question with these numbers in it; raises `BadExpression`. `spec.values` keeps them."""
    spec = {
        name: entry if name in _LEFT_ALONE else _filled(entry, values)
        for name, entry in content.spec.items()
    }
    spec["values"] = {name: plain(value) for name, value in values.items()}
    answer = fill(content.answer, values)
    if isinstance(content.spec.get("expression"), str):
        answer = plain(evaluate(content.spec["expression"], values))
    return replace(
        content,
        text=fill(content.text, values),
        answer=answer,
        options=_filled(content.options, values),
        spec=spec,
    )


def fill(text: str, values: Values) -> str:
    """A text, or its HTML, with the values of its `{{expressions}}`; raises `BadExpression`."""
    return _PLACE.sub(lambda at: shown(evaluate(html.unescape(at[1]), values)), text)


def values_of(content: QuestionContent) -> dict[str, Decimal]:
    """The numbers that a variant was filled with; empty for a question without."""
    given = content.spec.get("values")
    return {name: Decimal(text) for name, text in given.items()} if given else {}


def shown(value: Decimal) -> str:
    """A number as a text has it: at most 12 digits, no zeros at the end."""
    short = +value if value == value.to_integral_value() else Decimal(f"{value:.12g}")
    return plain(short)


def samples(content: QuestionContent, count: int = 5) -> list[QuestionContent]:
    """Some variants, the same each time, for the author to look at."""
    return [drawn(content, seed="sample", question_id=number) for number in range(count)]


def protected(text: str, render: Callable[[str], str]) -> str:
    """Markdown as HTML in which the `{{expressions}}` are kept for `fill`."""
    places = _PLACE.findall(text)
    if not places:
        return render(text)
    # A number passes through Markdown, highlighted code and formulas as one piece.
    base = next(n for n in itertools.count(90_210_731) if str(n) not in text)
    tokens = [f"{base}{number:04}" for number in range(len(places))]
    left = iter(tokens)
    made = render(_PLACE.sub(lambda at: next(left), text))
    for token, place in zip(tokens, places, strict=True):
        made = made.replace(token, "{{" + html.escape(place, quote=False) + "}}")
    return made


# --- what authors write ------------------------------------------------------------------------


def read_lines(text: str) -> dict[str, Any]:
    """`a = 1 .. 10 step 0.5` or `b = 2, 4, 8`, one a line; what cannot be read is kept as text."""
    found: dict[str, Any] = {}
    for line in filter(str.strip, text.splitlines()):
        parts = _LINE.fullmatch(line)
        span = _RANGE.fullmatch(parts[2]) if parts else None
        if parts is None:
            found[line.strip()[:80]] = line.strip()
        elif span:
            found[parts[1]] = {"min": span[1], "max": span[2], "step": span[3] or "1"}
        else:
            found[parts[1]] = {"values": [one.strip() for one in parts[2].split(",")]}
    return found


def to_lines(given: object) -> str:
    """The lines of `read_lines` for stored parameters."""
    lines = []
    for name, one in given.items() if isinstance(given, Mapping) else ():
        if not isinstance(one, Mapping):
            lines.append(str(one))
        elif "values" in one:
            lines.append(f"{name} = {', '.join(map(str, one['values']))}")
        else:
            step = f" step {one['step']}" if str(one.get("step", "1")) != "1" else ""
            lines.append(f"{name} = {one.get('min')} .. {one.get('max')}{step}")
    return "\n".join(lines)


# --- checking ----------------------------------------------------------------------------------


def problems(
    content: QuestionContent, problems_of: Callable[[QuestionContent], list[Problem]]
) -> list[Problem]:
    """What is wrong with the parameters, the expressions, or with a variant."""
    flaws = [Problem("spec", words) for words in _flaws(content.spec["parameters"])]
    if flaws:
        return flaws
    try:
        asked_for = set().union(*(names_in(one) for one in _expressions(content)))
    except BadExpression as flaw:
        return [Problem("spec", str(flaw))]
    ranges = _ranges(content)
    if unknown := sorted(asked_for - set(ranges)):
        return [Problem("spec", f"There is no parameter called {', '.join(unknown)}.")]
    if unused := sorted(set(ranges) - asked_for):
        return [Problem("spec", f"The parameter {', '.join(unused)} is used nowhere.")]
    for values in _tried(ranges):
        named = ", ".join(f"{name} = {shown(value)}" for name, value in values.items())
        try:
            flaws = problems_of(filled(content, values))
        except BadExpression as flaw:
            return [Problem("spec", f"With {named}: {flaw}")]
        if flaws:
            return [Problem(flaw.field, f"With {named}: {flaw.message}") for flaw in flaws]
    return []


def _flaws(given: object) -> list[str]:
    if not isinstance(given, Mapping) or not given:
        return ["The parameters must be an object with a range for each name."]
    if len(given) > MAX_PARAMETERS:
        return [f"There are more than {MAX_PARAMETERS} parameters."]
    found = []
    for name, one in given.items():
        if not isinstance(name, str) or not _NAME.fullmatch(name) or name in FUNCTIONS:
            found.append(f"“{name}” is no name for a parameter. Use small letters, like a or mass.")
        else:
            found += [f"{name}: {words}" for words in _range_flaws(one)]
    return found


def _range_flaws(one: object) -> list[str]:
    if not isinstance(one, Mapping):
        return ["write a range like 1 .. 10 step 1, or values like 2, 4, 8."]
    try:
        if "values" in one:
            given = one["values"]
            if set(one) != {"values"} or not isinstance(given, list) or not 1 <= len(given) <= 100:
                return ["give 1 to 100 values."]
            numbers = [read_number(value) for value in given]
            return ["a value is there twice."] if len(set(numbers)) < len(numbers) else []
        low, high, step = (read_number(one.get(name, "")) for name in ("min", "max", "step"))
    except WrongShape as flaw:
        return [flaw.message]
    if set(one) != {"min", "max", "step"} or step <= 0 or high < low:
        return ["a range has min, max and step; step is above 0 and max not below min."]
    if (high - low) / step >= MAX_VALUES:
        return [f"a range has more than {MAX_VALUES:,} values."]
    return []


def _expressions(content: QuestionContent) -> Iterator[str]:
    if isinstance(content.spec.get("expression"), str):
        yield content.spec["expression"]
    spec = {name: one for name, one in content.spec.items() if name not in _LEFT_ALONE}
    for text in _texts([content.text, content.answer, list(content.options or ()), spec]):
        for place in _PLACE.findall(text):
            yield html.unescape(place)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)


# --- drawing -----------------------------------------------------------------------------------


class _Range:
    """The values of one parameter, by number from 0; not kept, since there may be thousands."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._values = [read_number(one) for one in given.get("values", ())]
        if not self._values:
            self._low, high = read_number(given["min"]), read_number(given["max"])
            self._step = read_number(given["step"])
            self.size = int((high - self._low) // self._step) + 1
        else:
            self.size = len(self._values)

    def __getitem__(self, number: int) -> Decimal:
        return self._values[number] if self._values else self._low + number * self._step


def _ranges(content: QuestionContent) -> dict[str, _Range]:
    return {name: _Range(one) for name, one in sorted(content.spec["parameters"].items())}


def _draw(ranges: Mapping[str, _Range], seed: str) -> Values:
    return {
        name: one[_number(f"{seed}\0parameter {name}") % one.size] for name, one in ranges.items()
    }


def _number(seed: str) -> int:
    # 256 bits: with at most 10,000 values no value is likelier than another by a visible amount.
    return int.from_bytes(hashlib.sha256(seed.encode()).digest(), "big")


def _all(ranges: Mapping[str, _Range]) -> Iterator[Values]:
    numbers = itertools.product(*(range(one.size) for one in ranges.values()))
    for chosen in itertools.islice(numbers, MAX_TRIED):
        yield {name: ranges[name][number] for name, number in zip(ranges, chosen, strict=True)}


def _tried(ranges: Mapping[str, _Range]) -> Iterator[Values]:
    """All variants where they are few, else the corners and a fixed choice of the others."""
    total = 1
    for one in ranges.values():
        total *= one.size
    if total <= MAX_TRIED:
        yield from _all(ranges)
        return
    ends = itertools.product(*({0, one.size - 1} for one in ranges.values()))
    for chosen in itertools.islice(ends, MAX_TRIED // 2):
        yield {name: ranges[name][number] for name, number in zip(ranges, chosen, strict=True)}
    for number in range(MAX_TRIED // 2):
        yield _draw(ranges, f"check {number}")


def _filled(value: Any, values: Values) -> Any:
    if isinstance(value, str):
        return fill(value, values)
    if isinstance(value, Mapping):
        return {name: _filled(one, values) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_filled(one, values) for one in value]
    return value
