"""Figures of the item trial: do solvers that know nothing beat chance on the kept questions."""

from __future__ import annotations

from collections.abc import Sequence

from studium.ai.evaluation.figures import Figure
from studium.ai.evaluation.gold import Case
from studium.ai.model import Item
from studium.ai.trial import MARGIN, SolverResult, try_course


def solver_figures(items: Sequence[tuple[Case, Item]]) -> list[Figure]:
    """For each solver how far above chance it is; none may be more than ``MARGIN``."""
    held: dict[str, list[Item]] = {}
    lessons = {case.name: case.lesson for case, _ in items}
    for case, one in items:
        held.setdefault(case.name, []).append(one)
    done = try_course([lessons[name] for name in held], list(held.values()))
    figures = [_figure(one, most=MARGIN) for one in done.solvers]
    flagged = done.giveaways / done.items if done.items else 0.0
    return [
        *figures,
        _figure(done.open_book, most=None),
        Figure("items", "flagged as given away", flagged, done.items, done.giveaways),
    ]


def _figure(one: SolverResult, *, most: float | None) -> Figure:
    return Figure(
        "items",
        f"solver {one.solver}, above chance",
        one.accuracy - one.chance,
        one.answered,
        most=most,
        note=f"{one.accuracy:.2f}, by chance {one.chance:.2f}",
    )
