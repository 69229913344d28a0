"""`studium migrate`: the database as this version needs it."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

HELP = "bring the database to this version (copies an SQLite database first)"


def configure(parser: ArgumentParser) -> None:
    """No arguments but `--check`."""
    parser.add_argument(
        "--check", action="store_true", help="change nothing; exit code 1 when something is pending"
    )


def run(options: Namespace) -> int:
    """Print what ran, or what would."""
    from studium.cli import _database

    if options.check:
        waiting = _database.pending_migrations()
        print(*(f"Pending: {name}." for name in waiting), sep="\n", end="\n" if waiting else "")
        return 1 if waiting else 0
    if not _database.pending_migrations():
        for sentence in _database.mend_triggers():
            print(f"Mended: {sentence}")
    done = _database.migrate()
    print(f"Ran {len(done)} migrations." if done else "The database is up to date.")
    return 0
