"""`studium search`: make the search index anew."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

HELP = "the search index: search rebuild"


def configure(parser: ArgumentParser) -> None:
    """One action so far."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    actions.add_parser(
        "rebuild",
        help="write the passages of all lessons and their index anew",
        description="Write the passages of all lessons and their index anew. The index follows "
        "every save by itself; this mends one that `studium doctor` finds damaged. Readers find "
        "the old index until the new one is there.",
    )


def run(options: Namespace) -> int:
    """Rebuild, in one transaction."""
    from studium.content import passages

    print(f"{passages.write_again():,} passages are searched now.")
    return 0
