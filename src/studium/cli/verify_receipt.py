"""`studium verify-receipt FILE`: is this what was handed in?"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

HELP = "check a receipt that a student downloaded: verify-receipt FILE"
MORE = "Recomputes its chain from the file alone, then compares it with the database."


def configure(parser: ArgumentParser) -> None:
    """The file, and whether the database is asked."""
    parser.add_argument("file", metavar="FILE", help="the receipt, a JSON file")
    parser.add_argument(
        "--file-only", action="store_true", help="look at the file alone, not at the database"
    )


def run(options: Namespace) -> int:
    """Print what it is and what differs; exit code 1 when anything does."""
    from studium.assessment import queries, receipt

    content = Path(options.file).read_bytes()
    if options.file_only:
        faults = receipt.faults(content)
        return _say(faults, "The file is whole: every line follows from the one before.")
    check = queries.check_receipt(content)
    if check.code:
        print(f"Receipt {check.code}: “{check.exam_title}”, {check.person_name}.")
    wrong = [*check.faults, *check.differences]
    if not check.compared:
        wrong.append("The database has no such attempt, so nothing was compared with it.")
    return _say(wrong, "The file is whole, and the database holds the same.")


def _say(wrong: list[str], good: str) -> int:
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    if not wrong:
        print(good)
    return 1 if wrong else 0
