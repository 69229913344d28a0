"""The one file of a backup: a zip whose manifest names every other member with its SHA-256.

    manifest.json         format, version, engine, migrations, rows by table, members
    database.sqlite3      or `database.dump`, what `pg_dump --format=custom` wrote
    secret-key            without it sealed values cannot be read
    settings.env          the site's variables, without passwords, for whoever sets it up anew
    files/ab/ab12…        what was uploaded, by its SHA-256

Nothing else may be in it: a name is never taken as a path before it is one of these.
"""

from __future__ import annotations

import json
import re
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from studium.lib.errors import Refused

FORMAT = 1
MANIFEST, KEY, SETTINGS = "manifest.json", "secret-key", "settings.env"
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
FILE = re.compile(r"files/([0-9a-f]{2})/(\1[0-9a-f]{62})")
_PIECE = 1 << 20
_LONGEST_MANIFEST = 256 << 20  # bytes; a line for each file of a very large site
_PACKED = {DATABASES["sqlite"], MANIFEST}  # what is small or packed already is stored as it is

# What reading raises on bytes that are not what the archive's directory says.
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)

Tell = Callable[[str, int], None]
"""Is told which member is at work and how many bytes went by."""


@dataclass(frozen=True, kw_only=True)
class Member:
    """One part of the archive; `size` in bytes, `sha256` in hex."""

    size: int
    sha256: str


@dataclass(kw_only=True)
class Manifest:
    """What the archive says of itself. `migrations` are names by app, `counts` rows by table."""

    version: str
    made_at: str
    engine: str
    migrations: dict[str, list[str]]
    counts: dict[str, int]
    members: dict[str, Member] = field(default_factory=dict)
    format: int = FORMAT

    def text(self) -> bytes:
        """The member `manifest.json`."""
        return json.dumps(asdict(self), indent=1, sort_keys=True, ensure_ascii=False).encode()


class Writer:
    """Puts members into a new archive; the manifest comes last, so a cut-off file has none."""

    def __init__(self, out: IO[bytes], tell: Tell) -> None:
        self._zip = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        self._tell = tell
        self._members: dict[str, Member] = {}

    def add(self, name: str, source: IO[bytes]) -> None:
        """Add all bytes of `source` under a name."""
        # A plain name takes the archive's compression, with its level.
        entry = name if name in _PACKED else zipfile.ZipInfo(name)
        digest, size = sha256(), 0
        with self._zip.open(entry, "w", force_zip64=True) as member:
            while piece := source.read(_PIECE):
                digest.update(piece)
                size += len(piece)
                member.write(piece)
                self._tell(name, len(piece))
        self._members[name] = Member(size=size, sha256=digest.hexdigest())

    def finish(self, manifest: Manifest) -> str:
        """Write the manifest and the directory; gives the fingerprint (see `Reader`)."""
        manifest.members = self._members
        text = manifest.text()
        with self._zip.open(MANIFEST, "w") as member:
            member.write(text)
        self._zip.close()
        return sha256(text).hexdigest()


class Reader:
    """An archive whose names and manifest are sound; its members are proved as they are read.

    `fingerprint`, the SHA-256 of the manifest in hex, stands for every byte that was saved.
    """

    def __init__(self, opened: zipfile.ZipFile, tell: Tell) -> None:
        self._zip = opened
        self._tell = tell
        self._entries = _entries(opened)
        text = _manifest_text(opened, self._entries)
        self.manifest = _manifest(text, self._entries.keys())
        self.fingerprint = sha256(text).hexdigest()

    def copy(self, name: str, out: IO[bytes]) -> None:
        """Write a member's bytes to `out`.

        Raises:
            Refused: they are not those of the manifest.
        """
        wanted = self.manifest.members[name]
        digest, size = sha256(), 0
        try:
            with self._zip.open(self._entries[name]) as member:
                # Never more than was promised, however much a forged member unpacks to.
                while size <= wanted.size and (piece := member.read(_PIECE)):
                    digest.update(piece)
                    size += len(piece)
                    out.write(piece)
                    self._tell(name, len(piece))
        except _UNREADABLE as error:
            raise _broken(f"its part {name} cannot be read") from error
        file = FILE.fullmatch(name)
        if (size, digest.hexdigest()) != (wanted.size, wanted.sha256) or (
            file and file[2] != wanted.sha256
        ):
            raise _broken(f"its part {name} is not what was saved")

    def prove(self) -> None:
        """Read every member to its end and compare it with the manifest."""
        with Path("/dev/null").open("wb") as nowhere:
            for name in self.manifest.members:
                self.copy(name, nowhere)


@contextmanager
def opened(path: Path, tell: Tell) -> Iterator[Reader]:
    """An archive to read.

    Raises:
        Refused: it is cut off, is none of ours, or was made by a newer version.
    """
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            yield Reader(archive, tell)
    except zipfile.BadZipFile as error:
        raise _broken("it is cut off, or something else than a backup") from error


def _entries(opened: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The members by name, which are all names that a backup may have, once each."""
    known = {MANIFEST, KEY, SETTINGS, *DATABASES.values()}
    entries: dict[str, zipfile.ZipInfo] = {}
    for entry in opened.infolist():
        if entry.filename not in known and not FILE.fullmatch(entry.filename):
            raise _broken(f"it has a part {entry.filename!r}, which no backup has")
        if entry.filename in entries:
            raise _broken(f"its part {entry.filename} is in it twice")
        entries[entry.filename] = entry
    return entries


def _manifest_text(opened: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo]) -> bytes:
    if MANIFEST not in entries:
        raise _broken("it has no manifest")
    if entries[MANIFEST].file_size > _LONGEST_MANIFEST:
        raise _broken("its manifest is too long")
    try:
        return opened.read(entries[MANIFEST])
    except _UNREADABLE as error:
        raise _broken("its manifest cannot be read") from error


def _manifest(text: bytes, names: Collection[str]) -> Manifest:
    try:
        read = json.loads(text)
        if read["format"] > FORMAT:
            raise Refused(_made_by_newer(str(read.get("version"))))
        manifest = _typed(read)
    except (LookupError, ValueError, TypeError, AttributeError, ArithmeticError) as error:
        raise _broken("its manifest cannot be read") from error
    if set(names) != {MANIFEST, *manifest.members}:
        raise _broken("its parts are not those of its manifest")
    if not {DATABASES[manifest.engine], KEY} <= set(names):
        raise _broken("its database or its key is missing")
    return manifest


def _typed(read: dict[str, Any]) -> Manifest:
    """The manifest of parsed JSON; `KeyError`, `TypeError` or `ValueError` where it is none."""
    members = {
        str(name): Member(size=int(one["size"]), sha256=str(one["sha256"]))
        for name, one in read["members"].items()
    }
    migrations = {
        str(app): [str(one) for one in names] for app, names in read["migrations"].items()
    }
    counts = {str(table): int(count) for table, count in read["counts"].items()}
    if read["engine"] not in DATABASES:
        raise ValueError(read["engine"])
    return Manifest(
        version=str(read["version"]),
        made_at=str(read["made_at"]),
        engine=read["engine"],
        migrations=migrations,
        counts=counts,
        members=members,
        format=int(read["format"]),
    )


def require_known(manifest: Manifest, known: dict[str, list[str]]) -> None:
    """Refuse an archive whose database is ahead of this version.

    Raises:
        Refused: it has a migration that is not among `known`, names by app.
    """
    for app, names in manifest.migrations.items():
        if set(names) - set(known.get(app, [])):
            raise Refused(_made_by_newer(manifest.version))


def _made_by_newer(version: str) -> str:
    return (
        f"This backup was made by a newer version of Studium ({version}). Install that version, "
        "then restore it."
    )


def _broken(what: str) -> Refused:
    return Refused(f"This backup is broken: {what}. Nothing was changed.")
