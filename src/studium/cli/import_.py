"""`studium import`: a course from a folder, a zip or a document, or questions from a file, after a
check that says file and line."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studium.formats.draft import Problem
    from studium.formats.load import CheckReport
    from studium.identity.models import User

HELP = "import a course from a folder, a zip or a document, or questions into a quiz"
MORE = (
    "The check report comes first, with file and line; then everything is stored as a draft in "
    "one transaction, or nothing. With --quiz the file is GIFT or CSV and its questions go into "
    "that quiz."
)


def configure(parser: ArgumentParser) -> None:
    """What to read, as what, for whom."""
    parser.add_argument(
        "path",
        type=Path,
        metavar="PATH",
        help="a folder, a .zip file or a document; with --quiz a file",
    )
    parser.add_argument(
        "--format",
        default="",
        metavar="F",
        help="markdown, mdbook, pdf, docx, pptx, html or epub, with --quiz gift or csv "
        "(default: found out)",
    )
    parser.add_argument(
        "--quiz", metavar="ID", help="the quiz that takes questions, by the id in its address"
    )
    parser.add_argument(
        "--only-sound", action="store_true", help="with --quiz: take the sound questions only"
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="print the check report and store nothing"
    )
    parser.add_argument(
        "--owner",
        metavar="EMAIL",
        help="the instructor or admin it will belong to (default: the only active admin)",
    )


def run(options: Namespace) -> int:
    """Print the report; store the course unless something stops it or nobody asked for it."""
    from studium.formats import load
    from studium.lib import clock

    if not options.path.exists():
        print(
            f"There is nothing at {options.path}. Give a folder, a zip or a document.",
            file=sys.stderr,
        )
        return 2
    if options.quiz:
        from studium.cli import _questions

        return _questions.import_into(options, by=_owner(options.owner))
    owner = None if options.dry_run else _owner(options.owner)
    report = _report(options.path, options.format)
    _print(report)
    if not report.is_importable:
        print("Nothing was stored. Mend the errors above and try again.", file=sys.stderr)
        return 1
    if owner is None:
        print("Nothing was stored: this was the check only.")
        return 0
    course = load.load(by=owner, report=report, now=clock.now())
    print(
        f"Stored “{course.title}” as a draft of {owner.email}. Publish it at "
        f"/teach/courses/{course.slug}/."
    )
    return 0


def _report(path: Path, format: str) -> CheckReport:
    from studium.formats import archive, load, uploads

    if path.is_dir():
        return load.check(archive.read_folder(path), format=format)
    try:
        data = path.read_bytes()
    except OSError as flaw:
        raise archive.ArchiveRefused(f"{path} cannot be read: {flaw.strerror}.") from flaw
    return uploads.check_upload(data, name=path.name, format=format)


def _print(report: CheckReport) -> None:
    for problem in report.problems:
        print(_line(problem))
    print(
        f"“{report.draft.title}” ({report.format}): {len(report.draft.lessons)} lessons, "
        f"{report.quiz_count} quizzes, {report.question_count} questions, "
        f"{len(report.files)} files."
    )
    if report.draft.found:
        counts = (f"{name.replace('_', ' ')} {count:,}" for name, count in report.draft.found)
        print(f"Found: {', '.join(counts)}.")


def _line(problem: Problem) -> str:
    place = f"{problem.path}:{problem.line}" if problem.line else problem.path
    return f"{place}: {problem.severity}: {problem.message} {problem.advice}".rstrip()


def _owner(email: str | None) -> User:
    from django.contrib.auth import get_user_model

    from studium.lib.errors import Refused

    people = get_user_model().objects
    if email:
        found = people.by_email(email)
        if found is None:
            raise Refused(f"There is nobody with the address {email}. See `studium user add`.")
        return found
    admins = list(people.filter(role="ADMIN", is_active=True)[:2])
    if len(admins) != 1:
        raise Refused("Say whose course it will be: --owner EMAIL.")
    return admins[0]
