"""The lines of the table: ours, the floor, the ratio, the budget, and whether it is met."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

BUDGETS = Path(__file__).with_name("budgets.toml")


_MARKS = {
    "ratio": "x", "seconds": " s", "milliseconds": " ms", "cpu_ms": " ms", "megabytes": " MB",
    "per_second": "/s", "share": "",
}  # fmt: skip
_AT_LEAST = {"per_second", "share"}  # their budget is the least, that of all others the most
_TWO_PLACES = {"ratio", "share"}


@dataclass(frozen=True, slots=True)
class Line:
    """One measurement; `figure` is what the budget is about."""

    name: str
    ours: str
    floor: str
    figure: float
    unit: str  # one of `_MARKS`
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
            if (budget := self.budget(line)) is not None and not _is_met(line, budget)
        ]

    def _row(self, line: Line) -> str:
        budget = self.budget(line)
        mark = _MARKS[line.unit]
        verdict = "" if budget is None else "met" if _is_met(line, budget) else "NOT MET"
        limit = "–" if budget is None else f"{budget:g}{mark}"
        figure = f"{line.figure:.{2 if line.unit in _TWO_PLACES else 1}f}{mark}"
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


def _is_met(line: Line, budget: float) -> bool:
    return line.figure >= budget if line.unit in _AT_LEAST else line.figure <= budget
