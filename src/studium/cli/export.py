"""`studium export`: a course, or its questions, as files that can be read, edited and imported
again."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

HELP = "export a course to a folder or a zip file, or its questions to a file"
FORMATS = ("markdown", "gift", "csv")


def configure(parser: ArgumentParser) -> None:
    """Which course, in which format, and where to."""
    parser.add_argument("course", metavar="COURSE", help="the course's name in its address")
    parser.add_argument(
        "--format",
        default="markdown",
        choices=FORMATS,
        help="markdown for the course, gift or csv for its questions (default: %(default)s)",
    )
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="PATH",
        help="a folder that is new or empty, or a name that ends in .zip; for questions a file",
    )


def run(options: Namespace) -> int:
    """Write the files; nothing that is there is overwritten."""
    from studium.cli._rows import course_named
    from studium.formats import dump, markdown

    out: Path = options.out
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        print(f"{out} is there already. Choose a new name.", file=sys.stderr)
        return 2
    course = course_named(options.course)
    if options.format != "markdown":
        from studium.cli import _questions

        return _questions.export_to(out, course=course, format=options.format)
    files = markdown.write(dump.draft_of(by=course.owner, course=course))
    if out.suffix == ".zip":
        _write_zip(out, files)
    else:
        _write_folder(out, files)
    print(f"Wrote {len(files)} files of “{course.title}” to {out}.")
    return 0


def _write_zip(out: Path, files: dict[str, bytes]) -> None:
    import zipfile

    out.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(out, "x", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files.items():
            archive.writestr(path, data)


def _write_folder(out: Path, files: dict[str, bytes]) -> None:
    for path, data in files.items():
        place = out / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
