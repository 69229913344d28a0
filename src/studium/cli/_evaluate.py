"""`studium analytics evaluate`: the engine on a log of answers, beside simple models."""

from __future__ import annotations

import json
import sys
import time
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studium.analytics.evaluation.evaluation import Evaluation

ABOUT = (
    "Run the engine over a log of answers and print how good its predictions are. The log is a "
    ".csv or .csv.gz with the columns user, item, correct and, where known, order, concepts "
    "(joined by ;), ts (seconds), kind (posttest, study) and fold. Nothing is stored, and no "
    "database is read."
)


def configure_evaluate(parser: ArgumentParser) -> None:
    """The log, and how to run it."""
    parser.add_argument("path", type=Path, nargs="?", metavar="PATH", help="the log")
    parser.add_argument(
        "--protocol",
        choices=("students", "stream"),
        default="students",
        help="students: predict unseen students of each fold, learnt from the other folds; stream: "
        "an empty system in order of arrival [students]",
    )
    parser.add_argument("--test-fold", type=int, metavar="N", help="test this fold only")
    parser.add_argument(
        "--keep-learning",
        action="store_true",
        help="shared numbers go on learning on the fold under test, as on a running site",
    )
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="write a reliability plot (SVG)")
    parser.add_argument(
        "--permute",
        type=int,
        metavar="SEED",
        help="deal the answers out anew first: AUC must be .5",
    )
    parser.add_argument(
        "--simulate",
        type=int,
        metavar="SEED",
        help="no log: made-up students of known growth, whose truth 80 %% of the ranges must hold",
    )
    parser.add_argument(
        "--no-baselines", action="store_true", help="the engine alone, which is quicker"
    )
    parser.add_argument(
        "--timed", type=_count, default=100_000, metavar="N", help="answers to time [100000]"
    )


def run_evaluate(options: Namespace) -> int:
    """Read, run, print; the plot and the line of JSON when asked."""
    if options.simulate is not None:
        return _simulate(options)
    from studium.analytics.evaluation import metrics, plot, report
    from studium.analytics.evaluation.evaluation import Plan

    plan = Plan(
        protocol=options.protocol,
        test_fold=options.test_fold,
        keep_learning=options.keep_learning,
        baselines=not options.no_baselines,
        timed=options.timed,
    )
    with _Progress() as progress:
        done = _evaluated(options, plan, progress)
    print(report.table(done))
    if options.plot:
        title = f"Reliability: {done.log.name}, ECE {metrics.ece(done.bins):.3f}"
        options.plot.write_text(plot.reliability_svg(done.bins, title=title), encoding="utf-8")
        print(f"Wrote {options.plot}.")
    if options.json:
        print(report.json_line(done))
    return 0


def _evaluated(options: Namespace, plan: object, progress: _Progress) -> Evaluation:
    from studium.analytics.evaluation import evaluation, log, protocols
    from studium.lib.errors import Refused

    assert isinstance(plan, evaluation.Plan)
    if options.path is None:
        raise Refused("Name the log to run over: studium analytics evaluate PATH.")
    if options.plot is not None and not options.plot.parent.is_dir():
        raise Refused(f"There is no folder {options.plot.parent} to write the plot into.")
    try:
        answers = log.read(options.path, progress=progress)
        if options.permute is not None:
            evaluation.permute(answers, options.permute)
        return evaluation.evaluate(answers, plan, progress=progress)
    except (log.BadLog, protocols.TooFewFolds) as bad:
        raise Refused(str(bad)) from bad


def _simulate(options: Namespace) -> int:
    from studium.analytics.evaluation import growth

    with _Progress() as progress:
        found = growth.held(options.simulate, progress=progress)
    print(growth.table(found))
    if options.json:
        ways = {one.name: one.coverage._asdict() for one in found}
        print(json.dumps({"coverage": growth.pooled(found), "ways": ways}))
    return 0


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or 0 < int(text) < 10:
        raise ArgumentTypeError("it must be 0 (not timed) or a whole number from 10 on")
    return int(text)


class _Progress:
    """What is being done, on standard error: a line that counts on a terminal, else one a step."""

    def __init__(self) -> None:
        self._what, self._at, self._is_open = "", 0.0, False

    def __enter__(self) -> _Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._is_open:
            print(file=sys.stderr, flush=True)

    def __call__(self, what: str, done: int, total: int) -> None:
        if not sys.stderr.isatty():
            if what != self._what:
                self._what = what
                print(f"{what} …", file=sys.stderr, flush=True)
        elif what != self._what or time.monotonic() - self._at > 0.2 or done == total:
            share = f"{done:,} of {total:,}" if total else f"{done:,}"
            start = "\n" if self._is_open and what != self._what else "\r"
            print(f"{start}{what}: {share}\033[K", end="", file=sys.stderr, flush=True)
            self._what, self._at, self._is_open = what, time.monotonic(), True
