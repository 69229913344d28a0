"""An uploaded archive between its check and its import: the same bytes for both steps.

It lies in the data folder under a random name that only the person who sent it can use, for a day.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from studium.lib.errors import Conflict, TooMany

KEPT_FOR = timedelta(days=1)
MAX_PER_PERSON = 10
_GONE = "This upload is not here any more. Choose the file again."
_TOKEN = re.compile(r"[A-Za-z0-9_\-]{20,60}")


def keep(folder: Path, *, owner: UUID, data: bytes, now: datetime) -> str:
    """Put an archive aside; returns the token that brings it back."""
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder, now)
    if len(list(folder.glob(f"{owner.hex}-*"))) >= MAX_PER_PERSON:
        raise TooMany(
            f"{MAX_PER_PERSON} of your uploads wait to be imported. Import or discard one first."
        )
    token = secrets.token_urlsafe(24)
    _write(folder / name_of(owner, token), data, now.timestamp())
    return token


def in_place(folder: Path, name: str) -> bytes:
    """The bytes of an upload by `name_of` it, for the worker; `Conflict` when it is gone."""
    try:
        return (folder / name).read_bytes()
    except FileNotFoundError:
        raise Conflict(_GONE, code="upload_gone") from None


def replace(folder: Path, name: str, data: bytes) -> None:
    """Put other bytes in the place of an upload, which stays as old as it is.

    Raises `Conflict` when it was discarded meanwhile: it does not come back.
    """
    try:
        moment = (folder / name).stat().st_mtime
    except FileNotFoundError:
        raise Conflict(_GONE, code="upload_gone") from None
    _write(folder / name, data, moment)


def name_of(owner: UUID, token: str) -> str:
    """Where an upload lies. Whoever can list the folder still cannot use what is in it."""
    return f"{owner.hex}-{hashlib.sha256(token.encode()).hexdigest()}"


def _write(place: Path, data: bytes, moment: float) -> None:
    draft = place.with_name(f".{secrets.token_hex(8)}")
    with draft.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    os.utime(draft, (moment, moment))
    draft.replace(place)


def kept(folder: Path, *, owner: UUID, token: str, now: datetime) -> bytes:
    """The bytes of an upload; `Conflict` when it is gone, too old or somebody else's."""
    place = folder / name_of(owner, token) if _TOKEN.fullmatch(token) else None
    if place is None or not place.is_file() or _is_old(place, now):
        raise Conflict(_GONE, code="upload_gone")
    return place.read_bytes()


def discard(folder: Path, *, owner: UUID, token: str) -> None:
    """Forget an upload; nothing happens when it is gone."""
    if _TOKEN.fullmatch(token):
        (folder / name_of(owner, token)).unlink(missing_ok=True)


def _sweep(folder: Path, now: datetime) -> None:
    for place in folder.iterdir():
        if _is_old(place, now):
            place.unlink(missing_ok=True)


def _is_old(place: Path, now: datetime) -> bool:
    return place.stat().st_mtime + KEPT_FOR.total_seconds() < now.timestamp()
