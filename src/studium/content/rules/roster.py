"""A class list as CSV: read, checked line by line, nothing stored."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass

from studium.lib.errors import Invalid

MAX_PEOPLE = 5_000
MAX_BYTES = 2_000_000
ROLES = ("student", "assistant", "instructor")
_EMAIL = re.compile(r"[^\s@,;<>\"']{1,64}@[^\s@,;<>\"']{1,189}\.[^\s@,;<>\"'.]{2,}")
_FORMULA = ("=", "+", "-", "@", "\t")
_HEAD = {"email": "email", "e-mail": "email", "mail": "email", "name": "name", "role": "role"}


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One person of the list; `line` counts from 1, `problem` is empty when the row is sound."""

    line: int
    email: str
    name: str = ""
    role: str = "student"
    problem: str = ""


def read_roster(data: bytes) -> list[RosterRow]:
    """The people of a CSV file with `email[,name][,role]`, with or without a head line.

    Commas, semicolons and tabs are read. Raises `Invalid` when it is not such a file at all; a
    bad line is a row with its problem.
    """
    lines = csv_lines(data)
    columns = ["email", "name", "role"]
    rows: list[RosterRow] = []
    seen: dict[str, int] = {}
    for number, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        head = [_HEAD.get(cell.strip().lower(), "") for cell in cells]
        if not rows and "email" in head:
            columns = head
            continue
        row = _row(number, dict(zip(columns, (cell.strip() for cell in cells), strict=False)))
        first = seen.setdefault(row.email.casefold(), number)
        if first != number and not row.problem:
            row = RosterRow(number, row.email, row.name, row.role, f"Also on line {first}.")
        rows.append(row)
    if not rows:
        raise Invalid("The file names nobody. Put one e-mail address on each line.")
    if len(rows) > MAX_PEOPLE:
        raise Invalid(f"The file names {len(rows):,} people; at most {MAX_PEOPLE:,} go at once.")
    return rows


def csv_lines(data: bytes) -> list[tuple[int, list[str]]]:
    """The cells of a CSV file by line, from 1; commas, semicolons and tabs. Raises `Invalid`."""
    if len(data) > MAX_BYTES:
        raise Invalid("The file is larger than 2 MB. Split it.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = data.count(b"\n", 0, wrong.start) + 1
        raise Invalid(
            f"Line {line} is not UTF-8 text. Save the list as “CSV UTF-8” and try again."
        ) from wrong
    if "\x00" in text:
        raise Invalid("This is not a CSV file. Save the list as “CSV UTF-8” and try again.")
    start = text[:2000]
    mark = max(",;\t", key=start.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    found: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            found.append((reader.line_num, cells))
    except csv.Error as wrong:
        raise Invalid(f"Line {reader.line_num} cannot be read as CSV: {wrong}.") from wrong
    return found


def email_problem(email: str) -> str:
    """Why this is no address, or nothing."""
    return "" if _EMAIL.fullmatch(email) else f"“{email[:60]}” is not an e-mail address."


def _row(line: int, cells: dict[str, str]) -> RosterRow:
    email = cells.get("email", "")
    name = " ".join(cells.get("name", "").split())
    role = cells.get("role", "").casefold() or "student"
    return RosterRow(line, email[:254], name[:200], role[:20], _problem(email, name, role))


def _problem(email: str, name: str, role: str) -> str:
    if problem := email_problem(email):
        return problem
    if email.startswith(_FORMULA) or name.startswith(_FORMULA):
        return "It begins with a sign that spreadsheets take for a formula."
    if len(name) > 200:
        return "The name has more than 200 characters."
    if role not in ROLES:
        return f"“{role[:20]}” is not a role; use student, assistant or instructor."
    return ""
