"""`studium search`: make the search index anew."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

HELP = "the search index: search rebuild"


def configure(parser: ArgumentParser) -> None:
    """One action so far."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    actions.add_parser(
        "rebuild",
        help="write all that is searched and its indexes anew",
        description="Write the passages of all lessons, the words of notes, questions and people, "
        "and their indexes anew. They follow every save by themselves; this mends what `studium "
        "doctor` finds damaged. Readers find the old index until the new one is there.",
    )


def run(options: Namespace) -> int:
    """Rebuild both, each in one transaction."""
    from studium.content import entry_index, passages

    count = passages.write_again()
    print(f"{count:,} passages and {entry_index.write_again():,} entries are searched now.")
    return 0
