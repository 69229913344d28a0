"""Renames that all happen or none, however the process ends: a journal of them goes first.

The journal is a file in the data folder. While it is there, what was renamed is not decided; the
next command puts it back, or forgets the journal where the database says that it was the end.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from studium.cli import RESTORE_UNDER_WAY, _running
from studium.lib.blobs import sync_folder
from studium.lib.errors import Refused

Step = tuple[Path, Path]
"""A name, and the name it gets, on the same disk."""


@dataclass(frozen=True)
class Steps:
    """First what is there goes `aside`, under names that nothing has; then what is new is `put`
    where nothing is any more. So it shows by the names how far it came."""

    aside: list[Step]
    put: list[Step]

    def undo(self) -> None:
        """Put back what was renamed, from the last to the first."""
        if all(kept.exists() for _, kept in self.aside):
            for new, place in reversed(self.put):
                if place.exists() and not new.exists():
                    new.parent.mkdir(parents=True, exist_ok=True)
                    rename(place, new)
        for place, kept in reversed(self.aside):
            if kept.exists():
                rename(kept, place)


def carry_out(folder: Path, steps: Steps, *, note: str = "", decide: Callable[[], None]) -> None:
    """Do the renames, then `decide`; where anything fails or is interrupted, undo them.

    `note` is what tells afterwards whether `decide` took place, see `mend`; empty where it decides
    nothing outside.
    """
    journal = folder / RESTORE_UNDER_WAY
    _write(journal, steps, note)
    try:
        for old, new in (*steps.aside, *steps.put):
            rename(old, new)
        decide()
    except BaseException:
        steps.undo()
        _remove(journal)
        raise
    _remove(journal)


def mend(folder: Path, *, decided: Callable[[str], bool], left: Path) -> None:
    """Where a restore was cut off between its renames, undo them and say so.

    `decided` tells from the note whether the database took part and has the new state; `left` is
    a folder of the restore that goes.

    Raises:
        Refused: that was so; what was read of the site before is not to be relied on.
    """
    journal = folder / RESTORE_UNDER_WAY
    if not journal.exists():
        return
    with _running.alone(folder):
        if not journal.exists():  # another command was first
            return
        read = json.loads(journal.read_text("utf-8"))
        done = bool(read["note"]) and decided(read["note"])
        if not done:
            Steps(_paths(read["aside"]), _paths(read["put"])).undo()
        _remove(journal)
        shutil.rmtree(left, ignore_errors=True)
    raise Refused(
        "A restore was cut off while it put things in place. "
        + ("It is complete now. " if done else "The site is again what it was before. ")
        + "Run this command again."
    )


def rename(old: Path, new: Path) -> None:
    """Rename, on the disk when this returns."""
    old.rename(new)
    for folder in {old.parent, new.parent}:
        sync_folder(folder)


def _write(journal: Path, steps: Steps, note: str) -> None:
    named = {
        name: [[str(old), str(new)] for old, new in some] for name, some in vars(steps).items()
    }
    draft = journal.with_suffix(".new")
    with draft.open("w", encoding="utf-8") as out:
        json.dump({**named, "note": note}, out)
        out.flush()
        os.fsync(out.fileno())
    rename(draft, journal)


def _paths(named: list[list[str]]) -> list[Step]:
    return [(Path(old), Path(new)) for old, new in named]


def _remove(journal: Path) -> None:
    journal.unlink(missing_ok=True)
    sync_folder(journal.parent)
