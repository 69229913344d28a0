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
from studium.analytics.answered import Answer, asked_waiting, due_ids, last_seq, waiting
from studium.analytics.carrying import carry_on
from studium.analytics.chains import Chains
from studium.analytics.events import fold
from studium.analytics.folding import Pair, chunked, read_some, take, tally_writes
from studium.analytics.learning import Rows
from studium.analytics.rules import Tally
from studium.lib.db import Write, on_postgresql, read_each, read_rows

BATCH = 50
"""So many responses at a time, so that SQLite's one writer is free again soon."""
AT_ONCE = 5000
"""So many waiting responses are put in order at a time."""
_LOCK = 0x53747564  # any number, the same in every process
_TRY_LOCK = "SELECT pg_try_advisory_xact_lock(%s)"
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
    if not _try_lock():
        return None
    rows, heads = read_each([asked_waiting(ids, now=now), epochs.ASKED_HEAD])
    batch = waiting(ids, rows)
    if not batch:
        return 0
    head = epochs.head(heads)
    if head is None and epochs.first():
        head = epochs.head(read_rows(*epochs.ASKED_HEAD))
    for seq, answer in enumerate(batch, start=(head.last_seq if head else last_seq()) + 1):
        answer.seq = seq
    epoch = head.epoch if head else None
    forgotten = epochs.Forgotten(epoch.id if epoch else 0, any_=head is None or head.forgets)
    chains = Chains(batch, horizon=epoch.horizon if epoch else 0)
    learned: Rows | None = None
    writes: list[Write] = []
    if head and head.epoch.is_of_this_engine:
        learned, writes = _learn(head, batch, chains, forgotten)
        if any(chains.changes(one) for one in batch):
            epochs.want_next("Marks were corrected.", now=now)
    folds = [(one.id, one.seq, one.p_before) for one in batch]
    taking_out = _TAKE_OUT.format(", ".join(["%s"] * len(batch)))
    writes += [(_FOLD, folds), (taking_out, [[one.id for one in batch]])]
    kept = [one for one in batch if one.user_id not in forgotten]
    runs = practised.add(kept)
    tallies, tallied = _tally(kept, chains)
    carry_on(
        kept,
        tallies,
        runs,
        learned,
        epoch=epoch.id if epoch else 0,
        now=now,
        writes=[*writes, *tallied],
    )
    return len(batch)


def hold_lock() -> None:
    """Take the one lock of the fold until the transaction ends; on SQLite every writer has it."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _try_lock() -> bool:
    """`hold_lock`, unless somebody else has it; says whether it is held."""
    return not on_postgresql() or bool(read_rows(_TRY_LOCK, [_LOCK])[0][0])


def _learn(
    head: epochs.Head, batch: Sequence[Answer], chains: Chains, forgotten: epochs.Forgotten
) -> tuple[Rows, list[Write]]:
    """Move the engine's rows, and note on each answer what was predicted for it; gives what writes
    them, too."""
    # On SQLite the transaction has the database to itself, so a row that was read is still there.
    rows = Rows(head.epoch.id, head.shared, at_once=not on_postgresql())
    rows.may_merge = head.merges
    before = fold(rows, batch, chains, forgotten)
    for one in batch:
        one.p_before = before.get(one.id)
    return rows, rows.writes() if before else []


def _tally(batch: Sequence[Answer], chains: Chains) -> tuple[dict[Pair, Tally], list[Write]]:
    """Bring the tallies up to date; gives those that were touched, and what writes them."""
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
    return touched, tally_writes(touched, there=there)
