"""How much memory processes really take, as Linux counts it, and when it is looked through."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def filling_up() -> Iterator[None]:
    """While inside, nothing looks for garbage: for imports, which make objects that stay.

    Looking through them again and again while they come takes a fifth of the imports' time.
    """
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def megabytes(pid: int | str, *, counting: str = "Pss") -> float:
    """Memory of a process in MB; "Pss" shares pages out among those who share them.

    0.0 where the system does not say (another operating system, or the process is gone).
    """
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    for line in text.splitlines():
        name, _, rest = line.partition(":")
        if name == counting:
            return int(rest.split()[0]) / 1024
    return 0.0


def own_megabytes() -> float:
    """Resident memory of this process in MB."""
    return megabytes("self", counting="Rss")
