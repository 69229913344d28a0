"""Which epoch is read, and what makes a next one wanted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from studium.analytics.engine import ENGINE_VERSION
from studium.analytics.models import AnalyticsEpoch, EpochState, ResponseFold
from studium.lib.db import read_rows, uuid_param

SETTLES = timedelta(minutes=1)
"""So long nothing else may have changed before a next epoch is begun."""

_CURRENT = """
SELECT id, horizon, since, is_rendered, engine_version FROM analytics_epochs
WHERE state = 'current'
"""
_FORGOTTEN = "SELECT user_id, after_seq, epoch FROM forgotten_people"


@dataclass(frozen=True, slots=True)
class Epoch:
    """An epoch as the fold needs it; see `AnalyticsEpoch`."""

    id: int
    horizon: int
    since: int
    is_rendered: bool
    engine_version: int


def current() -> Epoch | None:
    """The epoch that is read; None while an older installation has none yet, or nothing is
    answered."""
    rows = read_rows(_CURRENT, [])
    return Epoch(rows[0][0], rows[0][1], rows[0][2], bool(rows[0][3]), rows[0][4]) if rows else None


def current_id() -> int:
    """The id of the epoch that is read; 0, which holds nothing, where there is none."""
    found = current()
    return found.id if found else 0


def first() -> Epoch | None:
    """The epoch that the first answer of a new site begins; None where older answers wait."""
    if AnalyticsEpoch.objects.exists() or ResponseFold.objects.exists():
        return None
    AnalyticsEpoch.objects.create(
        id=1,
        state=EpochState.CURRENT,
        horizon=0,
        since=0,
        progress=0,
        reason="The first answers.",
        engine_version=ENGINE_VERSION,
        is_rendered=True,
    )
    return current()


def want_next(reason: str, *, now: datetime) -> None:
    """Note that a next epoch is wanted, in the one being read and in one being built.

    It is begun when nothing else was noted for `SETTLES`.
    """
    live = AnalyticsEpoch.objects.exclude(state=EpochState.RETIRED)
    live.update(stale_reason=reason, stale_at=now + SETTLES)


class Forgotten:
    """Whose answers are left out of an epoch, and from where on."""

    def __init__(self, epoch: int) -> None:
        rows = read_rows(_FORGOTTEN, [])
        self._after = {
            user: -1 if of is not None and of <= epoch else after for user, after, of in rows
        }

    def leaves_out(self, user: object, seq: int) -> bool:
        """Whether the answer with this seq is not taken into the epoch."""
        after = self._after.get(user)
        return after is not None and seq > after

    def __contains__(self, user: object) -> bool:
        """Whether the person (an id as the driver has it) has no rows of their own."""
        return user in self._after


def is_forgotten(user_id: UUID) -> bool:
    """Whether analytics has to leave the person out."""
    return uuid_param(user_id) in Forgotten(0)
