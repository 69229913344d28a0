"""Python's collector of cycles, at rest while much is built that stays."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_lock = Lock()
_inside = 0
_was_on = False


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """While inside, no cycles are looked for: among thousands of new objects that are all still
    needed that is in vain, and a sixth of building them. Of several threads, the last one out
    starts the collector again; one that was off stays off.
    """
    global _inside, _was_on
    with _lock:
        if not _inside:
            _was_on = gc.isenabled()
            gc.disable()
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if not _inside and _was_on:
                gc.enable()
