"""How much of a document is read, and with how much of the machine."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one reading; the defaults fit a textbook of a thousand pages.

    `seconds` is time on the clock, `cpu_seconds` time of the processor, `memory` and the other
    sizes are bytes. `pages` counts pages, slides or chapters.
    """

    seconds: float = 120.0
    cpu_seconds: int = 60
    memory: int = 512 * MEGABYTE
    pages: int = 3_000
    text: int = 30 * MEGABYTE
    files: int = 1_000
    file: int = 10 * MEGABYTE
    output: int = 120 * MEGABYTE


LIMITS = Limits()
