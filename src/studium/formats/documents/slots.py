"""Two places at which documents are read: many uploads at once cannot take the machine's memory."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from studium.lib.errors import Refused

PLACES = 2
PATIENCE = 20.0
"""Seconds one waits for a place."""


class Busy(Refused):
    """All places are taken."""

    status = 503
    code = "documents_busy"


@contextmanager
def one_of(folder: Path) -> Iterator[None]:
    """Hold one of the places in this folder; raises `Busy` after a while.

    A place is a locked file, so that it is free again when whoever held it is gone.
    """
    end = time.monotonic() + PATIENCE
    with ExitStack() as open_files:
        while True:
            for number in range(PLACES):
                file = open_files.enter_context((folder / f"place-{number}").open("a"))
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                yield
                return
            if time.monotonic() > end:
                raise Busy("Other documents are being read just now. Try again in a minute.")
            open_files.close()
            time.sleep(0.1)
