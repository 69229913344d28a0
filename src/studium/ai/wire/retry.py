"""When to ask again. Pure: numbers in, seconds out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

FIRST, MOST = 0.5, 20.0  # seconds


def wait_before(
    tried: int, *, retry_after: float | None, left: float, chance: Callable[[], float]
) -> float | None:
    """Seconds to wait before the next try, or None when that leaves too little time.

    Exponential backoff with full jitter (M. Brooker, "Exponential Backoff And Jitter", AWS
    Architecture Blog, 2015): a random wait between 0 and ``FIRST * 2**(tried - 1)``. What the
    server asks for is a lower bound. At least half of the time left is kept for the try itself.
    """
    wait = chance() * min(MOST, FIRST * 2 ** (tried - 1))
    if retry_after is not None:
        wait += retry_after
    return wait if wait < left / 2 else None


def read_retry_after(value: str | None, *, now: datetime | None = None) -> float | None:
    """Seconds a `Retry-After` header asks for (RFC 9110, 10.2.3); None for one without sense."""
    if not value:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())
