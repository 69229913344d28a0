"""Who is in which group, as CSV: read and checked line by line, nothing stored."""

from __future__ import annotations

import re
from dataclasses import dataclass

from studium.content.rules.roster import csv_lines, email_problem
from studium.lib.errors import Invalid

MAX_ROWS = 20_000
MAX_NAME = 80
_HEAD = {"email": "email", "e-mail": "email", "mail": "email", "group": "group", "name": "name"}
_CONTROL = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One person in one group; `line` counts from 1, `problem` is empty when it is sound."""

    line: int
    email: str
    group: str
    problem: str = ""


def group_name(text: str) -> str:
    """A group's name in its one form; raises `Invalid`."""
    name = " ".join(text.split())
    problem = _name_problem(name)
    if problem:
        raise Invalid(problem, fields={"name": problem})
    return name


def read_groups(data: bytes) -> list[GroupRow]:
    """The rows of a CSV file with `email,group`, with or without a head line.

    A column `name` is passed over. A person in several groups has several lines. Raises
    `Invalid` when it is no such file.
    """
    columns = ["email", "group"]
    rows: list[GroupRow] = []
    seen: dict[tuple[str, str], int] = {}
    for number, cells in csv_lines(data):
        if not any(cell.strip() for cell in cells):
            continue
        head = [_HEAD.get(cell.strip().lower(), "") for cell in cells]
        if not rows and "email" in head:
            columns = head
            continue
        given = dict(zip(columns, (_bare(cell) for cell in cells), strict=False))
        row = _row(number, given)
        first = seen.setdefault((row.email.casefold(), row.group.casefold()), number)
        if first != number and not row.problem:
            row = GroupRow(number, row.email, row.group, f"Also on line {first}.")
        rows.append(row)
    if not rows:
        raise Invalid("The file names nobody. Put an address and a group on each line.")
    if len(rows) > MAX_ROWS:
        raise Invalid(f"The file has {len(rows):,} lines; at most {MAX_ROWS:,} go at once.")
    return rows


def written(text: str) -> str:
    """A cell that no spreadsheet takes for a formula; `read_groups` takes the sign off again."""
    return f"'{text}" if re.match(r"'*[=+\-@|%\t]", text) else text


def _bare(cell: str) -> str:
    text = cell.strip()
    return text[1:] if re.match(r"''*[=+\-@|%\t]", text) else text


def _row(line: int, cells: dict[str, str]) -> GroupRow:
    email, group = cells.get("email", ""), " ".join(cells.get("group", "").split())
    problem = email_problem(email) or _name_problem(group)
    return GroupRow(line, email[:254], group[:MAX_NAME], problem)


def _name_problem(name: str) -> str:
    if not name or len(name) > MAX_NAME or _CONTROL.search(name):
        return f"A group has a name of 1 to {MAX_NAME} characters."
    return ""
