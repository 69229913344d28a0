"""`studium ai`: how good an AI engine is on lessons with known answers, and a site's models."""

from __future__ import annotations

import json
import os
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from studium.cli._engines import configure_engine, engine_named
from studium.cli._models import configure_models, run_models

if TYPE_CHECKING:
    from studium.ai.evaluation.run import Evaluation

HELP = "measure an AI engine, manage models: ai eval, ai models"


def configure(parser: ArgumentParser) -> None:
    """Two actions."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    configure_models(
        actions.add_parser(
            "models",
            help="add, test, use and remove model servers",
            description="The model servers of this site, as on the page Models of an admin.",
        )
    )
    measure = actions.add_parser(
        "eval",
        help="print what an engine reaches on a set of lessons",
        description="Make notes and questions of every lesson of a set, check them, and print how "
        "they compare with what the lessons' authors wrote. Nothing is stored in the database. "
        "Without --set the thirty lessons are used that come with Studium.",
    )
    configure_engine(measure)
    measure.add_argument(
        "--set", type=Path, metavar="PATH", help="a folder of NAME.md with NAME.gold.json"
    )
    measure.add_argument("--lessons", type=int, metavar="N", help="only the first N lessons")
    measure.add_argument("--json", action="store_true", help="print JSON instead of the table")
    measure.add_argument(
        "--history", type=Path, metavar="FILE", help="where runs are kept, one JSON object a line"
    )
    _configure_audits(measure)


def _configure_audits(measure: ArgumentParser) -> None:
    measure.add_argument(
        "--audit", type=int, metavar="N", help="write a sheet of N things for a person to judge"
    )
    measure.add_argument(
        "--of", choices=("items", "definitions"), default="items", help="what to judge [items]"
    )
    measure.add_argument(
        "--plant", type=int, default=0, metavar="N", help="so many of them spoilt on purpose [0]"
    )
    measure.add_argument(
        "--sheet", type=Path, default=Path("audit.csv"), help="where the sheet goes [audit.csv]"
    )
    measure.add_argument(
        "--read", type=Path, nargs="+", metavar="SHEET", help="read filled sheets back, one a pass"
    )


def run(options: Namespace) -> int:
    """Manage models; or read sheets, or measure and print, and write a sheet when asked."""
    if options.action == "models":
        return run_models(options)
    if options.read:
        return _read(options.read, as_json=options.json)
    done = _measured(options)
    if options.audit:
        return _write_sheet(done, options)
    from studium.ai.evaluation import report

    history = options.history or _history(options.set)
    before = report.last_figures(history, done.engine, done.lessons)
    report.remember(done, history)
    if options.json:
        print(json.dumps(done.as_json(), ensure_ascii=False, indent=1))
    else:
        print(report.table(done, before=before))
    return 0


def _measured(options: Namespace) -> Evaluation:
    from studium.ai.evaluation.gold import OWN_SET, BadSet, load_set
    from studium.ai.evaluation.run import evaluate
    from studium.lib import clock
    from studium.lib.errors import Refused

    try:
        cases = load_set(options.set or OWN_SET, most=options.lessons)
    except BadSet as bad:
        raise Refused(str(bad)) from bad
    return evaluate(engine_named(options), cases, now=clock.now(), progress=_progress())


class _Progress:
    """A line on the terminal that counts up; nothing where standard error is no terminal."""

    def __init__(self) -> None:
        self._shown = -1

    def __call__(self, share: float) -> None:
        percent = int(100 * share)
        if percent != self._shown and sys.stderr.isatty():
            self._shown = percent
            end = "\n" if percent == 100 else ""
            print(f"\r{percent:3d} %", end=end, file=sys.stderr, flush=True)


def _progress() -> _Progress:
    return _Progress()


def _history(folder: Path | None) -> Path:
    """Beside the set when it can be written there, else in Studium's own data."""
    from django.conf import settings

    name = "ai-eval-history.jsonl"
    if folder and os.access(folder, os.W_OK):
        return folder / name
    place = Path(settings.DATA_DIR)
    place.mkdir(parents=True, exist_ok=True)
    return place / name


def _write_sheet(done: Evaluation, options: Namespace) -> int:
    from studium.ai.evaluation import audit

    rows, planted = audit.drawn(done, count=options.audit, planted=options.plant, of=options.of)
    audit.write(rows, planted, options.sheet)
    print(f"{len(rows)} to judge in {options.sheet}. Write yes or no into its empty columns.")
    if planted:
        print(f"{len(planted)} of them are spoilt; which, says {audit.key_path(options.sheet)}.")
    return 0


def _read(sheets: list[Path], *, as_json: bool) -> int:
    from studium.ai.evaluation import audit
    from studium.lib.errors import Refused

    try:
        found = audit.read(sheets)
    except audit.BadSheet as bad:
        raise Refused(str(bad)) from bad
    if as_json:
        print(json.dumps(found.as_json(), ensure_ascii=False, indent=1))
    else:
        print(audit.told(found))
    return 0
