"""An answer and the corrections of it are one chain: it counts once, whatever came first.

The tallies follow every correction as it is taken in. For the engine a chain counts at the place
of that member which was taken in first. In an epoch with a horizon H a place at or before H counts
with the newest share taken in at or before H; a later place with its own share.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import Decimal
from itertools import islice
from typing import Any, NamedTuple

from studium.analytics.answered import Answer, share_value
from studium.lib.db import on_postgresql, read_rows

_AT_ONCE = 500
_MEMBERS = """
SELECT r.id, r.replaces_id, r.share, r.lesson_id, f.seq FROM responses r
LEFT JOIN response_folds f ON f.response_id = r.id WHERE {}
"""


class _Member(NamedTuple):
    id: Any
    replaces_id: Any
    share: Decimal
    lesson_id: Any
    seq: int | None


class Chains:
    """The chains that the answers of a batch belong to; answers that stand alone cost nothing."""

    def __init__(self, batch: Collection[Answer], *, horizon: int) -> None:
        self._horizon = horizon
        self._members: dict[Any, _Member] = {}
        self._next: dict[Any, Any] = {}
        linked = [one for one in batch if one.in_chain]
        if not linked:
            return
        own = {one.id: one.seq for one in batch}
        self._gather(linked)
        for member in self._members.values():
            if member.replaces_id is not None:
                self._next[member.replaces_id] = member.id
        for id_, seq in own.items():
            if id_ in self._members:
                self._members[id_] = self._members[id_]._replace(seq=seq)

    def before(self, answer: Answer) -> tuple[Decimal, Any] | None:
        """Share and lesson of the answer that this one corrects, if that was taken in earlier."""
        old = self._members.get(answer.replaces_id)
        return (old.share, old.lesson_id) if old and _earlier(old, answer.seq) else None

    def is_corrected(self, answer: Answer) -> bool:
        """Whether the correction of this answer was taken in earlier."""
        new = self._members.get(self._next.get(answer.id))
        return new is not None and _earlier(new, answer.seq)

    def is_place(self, answer: Answer) -> bool:
        """Whether the engine takes the chain in at this answer."""
        if answer.id not in self._members:
            return True
        return not any(_earlier(one, answer.seq) for one in self._chain(answer.id))

    def share(self, answer: Answer) -> Decimal:
        """What the chain counts with at its place, which is this answer."""
        counts: Decimal = answer.share
        if answer.seq <= self._horizon and answer.id in self._members:
            for member in self._chain(answer.id):
                if member.seq is not None and member.seq <= self._horizon:
                    counts = member.share
        return counts

    def changes(self, answer: Answer) -> bool:
        """Whether this answer says otherwise than a member of its chain taken in before."""
        earlier = [one for one in self._chain(answer.id) if _earlier(one, answer.seq)]
        return bool(earlier) and earlier[-1].share != answer.share

    def _chain(self, id_: Any) -> list[_Member]:
        """The members from the first answer to the newest correction."""
        if id_ not in self._members:
            return []
        first = id_
        while (before := self._members[first].replaces_id) in self._members:
            first = before
        found = [self._members[first]]
        while (after := self._next.get(found[-1].id)) in self._members:
            found.append(self._members[after])
        return found

    def _gather(self, batch: Iterable[Answer]) -> None:
        """Read the neighbours of the batch, and theirs, until none is left."""
        below = self._read("replaces_id", [one.id for one in batch])
        above = {one.replaces_id for one in batch if one.replaces_id is not None}
        around = {one.id for one in batch if one.replaces_id is not None}
        around |= {one.replaces_id for one in below}
        while wanted := (around | above) - self._members.keys():
            found = self._read("id", wanted)
            above = {one.replaces_id for one in found if one.replaces_id is not None}
            around = {one.id for one in self._read("replaces_id", wanted)}

    def _read(self, column: str, ids: Iterable[Any]) -> list[_Member]:
        rest, found = iter(ids), []
        while some := list(islice(rest, _AT_ONCE)):
            rows = read_rows(_MEMBERS.format(_among(column, len(some))), some)
            found += [_Member(a, b, share_value(c), d, e) for a, b, c, d, e in rows]
        if column == "id":
            self._members |= {one.id: one for one in found}
        return found


def _among(column: str, count: int) -> str:
    """That a column is one of so many. After ANALYZE SQLite takes the index of `replaces_id`,
    nearly all NULL, for useless and would read every response; told that few match it uses it."""
    among = f"r.{column} IN ({', '.join(['%s'] * count)})"
    return among if on_postgresql() else f"unlikely({among})"


def _earlier(member: _Member, seq: int) -> bool:
    return member.seq is not None and member.seq < seq
