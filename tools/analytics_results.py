"""Write the results and the plot of docs/analytics.md from a log of real answers.

    python -m tools.analytics_results PATH/statcloze_dev.csv.gz

The log is not part of the repository. Constants of the engine were chosen on folds 0 to 3; fold 4
is told apart. Takes some minutes.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from studium.analytics.evaluation import evaluation, growth, log, plot
from studium.analytics.evaluation.evaluation import ENGINE, Evaluation, Plan
from studium.analytics.evaluation.exams import ForecastFigures
from studium.analytics.evaluation.metrics import Figures

DOCS = Path(__file__).resolve().parent.parent / "docs"
BEGIN = "<!-- results: written by tools/analytics_results.py -->"
END = "<!-- end of the results -->"
SEEDS = (1, 2, 3)
ALONE = 4


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("path", type=Path)
    path = parser.parse_args().path
    students = evaluation.evaluate(_read(path), Plan())
    stream = evaluation.evaluate(_read(path), Plan(protocol="stream", timed=0))
    title = f"Reliability on {students.log.name}, students of each fold unseen"
    (DOCS / "images" / "reliability.svg").write_text(
        plot.reliability_svg(students.bins, title=title), encoding="utf-8"
    )
    text = "\n".join([*_students(students), *_stream(stream), *_dealt(path), *_grown()])
    page = DOCS / "analytics.md"
    page.write_text(replaced(page.read_text(encoding="utf-8"), text), encoding="utf-8")
    return 0


def replaced(page: str, text: str) -> str:
    """The page with other results between its two marks."""
    before, rest = page.split(BEGIN)
    return f"{before}{BEGIN}\n{text}\n{END}{rest.split(END)[1]}"


def _read(path: Path) -> log.ResponseLog:
    print(f"{path.name} …", file=sys.stderr, flush=True)
    return log.read(path)


def _students(done: Evaluation) -> list[str]:
    own, rest = (_of(done, [ALONE]), _of(done, set(done.log.folds) - {ALONE}))
    lines = [
        f"`{done.log.name}`: {len(done.log):,} answers of {len(done.log.users):,} students to "
        f"{len(done.log.items):,} questions on {len(done.log.concepts):,} concepts.",
        "",
        "| unseen students, five folds | n | AUC | RMSE | log loss | ECE | slope |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        _row(f"**{ENGINE}**", done.engine),
        *(_row(name, one) for name, one in done.baselines.items()),
        _row("engine, folds 0-3 (constants were chosen on these)", rest),
        _row("engine, fold 4 (nothing was chosen on it)", own),
    ]
    return [*lines, "", *_forecasts(done), _speed(done), ""]


def _stream(done: Evaluation) -> list[str]:
    head = "| an empty system, in order of arrival | n | AUC | RMSE | log loss | ECE | slope |"
    return [
        head,
        "| --- | --- | --- | --- | --- | --- | --- |",
        _row(f"**{ENGINE}**", done.engine),
        *(_row(name, one) for name, one in done.baselines.items()),
        "",
    ]


def _dealt(path: Path) -> list[str]:
    found = []
    for seed in SEEDS:
        shuffled = _read(path)
        evaluation.permute(shuffled, seed)
        plan = Plan(baselines=False, timed=0)
        found.append(evaluation.evaluate(shuffled, plan).engine.auc or 0.0)
    told = ", ".join(f"{auc:.3f}" for auc in found)
    seeds = ", ".join(map(str, SEEDS))
    return [
        f"With the answers dealt out anew (`--permute`, seeds {seeds}) nothing can be predicted, "
        f"and nothing is: AUC {told}."
    ]


def _grown() -> list[str]:
    found = growth.held(SEEDS[0])
    lines = [
        "",
        f"On made-up students whose growth is known (`--simulate {SEEDS[0]}`) the 80 % ranges held "
        f"the truth in {growth.pooled(found):.1%} of all cases:",
        "",
        "| how they grow | ranges | held | mean width | bias | true gain | gain seen |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for one in found:
        c = one.coverage
        figures = (c.held, c.width, c.bias, c.growth, c.growth_seen)
        cells = " | ".join(f"{value:.1%}" for value in figures)
        lines.append(f"| {one.name} | {c.n:,} | {cells} |")
    return lines


def _of(done: Evaluation, folds: list[int] | set[int]) -> Figures:
    return evaluation.of_folds(done.log, done.p, folds)


def _row(name: str, one: Figures) -> str:
    auc = "-" if one.auc is None else f"{one.auc:.3f}"
    slope = "-" if one.slope is None else f"{one.slope:.2f}"
    return (
        f"| {name} | {one.n:,} | {auc} | {one.rmse:.3f} | {one.log_loss:.3f} | {one.ece:.3f} "
        f"| {slope} |"
    )


def _forecasts(done: Evaluation) -> list[str]:
    lines = [
        "| exam, forecast from what came before | students | mean error | by past share right "
        "| 80 % interval holds | AUC of P(half of the marks) |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    if done.forecast is not None:
        lines.append(_forecast("post-test: first answer on each concept", done.forecast))
    if done.next_20 is not None:
        lines.append(_forecast("stand-in: next 20 answers after half of all", done.next_20))
    return [*lines, ""]


def _forecast(name: str, one: ForecastFigures) -> str:
    auc = "-" if one.pass_auc is None else f"{one.pass_auc:.2f}"
    return (
        f"| {name} | {one.n:,} | {one.mae:.3f} | {one.past_mae:.3f} | {one.coverage:.0%} | {auc} |"
    )


def _speed(done: Evaluation) -> str:
    one = done.speed
    assert one is not None
    return (
        f"An answer predicted and learnt took {one.us_p50:.0f} us (median of {one.n:,}; 99 % "
        f"within {one.us_p99:.0f} us), in the last tenth {one.us_growth:.2f} times the first."
    )


if __name__ == "__main__":
    raise SystemExit(main())
