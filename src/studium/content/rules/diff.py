"""What changed between two texts, as rows for a table."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

CONTEXT = 3
MAX_LINES = 20_000
"""Above this many lines the two texts are compared as a whole: difflib would take too long."""


@dataclass(frozen=True, slots=True)
class DiffRow:
    """One line: `kind` is same, removed, added or gap; numbers count from 1, None where absent."""

    kind: str
    old: int | None
    new: int | None
    text: str


def differences(old: str, new: str) -> list[DiffRow]:
    """The rows that differ with three lines around them; empty when the texts are equal."""
    if old == new:
        return []
    before, after = old.splitlines(), new.splitlines()
    if len(before) + len(after) > MAX_LINES:
        return _whole(before, after)
    matcher = difflib.SequenceMatcher(a=before, b=after, autojunk=len(before) > 2000)
    rows: list[DiffRow] = []
    for group in matcher.get_grouped_opcodes(CONTEXT):
        if rows or group[0][1] > 0:
            rows.append(DiffRow("gap", None, None, ""))
        for tag, old_from, old_to, new_from, new_to in group:
            if tag == "equal":
                rows += [
                    DiffRow("same", old_from + at + 1, new_from + at + 1, before[old_from + at])
                    for at in range(old_to - old_from)
                ]
                continue
            rows += [DiffRow("removed", at + 1, None, before[at]) for at in range(old_from, old_to)]
            rows += [DiffRow("added", None, at + 1, after[at]) for at in range(new_from, new_to)]
    return rows


def _whole(before: list[str], after: list[str]) -> list[DiffRow]:
    gone, come = set(before) - set(after), set(after) - set(before)
    removed = [
        DiffRow("removed", at, None, line) for at, line in enumerate(before, 1) if line in gone
    ]
    return removed + [
        DiffRow("added", None, at, line) for at, line in enumerate(after, 1) if line in come
    ]
