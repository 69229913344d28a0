"""Units of a number: how they are listed, typed and read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from studium.assessment.kinds.content import WrongShape, read_text
from studium.assessment.kinds.numbers import NUMBER, read_number

MAX_UNITS = 30
MAX_UNIT = 30
_QUANTITY = re.compile(rf"((?:{NUMBER}|[+-]?[0-9]*,[0-9]+))\s*((?:[^\s0-9.,+-].*)?)", re.DOTALL)
_LINE = re.compile(r"(.+?)\s*=\s*(\S+)")


@dataclass(frozen=True, slots=True)
class Unit:
    """A number in this unit times `factor` is the number in the question's first unit."""

    name: str
    factor: Decimal


def units_of(spec: Mapping[str, Any]) -> list[Unit]:
    """The units of a question; empty for a bare number."""
    given = spec.get("units") or []
    return [Unit(squeezed(one["unit"]), read_number(one.get("factor", "1"))) for one in given]


def squeezed(unit: str) -> str:
    """A unit without spaces, in which it is compared: `m / s` is `m/s`."""
    return "".join(unit.split())


def read_quantity(raw: object) -> tuple[Decimal, str]:
    """A number and its unit, which may be empty, from a response; raises `WrongShape`."""
    if isinstance(raw, dict):
        if not set(raw) <= {"value", "unit"}:
            raise WrongShape("response", "The answer has a value and a unit, nothing else.")
        unit = raw.get("unit")
        return _number(raw.get("value")), _unit("" if unit is None else unit)
    if not isinstance(raw, str):
        return read_number(raw), ""
    text = read_text(raw).strip().replace("\u2212", "-")
    found = _QUANTITY.fullmatch(text)
    if found is None:
        raise WrongShape("response", "The answer is no number with a unit. Write it like 3.2 km.")
    return read_number(found[1]), _unit(found[2])


def _number(raw: object) -> Decimal:
    try:
        return read_number(raw)
    except WrongShape as flaw:
        raise WrongShape("value", flaw.message) from None


def _unit(raw: object) -> str:
    unit = squeezed(read_text(raw, "unit"))
    if len(unit) > MAX_UNIT:
        raise WrongShape("unit", f"The unit is longer than {MAX_UNIT} characters.")
    return unit


def unit_flaws(spec: Mapping[str, Any]) -> list[str]:
    """What is wrong with the units, in words."""
    given = spec.get("units", [])
    if not isinstance(given, list) or len(given) > MAX_UNITS:
        return [f"The units must be a list of at most {MAX_UNITS}."]
    for one in given:
        if not isinstance(one, Mapping) or not set(one) <= {"unit", "factor"}:
            return ["A unit is an object with a unit and a factor."]
        name = one.get("unit")
        if not isinstance(name, str) or not 1 <= len(squeezed(name)) <= MAX_UNIT:
            return [f"A unit has 1 to {MAX_UNIT} characters."]
        if name.strip()[0] in "0123456789.,+-":
            return [f"The unit “{name}” begins like a number."]
        try:
            if read_number(one.get("factor", "1")) <= 0:
                return [f"The factor of {name} must be above 0."]
        except WrongShape as flaw:
            return [f"The factor of {name} is no number: {flaw.message}"]
    return _rule_flaws(spec, units_of(spec))


def _rule_flaws(spec: Mapping[str, Any], units: list[Unit]) -> list[str]:
    found = []
    if units and units[0].factor != 1:
        found.append("The first unit is that of the right value; its factor is 1.")
    if len({one.name for one in units}) < len(units):
        found.append("A unit is there twice.")
    if spec.get("unit_rule", "required") not in ("required", "optional"):
        found.append("The unit must be required or optional.")
    try:
        if not 0 <= read_number(spec.get("unit_share") or "0") <= 100:
            found.append("What a number without its unit earns is from 0 to 100 percent.")
    except WrongShape:
        found.append("What a number without its unit earns is a number from 0 to 100.")
    return found


def read_lines(text: str) -> list[dict[str, str]]:
    """`km = 1000`, one a line; a line without a factor has the factor 1."""
    found = []
    for line in filter(str.strip, text.splitlines()):
        parts = _LINE.fullmatch(line.strip())
        found.append({"unit": parts[1], "factor": parts[2]} if parts else {"unit": line.strip()})
    return found


def to_lines(given: object) -> str:
    """The lines of `read_lines` for stored units."""
    lines = []
    for one in given if isinstance(given, list) else ():
        factor = str(one.get("factor", "1"))
        lines.append(one["unit"] if factor == "1" else f"{one['unit']} = {factor}")
    return "\n".join(lines)
