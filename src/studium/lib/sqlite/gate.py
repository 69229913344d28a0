"""A queue before SQLite's one write lock, for all threads of all our processes.

SQLite lets whoever happens to ask at the right moment write; the others sleep, longer each time,
and ask again. Under load somebody sleeps for seconds while others write a hundred times. Here
everybody asks in turn: within a process a lock hands over without sleeping, between processes two
locked files do. Who waits for the second file, the gate, holds the first one, the door; so nobody
who has just written can overtake who waits.

The kernel drops the locks of a process that dies. They only decide who asks SQLite first: that
nobody writes beside another is still SQLite's own doing, and programs without the gate do no harm.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time

FIRST_NAP = 0.0002
LONGEST_NAP = 0.002


class Late(Exception):
    """The time to wait was over."""


class Gate:
    """The queue of one database file within this process; see `gate_of`."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._turn = threading.Lock()
        self._files: tuple[int, int] | None = None
        self._pid = 0

    def enter(self, seconds: float) -> None:
        """Wait for the turn; raises `Late` after so many seconds. The caller must `leave`."""
        until = time.monotonic() + seconds
        if not self._turn.acquire(timeout=seconds):
            raise Late
        try:
            self._pass(until)
        except BaseException:
            self._turn.release()
            raise

    def leave(self) -> None:
        """Let the next one in."""
        if self._files is not None:
            fcntl.flock(self._files[1], fcntl.LOCK_UN)
        self._turn.release()

    def _pass(self, until: float) -> None:
        door, gate = self._opened()
        if not _locked(door, until):
            raise Late
        try:
            if not _locked(gate, until):
                raise Late
        finally:
            fcntl.flock(door, fcntl.LOCK_UN)

    def _opened(self) -> tuple[int, int]:
        """The two files, opened by this process: one that was forked would share its parent's
        locks."""
        if self._files is None or self._pid != os.getpid():
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
            self._files = (
                os.open(f"{self._path}-door", flags, 0o600),
                os.open(f"{self._path}-gate", flags, 0o600),
            )
            self._pid = os.getpid()
        return self._files


def _locked(file: int, until: float) -> bool:
    """Lock the file, asking again after short naps; whether it was to be had in time.

    Not one call that waits: that could not be ended when the time is over.
    """
    nap = FIRST_NAP
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() >= until:
                return False
        time.sleep(nap)
        nap = min(nap * 1.2, LONGEST_NAP)


_gates: dict[str, Gate] = {}
_making = threading.Lock()


def gate_of(path: str) -> Gate:
    """The gate of a database file; one for all connections of this process."""
    with _making:
        return _gates.setdefault(path, Gate(path))


def _after_fork() -> None:
    """A lock that another thread held at the fork would never be released here."""
    global _making
    _making = threading.Lock()
    _gates.clear()


os.register_at_fork(after_in_child=_after_fork)
