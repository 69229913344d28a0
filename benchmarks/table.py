"""The lines of the table: ours, the floor, the ratio, the budget, and whether it is met."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

BUDGETS = Path(__file__).with_name("budgets.toml")


@dataclass(frozen=True, slots=True)
class Line:
    """One measurement; `figure` is what the budget is about."""

    name: str
    ours: str
    floor: str
    figure: float
    unit: str  # ratio, seconds, megabytes
    remark: str = ""


@dataclass
class Table:
    """All lines of one run, judged by the budgets."""

    lines: list[Line] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def add(self, line: Line) -> None:
        """Keep a line and print it at once: a run takes minutes."""
        self.lines.append(line)
        print("  " + self._row(line), flush=True)

    def remark(self, text: str) -> None:
        """Information without a budget."""
        self.remarks.append(text)
        print("  " + text, flush=True)

    def budget(self, line: Line) -> float | None:
        found = tomllib.loads(BUDGETS.read_text("utf-8")).get(line.unit, {}).get(line.name)
        return None if found is None else float(found)

    def missed(self) -> list[Line]:
        """The lines that are over their budget."""
        return [
            line
            for line in self.lines
            if (budget := self.budget(line)) is not None and line.figure > budget
        ]

    def _row(self, line: Line) -> str:
        budget = self.budget(line)
        mark = {"ratio": "x", "seconds": " s", "megabytes": " MB"}[line.unit]
        verdict = "" if budget is None else "met" if line.figure <= budget else "NOT MET"
        limit = "–" if budget is None else f"{budget:g}{mark}"
        figure = f"{line.figure:.2f}{mark}" if line.unit == "ratio" else f"{line.figure:.1f}{mark}"
        return (
            f"{line.name:55s} {line.ours:>11s} {line.floor:>11s} {figure:>9s} {limit:>7s} "
            f"{verdict:8s} {line.remark}"
        ).rstrip()

    def text(self) -> str:
        """The whole table."""
        head = f"{'':55s} {'ours':>11s} {'floor':>11s} {'figure':>9s} {'budget':>7s}"
        rows = [self._row(line) for line in self.lines]
        missed = self.missed()
        closing = "all budgets are met" if not missed else f"{len(missed)} budgets are missed"
        return "\n".join([head, *rows, "", *self.remarks, "", closing])
