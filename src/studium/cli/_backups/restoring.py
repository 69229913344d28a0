"""Checking a backup, and putting it in the place of the site: unpack, check, then exchange."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader

from studium.cli import _running
from studium.cli._backups import archives, copies, places, postgres, soundness, swap
from studium.cli._backups.archives import Manifest
from studium.lib.errors import Refused

_STAGED = "restoring"  # the folder in the data folder where a backup is unpacked
_OTHER_WAY = {
    "sqlite": "SQLite, and DATABASE_URL names PostgreSQL. Unset it to restore onto SQLite.",
    "postgresql": "PostgreSQL, and this site is on SQLite. Name a PostgreSQL in DATABASE_URL.",
}


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a backup is and what is good to know, a sentence each."""

    manifest: Manifest
    fingerprint: str
    told: list[str]


def check(path: Path, tell: archives.Tell) -> Found:
    """Whether a backup is whole and its database sound; nothing of the site is read or changed.

    Raises:
        Refused: it is not, with what is wrong.
    """
    with (
        archives.opened(path, tell) as archive,
        tempfile.TemporaryDirectory(prefix="studium-check-") as name,
    ):
        manifest = archive.manifest
        archives.require_known(manifest, _known_migrations())
        archive.prove()
        told = []
        copy = places.unpacked(
            archive, archives.DATABASES[manifest.engine], Path(name) / "database"
        )
        if manifest.engine == "postgresql":
            copies.readable_dump(copy)
            told = ["PostgreSQL's rows are looked at when they are restored."]
        elif connection.vendor != "sqlite":
            told = ["Its rows are looked at where the site is on SQLite too."]
        else:
            with copies.standing_in(str(copy)):
                faults, told = soundness.faults(manifest)
            soundness.require_none(faults)
        return Found(manifest=manifest, fingerprint=archive.fingerprint, told=told)


def restore(
    path: Path, tell: archives.Tell, *, replace: bool = False, accept_faults: bool = False
) -> Found:
    """Put a backup in the place of this site; with `replace` also where there is one.

    Whatever fails or ends the process before the last step leaves the site as it was.

    Raises:
        Refused: the backup is broken, newer, of another engine or has faults; the site is in use,
            or not empty and not to be replaced.
    """
    data = Path(settings.DATA_DIR)
    with archives.opened(path, tell) as archive, _running.alone(data):
        manifest = archive.manifest
        if manifest.engine != connection.vendor:
            raise Refused(f"This backup is of {_OTHER_WAY[manifest.engine]}")
        archives.require_known(manifest, _known_migrations())
        if not replace and _holds_something():
            raise Refused(
                "There is a site here already. With --replace the backup takes its place, and "
                "what is here is kept beside it."
            )
        staged = data / _STAGED
        shutil.rmtree(staged, ignore_errors=True)  # of a restore that was cut off
        staged.mkdir(mode=0o700)
        try:
            place = places.PLACES[connection.vendor](archive, staged, accept_faults)
            told = place.put()
        finally:
            shutil.rmtree(staged, ignore_errors=True)
        return Found(manifest=manifest, fingerprint=archive.fingerprint, told=told)


def mend() -> None:
    """Put right what a restore left that was cut off; see `swap.mend`."""
    data = Path(settings.DATA_DIR)
    swap.mend(data, decided=_decided, left=data / _STAGED)


def _decided(note: str) -> bool:
    """Whether PostgreSQL has the new state: the database of before was renamed, or filled."""
    return postgres.exists(note) if note != places.FILLED else postgres.has_tables()


def _known_migrations() -> dict[str, list[str]]:
    known: dict[str, list[str]] = {}
    for app, name in MigrationLoader(None).disk_migrations:
        known.setdefault(app, []).append(name)
    return known


def _holds_something() -> bool:
    """Whether there are people, courses or uploaded files here, or what cannot be read."""
    files = Path(settings.FILES_DIR)
    if files.is_dir() and any(files.iterdir()):
        return True
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite" and not Path(name).exists():
        return False
    try:
        tables = {"users", "courses"} & set(connection.introspection.table_names())
        with connection.cursor() as cursor:
            for table in sorted(tables):
                cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {table})")
                if cursor.fetchone()[0]:
                    return True
    except DatabaseError:
        return True
    return False
