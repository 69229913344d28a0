"""The kinds of questions: how each is checked, answered and scored. Plain functions, no tables.

To add a kind: write its module with the names of `Kind`, and add it to `KINDS`.
"""

from __future__ import annotations

from studium.assessment.kinds import (
    multiple_choice,
    numeric,
    short_text,
    single_choice,
    tracing,
    true_false,
)
from studium.assessment.kinds.content import (
    Kind,
    Problem,
    QuestionContent,
    Response,
    WrongShape,
)

__all__ = ["KINDS", "Kind", "Problem", "QuestionContent", "Response", "WrongShape", "kind"]

KINDS: dict[str, Kind] = {
    "single_choice": single_choice,
    "multiple_choice": multiple_choice,
    "true_false": true_false,
    "short_text": short_text,
    "numeric": numeric,
    "tracing": tracing,
}


def kind(name: str) -> Kind:
    """The kind of that name; raises `ValueError` for a name that is none."""
    if name not in KINDS:
        raise ValueError(f"“{name}” is no kind of question; there are {', '.join(KINDS)}.")
    return KINDS[name]
