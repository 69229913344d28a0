"""Row ids: UUID version 7 (RFC 9562), whose first 48 bits are the time, so inserts stay local."""

from __future__ import annotations

import os
import threading
import time
import uuid

_lock = threading.Lock()
_last = 0


def uuid7() -> uuid.UUID:
    """A new time-ordered id; ids made by one process strictly rise, also within a millisecond.

    The 12 bits after the milliseconds hold the fraction of the millisecond (RFC 9562, method 3).
    """
    global _last
    with _lock:
        stamp = time.time_ns() * 4096 // 1_000_000  # milliseconds with a 12-bit fraction
        _last = stamp = max(stamp, _last + 1)
    millis, fraction = stamp >> 12, stamp & 0xFFF
    tail = int.from_bytes(os.urandom(8)) & ((1 << 62) - 1)
    return uuid.UUID(int=millis << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | tail)
