"""The tallies: how many answers each person gave in each lesson, and how much of them was right.

`take` is the one place that says what a response does to a tally; the live fold and the rebuild
both go through it. Ids are as the driver gives them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from studium.analytics import rules
from studium.analytics.answered import Answer, tally_of
from studium.analytics.chains import Chains
from studium.lib.db import (
    Question,
    Write,
    on_postgresql,
    read_rows,
    time_param,
    uuid_param,
    write_each,
)
from studium.lib.ids import uuid7

_LEAST = UUID(int=0)
Pair = tuple[Any, Any]
"""A person and a course, or a person and a lesson."""
_COLUMNS = "user_id, lesson_id, course_id, answers, share_sum, last_at, last_seq"
_OF_PEOPLE = f"""
SELECT {_COLUMNS} FROM lesson_tallies WHERE user_id IN ({{}}) AND course_id IN ({{}})
"""
_OF_LESSONS = f"""
SELECT {_COLUMNS} FROM (VALUES {{}}) AS w
JOIN lesson_tallies t ON t.user_id = w.column1 AND t.lesson_id = w.column2
"""
_SOME = f"SELECT id, {_COLUMNS} FROM lesson_tallies WHERE id > %s ORDER BY id LIMIT 2000"
_UPSERT = f"""
INSERT INTO lesson_tallies (id, {_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (user_id, lesson_id) DO UPDATE SET answers = excluded.answers,
share_sum = excluded.share_sum, last_at = excluded.last_at, last_seq = excluded.last_seq
"""
_UPDATE = """
UPDATE lesson_tallies SET answers = %s, share_sum = %s, last_at = %s, last_seq = %s
WHERE user_id = %s AND lesson_id = %s
"""


def take(tallies: dict[Pair, rules.Tally], answer: Answer, chains: Chains) -> None:
    """Add one answer to its tally. A correction changes the share that counted before."""
    if chains.is_corrected(answer):
        return
    before = chains.before(answer)
    lesson_id = before[1] if before else answer.lesson_id
    tally = tallies.get((answer.user_id, lesson_id))
    if tally is None:
        tallies[answer.user_id, lesson_id] = rules.Tally(
            answer.course_id, 1, answer.share, answer.occurred_at, answer.seq
        )
        return
    tally.answers += 0 if before else 1
    tally.share_sum += answer.share - (before[0] if before else 0)
    tally.last_at = max(tally.last_at, answer.occurred_at)
    tally.last_seq = answer.seq


def asked_tallies(users: Collection[Any], courses: Collection[Any]) -> Question:
    """What asks for the stored tallies of some people in some courses; `tallies_of` reads them."""
    sql = _OF_PEOPLE.format(", ".join(["%s"] * len(users)), ", ".join(["%s"] * len(courses)))
    return sql, [*users, *courses]


def tallies_of(rows: Iterable[Sequence[Any]]) -> dict[Pair, rules.Tally]:
    """Tallies by person and lesson, from their rows."""
    return dict(_tally(row) for row in rows)


def read_some(keys: Collection[Pair]) -> dict[Pair, rules.Tally]:
    """The stored tallies of these people and lessons."""
    flat = [part for key in keys for part in key]
    rows = read_rows(_OF_LESSONS.format(", ".join(["(%s, %s)"] * len(keys))), flat) if flat else []
    return tallies_of(rows)


def all_tallies() -> Iterator[tuple[Any, Pair, rules.Tally]]:
    """Every stored tally with its id."""
    last: Any = uuid_param(_LEAST)
    while rows := read_rows(_SOME, [last]):
        for row in rows:
            yield (row[0], *_tally(row[1:]))
        last = rows[-1][0]


def write_tallies(tallies: dict[Pair, rules.Tally]) -> None:
    """Store tallies, new or changed."""
    write_each(tally_writes(tallies))


def tally_writes(
    tallies: dict[Pair, rules.Tally], *, there: Collection[Pair] = frozenset()
) -> list[Write]:
    """What stores tallies, new or changed; those of `there` are known to have a row."""
    old, new = [], []
    for key, tally in tallies.items():
        summed = tally.share_sum if on_postgresql() else float(tally.share_sum)
        values = (tally.answers, summed, time_param(tally.last_at), tally.last_seq)
        if key in there:
            old.append((*values, *key))
        else:
            new.append((uuid_param(uuid7()), *key, tally.course_id, *values))
    return [(_UPDATE, old), (_UPSERT, new)]


def by_pair(tallies: dict[Pair, rules.Tally]) -> dict[Pair, dict[Any, rules.Tally]]:
    """Tallies by person and course, then lesson."""
    found: dict[Pair, dict[Any, rules.Tally]] = defaultdict(dict)
    for (user_id, lesson_id), tally in tallies.items():
        found[user_id, tally.course_id][lesson_id] = tally
    return found


def chunked(keys: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """The keys in lists of at most this size."""
    listed = list(keys)
    for start in range(0, len(listed), size):
        yield listed[start : start + size]


def _tally(row: Any) -> tuple[Pair, rules.Tally]:
    made = tally_of(row[2:])
    assert made is not None  # no column of a tally is NULL
    return (row[0], row[1]), made
