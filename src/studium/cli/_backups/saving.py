"""Writing a backup: a copy of the database first, then the files that it names."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from errno import EEXIST
from functools import partial
from importlib.metadata import version
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.db import connection

from studium.cli._backups import archives, copies, swap
from studium.lib import clock

_SECRET = ("PASSWORD", "SECRET", "SETUP_CODE")
_Copier = Callable[[Path, copies.Progress], AbstractContextManager[None]]
_COPIERS: dict[str, _Copier] = {
    "sqlite": copies.of_sqlite,
    "postgresql": copies.of_postgresql,
}


@dataclass(frozen=True, kw_only=True)
class Saved:
    """What is in a new backup; `lacking` are files that the database names and the disk has not."""

    counts: dict[str, int]
    members: dict[str, archives.Member]
    fingerprint: str
    lacking: list[str]


def save(path: Path, tell: archives.Tell) -> Saved:
    """Write a backup of this site to a file that does not exist yet, complete or not at all.

    Raises:
        Refused: a program is missing, or there is no database.
        FileExistsError: somebody else made the file meanwhile.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # Beside it, so that giving it its name is one step of the file system.
    with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as folder:
        draft = Path(folder) / "draft"
        with draft.open("xb") as out:
            os.fchmod(out.fileno(), 0o600)
            saved = _write(archives.Writer(out, tell), Path(folder), tell)
            out.flush()
            os.fsync(out.fileno())
        if path.exists():
            raise FileExistsError(EEXIST, os.strerror(EEXIST), str(path))
        swap.rename(draft, path)
    return saved


def _write(archive: archives.Writer, folder: Path, tell: archives.Tell) -> Saved:
    engine = connection.vendor
    name = archives.DATABASES[engine]
    copy = folder / name
    with _COPIERS[engine](copy, partial(tell, f"{name} (copy)")):
        counts, migrations = copies.counts(), copies.migrations()
        named = copies.file_hashes()
    with copy.open("rb") as source:
        archive.add(name, source)
    copy.unlink()
    archive.add(archives.KEY, BytesIO(str(settings.SECRET_KEY).encode()))
    archive.add(archives.SETTINGS, BytesIO(_variables().encode()))
    kept = set()
    # After the database: a file is on the disk before a row names it, and is never taken away.
    for member, place in _files(settings.FILES_DIR):
        with place.open("rb") as source:
            archive.add(member, source)
        kept.add(place.name)
    manifest = archives.Manifest(
        version=version("studium"),
        made_at=clock.now().isoformat(timespec="seconds"),
        engine=engine,
        migrations=migrations,
        counts=counts,
    )
    fingerprint = archive.finish(manifest)
    return Saved(
        counts=counts,
        members=manifest.members,
        fingerprint=fingerprint,
        lacking=sorted(named - kept),
    )


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """The uploaded files, with the names of their members."""
    for place in sorted(folder.glob("*/*")):
        member = f"files/{place.parent.name}/{place.name}"
        if archives.FILE.fullmatch(member):  # no draft of a file that is being written
            yield member, place


def _variables() -> str:
    """The site's settings as they are given, without passwords, keys and the database."""
    lines = [
        f"{name}={value}"
        for name, value in sorted(os.environ.items())
        if name.startswith("STUDIUM_") and not any(word in name for word in _SECRET)
    ]
    return "".join(f"{line}\n" for line in lines)
