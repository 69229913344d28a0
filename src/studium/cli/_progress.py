"""Words about long work: nothing for a small site, a line every few seconds for a large one."""

from __future__ import annotations

import sys
import time

_PAUSE = 5.0  # seconds between two lines


class Progress:
    """Counts bytes; `done` is the word for what happens to them."""

    def __init__(self, done: str) -> None:
        self._done = done
        self._bytes: dict[str, int] = {}
        self._told = time.monotonic()

    def __call__(self, name: str, size: int) -> None:
        """So many more bytes of a part went by; parts of one folder count together."""
        part = name.partition("/")[0]
        self._bytes[part] = self._bytes.get(part, 0) + size
        if time.monotonic() - self._told >= _PAUSE:
            self.say(f"{part}: {self._bytes[part] / 1e6:,.0f} MB {self._done}")

    def say(self, line: str) -> None:
        """Print a line on standard error, at once."""
        self._told = time.monotonic()
        print(f"  {line}", file=sys.stderr, flush=True)
