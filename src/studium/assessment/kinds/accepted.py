"""Further accepted answers, each with its share of the points and what is said to it.

One line of an author's form is `answer | share | what is said`; from the right, parts may be left
out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from studium.assessment.kinds.content import MAX_ENTRIES, MAX_TEXT, WrongShape
from studium.assessment.kinds.numbers import read_number

FULL = Decimal(100)
# Without a share there is no second part, so that an answer may hold a bar itself.
_LINE = re.compile(r"\s*(.*?)\s*\|\s*([0-9]+(?:\.[0-9]+)?)\s*%?\s*(?:\|\s*(.*?))?\s*")


def share_of(entry: object) -> Decimal:
    """The share of an accepted answer, 0 to 1; everything where none is stated."""
    stated = entry.get("share", "100") if isinstance(entry, Mapping) else "100"
    return read_number(stated) / FULL


def entry_flaws(entry: object, names: set[str]) -> list[str]:
    """What is wrong with an entry, in words; `names` are those it may have beside these two."""
    if not isinstance(entry, Mapping):
        return ["An accepted answer is an object."]
    found = []
    if unknown := set(entry) - names - {"share", "feedback"}:
        found.append(f"An accepted answer has no {', '.join(sorted(map(str, unknown)))}.")
    try:
        if not 0 <= share_of(entry) <= 1:
            found.append("A share of the points is from 0 to 100 percent.")
    except WrongShape:
        found.append("A share of the points is a number from 0 to 100.")
    said = entry.get("feedback", "")
    if not isinstance(said, str) or len(said) > MAX_TEXT:
        found.append("What is said to an answer must be a text.")
    return found


def too_many(entries: object) -> list[str]:
    """Whether there are too many entries, or none in a list."""
    if not isinstance(entries, list):
        return ["The accepted answers must be a list."]
    return [f"There are more than {MAX_ENTRIES} accepted answers."] * (len(entries) > MAX_ENTRIES)


def split_line(line: str) -> tuple[str, dict[str, Any]]:
    """The answer of a form's line, and its share and feedback where they are given."""
    found = _LINE.fullmatch(line)
    if found is None:
        return line.strip(), {}
    answer, share, said = (part or "" for part in found.groups())
    return answer, {name: text for name, text in (("share", share), ("feedback", said)) if text}


def joined_line(answer: str, entry: Mapping[str, Any]) -> str:
    """The line of a form for an entry."""
    said = str(entry.get("feedback", ""))
    share = str(entry.get("share", "100" if said else ""))
    return " | ".join(part for part in (answer, share, said) if part)
