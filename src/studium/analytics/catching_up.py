"""Taking in what was answered: the live fold, for the actions and for the worker's rounds.

A batch is one transaction under the one lock of the fold: the order is fixed (`response_folds`),
the prediction made before each answer is kept beside it, tallies and the engine's rows move, and
`analytics.progress_data` is rendered from them. On the hot path statements are written by hand,
each row is read once per batch and written once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from studium.analytics import epochs, practised
from studium.analytics.answered import Answer, due_ids, last_seq, waiting
from studium.analytics.carrying import carry_on
from studium.analytics.chains import Chains
from studium.analytics.events import fold
from studium.analytics.folding import Pair, chunked, read_some, take, write_tallies
from studium.analytics.learning import Rows
from studium.analytics.rules import Tally
from studium.lib.db import on_postgresql, write_each

BATCH = 50
"""So many responses at a time, so that SQLite's one writer is free again soon."""
AT_ONCE = 5000
"""So many waiting responses are put in order at a time."""
_LOCK = 0x53747564  # any number, the same in every process
_FOLD = "INSERT INTO response_folds (response_id, seq, p_before) VALUES (%s, %s, %s)"
_TAKE_OUT = "DELETE FROM fold_queue WHERE response_id IN ({})"


def catch_up(*, now: datetime, batch: int = BATCH) -> int:
    """Take in every response that may be told by now; gives how many.

    One at a time: who finds another at work returns at once, since the other looks again after its
    last commit. Each batch is one transaction; what it takes in shows on pages as a whole.
    """
    taken = 0
    while ids := due_ids(now=now, limit=AT_ONCE):
        for some in chunked(ids, batch):
            done = _fold_batch(now, some)
            if done is None:
                return taken
            taken += done
        if len(ids) < AT_ONCE and not on_postgresql():
            break  # on SQLite nobody returned at once: whoever has more takes it in themselves
    return taken


@transaction.atomic
def _fold_batch(now: datetime, ids: Sequence[Any]) -> int | None:
    """Take in those of `ids` that still wait; gives how many, None when another is at work."""
    if not hold_lock(wait=False):
        return None
    batch = waiting(ids, now=now)
    if not batch:
        return 0
    head = epochs.head() or (epochs.head() if epochs.first() else None)
    for seq, answer in enumerate(batch, start=(head.last_seq if head else last_seq()) + 1):
        answer.seq = seq
    epoch = head.epoch if head else None
    forgotten = epochs.Forgotten(epoch.id if epoch else 0, any_=head is None or head.forgets)
    chains = Chains(batch, horizon=epoch.horizon if epoch else 0)
    rows = None
    if head and head.epoch.is_of_this_engine:
        rows = _learn(head, batch, chains, forgotten)
        if any(chains.changes(one) for one in batch):
            epochs.want_next("Marks were corrected.", now=now)
    folds = [(one.id, one.seq, one.p_before) for one in batch]
    taking_out = _TAKE_OUT.format(", ".join(["%s"] * len(batch)))
    write_each([(_FOLD, folds), (taking_out, [[one.id for one in batch]])])
    kept = [one for one in batch if one.user_id not in forgotten]
    runs = practised.add(kept)
    tallies = _tally(kept, chains)
    carry_on(kept, tallies, runs, rows, epoch=epoch.id if epoch else 0, now=now)
    return len(batch)


def hold_lock(*, wait: bool) -> bool:
    """Take the one lock of the fold until the transaction ends; on SQLite every writer has it."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            return True
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])


def _learn(
    head: epochs.Head, batch: Sequence[Answer], chains: Chains, forgotten: epochs.Forgotten
) -> Rows:
    """Move the engine's rows, and note on each answer what was predicted for it."""
    # On SQLite the transaction has the database to itself, so a row that was read is still there.
    rows = Rows(head.epoch.id, head.shared, at_once=not on_postgresql())
    rows.may_merge = head.merges
    before = fold(rows, batch, chains, forgotten)
    for one in batch:
        one.p_before = before.get(one.id)
    if before:
        rows.save()
    return rows


def _tally(batch: Sequence[Answer], chains: Chains) -> dict[Pair, Tally]:
    """Bring the tallies up to date; gives those that were touched."""
    keys = {(one.user_id, one.lesson_id) for one in batch}
    earlier = [(one.user_id, chains.before(one)) for one in batch if one.replaces_id is not None]
    keys |= {(user, before[1]) for user, before in earlier if before}
    tallies: dict[Pair, Tally] = {}
    for one in batch:
        if one.place is not None:
            keys.discard((one.user_id, one.lesson_id))
            if one.place.tally is not None:
                tallies.setdefault((one.user_id, one.lesson_id), one.place.tally)
    tallies |= read_some(keys)
    there = set() if on_postgresql() else set(tallies)
    for one in batch:
        take(tallies, one, chains)
    first = batch[0].seq if batch else 0
    touched = {key: tally for key, tally in tallies.items() if tally.last_seq >= first}
    write_tallies(touched, there=there)
    return touched
