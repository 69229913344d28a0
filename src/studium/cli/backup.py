"""`studium backup`: the whole site in one file, while it runs."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

HELP = "save the whole site in one file, while it runs: backup PATH"
MORE = (
    "The file holds the database as it is at one moment, what was uploaded, and the key that opens "
    "what is sealed. Keep it as you keep the site: it holds people's data."
)


def configure(parser: ArgumentParser) -> None:
    """Where to."""
    parser.add_argument("path", metavar="PATH", type=Path, help="the new file, like site.studium")


def run(options: Namespace) -> int:
    """Write the file under another name, prove that it is on the disk, then give it its own."""
    from studium.cli._backups import saving
    from studium.cli._progress import Progress

    path: Path = options.path
    if path.exists():
        print(f"{path} is there already. Choose a new name.", file=sys.stderr)
        return 2
    saved = saving.save(path, Progress("saved"))
    rows = sum(saved.counts.values())
    files = len([name for name in saved.members if name.startswith("files/")])
    print(f"Saved {rows:,} rows and {files:,} files to {path} ({path.stat().st_size:,} bytes).")
    for name in saved.lacking[:20]:
        print(f"The uploaded file {name} is not on the disk and so not in it.", file=sys.stderr)
    print(f"Fingerprint {saved.fingerprint}; `studium restore {path} --check` prints it again.")
    return 0
