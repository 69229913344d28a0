"""Whether a site runs on this data folder: a file that its processes keep locked.

The kernel drops the lock with the last process that has it, however it ends. Servers share it; who
puts another site in place has it alone.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from studium.lib.errors import Refused

_FILE = "running"


def hold(folder: Path) -> None:
    """Say that this process, and those it forks, serve the site of a data folder.

    Raises:
        Refused: a restore is under way there.
    """
    file = _opened(folder)  # never closed: the lock lasts until the process ends
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        raise Refused(f"A restore is under way on {folder}. Wait until it has ended.") from None


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """While inside, no server or worker starts on the data folder.

    Raises:
        Refused: one runs.
    """
    file = _opened(folder)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(
                f"A server, a worker or another restore runs on {folder}. Stop it first: a site "
                "that is in use is not put aside."
            ) from None
        yield
    finally:
        os.close(file)


def _opened(folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    return os.open(folder / _FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
