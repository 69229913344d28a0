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
    draft = folder / f".{secrets.token_hex(8)}"
    with draft.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    os.utime(draft, (now.timestamp(), now.timestamp()))
    draft.replace(_place(folder, owner, token))
    return token


def kept(folder: Path, *, owner: UUID, token: str, now: datetime) -> bytes:
    """The bytes of an upload; `Conflict` when it is gone, too old or somebody else's."""
    place = _place(folder, owner, token) if _TOKEN.fullmatch(token) else None
    if place is None or not place.is_file() or _is_old(place, now):
        raise Conflict(
            "This upload is not here any more. Choose the file again.", code="upload_gone"
        )
    return place.read_bytes()


def discard(folder: Path, *, owner: UUID, token: str) -> None:
    """Forget an upload; nothing happens when it is gone."""
    if _TOKEN.fullmatch(token):
        _place(folder, owner, token).unlink(missing_ok=True)


def _place(folder: Path, owner: UUID, token: str) -> Path:
    # The name is the token's hash: whoever can list the folder still cannot use what is in it.
    return folder / f"{owner.hex}-{hashlib.sha256(token.encode()).hexdigest()}"


def _sweep(folder: Path, now: datetime) -> None:
    for place in folder.iterdir():
        if _is_old(place, now):
            place.unlink(missing_ok=True)


def _is_old(place: Path, now: datetime) -> bool:
    return place.stat().st_mtime + KEPT_FOR.total_seconds() < now.timestamp()
