"""Ranges against the truth, on made-up students whose growth is known.

Of the 80 % ranges that the engine gives after at least three answers on a concept, about eighty in
a hundred should hold what is true of the person. Some ways of growing are tried, none of them the
engine's own model.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from studium.analytics.engine.simulate import Coverage, Plan, coverage
from studium.analytics.evaluation.log import Progress

WAYS: tuple[tuple[str, Plan], ...] = (
    ("steady growth, some forgetting", Plan()),
    ("no growth, no forgetting", Plan(growth=0.0, growth_sd=0.0, forgetting=0.0)),
    ("fast growth", Plan(growth=0.9, growth_sd=0.3)),
    ("much forgetting", Plan(forgetting=0.25)),
    ("people far apart", Plan(level_sd=1.1, concept_level_sd=0.7)),
)


@dataclass(frozen=True, slots=True)
class Held:
    """One way of growing, and how many ranges held the truth."""

    name: str
    coverage: Coverage


def held(seed: int, *, students: int = 200, progress: Progress | None = None) -> list[Held]:
    """Every way of growing, simulated with one seed."""
    found = []
    for done, (name, plan) in enumerate(WAYS, start=1):
        found.append(Held(name, coverage(replace(plan, seed=seed, students=students))))
        if progress:
            progress("simulating", done, len(WAYS))
    return found


def pooled(found: list[Held]) -> float:
    """The share of all ranges that held the truth."""
    total = sum(one.coverage.n for one in found)
    return sum(one.coverage.n * one.coverage.held for one in found) / total


def table(found: list[Held]) -> str:
    """The ways under one another, in per cent and points."""
    width = max(len(one.name) for one in found)
    heads = ("ranges", "held", "width", "bias", "true gain", "seen gain")
    lines = [f"{'80 % ranges':<{width}}" + "".join(f"{head:>11}" for head in heads)]
    for one in found:
        c = one.coverage
        figures = (c.held, c.width, c.bias, c.growth, c.growth_seen)
        lines.append(
            f"{one.name:<{width}}{c.n:>11,}" + "".join(f"{value:>11.1%}" for value in figures)
        )
    return "\n".join([*lines, f"All together: {pooled(found):.1%} of the ranges held the truth."])
