"""Rubrics: criteria with levels, each worth points, from which a person's mark is made.

Stored as `[{"id", "text", "levels": [{"id", "text", "points"}]}]`; points are decimals from 0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from studium.assessment.kinds.content import MAX_TEXT, QuestionContent, WrongShape
from studium.assessment.kinds.numbers import plain, read_number

MAX_CRITERIA = 20
MAX_LEVELS = 10
MOST_POINTS = 1000
_LEVEL = re.compile(r"([0-9]+(?:[.,][0-9]+)?)\s+(.+)", re.DOTALL)


def rubric_of(content: QuestionContent) -> list[Mapping[str, Any]]:
    """The criteria of a question; empty where it has no rubric."""
    return list(content.spec.get("rubric") or [])


def rubric_share(content: QuestionContent, chosen: Mapping[str, str]) -> Decimal:
    """The share that the chosen levels earn: their points out of the most there are, 0 to 1.

    `chosen` maps every criterion's id to the id of one of its levels; raises `WrongShape`.
    """
    criteria = rubric_of(content)
    if set(chosen) != {one["id"] for one in criteria} or not criteria:
        raise WrongShape("levels", "Choose a level for each criterion.")
    earned, most = Decimal(0), Decimal(0)
    for one in criteria:
        points = {level["id"]: read_number(level["points"]) for level in one["levels"]}
        if chosen[one["id"]] not in points:
            raise WrongShape("levels", f"“{one['text']}” has no such level.")
        earned += points[chosen[one["id"]]]
        most += max(points.values())
    return earned / most


def rubric_flaws(rubric: object) -> list[str]:
    """What is wrong with a rubric, in words."""
    if not isinstance(rubric, list) or len(rubric) > MAX_CRITERIA:
        return [f"The rubric must be a list of at most {MAX_CRITERIA} criteria."]
    found = [words for one in rubric for words in _criterion_flaws(one)]
    if not found and len({one["id"] for one in rubric}) < len(rubric):
        found.append("Two criteria have the same id.")
    return found


def _criterion_flaws(one: object) -> list[str]:
    if not isinstance(one, Mapping) or set(one) != {"id", "text", "levels"}:
        return ["A criterion is an object with a text and levels."]
    if not _is_text(one["text"]) or not isinstance(one["id"], str):
        return ["A criterion has no text."]
    levels = one["levels"]
    if not isinstance(levels, list) or not 2 <= len(levels) <= MAX_LEVELS:
        return [f"“{one['text'][:80]}” needs 2 to {MAX_LEVELS} levels."]
    for level in levels:
        if not isinstance(level, Mapping) or set(level) != {"id", "text", "points"}:
            return ["A level is an object with a text and points."]
        if not _is_text(level["text"]) or not isinstance(level["id"], str):
            return [f"A level of “{one['text'][:80]}” has no text."]
        try:
            if not 0 <= read_number(level["points"]) <= MOST_POINTS:
                return [f"The points of a level are from 0 to {MOST_POINTS:,}."]
        except WrongShape:
            return ["The points of a level are no number."]
    if len({level["id"] for level in levels}) < len(levels):
        return ["Two levels have the same id."]
    worth = [read_number(level["points"]) for level in levels]
    return [] if max(worth) > 0 else [f"No level of “{one['text'][:80]}” earns anything."]


def with_ids(rubric: object, ids: Callable[[int], list[str]]) -> Any:
    """The rubric with an id for each criterion and level that has none; junk stays as it is."""
    if not isinstance(rubric, list) or not all(isinstance(one, Mapping) for one in rubric):
        return rubric
    return [
        {**one, "id": one.get("id", new), "levels": _levels_with_ids(one.get("levels"), ids)}
        for one, new in zip(rubric, ids(len(rubric)), strict=True)
    ]


def _levels_with_ids(levels: object, ids: Callable[[int], list[str]]) -> Any:
    if not isinstance(levels, list) or not all(isinstance(one, Mapping) for one in levels):
        return levels
    return [
        {**one, "id": one.get("id", new)} for one, new in zip(levels, ids(len(levels)), strict=True)
    ]


def without_ids(rubric: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rubric as its author wrote it."""
    return [
        {
            "text": one["text"],
            "levels": [{"text": each["text"], "points": each["points"]} for each in one["levels"]],
        }
        for one in rubric
    ]


def read_lines(text: str) -> list[dict[str, Any]]:
    """`Names the rule: 0 not named; 1 named; 2 named with a reason`, one criterion a line."""
    found = []
    for line in filter(str.strip, text.splitlines()):
        name, _, rest = line.partition(":")
        levels = [_level(one.strip()) for one in rest.split(";") if one.strip()]
        found.append({"text": name.strip(), "levels": levels})
    return found


def _level(text: str) -> dict[str, str]:
    found = _LEVEL.fullmatch(text)
    return {"text": found[2], "points": found[1]} if found else {"text": text, "points": "?"}


def to_lines(rubric: Sequence[Mapping[str, Any]]) -> str:
    """The lines of `read_lines` for a stored rubric."""
    lines = []
    for one in rubric:
        levels = "; ".join(f"{_points(level)} {level['text']}" for level in one["levels"])
        lines.append(f"{one['text']}: {levels}")
    return "\n".join(lines)


def _points(level: Mapping[str, Any]) -> str:
    try:
        return plain(read_number(level["points"]))
    except WrongShape:
        return str(level["points"])


def _is_text(text: object) -> bool:
    return isinstance(text, str) and 0 < len(text.strip()) <= MAX_TEXT
