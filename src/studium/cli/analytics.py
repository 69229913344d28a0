"""`studium analytics`: rebuild progress from the answers, or measure the engine on a log."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from studium.cli import _evaluate, _reliability

HELP = "rebuild progress figures, measure the engine: analytics rebuild, evaluate, reliability"


def configure(parser: ArgumentParser) -> None:
    """What to do, each with its own arguments."""
    actions = parser.add_subparsers(dest="what", metavar="ACTION", required=True)
    _configure_rebuild(actions.add_parser("rebuild", help="replay every answer from zero"))
    about = _evaluate.ABOUT
    _evaluate.configure_evaluate(
        actions.add_parser("evaluate", help="the engine on a log of answers", description=about)
    )
    about = _reliability.ABOUT
    _reliability.configure_reliability(
        actions.add_parser("reliability", help="this site's own predictions", description=about)
    )


def _configure_rebuild(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--check", action="store_true", help="change nothing; exit code 1 when something differs"
    )


def run(options: Namespace) -> int:
    """Do what was named."""
    if options.what == "evaluate":
        return _evaluate.run_evaluate(options)
    if options.what == "reliability":
        return _reliability.run_reliability(options)
    return _rebuild(options)


def _rebuild(options: Namespace) -> int:
    """Print what was compared and what differs."""
    from studium.analytics import actions
    from studium.lib import clock

    report = actions.rebuild(check=options.check, now=clock.now())
    rate = report.responses / report.seconds if report.seconds else 0
    print(
        f"Replayed {report.responses:,} responses of {report.students:,} progress rows"
        f"{f' ({rate:,.0f} responses/s)' if rate else ''}."
    )
    if report.is_equal:
        print("Everything stored is what a rebuild from zero gives.")
        return 0
    print(*report.differences, sep="\n")
    if report.count > len(report.differences):
        print(f"… and {report.count - len(report.differences):,} more.")
    print("Nothing was changed." if options.check else "All of this was put right.")
    return 1 if options.check else 0
