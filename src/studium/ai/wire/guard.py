"""What watches one exchange: its deadline, its bytes, and whether somebody wants it to end."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from studium.ai.wire.faults import EngineFailed

Check = Callable[[], None]
"""Called about four times a second while an answer is awaited; it ends the exchange by raising."""
LISTEN_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds for each phase and for the whole of an exchange, its bytes and its tries."""

    connect: float = 5.0
    write: float = 10.0
    silence: float = 120.0  # between two bytes: a model may think before its first word
    total: float = 300.0  # all tries and the waits between them together
    most_bytes: int = 4_000_000
    tries: int = 3


class Guard:
    """Counts down one exchange. `check` may raise whatever the caller wants to end it with."""

    def __init__(
        self,
        limits: Limits,
        check: Check | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.limits = limits
        self._check = check
        self._clock = clock
        self._until = clock() + limits.total
        self._bytes = 0

    def left(self) -> float:
        """Seconds until the deadline; raises "timeout" when there are none."""
        seconds = self._until - self._clock()
        if seconds <= 0:
            raise EngineFailed(
                "timeout", f"The model server took longer than {self.limits.total:.0f} seconds."
            )
        return seconds

    def look(self) -> None:
        """Let the caller end the exchange."""
        self.left()
        if self._check is not None:
            self._check()

    def begin(self) -> None:
        """A new try: its bytes are counted from nothing, its deadline stays."""
        self._bytes = 0

    def took(self, count: int) -> None:
        """Count bytes that came; raises "too_large" past the limit."""
        self._bytes += count
        if self._bytes > self.limits.most_bytes:
            raise EngineFailed(
                "too_large",
                f"The model server sent more than {self.limits.most_bytes:,} bytes.",
            )

    def wait(self, seconds: float) -> None:
        """Sleep, ready to be ended."""
        until = self._clock() + seconds
        while (rest := until - self._clock()) > 0:
            self.look()
            time.sleep(min(rest, LISTEN_SECONDS))
