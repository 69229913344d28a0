"""A number with a tolerance, and a unit where the author asks for one. A response is a text.

`spec`: `tolerance` (a decimal as text, 0 unless set) and `tolerance_kind` (`absolute` unless set,
or `relative`: a share of the right value). The edge of the tolerance counts as right. `feedback` is
what is said to the right value, `accepted` a list of further values: `{value, tolerance,
tolerance_kind}` or `{low, high}` (both edges count), each with `share` and `feedback`; the best one
that fits counts. `expression` is the key of a question with parameters.

`units` is a list of `{unit, factor}`: a number in that unit times its factor is the number in the
first one, whose factor is 1. `unit_rule` is `required` (unless set) or `optional`. A right number
with no unit where one is required, or with an unknown one, earns `unit_share` percent (0 unless
set) of what it would earn. `5 km`, `{"value": 5, "unit": "km"}` and a bare number are responses;
capital letters of units count, spaces do not.

Numbers are exact decimals, see `numbers`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, localcontext
from random import Random
from typing import Any, ClassVar

from studium.assessment.kinds.accepted import (
    FULL,
    entry_flaws,
    joined_line,
    share_of,
    split_line,
    too_many,
)
from studium.assessment.kinds.content import (
    Draft,
    Fields,
    Making,
    Problem,
    QuestionContent,
    Response,
    WrongShape,
    check_text,
    read_text,
)
from studium.assessment.kinds.expressions import BadExpression, evaluate
from studium.assessment.kinds.kind import Kind
from studium.assessment.kinds.numbers import NUMBER, plain, read_number
from studium.assessment.kinds.numeric.units import (
    Unit,
    read_lines,
    read_quantity,
    to_lines,
    unit_flaws,
    units_of,
)
from studium.assessment.kinds.parameters import values_of

__all__ = ["KIND", "Numeric"]

_LONG = 12
_RANGE = re.compile(rf"({NUMBER})\s*\.\.\s*({NUMBER})")
_AROUND = re.compile(r"(.+?)\s*(?:±|\+-)\s*(\S+)")


class Numeric(Kind):
    """See the module."""

    name = "numeric"
    title = "Number"
    place = 50
    interaction = "numeric"
    shape = "number"
    takes_parameters = True
    bad_key: ClassVar = {
        "sqlite": "NEW.answer NOT GLOB '*[0-9]*' OR NEW.answer GLOB '*[^0-9.eE+-]*'",
        "postgresql": "NEW.answer !~ '[0-9]' OR NEW.answer ~ '[^0-9.eE+-]'",
    }
    bad_response: ClassVar = {
        "sqlite": "json_type(NEW.response) NOT IN ('text', 'integer', 'real')",
        "postgresql": "jsonb_typeof(NEW.response) NOT IN ('string', 'number')",
    }

    def problems(self, content: QuestionContent) -> list[Problem]:
        found = check_text(content)
        try:
            _key(content)
        except (WrongShape, BadExpression) as flaw:
            found.append(Problem("answer", f"The right value is no number: {_said(flaw)}"))
        found += [Problem("spec", words) for words in _tolerance_flaws(content.spec)]
        entries = content.spec.get("accepted", [])
        for words in too_many(entries):
            return [*found, Problem("spec", words)]
        for entry in entries:
            found += [Problem("spec", words) for words in _entry_flaws(entry)]
        found += [Problem("spec", words) for words in unit_flaws(content.spec)]
        return found or _too_exact(content)

    def read_response(self, content: QuestionContent, raw: object) -> Response:
        """The number as plain decimal text, with its unit behind it; raises `WrongShape`."""
        if raw is None or (isinstance(raw, str) and not read_text(raw).strip()):
            return None
        units = units_of(content.spec)
        if units:
            number, unit = read_quantity(raw)
            return f"{_text(number)} {unit}".rstrip()
        return _text(read_number(raw))

    def score(self, content: QuestionContent, response: Response) -> Decimal:
        """The share of the best accepted value that fits, times that of its unit; else 0."""
        if not isinstance(response, str):
            return Decimal(0)
        with localcontext() as exact:
            exact.prec = 500  # numbers have at most 60 digits within 60 places: nothing is rounded
            value, kept = _measured(content, response)
            share = max((share_of(one) for one in _fitting(content, value)), default=Decimal(0))
        return share * kept

    def right_answer(self, content: QuestionContent) -> Response:
        """The right value, in the first unit where there are units."""
        units = units_of(content.spec)
        value = f"{_key_text(content)} {units[0].name}" if units else _key_text(content)
        return self.read_response(content, value)

    def credit(self, content: QuestionContent) -> str:
        units, words = units_of(content.spec), []
        if units and content.spec.get("unit_rule", "required") == "required":
            kept = _unit_share(content.spec)
            words.append(
                f"Give the unit: a right number without it earns {plain(kept * FULL)} per cent."
                if kept
                else "Give the unit: a number without it earns nothing."
            )
        elif units:
            words.append("The unit may be left out.")
        if any(share_of(one) < 1 for one in content.spec.get("accepted", [])):
            words.append("Some values earn a part of the points.")
        return " ".join(words)

    def field(self, content: QuestionContent) -> dict[str, Any] | None:
        return {"unit": True} if units_of(content.spec) else None

    def remark(self, content: QuestionContent, response: Response) -> str:
        if not isinstance(response, str):
            return ""
        with localcontext() as exact:
            exact.prec = 500
            fitting = list(_fitting(content, _measured(content, response)[0]))
        best = max(fitting, key=share_of, default={})
        return str(best.get("feedback", ""))

    def mistake(self, content: QuestionContent, drawn: Random) -> Response:
        units = units_of(content.spec)
        wrong = str(Decimal(_key_text(content)) + drawn.choice([1, -1, 10]))
        return f"{wrong} {units[0].name}" if units else wrong

    def write(self, draft: Draft, making: Making) -> QuestionContent:
        """With parameters the draft's answer is an expression."""
        made = super().write(draft, making)
        spec = {name: one for name, one in made.spec.items() if name != "expression"}
        if "parameters" not in spec:
            return QuestionContent(self.name, draft.text, made.answer.strip(), spec=spec)
        spec["expression"] = made.answer.strip()
        # The database wants a number; which one a student gets is worked out when it is asked.
        return QuestionContent(self.name, draft.text, "0", spec=spec)

    def draft(self, content: QuestionContent) -> Draft:
        spec = dict(content.spec)
        answer = spec.pop("expression", None)
        return Draft(content.text, answer or content.answer, None, spec)

    def from_form(self, form: Fields) -> Draft:
        spec: dict[str, Any] = {"tolerance": form.get("tolerance", "").strip()}
        if form.get("tolerance_kind", "absolute") != "absolute":
            spec["tolerance_kind"] = form.get("tolerance_kind", "")
        if form.get("said", "").strip():
            spec["feedback"] = form.get("said", "").strip()
        lines = [line for line in form.get("also", "").splitlines() if line.strip()]
        if lines:
            spec["accepted"] = [_entry(line) for line in lines]
        if units := read_lines(form.get("units", "")):
            spec["units"] = units
            if form.get("unit_rule", "required") != "required":
                spec["unit_rule"] = form.get("unit_rule", "")
            spec["unit_share"] = form.get("unit_share", "").strip()
        spec = {name: value for name, value in spec.items() if value}
        return Draft("", form.get("number", "").strip(), None, spec)

    def to_form(self, draft: Draft) -> dict[str, Any]:
        spec = draft.spec
        return {
            "number": draft.answer,
            "tolerance": spec.get("tolerance", ""),
            "tolerance_kind": spec.get("tolerance_kind", "absolute"),
            "said": spec.get("feedback", ""),
            "also": "\n".join(
                joined_line(_entry_text(one), one) for one in spec.get("accepted", [])
            ),
            "units": to_lines(spec.get("units")),
            "unit_rule": spec.get("unit_rule", "required"),
            "unit_share": spec.get("unit_share", ""),
        }


# --- keys and tolerances -----------------------------------------------------------------------


def _key(content: QuestionContent) -> Decimal:
    """The right value; in a variant that of the expression, so that a new one counts too."""
    expression = content.spec.get("expression")
    if isinstance(expression, str) and "values" in content.spec:
        return evaluate(expression, values_of(content))
    return read_number(content.answer)


def _key_text(content: QuestionContent) -> str:
    return plain(_key(content))


def _fitting(content: QuestionContent, value: Decimal) -> Iterator[Mapping[str, Any]]:
    """What is accepted and holds this value, the key first, as an entry with its rules."""
    own = {
        "value": _key(content),
        **{name: content.spec[name] for name in _OWN & set(content.spec)},
    }
    for entry in (own, *content.spec.get("accepted", [])):
        if _holds(entry, value):
            yield entry


_OWN = {"tolerance", "tolerance_kind", "feedback"}


def _holds(entry: Mapping[str, Any], value: Decimal) -> bool:
    if "low" in entry:
        return read_number(entry["low"]) <= value <= read_number(entry["high"])
    right = entry["value"]
    right = right if isinstance(right, Decimal) else read_number(right)
    tolerance = read_number(entry.get("tolerance", "0"))
    if entry.get("tolerance_kind") == "relative":
        tolerance *= abs(right)
    return abs(value - right) <= tolerance


def _measured(content: QuestionContent, response: str) -> tuple[Decimal, Decimal]:
    """The response in the first unit, and the share that its unit leaves, 0 to 1."""
    number, _, name = response.partition(" ")
    value, units = Decimal(number), units_of(content.spec)
    if not units:
        return value, Decimal(1)
    unit: Unit | None = next((one for one in units if one.name == name), None)
    if unit is not None:
        return value * unit.factor, Decimal(1)
    if not name and content.spec.get("unit_rule") == "optional":
        return value, Decimal(1)
    return value, _unit_share(content.spec)


def _unit_share(spec: Mapping[str, Any]) -> Decimal:
    return read_number(spec.get("unit_share") or "0") / FULL


def _text(number: Decimal) -> str:
    return format(number, "f" if abs(number.adjusted()) <= 20 else "E")


# --- checking ----------------------------------------------------------------------------------


def _tolerance_flaws(spec: Mapping[str, Any]) -> list[str]:
    found = []
    try:
        if read_number(spec.get("tolerance", "0")) < 0:
            found.append("The tolerance is negative. Write 0 or more.")
    except WrongShape as flaw:
        found.append(f"The tolerance is no number: {flaw.message}")
    if spec.get("tolerance_kind", "absolute") not in ("absolute", "relative"):
        found.append("The tolerance must be absolute or relative.")
    if not isinstance(spec.get("feedback", ""), str):
        found.append("What is said to an answer must be a text.")
    return found


def _entry_flaws(entry: object) -> list[str]:
    names = {"value", "tolerance", "tolerance_kind"}
    is_range = isinstance(entry, Mapping) and "low" in entry
    found = entry_flaws(entry, {"low", "high"} if is_range else names)
    if not isinstance(entry, Mapping) or found:
        return found
    try:
        if is_range and read_number(entry["low"]) > read_number(entry.get("high", "")):
            found.append("A range ends below its beginning.")
        elif not is_range:
            read_number(entry.get("value", ""))
            found += _tolerance_flaws(entry)
    except WrongShape as flaw:
        found.append(f"An accepted value is no number: {flaw.message}")
    return found


def _too_exact(content: QuestionContent) -> list[Problem]:
    """A variant's value with many digits that only an equal number would meet."""
    if "values" not in content.spec or read_number(content.spec.get("tolerance", "0")):
        return []
    if len(_key(content).normalize().as_tuple().digits) <= _LONG:
        return []
    words = "the right value has many digits. Give a tolerance, or use round(…, 2) in the key."
    return [Problem("spec", words)]


def _said(flaw: WrongShape | BadExpression) -> str:
    return flaw.message if isinstance(flaw, WrongShape) else str(flaw)


# --- lines of the form -------------------------------------------------------------------------


def _entry(line: str) -> dict[str, Any]:
    """`3 ± 0.1 | 50 | Nearly.` or `2 .. 4 | 50`."""
    answer, more = split_line(line)
    if found := _RANGE.fullmatch(answer):
        return {"low": found[1], "high": found[2], **more}
    if around := _AROUND.fullmatch(answer):
        return {"value": around[1], "tolerance": around[2], **more}
    return {"value": answer, **more}


def _entry_text(entry: Mapping[str, Any]) -> str:
    if "low" in entry:
        return f"{entry['low']} .. {entry.get('high')}"
    around = f" ± {entry['tolerance']}" if entry.get("tolerance") else ""
    return f"{entry.get('value')}{around}"


KIND = Numeric()
