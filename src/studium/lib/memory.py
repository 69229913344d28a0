"""How much memory processes really take, as Linux counts it."""

from __future__ import annotations

from pathlib import Path


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
