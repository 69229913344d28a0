"""The rule of a pool: which questions of the bank it draws from.

A rule is an object as stored in `exam_pools.rule`: `tags`, `concepts`, `quizzes`, `lessons` and
`kinds` are lists that narrow each other, one that is missing narrows nothing; `scope` is `course`
(the exam's own, unless given) or `owner` (all courses of the exam's owner).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from studium.assessment.kinds import KINDS

LISTS = ("tags", "concepts", "quizzes", "lessons", "kinds")
RULE_FIELDS = (*LISTS, "scope")
SCOPES = ("course", "owner")
MAX_POOLS = 50
MAX_ENTRIES = 100
MAX_CANDIDATES = 2000
"""Candidates of all pools of one exam."""
FIRST_CANDIDATE = 10_001
"""Candidates stand on the paper behind every fixed question."""

DEFAULTS: dict[str, Any] = {"title": "", "pick": 1, "points": 1, "rule": {}}


def rule_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """The rule in its one form: known fields, no empty ones, ids as text, nothing twice."""
    rule: dict[str, Any] = {}
    for name in LISTS:
        entries = list(dict.fromkeys(str(one) for one in given.get(name) or ()))
        if entries:
            rule[name] = entries
    if given.get("scope") == "owner":
        rule["scope"] = "owner"
    return rule


def pool_problems(values: Mapping[str, Any]) -> dict[str, str]:
    """Field -> what is wrong with it; empty when the pool can be kept."""
    found: dict[str, str] = {}
    for name in values:
        if name not in DEFAULTS:
            found[name] = f"A random part has no {name}."
    title = values.get("title")
    if not isinstance(title, str) or not title.strip() or "\x00" in title:
        found["title"] = "Give the part a title."
    elif len(title) > 200:
        found["title"] = "This is longer than 200 characters."
    for name, most in (("pick", 500), ("points", 1000)):
        value = values.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
            found[name] = f"This must be a whole number from 1 to {most:,}."
    problem = _rule_problem(values.get("rule"))
    if problem:
        found["rule"] = problem
    return found


def _rule_problem(rule: object) -> str | None:
    if not isinstance(rule, dict):
        return "The rule must be an object."
    unknown = sorted(set(map(str, rule)) - set(RULE_FIELDS))
    if unknown:
        return f"A rule has no {', '.join(unknown)}; it has {', '.join(RULE_FIELDS)}."
    if rule.get("scope", "course") not in SCOPES:
        return "The scope is course or owner."
    for name in LISTS:
        entries = rule.get(name, [])
        if not isinstance(entries, list) or not all(map(_is_text, entries)):
            return f"{name} must be a list of texts without control characters."
        if len(entries) > MAX_ENTRIES:
            return f"{name} has more than {MAX_ENTRIES} entries."
        if name in ("concepts", "quizzes", "lessons") and not all(map(_is_id, entries)):
            return f"{name} must name ids."
    wrong = [one for one in rule.get("kinds", []) if one not in KINDS]
    return f"“{wrong[0]}” is no kind of question." if wrong else None


def _is_text(entry: object) -> bool:
    if not isinstance(entry, str) or len(entry) > 500:
        return False
    return not any(letter < " " or "\ud800" <= letter <= "\udfff" for letter in entry)


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
