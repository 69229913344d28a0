"""The rules of a language for definitions, compiled from its data file, and the gate for terms."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from studium.ai.engines.extractive.patterns import data_of

OPEN, CLOSE, CODE_OPEN, CODE_CLOSE = "\ue000", "\ue001", "\ue002", "\ue003"
BRACKETS = re.compile("[\ue000-\ue003]")
_MARKED = "\ue000(?P<term>[^\ue000-\ue003]{2,60})\ue001"
_PLACEHOLDERS = {
    "{mark}": _MARKED,
    "{mark_and_noun}": "\ue000(?P<term>[^\ue000-\ue003]{2,60}\ue001(?: [a-z]+)?)",
    "{mark_to_stop}": "\ue000(?P<term>[^\ue000-\ue003]{2,60}\ue001(?: [a-z]+(?=[.,;]))?)",
    "{code}": "\ue002(?P<term>[^\ue000-\ue003]{2,60})\ue003",
    "{either}": "[\ue000\ue002](?P<term>[^\ue000-\ue003]{2,60})[\ue001\ue003]",
    "{term}": r"(?P<term>[^\s,;:()]+(?: [^\s,;:()]+){0,4}?)",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One way of defining; ``weight`` is the share of its finds that are right.

    ``guessed`` is that share when the term is not marked by the author but one of the lesson's
    key terms by its use; 0 when the rule is not tried on such terms.
    """

    name: str
    weight: float
    match: re.Pattern[str]
    in_lists: bool
    sees_marks: bool
    guessed: float


@dataclass(frozen=True, slots=True)
class Gate:
    """What a term or a definition may not look like."""

    edge: frozenset[str]
    never: frozenset[str]
    general: frozenset[str]
    vague: re.Pattern[str]


@cache
def rules(code: str) -> tuple[tuple[Rule, ...], Gate]:
    """The rules of a language and its gate; a language without a file has none."""
    data = data_of(code)
    gate = data.get("gate", {})
    phrases = {f"{{{name}}}": meaning for name, meaning in data.get("phrases", {}).items()}
    return (
        tuple(_rule(entry, {**phrases, **_PLACEHOLDERS}) for entry in data.get("rule", ())),
        Gate(
            edge=frozenset(gate.get("edge", ())),
            never=frozenset(gate.get("never", ())),
            general=frozenset(gate.get("general", ())),
            vague=re.compile(gate.get("vague", r"(?!)"), re.IGNORECASE),
        ),
    )


def _rule(entry: dict[str, Any], placeholders: dict[str, str]) -> Rule:
    pattern = entry["match"]
    for name, meaning in placeholders.items():
        pattern = pattern.replace(name, meaning)
    return Rule(
        entry["name"],
        entry["weight"],
        re.compile(pattern),
        entry.get("list", False),
        OPEN in pattern or CODE_OPEN in pattern,
        entry.get("guessed", 0.0),
    )
