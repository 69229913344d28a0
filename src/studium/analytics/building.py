"""A next epoch, built aside from every answer and put in the place of the current one.

Nobody is held up: the rows of the new epoch are written in many short transactions, and only what
was taken in meanwhile is caught up with under the lock of the fold, in the transaction that swaps.
Whatever ends a build leaves the current epoch as it was; the next build begins anew.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter

from django.db import transaction
from django.db.models import Max

from studium.analytics import epochs
from studium.analytics.answered import Answer, folded, last_seq
from studium.analytics.catching_up import hold_lock
from studium.analytics.chains import Chains
from studium.analytics.engine import ENGINE_VERSION, Shared
from studium.analytics.events import fold
from studium.analytics.folding import chunked
from studium.analytics.learning import Rows
from studium.analytics.models import AnalyticsEpoch, EpochState, ForgottenPerson
from studium.analytics.purging import drop_people, purge
from studium.analytics.rendering import write_anew
from studium.content import concepts
from studium.lib.db import read_rows
from studium.lib.errors import Conflict

EPOCH_JOB = "analytics.epoch"
CHUNK = 5000
IN_HAND = 200_000
"""So many rows are held in memory; then they are written and let go."""
PIECE = 500
"""So many rows are written in one transaction, which takes some milliseconds."""
TAIL = 100
"""So many answers at most are caught up with under the lock."""
PAIRS = 20

Tell = Callable[[int, int, str], None]
_PAIRS = "SELECT DISTINCT user_id, course_id FROM lesson_tallies"


@dataclass(frozen=True, slots=True)
class Built:
    """A new epoch: its id, from how many answers, and how long reading and learning took."""

    epoch: int
    responses: int
    seconds: float


def quiet(_done: int, _total: int, _step: str) -> None:
    """Tell nobody how far it is."""


def build(reason: str, *, now: datetime, tell: Tell = quiet) -> Built:
    """Build a next epoch and make it the current one.

    `tell(done, total, step)` hears of the progress between transactions and may raise to end it
    there. Raises `Conflict` when another build was begun meanwhile.
    """
    began = perf_counter()
    made = _begun(reason)
    purge(tell)
    rows, done = Rows(made.id, Shared()), 0
    while True:
        end = made.horizon if done < made.horizon else last_seq()
        if done >= made.horizon and end - done <= TAIL:
            break
        done = _replay(rows, made, done, end, tell)
    _write(rows, made, done)
    end = _swapped(rows, made, done)
    seconds = perf_counter() - began
    render(made.id, now=now, tell=tell)
    purge(tell)
    return Built(made.id, end, seconds)


def bring_up(*, now: datetime, tell: Tell = quiet) -> str:
    """Build the next epoch if one is wanted, or finish one that was swapped in; says what it did.

    Called again after a crash it takes up where that is possible: a build begins anew, writing
    the summaries and clearing away goes on.
    """
    found, because = epochs.current(), epochs.wanted_because()
    if found is not None and not because:
        render(found.id, now=now, tell=tell)
        purge(tell)
        return "The summaries were written."
    if found is None and not last_seq():
        return "Nothing is answered yet."
    made = build(because, now=now, tell=tell)
    return f"{made.responses:,} answers were taken in again."


def abandon(*, until: datetime) -> None:
    """Give up a build that was begun; the next one is not begun by itself before `until`."""
    with transaction.atomic():
        hold_lock()
        AnalyticsEpoch.objects.filter(state=EpochState.BUILDING).update(
            state=EpochState.RETIRED, stale_reason="Given up.", stale_at=until
        )
        AnalyticsEpoch.objects.filter(stale_at__lt=until).update(stale_at=until)


def render(epoch: int, *, now: datetime, tell: Tell = quiet) -> None:
    """Render every `analytics.progress_data` from the epoch, some people at a time."""
    pairs = [(user, course) for user, course in read_rows(_PAIRS, [])]
    for at, some in enumerate(chunked(pairs, PAIRS)):
        tell(at * PAIRS, len(pairs), "Writing the summaries.")
        with transaction.atomic():
            hold_lock()
            if epochs.current_id() != epoch:
                return
            write_anew(some, epoch=epoch, now=now)
    AnalyticsEpoch.objects.filter(pk=epoch).update(is_rendered=True)


@transaction.atomic
def _begun(reason: str) -> epochs.Epoch:
    """A row for the new epoch. What waits for a next epoch is counted from this one on."""
    hold_lock()
    AnalyticsEpoch.objects.filter(state=EpochState.BUILDING).update(
        state=EpochState.RETIRED, stale_reason="", stale_at=None
    )
    newest = AnalyticsEpoch.objects.aggregate(newest=Max("id"))["newest"] or 0
    horizon = last_seq()
    made = AnalyticsEpoch.objects.create(
        id=newest + 1,
        state=EpochState.BUILDING,
        horizon=horizon,
        since=horizon,
        progress=0,
        reason=reason[:200],
        engine_version=ENGINE_VERSION,
        is_rendered=False,
    )
    concepts.count_merges_from(made.id)
    ForgottenPerson.objects.filter(epoch__isnull=True).update(epoch=made.id)
    return epochs.Epoch(made.id, horizon, horizon, False, ENGINE_VERSION)


def _replay(rows: Rows, made: epochs.Epoch, after: int, until: int, tell: Tell) -> int:
    """Learn the answers after one seq until another one; gives the latter."""
    for batch in folded(after=after, until=until, chunk=CHUNK):
        tell(batch[0].seq - 1, until, "Taking the answers in again.")
        _learn(rows, made, batch)
        if rows.in_hand > IN_HAND:
            _write(rows, made, batch[-1].seq)
            rows.drop()
    return until


def _learn(rows: Rows, made: epochs.Epoch, batch: list[Answer]) -> None:
    fold(rows, batch, Chains(batch, horizon=made.horizon), epochs.Forgotten(made.id))


def _write(rows: Rows, made: epochs.Epoch, done: int) -> None:
    """Write what is in hand in short transactions, as long as nobody else builds."""
    for piece in rows.pieces(PIECE):
        with transaction.atomic():
            piece()
    building = AnalyticsEpoch.objects.filter(pk=made.id, state=EpochState.BUILDING)
    if not building.update(progress=done):
        raise Conflict("Another computation of the figures was begun meanwhile.")


@transaction.atomic
def _swapped(rows: Rows, made: epochs.Epoch, done: int) -> int:
    """Catch up under the lock and make the epoch the current one; gives the last seq."""
    hold_lock()
    if not AnalyticsEpoch.objects.filter(pk=made.id, state=EpochState.BUILDING).exists():
        raise Conflict("Another computation of the figures was begun meanwhile.")
    end = last_seq()
    for batch in folded(after=done, until=end, chunk=CHUNK):
        _learn(rows, made, batch)
    rows.save()
    drop_people(epochs.Forgotten(made.id).people, [made.id])
    AnalyticsEpoch.objects.filter(state=EpochState.CURRENT).update(
        state=EpochState.RETIRED, stale_reason="", stale_at=None
    )
    AnalyticsEpoch.objects.filter(pk=made.id).update(
        state=EpochState.CURRENT, since=end, progress=end
    )
    return end
