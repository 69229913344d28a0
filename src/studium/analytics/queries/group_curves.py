"""Learning curves of some people of a course, counted from their answers when they are asked for.

What the fold keeps (`concept_opportunities`) is of the whole class: a row for each person would
make every answer dearer for a page that is seldom opened. So the answers of a group are read in the
order in which they were taken in, and counted as the fold counts them (`events.py`, `chains.py`).
Over everybody who answered this gives the very sums that are kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Set
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from studium.analytics.asked import named_concepts
from studium.analytics.curves import LAST_OPPORTUNITY
from studium.analytics.disclosure import may_show
from studium.analytics.epochs import Epoch, Forgotten
from studium.analytics.rules import FEW_PEOPLE
from studium.lib.db import read_rows, uuid_param, uuid_value

_ANSWERS = """
SELECT r.id, r.user_id, r.lesson_id, r.concepts, r.share, r.replaces_id, f.seq
FROM responses r LEFT JOIN response_folds f ON f.response_id = r.id
WHERE r.user_id IN ({}) AND r.course_id = %s ORDER BY f.seq
"""
_CONCEPTS = """
SELECT id, lesson_id, CASE WHEN merged_epoch <= %s THEN merged_into_id END FROM concepts
WHERE course_id = %s
"""
_EXISTING = "SELECT id FROM concepts WHERE id IN ({})"
_REACHED = """
SELECT user_id, concept_id, n FROM mastery WHERE epoch = %s AND user_id IN ({}) AND course_id = %s
"""
Place = tuple[UUID, int]
"""A concept and an opportunity."""


@dataclass(slots=True)
class Reached:
    """Who had an opportunity (ids as the driver has them), and what was wrong in all."""

    people: set[Any] = field(default_factory=set)
    wrong_sum: float = 0.0


def opportunities(course_id: UUID, users: Collection[UUID], epoch: Epoch) -> dict[Place, Reached]:
    """What these people's answers in the course come to, by concept and opportunity.

    A fixed number of statements; the time grows with their answers. Check the right before.
    """
    if not users:
        return {}
    rows = read_rows(
        _ANSWERS.format(_marks(users)), [*map(uuid_param, users), uuid_param(course_id)]
    )
    counted = _Counted(course_id, epoch, {row[3] for row in rows if isinstance(row[3], str)})
    chains = _Linked(rows, epoch.horizon)
    forgotten = Forgotten(epoch.id)
    so_far: dict[tuple[Any, Any], int] = defaultdict(int)
    found: dict[tuple[Any, int], Reached] = defaultdict(Reached)
    for id_, user, lesson, concepts, share, _replaces, seq in rows:
        if seq is None or forgotten.leaves_out(user, seq):
            continue
        if id_ in chains.linked:
            if not chains.is_place(id_, seq):
                continue
            share = chains.share(id_, seq, share)
        for concept in counted.of(concepts, lesson):
            so_far[user, concept] = place = so_far[user, concept] + 1
            if place <= LAST_OPPORTUNITY:
                row = found[concept, place]
                row.people.add(user)
                row.wrong_sum += 1.0 - float(share)
    return {(uuid_value(concept), place): row for (concept, place), row in found.items()}


def shown(
    found: dict[Place, Reached],
    everybody: dict[Place, int],
    others: Iterable[Set[UUID]],
    *,
    course_id: UUID,
    epoch: Epoch,
) -> dict[Place, Reached]:
    """Those places that tell of nobody alone, nor by subtraction from what else can be seen.

    `everybody` is how many people had each opportunity, `others` are groups with the same people.
    """
    listed = [{uuid_param(one) for one in of} for of in others]
    union = set().union(*listed)
    rows = []
    if union:
        sql = _REACHED.format(_marks(union))
        rows = read_rows(sql, [epoch.id, *union, uuid_param(course_id)])
    reached: dict[UUID, list[tuple[Any, int]]] = defaultdict(list)
    for user, concept, n in rows:
        reached[uuid_value(concept)].append((user, n))
    kept = {}
    for (concept, place), row in found.items():
        if 0 < everybody.get((concept, place), 0) - len(row.people) < FEW_PEOPLE:
            continue
        here = {user for user, n in reached[concept] if n >= place} if rows else set()
        if may_show(row.people, [of & here for of in listed]):
            kept[concept, place] = row
    return kept


# --- parts -----------------------------------------------------------------------------------


class _Counted:
    """For which concepts of a course an answer counts; see `events.fold`."""

    def __init__(self, course_id: UUID, epoch: Epoch, texts: Collection[str]) -> None:
        rows = read_rows(_CONCEPTS, [epoch.id, uuid_param(course_id)])
        self._own = {lesson: id_ for id_, lesson, _ in rows if lesson is not None}
        self._targets = {id_: into for id_, _, into in rows if into is not None}
        self._here = {id_ for id_, _, _ in rows}
        foreign = {one for text in texts for one in named_concepts(text)} - self._here
        sql = _EXISTING.format(_marks(foreign))
        self._foreign = {row[0] for row in read_rows(sql, list(foreign))} if foreign else set()
        self._known: dict[tuple[Any, Any], tuple[Any, ...]] = {}

    def of(self, concepts: Any, lesson: Any) -> tuple[Any, ...]:
        """Those of this course."""
        key = (concepts if isinstance(concepts, str) else tuple(concepts), lesson)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._of(concepts, lesson)
        return found

    def _of(self, concepts: Any, lesson: Any) -> tuple[Any, ...]:
        named = [self._end(one) for one in named_concepts(concepts)]
        named = [one for one in named if one in self._here or one in self._foreign]
        if not named and lesson in self._own:
            named = [self._end(self._own[lesson])]
        return tuple(one for one in dict.fromkeys(named) if one in self._here)

    def _end(self, concept: Any) -> Any:
        while concept in self._targets:
            concept = self._targets[concept]
        return concept


class _Linked:
    """The chains of corrections among some answers; see `chains.Chains`."""

    def __init__(self, rows: Collection[tuple[Any, ...]], horizon: int) -> None:
        self._horizon = horizon
        self._before = {row[0]: row[5] for row in rows if row[5] is not None}
        self._after = {old: new for new, old in self._before.items()}
        self.linked = self._before.keys() | self._after.keys()
        self._members = {row[0]: (row[6], row[4]) for row in rows if row[0] in self.linked}

    def is_place(self, id_: Any, seq: int) -> bool:
        """Whether nothing of the chain was taken in earlier."""
        return all(at is None or at >= seq for at, _ in self._chain(id_))

    def share(self, id_: Any, seq: int, own: Any) -> Any:
        """What the chain counts with at this place."""
        if seq > self._horizon:
            return own
        for at, share in self._chain(id_):
            if at is not None and at <= self._horizon:
                own = share
        return own

    def _chain(self, id_: Any) -> list[tuple[int | None, Any]]:
        """Seq and share of each, from the first answer to the newest correction."""
        while id_ in self._before:
            id_ = self._before[id_]
        found = []
        while id_ is not None:
            found += [self._members[id_]] if id_ in self._members else []
            id_ = self._after.get(id_)
        return found


def _marks(values: Collection[Any]) -> str:
    return ", ".join(["%s"] * len(values))
