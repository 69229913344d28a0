"""What an accommodation may hold, and a list of them as a file: read and checked line by line."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from studium.assessment import term_checks as checks
from studium.lib.errors import Invalid

DEFAULTS: dict[str, Any] = {
    "factor": Decimal(1),
    "extra_minutes": 0,
    "break_minutes": 0,
    "opens_at": None,
    "closes_at": None,
    "extra_attempts": 0,
    "reason": "",
}
COLUMNS = ("email", "exam", *DEFAULTS)
MAX_BYTES = 1_000_000
MAX_LINES = 2_000
MOST_FACTOR = 10


@dataclass(frozen=True, slots=True)
class ListRow:
    """One line of a list; `line` counts from 1. `profile` is as `DEFAULTS`, `problem` is empty when
    the line is sound by itself."""

    line: int
    email: str
    exam: str
    profile: dict[str, Any] = field(default_factory=dict)
    problem: str = ""


def problems(profile: Mapping[str, Any]) -> dict[str, str]:
    """Field -> what is wrong with it; empty when the profile can be kept."""
    found = checks.each(profile, _CHECKS)
    whole = {**DEFAULTS, **profile}
    if found:
        return found
    if whole["opens_at"] and whole["closes_at"] and whole["closes_at"] <= whole["opens_at"]:
        found["opens_at"] = "It opens at or after its closing time. Choose an earlier time."
        found["closes_at"] = "It closes at or before its opening time. Choose a later time."
    elif gives_nothing(whole):
        found["factor"] = (
            "This gives nothing beyond everybody's terms. Give time, a window or attempts."
        )
    return found


def gives_nothing(profile: Mapping[str, Any]) -> bool:
    """Whether the profile says the same as having none."""
    return all(
        profile.get(name, value) == value for name, value in DEFAULTS.items() if name != "reason"
    )


def read_list(data: bytes) -> list[ListRow]:
    """The lines of a CSV file with a head line naming `email` and any of `COLUMNS`.

    Commas, semicolons and tabs are read. Empty cells are as `DEFAULTS`, an empty `exam` means all
    exams of the course; moments without a zone are in the reader's own. Raises `Invalid` when it
    is no such file at all; a bad line is a row with its problem.
    """
    lines = [(number, cells) for number, cells in _lines(data) if any(map(str.strip, cells))]
    if not lines:
        raise Invalid("The list is empty. It needs a head line and one student on each line.")
    head = [cell.strip().lower().removeprefix("'") for cell in lines[0][1]]
    unknown = [name for name in head if name and name not in COLUMNS and name != "name"]
    if "email" not in head or unknown:
        raise Invalid(
            f"The first line must name the columns: email, and any of {', '.join(COLUMNS[1:])}."
            + (f" “{unknown[0][:40]}” is none of them." if unknown else "")
        )
    if len(lines) > MAX_LINES:
        raise Invalid(f"The list has more than {MAX_LINES:,} lines. Split it.")
    return [_row(number, dict(zip(head, cells, strict=False))) for number, cells in lines[1:]]


def _lines(data: bytes) -> list[tuple[int, list[str]]]:
    if len(data) > MAX_BYTES:
        raise Invalid("The list is larger than 1 MB. Split it.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid("This is not UTF-8 text. Save the list as “CSV UTF-8”.") from None
    if "\x00" in text:
        raise Invalid("This is not a CSV file. Save the list as “CSV UTF-8”.")
    start = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=start.count))
    found: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            found.append((reader.line_num, cells))
    except csv.Error as wrong:
        raise Invalid(f"Line {reader.line_num} cannot be read as CSV: {wrong}.") from None
    return found


def _row(line: int, cells: Mapping[str, str]) -> ListRow:
    texts = {name: _unquoted(cell) for name, cell in cells.items()}
    profile: dict[str, Any] = {}
    wrong: list[str] = []
    for name in DEFAULTS:
        text = texts.get(name, "")
        try:
            profile[name] = READ[name](text) if text else DEFAULTS[name]
        except ValueError:
            wrong.append(f"{name}: “{text[:40]}” cannot be read.")
    wrong += [f"{name}: {problem}" for name, problem in problems(profile).items()]
    return ListRow(
        line=line,
        email=texts.get("email", "")[:254],
        exam=texts.get("exam", "")[:200],
        profile=profile,
        problem=" ".join(wrong),
    )


def _unquoted(cell: str) -> str:
    """Without blanks, and without the apostrophe that guards a formula in our own downloads."""
    text = cell.strip()
    return (
        text[1:] if text.startswith("'") and text[1:2] in ("=", "+", "-", "@", "|", "%") else text
    )


def decimal_in(text: str) -> Decimal:
    """A factor as typed, with a point or a comma; raises `ValueError`."""
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        raise ValueError(text) from None


def whole_in(text: str) -> int:
    """A whole number as typed; raises `ValueError`."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ValueError(text)
    return int(text)


def moment_in(text: str) -> datetime:
    """A moment as typed, in the reader's zone where it names none; raises `ValueError`."""
    found = parse_datetime(text)
    if found is None:
        raise ValueError(text)
    return found if timezone.is_aware(found) else timezone.make_aware(found)


# How each field reads what was typed; every one raises `ValueError`.
READ: dict[str, Any] = {
    "factor": decimal_in,
    "extra_minutes": whole_in,
    "break_minutes": whole_in,
    "opens_at": moment_in,
    "closes_at": moment_in,
    "extra_attempts": whole_in,
    "reason": str,
}


def _factor(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return "This must be a number like 1.25."
    read = Decimal(value)
    if not read.is_finite() or not 1 <= read <= MOST_FACTOR:
        return f"This must be a number from 1 to {MOST_FACTOR}."
    return None if read == round(read, 2) else "Give at most two decimals."


_CHECKS: dict[str, checks.Check] = {
    "factor": _factor,
    "extra_minutes": checks.number(0, 1440),
    "break_minutes": checks.number(0, 1440),
    "opens_at": checks.moment,
    "closes_at": checks.moment,
    "extra_attempts": checks.number(0, 100),
    "reason": checks.text(0, 2000),
}
