"""`studium doctor`: is everything as it should be?"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

HELP = "check database, triggers, settings, disk and jobs; exit code 1 when something is wrong"


def configure(parser: ArgumentParser) -> None:
    """How much is said, and whether journals are looked at."""
    parser.add_argument("--quiet", action="store_true", help="print only what is wrong")
    parser.add_argument(
        "--journal",
        action="store_true",
        help="also recompute the chain of every attempt's journal (a minute per 50,000 attempts)",
    )


def run(options: Namespace) -> int:
    """One line for each check, then what is wrong about it."""
    from studium.cli import _checks

    wrong = sum(_report(title, check(), options.quiet) for title, check in _checks.ALWAYS)
    migrated = not _checks.migrations()[0]
    later = [*_checks.ONCE_MIGRATED, *(_checks.IF_ASKED if options.journal else [])]
    for title, check in later:
        if migrated:
            wrong += _report(title, check(), options.quiet)
        elif not options.quiet:
            print(f"later  {title}: not looked at before the migrations have run")
    if wrong:
        print(f"{wrong} thing{'s are' if wrong > 1 else ' is'} wrong.")
    return 1 if wrong else 0


def _report(title: str, found: tuple[list[str], list[str]], quiet: bool) -> int:
    """Print what a check found; returns how many things are wrong."""
    problems, notes = found
    lines = problems if quiet else [*problems, *notes]
    if not quiet:
        print(f"{'wrong' if problems else 'ok':5}  {title}")
    for sentence in lines:
        print(f"       {sentence}")
    return len(problems)
