"""Bytes kept in a folder by their SHA-256: written once, complete or not at all."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path

_HASH = re.compile(r"[0-9a-f]{64}")


def store(folder: Path, data: bytes) -> str:
    """Keep some bytes; returns their hash. They are on the disk when this returns."""
    name = hashlib.sha256(data).hexdigest()
    target = where(folder, name)
    if target.exists():
        return name
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=target.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        os.replace(draft, target)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    sync_folder(target.parent)
    return name


def where(folder: Path, name: str) -> Path:
    """The file that holds the bytes of a hash."""
    if not _HASH.fullmatch(name):
        raise ValueError(f"not a SHA-256 in hex: {name!r}")
    return folder / name[:2] / name


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable too, not just the bytes behind them."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
