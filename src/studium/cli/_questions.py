"""Questions in and out by the command line: what `studium import` and `studium export` share."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from studium.content.models import Course
    from studium.formats.question_rows import QuestionRow
    from studium.identity.models import User


def import_into(options: Namespace, *, by: User) -> int:
    """Print what becomes of each question; store them unless one is refused or nobody asked."""
    from studium.formats import question_exchange
    from studium.lib import clock

    quiz_id = _quiz_id(options.quiz)
    if not options.path.is_file():
        print(f"{options.path} is no file. Give a GIFT or CSV file.", file=sys.stderr)
        return 2
    data = options.path.read_bytes()
    format = options.format or question_exchange.format_of(options.path.name, data)
    report = question_exchange.check(by=by, quiz_id=quiz_id, data=data, format=format)
    for row in report.rows:
        if row.reason:
            print(_line(options.path.name, row))
    counts = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in report.counts.items())
    print(f"{options.path.name} ({format}): {counts}.")
    if options.dry_run:
        print("Nothing was stored: this was the check only.")
        return 0 if report.is_whole else 1
    if not report.sound or not (report.is_whole or options.only_sound):
        print(
            "Nothing was stored. Mend the lines above, or take the sound questions with "
            "--only-sound.",
            file=sys.stderr,
        )
        return 1
    made = question_exchange.load(
        by=by, quiz_id=quiz_id, report=report, now=clock.now(), only_sound=options.only_sound
    )
    print(f"Stored {len(made)} questions.")
    return 0


def export_to(out: Path, *, course: Course, format: str) -> int:
    """Write the questions of a course to a file, and say what it could not carry."""
    from studium.assessment import queries
    from studium.formats import question_exchange

    found = queries.exported(viewer=course.owner, wanted=queries.BankFilter(), course_id=course.pk)
    made = question_exchange.export(found, format=format)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(made.data)
    for missed in made.missed:
        words = "left out" if missed.whole else "not whole"
        print(f"{words}: “{missed.title}”: {missed.reason}", file=sys.stderr)
    print(f"Wrote {made.count} questions of “{course.title}” to {out}.")
    return 0


def _line(name: str, row: QuestionRow) -> str:
    place = f"{name}, {row.place}" if row.place else name
    return f"{place}: {row.result.replace('_', ' ')}: {row.title}: {row.reason}"


def _quiz_id(text: str) -> UUID:
    from studium.lib.errors import Refused

    try:
        return UUID(text)
    except ValueError:
        raise Refused(f"“{text}” is no id of a quiz. It stands in the quiz's address.") from None
