"""The engine's rows of the current epoch, learnt again in memory and compared bit for bit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from studium.analytics import epochs, stored
from studium.analytics.answered import Answer
from studium.analytics.chains import Chains
from studium.analytics.engine import ENGINE_VERSION, Shared
from studium.analytics.events import fold
from studium.analytics.learning import Rows, nothing
from studium.lib.db import read_rows

_SOME = 2000


class Replay:
    """What the rows of an epoch should be. Everything is held in memory: about half a kilobyte for
    each answer."""

    def __init__(self, epoch: epochs.Epoch, forgotten: epochs.Forgotten) -> None:
        self._epoch = epoch
        self._forgotten = forgotten
        self._rows = Rows(epoch.id, Shared(), read=nothing)
        self._same_engine = epoch.engine_version == ENGINE_VERSION

    def learn(self, batch: Sequence[Answer], chains: Chains) -> Iterator[str]:
        """Take a batch in; gives a sentence for each prediction that was another one."""
        if not self._same_engine:
            return
        found = fold(self._rows, batch, chains, self._forgotten, make=False)
        for one in batch:
            if one.seq > self._epoch.since and one.p_before != found.get(one.id):
                yield f"The prediction at seq {one.seq} differs."

    def differences(self) -> Iterator[str]:
        """A sentence for each stored row that is missing, differs or should not be there."""
        if not self._same_engine:
            yield "The state was made by another version of the engine and waits for a new epoch."
            return
        for table in stored.KEPT:
            yield from self._compare(table)
        if stored.read_shared(self._epoch.id) != self._rows.shared:
            yield "What the engine knows of everybody differs."

    def _compare(self, table: stored.Table) -> Iterator[str]:
        wanted = self._wanted(table)
        for key, row in self._stored(table):
            right = wanted.pop(key, None)
            if right is None:
                yield f"A row of {table.name} rests on no answer: {key}."
            elif right != row:
                yield f"A row of {table.name} differs: {key}."
        for key in wanted:
            yield f"A row of {table.name} is missing: {key}."

    def _wanted(self, table: stored.Table) -> dict[Any, Any]:
        held, touched = self._rows.held[table.name], self._rows.touched[table.name]
        personal = table in stored.PERSONAL
        return {key: held[key] for key in touched if not (personal and key[0] in self._forgotten)}

    def _stored(self, table: stored.Table) -> Iterator[tuple[Any, Any]]:
        """Every stored row of the epoch with its key, some at a time."""
        keys, width = ", ".join(table.key), len(table.key)
        first = f"SELECT {keys}, {', '.join(table.columns)} FROM {table.name} WHERE epoch = %s"
        order = f" ORDER BY {keys} LIMIT {_SOME}"
        after = f" AND ({keys}) > ({', '.join(['%s'] * width)})"
        rows = read_rows(first + order, [self._epoch.id])
        while rows:
            for row in rows:
                key = table.key_of(row[:width])
                yield key, table.make(*row[width:])
            rows = read_rows(first + after + order, [self._epoch.id, *rows[-1][:width]])
