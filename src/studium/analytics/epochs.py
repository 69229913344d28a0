"""Which epoch is read, and what makes a next one wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from studium.analytics.engine import ENGINE_VERSION, Shared
from studium.analytics.models import AnalyticsEpoch, EpochState, ResponseFold
from studium.analytics.stored import shared_of
from studium.lib.db import Question, read_rows
from studium.lib.looks import once

SETTLES = timedelta(minutes=1)
"""So long nothing else may have changed before a next epoch is begun."""

_CURRENT = """
SELECT id, horizon, since, is_rendered, engine_version FROM analytics_epochs
WHERE state = 'current'
"""
_READ = """
SELECT e.id, e.horizon, e.since, e.is_rendered, e.engine_version,
    s.means, s.variances, s.a, s.b, s.n
FROM analytics_epochs e LEFT JOIN engine_state s ON s.epoch = e.id WHERE e.state = 'current'
"""
_HEAD = """
SELECT e.id, e.horizon, e.since, e.is_rendered, e.engine_version,
    (SELECT COALESCE(MAX(f.seq), 0) FROM response_folds f),
    EXISTS (SELECT 1 FROM forgotten_people),
    EXISTS (SELECT 1 FROM concepts k WHERE k.merged_epoch <= e.id),
    s.means, s.variances, s.a, s.b, s.n
FROM analytics_epochs e LEFT JOIN engine_state s ON s.epoch = e.id WHERE e.state = 'current'
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

    @property
    def is_of_this_engine(self) -> bool:
        """Whether the rows can be read and moved by the engine as it is now."""
        return self.engine_version == ENGINE_VERSION


@dataclass(frozen=True, slots=True)
class Head:
    """Where the fold stands: the epoch, the seq of the answer taken in last, whether anybody is
    forgotten and any concept merged, and what holds for everybody (the fold moves it)."""

    epoch: Epoch
    last_seq: int
    forgets: bool
    merges: bool
    shared: Shared


ASKED_HEAD: Question = (_HEAD, [])
"""What asks for the head of the epoch that is read; `head` reads its rows."""


def head(rows: Sequence[Sequence[Any]]) -> Head | None:
    """The head of the epoch that is read; None where `current` is None."""
    if not rows:
        return None
    id_, horizon, since, is_rendered, version, last, forgets, merges, *row = rows[0]
    epoch = Epoch(id_, horizon, since, bool(is_rendered), version)
    shared = Shared() if row[0] is None else shared_of(row)
    return Head(epoch, last, bool(forgets), bool(merges), shared)


@once
def read() -> tuple[Epoch | None, Shared]:
    """`current` for pages with what holds for everybody in it; asked once in a look.

    Nobody may change it.
    """
    rows = read_rows(_READ, [])
    if not rows:
        return None, Shared()
    id_, horizon, since, is_rendered, version, *row = rows[0]
    shared = Shared() if row[0] is None else shared_of(row)
    return Epoch(id_, horizon, since, bool(is_rendered), version), shared


def current() -> Epoch | None:
    """The epoch that is read; None while an older installation has none yet, or nothing is
    answered."""
    rows = read_rows(_CURRENT, [])
    return Epoch(rows[0][0], rows[0][1], rows[0][2], bool(rows[0][3]), rows[0][4]) if rows else None


def current_id() -> int:
    """The id of the epoch that is read; 0, which holds nothing, where there is none.

    The rows of another engine are not read: they may mean something else. A next epoch is wanted
    then at once.
    """
    found, _ = read()
    return found.id if found and found.is_of_this_engine else 0


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

    def __init__(self, epoch: int, *, any_: bool = True) -> None:
        """`any_`: False where it is known that nobody is."""
        rows = read_rows(_FORGOTTEN, []) if any_ else []
        self._after = {
            user: -1 if of is not None and of <= epoch else after for user, after, of in rows
        }

    def leaves_out(self, user: object, seq: int) -> bool:
        """Whether the answer with this seq is not taken into the epoch."""
        after = self._after.get(user)
        return after is not None and seq > after

    @property
    def people(self) -> list[object]:
        """Everybody who is forgotten, ids as the driver has them."""
        return list(self._after)

    def __contains__(self, user: object) -> bool:
        """Whether the person (an id as the driver has it) has no rows of their own."""
        return user in self._after


def is_wanted(*, now: datetime) -> bool:
    """Whether a next epoch should be built now, or one that was swapped in be finished."""
    found = current()
    if found is None:
        put_off = AnalyticsEpoch.objects.filter(stale_at__gt=now).exists()
        return ResponseFold.objects.exists() and not put_off
    if not found.is_rendered or not found.is_of_this_engine:
        return True
    return AnalyticsEpoch.objects.filter(pk=found.id, stale_at__lte=now).exists()


def wanted_because() -> str:
    """Why a next epoch is wanted, in a sentence; empty when the current one only has to be
    finished."""
    found = AnalyticsEpoch.objects.filter(state=EpochState.CURRENT).first()
    if found is None:
        return "The first figures from the answers so far."
    if found.engine_version != ENGINE_VERSION:
        return "The engine is a new one."
    return found.stale_reason
