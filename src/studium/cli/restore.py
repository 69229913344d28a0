"""`studium restore`: the site as a backup holds it, after everything in it was checked."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

HELP = "put a backup in the place of the site, or only check it: restore PATH"
MORE = (
    "Servers and workers must be stopped. Everything is unpacked and checked beside the site "
    "first; what was there is kept beside it."
)


def configure(parser: ArgumentParser) -> None:
    """Which file, and what may be done with it."""
    parser.add_argument("path", metavar="PATH", type=Path, help="what `studium backup` wrote")
    parser.add_argument(
        "--check", action="store_true", help="only say whether it is sound; changes nothing"
    )
    parser.add_argument(
        "--replace",
        action="store_true",
        help="also where there is a site already, which is kept beside",
    )
    parser.add_argument(
        "--accept-faults",
        action="store_true",
        help="also where the database in it has faults, which are named",
    )


def run(options: Namespace) -> int:
    """Say what was done and where the site of before is."""
    from studium.cli._backups import restoring
    from studium.cli._progress import Progress

    path: Path = options.path
    if not path.is_file():
        print(f"There is no file {path}.", file=sys.stderr)
        return 2
    tell = Progress("checked" if options.check else "unpacked")
    if options.check:
        found = restoring.check(path, tell)
    else:
        found = restoring.restore(
            path, tell, replace=options.replace, accept_faults=options.accept_faults
        )
    manifest = found.manifest
    files = len([name for name in manifest.members if name.startswith("files/")])
    rows = sum(manifest.counts.values())
    print(f"{'Sound' if options.check else 'Restored'}: {rows:,} rows and {files:,} files, saved "
          f"at {manifest.made_at} by version {manifest.version}, {manifest.engine}.")  # fmt: skip
    print(f"Fingerprint {found.fingerprint}.")
    for sentence in found.told:
        print(sentence)
    return 0
