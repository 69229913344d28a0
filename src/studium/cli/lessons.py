"""`studium lessons`: make the stored HTML of lessons anew from their Markdown."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studium.content.actions.rendering import Rendered

HELP = "stored lessons: lessons render"
_PAUSE = 5.0  # seconds between two lines about progress


def configure(parser: ArgumentParser) -> None:
    """One action so far."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    render = actions.add_parser(
        "render",
        help="make the HTML of lessons anew where it differs",
        description="Make the HTML of stored lessons anew from their Markdown and store what "
        "differs: after an upgrade that changed how lessons are rendered or what they may show. "
        "Texts, versions and AI notes stay; highlights and own notes follow their passage. Safe "
        "to interrupt and to run again, also while the site runs.",
    )
    render.add_argument(
        "course", metavar="COURSE", nargs="?", default="", help="only this course, by its address"
    )
    render.add_argument(
        "--check", action="store_true", help="change nothing; exit code 1 when something differs"
    )


def run(options: Namespace) -> int:
    """Say how many were looked at, how many differed, and which cannot be rendered."""
    from studium.cli._rows import course_named
    from studium.content.actions import rendering

    slug = course_named(options.course).slug if options.course else ""
    found = rendering.render_stored(slug=slug, check=options.check, tell=_teller())
    done = "would change" if options.check else "were rendered anew"
    print(f"Looked at {found.looked:,} lessons; {found.changed:,} {done}.")
    if found.moved_notes:
        print(f"{found.moved_notes:,} highlights and own notes have followed their passage.")
    for sentence in found.failed:
        print(f"Left as it is: {sentence}", file=sys.stderr)
    return 1 if found.failed or (options.check and found.changed) else 0


def _teller() -> Callable[[Rendered], None]:
    """Prints a line every few seconds."""
    said = time.monotonic()

    def tell(found: Rendered) -> None:
        nonlocal said
        if time.monotonic() - said >= _PAUSE:
            said = time.monotonic()
            print(f"  {found.looked:,} lessons looked at", file=sys.stderr, flush=True)

    return tell
