"""`studium analytics rebuild`: show that progress is what the answers come to, or make it so."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

HELP = "rebuild the progress figures from the answers, or check them"


def configure(parser: ArgumentParser) -> None:
    """One thing to do so far."""
    parser.add_argument("what", choices=["rebuild"], help="replay every answer from zero")
    parser.add_argument(
        "--check", action="store_true", help="change nothing; exit code 1 when something differs"
    )


def run(options: Namespace) -> int:
    """Print what was compared and what differs."""
    from studium.analytics import actions
    from studium.lib import clock

    report = actions.rebuild(check=options.check, now=clock.now())
    print(f"Replayed {report.responses:,} responses of {report.students:,} progress rows.")
    if report.is_equal:
        print("Everything stored is what a rebuild from zero gives.")
        return 0
    print(*report.differences, sep="\n")
    if report.count > len(report.differences):
        print(f"… and {report.count - len(report.differences):,} more.")
    print("Nothing was changed." if options.check else "All of this was put right.")
    return 1 if options.check else 0
