"""What handing in late costs: a share of the points, by the rule that the attempt began with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol


class HandedIn(Protocol):
    """What is asked of an attempt."""

    @property
    def submitted_at(self) -> datetime | None: ...
    @property
    def due_at(self) -> datetime | None: ...
    @property
    def late_tiers(self) -> Any: ...


def penalty_percent(attempt: HandedIn) -> int:
    """The percentage of the points that handing in this late costs, 0 to 100."""
    if attempt.submitted_at is None or attempt.due_at is None:
        return 0
    return penalty_after(attempt.submitted_at - attempt.due_at, attempt.late_tiers)


def penalty_after(late: timedelta, tiers: Sequence[Mapping[str, Any]]) -> int:
    """The penalty for so much lateness; 0 in time or without tiers.

    A tier `{"minutes": m, "penalty_percent": p}` holds up to m minutes after the due time, the
    minute m included; whoever is later than the last tier pays as in the last.
    """
    if late <= timedelta(0) or not tiers:
        return 0
    for tier in tiers:
        if late <= timedelta(minutes=tier["minutes"]):
            return int(tier["penalty_percent"])
    return int(tiers[-1]["penalty_percent"])
