"""The table of an evaluation, for people and as JSON lines."""

from __future__ import annotations

import json
from pathlib import Path

from studium.ai.evaluation.counting import wilson
from studium.ai.evaluation.figures import Figure
from studium.ai.evaluation.run import Evaluation

_PARTS = {
    "notes": "Notes",
    "items": "Questions",
    "verifier": "Verifier, on sentences known to be wrong",
    "tutor": "Tutor",
    "cost": "Cost",
}


def table(done: Evaluation, *, before: dict[str, float] | None = None) -> str:
    """The figures as a Markdown table, one block a part; ``before`` are those of the last run."""
    lines = [
        f"Engine {done.engine}, version {done.engine_version}, {done.lessons} lessons, "
        f"{done.when.date().isoformat()}",
        "",
    ]
    for part, title in _PARTS.items():
        held = [one for one in done.figures if one.part == part]
        if held:
            lines += [f"### {title}", "", *_head(before), *(_row(one, before) for one in held), ""]
    for tally in done.tallies:
        if tally.counts:
            said = ", ".join(f"{name} {count}" for name, count in tally.counts.items())
            lines += [f"{tally.title[:1].upper()}{tally.title[1:]}: {said}.", ""]
    return "\n".join([*lines, _verdict(done)])


def _head(before: dict[str, float] | None) -> list[str]:
    was = " before |" if before else ""
    return [f"| figure | value | n | 95 % | asked | met |{was}", "|" + " --- |" * (7 if was else 6)]


def _row(one: Figure, before: dict[str, float] | None) -> str:
    interval = ""
    if one.right is not None and one.n:
        low, high = wilson(one.right, one.n)
        interval = f"{low:.2f}–{high:.2f}"
    asked = (
        f"≥ {_number(one.least)}" if one.least is not None
        else f"≤ {_number(one.most)}" if one.most is not None else ""
    )  # fmt: skip
    met = {True: "yes", False: "**no**", None: ""}[one.met]
    name = f"{one.name} ({one.note})" if one.note else one.name
    cells = [name, _number(one.value), str(one.n), interval, asked, met]
    if before:
        was = before.get(one.name)
        cells.append("" if was is None else _number(was))
    return "| " + " | ".join(cells) + " |"


def _number(value: float) -> str:
    if value == int(value):
        return str(int(value))
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3f}".rstrip("0")


def _verdict(done: Evaluation) -> str:
    judged = [one for one in done.figures if one.met is not None]
    missed = [one.name for one in judged if not one.met]
    said = f"{len(judged) - len(missed)} of {len(judged)} figures with a bound reach it."
    return said + (f" Not reached: {'; '.join(missed)}." if missed else "")


def remember(done: Evaluation, history: Path) -> None:
    """Add the run to a history, one JSON object a line."""
    with history.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(done.as_json(), ensure_ascii=False) + "\n")


def last_figures(history: Path, engine: str, lessons: int) -> dict[str, float] | None:
    """The figures by name of the last run of that engine over as many lessons; None without one.

    Lines that cannot be read are passed over: the history is for looking back, never needed.
    """
    if not history.is_file():
        return None
    for line in reversed(history.read_text("utf-8").splitlines()):
        try:
            held = json.loads(line)
            if (held["engine"], held["lessons"]) == (engine, lessons):
                return {one["name"]: float(one["value"]) for one in held["figures"]}
        except (ValueError, KeyError, TypeError):
            continue
    return None
