"""Reading a folder or a zip into memory without being led astray by what is in it.

Sizes are counted while unpacking; what a zip says about itself is only a first filter.
"""

from __future__ import annotations

import io
import lzma
import os
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from studium.lib.errors import Refused

MAX_MEMBERS = 5_000
MAX_BYTES = 200_000_000
MAX_DEPTH = 20
MAX_RATIO = 150
RATIO_FROM = 5_000_000
"""Bytes of one member from which the ratio of packing is looked at."""
_CHUNK = 1 << 16
_LEFT_OUT = {"__MACOSX", "Thumbs.db", "desktop.ini"}


class ArchiveRefused(Refused):
    """A folder or zip that is not read; the message names the member."""

    status = 400
    code = "archive_refused"


class ArchiveTooLarge(ArchiveRefused):
    """More members or bytes than are read, as counted or as the archive itself says."""

    status = 413
    code = "archive_too_large"


def read_archive(path: Path) -> dict[str, bytes]:
    """The files of a folder or a zip file by their paths; raises `ArchiveRefused`."""
    if path.is_dir():
        return read_folder(path)
    try:
        return read_zip(path.read_bytes())
    except OSError as flaw:
        raise ArchiveRefused(f"{path} cannot be read: {flaw.strerror}.") from flaw


def read_folder(root: Path) -> dict[str, bytes]:
    """The files below a folder, hidden ones left out; links are refused, not followed."""
    shelf = _Shelf()
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not _is_left_out(name))
        for name in [*folders, *sorted(names)]:
            full = Path(folder, name)
            member = full.relative_to(root).as_posix()
            kind = full.lstat().st_mode
            if stat.S_ISLNK(kind):
                raise ArchiveRefused(f"{member} is a link to another place. Replace it by a file.")
            if stat.S_ISDIR(kind) or _is_left_out(name):
                continue
            if not stat.S_ISREG(kind):
                raise ArchiveRefused(f"{member} is not an ordinary file. Remove it.")
            with full.open("rb") as stream:
                shelf.take(member, iter(partial(stream.read, _CHUNK), b""))
    return shelf.files


def read_zip(data: bytes) -> dict[str, bytes]:
    """The files of a zip; one folder around everything is taken off."""
    look_before_opening(data)
    shelf = _Shelf()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > MAX_MEMBERS:
                raise _too_many(len(members))
            for member in members:
                _check_member(member)
                if not member.is_dir() and not any(map(_is_left_out, member.filename.split("/"))):
                    shelf.take(member.filename, _unpacked(archive, member))
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError) as flaw:
        raise ArchiveRefused(f"The zip is damaged: {flaw}. Make it anew.") from flaw
    except (NotImplementedError, RuntimeError, ValueError, struct.error, IndexError) as flaw:
        raise ArchiveRefused(f"The zip cannot be read: {flaw}. Make it anew.") from flaw
    return without_root(shelf.files)


def without_root(files: dict[str, bytes]) -> dict[str, bytes]:
    """The files without the one folder that holds them all, if there is one."""
    tops = {path.partition("/")[0] for path in files}
    if len(tops) != 1 or any("/" not in path for path in files) or tops <= {"src", "quizzes"}:
        return files
    return {path.partition("/")[2]: data for path, data in files.items()}


class _Shelf:
    """Takes members one by one and keeps the limits over all of them."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self._names: dict[str, str] = {}
        self._bytes = 0

    def take(self, member: str, chunks: Iterator[bytes]) -> None:
        if len(self.files) >= MAX_MEMBERS:
            raise _too_many(len(self.files) + 1)
        name = _checked_name(member)
        twin = self._names.setdefault(unicodedata.normalize("NFC", name).casefold(), member)
        if twin != member or name in self.files:
            raise ArchiveRefused(
                f"{twin} and {member} have the same name on some systems. Rename one of them."
            )
        kept = []
        for chunk in chunks:
            self._bytes += len(chunk)
            if self._bytes > MAX_BYTES:
                raise ArchiveTooLarge(
                    f"The files come to more than {MAX_BYTES // 1_000_000} MB; {member} is where"
                    " the limit was passed. Leave out what the course does not need."
                )
            kept.append(chunk)
        self.files[name] = b"".join(kept)


def _checked_name(member: str) -> str:
    if "\\" in member or "\x00" in member:
        raise ArchiveRefused(f"{member!r} has a backslash or NUL in its name. Rename it.")
    if member.startswith("/") or re.match(r"[A-Za-z]:", member):
        raise ArchiveRefused(f"{member} has an absolute path. Pack the folder itself.")
    parts = member.split("/")
    if ".." in parts or "." in parts or "" in parts:
        raise ArchiveRefused(f"{member} leads out of its folder. Pack the folder itself.")
    if len(parts) > MAX_DEPTH:
        raise ArchiveRefused(f"{member[:200]} lies more than {MAX_DEPTH} folders deep.")
    if len(member) > 1000 or any("\ud800" <= letter <= "\udfff" for letter in member):
        raise ArchiveRefused(f"{member[:100]!r} has a name that cannot be kept. Rename it.")
    return unicodedata.normalize("NFC", member)


def _check_member(member: zipfile.ZipInfo) -> None:
    name = member.filename
    _checked_name(name.removesuffix("/"))
    if stat.S_ISLNK(member.external_attr >> 16):
        raise ArchiveRefused(f"{name} is a link to another place. Replace it by a file.")
    if member.flag_bits & 0x1:
        raise ArchiveRefused(f"{name} is encrypted. Pack it without a password.")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ArchiveRefused(f"{name} is packed in an unusual way. Pack it with plain zip.")


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    size = 0
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > RATIO_FROM and size > MAX_RATIO * max(1, member.compress_size):
                raise ArchiveTooLarge(
                    f"{member.filename} unpacks to more than {MAX_RATIO} times its size."
                )
            yield chunk


def look_before_opening(data: bytes) -> None:
    """Refuse by the zip's own table of contents, before any of it is read into objects."""
    end = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
    if end < 0 or len(data) < end + 22:
        raise ArchiveRefused("This is not a zip file. Choose a folder packed as .zip.")
    count, size = struct.unpack_from("<HI", data, end + 10)
    wide = data.rfind(b"PK\x06\x06", 0, end)
    if (count == 0xFFFF or size == 0xFFFFFFFF) and wide >= 0 and len(data) >= wide + 56:
        count, size = struct.unpack_from("<QQ", data, wide + 32)
    if count > MAX_MEMBERS:
        raise _too_many(count)
    if size > MAX_MEMBERS * 1_000:
        raise ArchiveTooLarge("The zip's table of contents is too long. Pack fewer files.")


def _too_many(count: int) -> ArchiveRefused:
    return ArchiveTooLarge(
        f"There are {count:,} files or more; at most {MAX_MEMBERS:,} are read. Pack fewer files."
    )


def _is_left_out(name: str) -> bool:
    return name in _LEFT_OUT or (name.startswith(".") and name not in (".", ".."))
