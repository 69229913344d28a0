"""A circuit breaker as a state machine (M. Nygard, "Release It!", 2007). Pure: no clock, no store.

Closed: everybody may ask. After `LIMIT` failures in a row it is open: nobody asks for a while. Then
one may try; a success closes it, a failure opens it for twice as long.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

LIMIT = 3
FIRST = timedelta(seconds=60)
MOST = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Breaker:
    """`failures` in a row since the last success; open while `open_until` is in the future.

    `trial_until` is the time by which the one try of a half-open breaker must have ended.
    """

    failures: int = 0
    open_until: datetime | None = None
    trial_until: datetime | None = None

    def state(self, now: datetime) -> Literal["closed", "open", "half_open"]:
        """Closed, open, or half open: one may try."""
        if self.open_until is None:
            return "closed"
        return "open" if now < self.open_until else "half_open"

    def may_ask(self, now: datetime) -> bool:
        """Whether a request may leave. Half open, only when nobody else is trying."""
        state = self.state(now)
        trying = self.trial_until is not None and now < self.trial_until
        return state == "closed" or (state == "half_open" and not trying)

    def tried(self, now: datetime, *, seconds: float) -> Breaker:
        """Somebody asks; half open, that is the one try, which takes at most `seconds`."""
        if self.state(now) != "half_open":
            return self
        return Breaker(self.failures, self.open_until, now + timedelta(seconds=seconds))

    def succeeded(self) -> Breaker:
        """All is well again."""
        return Breaker()

    def failed(self, now: datetime) -> Breaker:
        """One more failure in a row."""
        failures = min(self.failures + 1, 1000)
        if failures < LIMIT:
            return Breaker(failures, self.open_until)
        wait = min(MOST, FIRST * 2 ** min(failures - LIMIT, 10))
        return Breaker(failures, now + wait)
