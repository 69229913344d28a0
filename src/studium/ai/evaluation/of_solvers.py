"""Figures of the item trial: do solvers that know nothing beat chance on the kept questions."""

from __future__ import annotations

from collections.abc import Sequence

from studium.ai.evaluation.figures import Figure
from studium.ai.evaluation.gold import Case
from studium.ai.model import Item


def solver_figures(items: Sequence[tuple[Case, Item]]) -> list[Figure]:
    """One figure for each solver."""
    return []
