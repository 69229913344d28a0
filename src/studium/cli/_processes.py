"""A family of processes: forked from one loaded parent, restarted when they die, never orphaned.

The parent has imported everything once; its children share those pages. Each child asks the kernel
to be told when its parent dies, so that a `kill -9` of the parent ends the children too.
"""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType
from typing import NoReturn

_PR_SET_PDEATHSIG = 1
_GRACE = 15.0  # seconds between asking a child to end and killing it
_FAST_DEATH = 5.0  # a child that lived shorter than this counts as failing to start
_MOST_FAST_DEATHS = 5


@dataclass
class Child:
    """One process of the family; `body` runs in it and returns its exit code."""

    name: str
    body: Callable[[], int]
    pid: int = 0
    born: float = 0.0
    fast_deaths: int = field(default=0)


def job_worker(number: int) -> Child:
    """A process that runs jobs."""
    return Child(f"job worker {number}", _work)


def _work() -> int:
    from studium.lib.jobs import run_worker

    run_worker()
    return 0


class Family:
    """Starts the children and stays until it is told to end, or one cannot be kept alive."""

    def __init__(self, children: list[Child]) -> None:
        self._children = children
        self._ending = False
        self._code = 0

    def run(self) -> int:
        """Block until SIGTERM or SIGINT; returns 0, or 1 when a child failed again and again."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        settle()
        for child in self._children:
            _fork(child)
        while not self._ending:
            self._wait_for_a_death()
        self._end_children()
        return self._code

    def _end(self, number: int, frame: FrameType | None) -> None:
        self._ending = True

    def _wait_for_a_death(self) -> None:
        """Look twice a second; a signal ends the sleep."""
        for child in self._children:
            code = None if self._ending else _exit_code(child)
            if code is not None:
                self._replace(child, code)
        if not self._ending:
            time.sleep(0.5)

    def _replace(self, child: Child, code: int) -> None:
        """Start it anew; a job worker that ended by itself, to give memory back, ends with 0."""
        fast = code != 0 and time.monotonic() - child.born < _FAST_DEATH
        child.fast_deaths = child.fast_deaths + 1 if fast else 0
        if child.fast_deaths >= _MOST_FAST_DEATHS:
            print(f"The {child.name} ends as soon as it starts; see the log.", file=sys.stderr)
            self._ending, self._code = True, 1
            return
        if fast:
            time.sleep(min(2.0, 0.25 * 2**child.fast_deaths))
        if not self._ending:
            _fork(child)

    def _end_children(self) -> None:
        for child in self._children:
            _send(child, signal.SIGTERM)
        end = time.monotonic() + _GRACE
        while any(child.pid for child in self._children) and time.monotonic() < end:
            for child in self._children:
                _exit_code(child)
            time.sleep(0.05)
        for child in self._children:
            _send(child, signal.SIGKILL)


def settle() -> None:
    """Before forking: no open connection to share, and no garbage collector that touches pages."""
    from django.db import connections

    connections.close_all()
    gc.collect()
    gc.freeze()


def die_with_parent(parent: int) -> None:
    """Have the kernel send SIGTERM when the parent is gone; ends at once if it already is."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(0)


def apart(body: Callable[[], int]) -> int:
    """Run this in a forked process, wait until it ends, and return its exit code.

    A negative code is the signal that ended it. Ctrl-C reaches both.
    """
    settle()
    pid = os.getpid()
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if not child:
        _as_child(pid, body)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def refuse(sentence: str) -> int:
    """Say why nothing is started; the exit code."""
    print(sentence, file=sys.stderr)
    return 2


def _fork(child: Child) -> None:
    parent = os.getpid()
    sys.stdout.flush()
    sys.stderr.flush()
    child.born = time.monotonic()
    child.pid = os.fork()
    if not child.pid:
        _as_child(parent, lambda: _alone(child.body))


def _alone(body: Callable[[], int]) -> int:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    # Ctrl-C reaches the whole group of the terminal; the parent alone decides the order.
    os.setpgid(0, 0)
    return body()


def _as_child(parent: int, body: Callable[[], int]) -> NoReturn:
    """The whole life of a process that was just forked."""
    code = 1
    try:
        die_with_parent(parent)
        code = body()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)  # never return into the parent's stack


def _exit_code(child: Child) -> int | None:
    """How the child ended (negative: by which signal), once; None while it lives."""
    if not child.pid:
        return None
    pid, status = os.waitpid(child.pid, os.WNOHANG)
    if not pid:
        return None
    child.pid = 0
    return os.waitstatus_to_exitcode(status)


def _send(child: Child, number: int) -> None:
    if child.pid:
        os.kill(child.pid, number)  # not reaped yet, so the number is still this child's
