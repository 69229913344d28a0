"""What analytics does by itself: take in what was released meanwhile or missed before."""

from __future__ import annotations

from studium.analytics.catching_up import catch_up
from studium.lib import clock
from studium.lib.jobs import periodic


@periodic(seconds=5)
def take_in_responses() -> int:
    """Take in every response that may be told by now; gives how many."""
    return catch_up(now=clock.now())
