"""Where a backup goes: unpacked beside the site and checked, then put in its place."""

from __future__ import annotations

import os
import shutil
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.db import connection

from studium.cli._backups import archives, copies, postgres, soundness, swap
from studium.cli._backups.archives import Reader
from studium.lib import clock
from studium.lib.blobs import sync_folder
from studium.lib.errors import Refused

FILLED = "filled"
"""The note of a restore into a PostgreSQL database that had no tables."""


class Place(ABC):
    """Where a backup goes: unpacked into `staged`, checked, and then put in place."""

    def __init__(self, archive: Reader, staged: Path, accept_faults: bool) -> None:
        self.archive = archive
        self.manifest = archive.manifest
        self.staged = staged
        self.accept_faults = accept_faults
        self.data = Path(settings.DATA_DIR)
        self.stamp = clock.now().strftime("%Y%m%dT%H%M%SZ")
        self.told: list[str] = []

    @abstractmethod
    def put(self) -> list[str]:
        """Do it; gives sentences about what is where."""

    def unpack(self) -> Path:
        """Files and key into the staged folder, and the database, whose file it gives."""
        for name in self.manifest.members:
            if name == archives.KEY or archives.FILE.fullmatch(name):
                unpacked(self.archive, name, self.staged / name)
        (self.staged / "files").mkdir(exist_ok=True)
        database = archives.DATABASES[self.manifest.engine]
        made = unpacked(self.archive, database, self.staged / database)
        for folder in (self.staged, *self.staged.rglob("*/")):
            if folder.is_dir():  # before anything is put aside, names and bytes are on the disk
                sync_folder(folder)
        return made

    def look(self) -> None:
        """Check the database that `connection` is to now."""
        faults, told = soundness.faults(self.manifest)
        if self.accept_faults:
            self.told += [f"Accepted: {fault}" for fault in faults]
        else:
            soundness.require_none(faults)
        self.told += told

    def steps(self, *more: tuple[Path, Path], aside: Sequence[Path] = ()) -> swap.Steps:
        """The renames: what is there goes beside, what was staged into its place. `more` are new
        things with their places, `aside` things that go without another in their place."""
        put = [
            *more,
            (self.staged / "files", Path(settings.FILES_DIR)),
            (self.staged / archives.KEY, self.data / "secret-key"),
        ]
        leave = [place for place in (*aside, *(place for _, place in put)) if place.exists()]
        return swap.Steps([(place, self.beside(place)) for place in leave], put)

    def beside(self, place: Path) -> Path:
        """The name under which something is kept."""
        return place.with_name(f"{place.name}.before-{self.stamp}")

    def about_the_key(self) -> None:
        """Say so where a variable is stronger than the key that came with the data."""
        key = (self.staged / archives.KEY).read_text()
        given = os.environ.get("STUDIUM_SECRET_KEY", "").strip()
        if given and given != key:
            self.told.append(
                "STUDIUM_SECRET_KEY is another key than that of the backup, which is in the file "
                f"{self.data / 'secret-key'}. Unset the variable or set it to that key, else what "
                "is sealed cannot be opened."
            )


class _OnSqlite(Place):
    def put(self) -> list[str]:
        place = Path(str(connection.settings_dict["NAME"])).resolve()
        made = self.unpack()
        with copies.standing_in(str(made)):
            self.look()
        for ending in ("-door", "-gate"):
            made.with_name(made.name + ending).unlink(missing_ok=True)
        connection.close()
        if place.exists():
            _require_unused(place)
        self.about_the_key()
        logs = [place.with_name(place.name + ending) for ending in ("-wal", "-shm")]
        near = self._near(made, place)
        steps = self.steps((near, place), aside=logs)
        try:
            swap.carry_out(self.data, steps, decide=_nothing)
        finally:
            near.unlink(missing_ok=True)
        self.told += [f"Kept: {kept}" for _, kept in steps.aside]
        return self.told

    def _near(self, made: Path, place: Path) -> Path:
        """The unpacked database on the disk where it belongs, which may be another one."""
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.parent.stat().st_dev == made.stat().st_dev:
            return made
        near = place.with_name(f"{place.name}.restoring")
        with made.open("rb") as source, near.open("wb") as out:
            os.fchmod(out.fileno(), 0o600)
            shutil.copyfileobj(source, out)
            out.flush()
            os.fsync(out.fileno())
        sync_folder(near.parent)
        return near


class _OnPostgresql(Place):
    def put(self) -> list[str]:
        copies.program("pg_restore")
        postgres.require_unused()
        name = str(connection.settings_dict["NAME"])
        if postgres.may_create():
            return self._exchanged(name)
        if postgres.has_tables():
            raise Refused(
                "The database has tables, and its account may not make databases (CREATEDB) to "
                "put it aside. Make an empty one, name it in DATABASE_URL and restore into that."
            )
        return self._filled(name)

    def _exchanged(self, name: str) -> list[str]:
        """A database of its own, checked, then exchanged for the site's in one transaction."""
        postgres.require_elsewhere()
        new = postgres.beside(name, "_restoring")
        kept = postgres.beside(name, f"_before_{self.stamp.lower()}")
        dump = self.unpack()
        with postgres.new_database(new):
            copies.into_postgresql(dump, new)
            with copies.standing_in(new):
                self.look()
            self.about_the_key()
            self._carry_out(kept, lambda: postgres.exchange(name=name, kept=kept, new=new))
        self.told.append(f"Kept: the database {kept}")
        return self.told

    def _filled(self, name: str) -> list[str]:
        """Straight into the site's database, which has no tables yet."""
        dump = self.unpack()
        self.about_the_key()
        own = postgres.functions()

        def fill() -> None:
            connection.close()
            copies.into_postgresql(dump, name)
            try:
                self.look()
            except BaseException:
                postgres.empty(keep=own)
                raise

        self._carry_out(FILLED, fill)
        return self.told

    def _carry_out(self, note: str, decide: Callable[[], None]) -> None:
        steps = self.steps()
        swap.carry_out(self.data, steps, note=note, decide=decide)
        self.told += [f"Kept: {kept}" for _, kept in steps.aside]


PLACES: dict[str, type[Place]] = {"sqlite": _OnSqlite, "postgresql": _OnPostgresql}


def unpacked(archive: Reader, name: str, place: Path) -> Path:
    """A member as a file that only its owner reads; its bytes are those of the manifest."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("xb") as out:
        os.fchmod(out.fileno(), 0o600)
        archive.copy(name, out)
        out.flush()
        os.fsync(out.fileno())
    return place


def _require_unused(place: Path) -> None:
    """Bring an SQLite database into its one file, which it does only for who is alone with it.

    Raises:
        Refused: a program has it open.
    """
    try:
        with closing(sqlite3.connect(place, timeout=1)) as database:
            database.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise Refused(
                f"A program has the database {place} open. Stop servers and workers first."
            ) from None
        # Damaged, then: it is put aside as it is, with what stands beside it.
    except sqlite3.DatabaseError:
        pass  # the same


def _nothing() -> None:
    """SQLite decides by the renames alone."""
