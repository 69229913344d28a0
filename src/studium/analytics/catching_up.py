"""Taking in what was answered: the live fold, for the actions and for the worker's rounds.

`progress_data` is rendered from two things that never change once they are there: which responses
were taken in (`response_folds`), and the attempts they belong to. A lesson marked done, an exam
that opens, the next thing to do: these change without an answer, so pages read them at their
source. Names are copied for readers of the row; a lesson renamed later is no difference.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max

from studium.analytics import rules
from studium.analytics.folding import TAKEN_FIELDS, Corrections, Pair, Rendering, Taken, take
from studium.analytics.models import Analytics, LessonTally, ResponseFold
from studium.assessment.models import FoldQueue

BATCH = 200
"""So many responses at a time, so that SQLite's one writer is free again soon."""
CHUNK = 2000
_LOCK = 0x53747564  # any number, the same in every process


def catch_up(*, now: datetime, batch: int = BATCH) -> int:
    """Take in every response that may be told by now; gives how many.

    One at a time: who finds another at work returns at once, since the other looks again after its
    last commit. Each batch is one transaction; what it takes in shows on pages as a whole.
    """
    taken = 0
    while _is_due(now):
        done = _fold_batch(now, batch)
        if not done:
            break
        taken += done
    return taken


def _is_due(now: datetime) -> bool:
    return FoldQueue.objects.filter(release_at__lte=now).exists()


@transaction.atomic
def _fold_batch(now: datetime, size: int) -> int:
    """Take in up to `size` responses; 0 when there are none or another is at work."""
    if not hold_lock(wait=False):
        return 0
    due = FoldQueue.objects.filter(release_at__lte=now)
    # The order of arrival; ids settle equal moments.
    rows = due.order_by("response__received_at", "response_id").values_list(
        *(f"response__{name}" for name in TAKEN_FIELDS)
    )
    first = _next_seq()
    batch = [(Taken(*row), seq) for seq, row in enumerate(rows[:size], start=first)]
    if not batch:
        return 0
    ResponseFold.objects.bulk_create(
        [ResponseFold(response_id=response.id, seq=seq) for response, seq in batch]
    )
    pairs = _take_in(batch)
    FoldQueue.objects.filter(response_id__in=[response.id for response, _ in batch]).delete()
    write_rows(pairs, now)
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


def _next_seq() -> int:
    last = ResponseFold.objects.aggregate(last=Max("seq"))["last"]
    return 1 if last is None else int(last) + 1


def _take_in(batch: list[tuple[Taken, int]]) -> dict[Pair, dict[UUID, rules.Tally]]:
    """Bring the tallies up to date; gives those of the people and courses that were touched."""
    touched = {(response.user_id, response.course_id) for response, _ in batch}
    tallies = _tallies(touched)
    corrections = Corrections(batch)
    for response, seq in batch:
        take(tallies, response, seq, corrections)
    first = batch[0][1]
    write_tallies({key: tally for key, tally in tallies.items() if tally.last_seq >= first})
    return {pair: one for pair, one in by_pair(tallies).items() if pair in touched}


def _tallies(pairs: Collection[Pair]) -> dict[Pair, rules.Tally]:
    rows = LessonTally.objects.filter(
        user_id__in={user for user, _ in pairs}, course_id__in={course for _, course in pairs}
    )
    return {(row.user_id, row.lesson_id): plain(row) for row in rows}


def plain(row: LessonTally) -> rules.Tally:
    """A stored tally as the rules see it."""
    return rules.Tally(row.course_id, row.answers, row.share_sum, row.last_at, row.last_seq)


def write_tallies(tallies: dict[Pair, rules.Tally]) -> None:
    """Store tallies, new or changed."""
    rows = [
        LessonTally(
            user_id=user_id,
            lesson_id=lesson_id,
            course_id=tally.course_id,
            answers=tally.answers,
            share_sum=tally.share_sum,
            last_at=tally.last_at,
            last_seq=tally.last_seq,
        )
        for (user_id, lesson_id), tally in tallies.items()
    ]
    LessonTally.objects.bulk_create(
        rows,
        batch_size=CHUNK,
        update_conflicts=True,
        unique_fields=["user", "lesson"],
        update_fields=["answers", "share_sum", "last_at", "last_seq"],
    )


def by_pair(tallies: dict[Pair, rules.Tally]) -> dict[Pair, dict[UUID, rules.Tally]]:
    """Tallies by person and course, then lesson."""
    found: dict[Pair, dict[UUID, rules.Tally]] = defaultdict(dict)
    for (user_id, lesson_id), tally in tallies.items():
        found[user_id, tally.course_id][lesson_id] = tally
    return found


def rendered(pairs: dict[Pair, dict[UUID, rules.Tally]]) -> dict[Pair, dict[str, Any]]:
    """The `progress_data` of each person and course."""
    rendering = Rendering(pairs, (lesson for tallies in pairs.values() for lesson in tallies))
    return {pair: rendering.row(pair, tallies.items()) for pair, tallies in pairs.items()}


def write_rows(pairs: dict[Pair, dict[UUID, rules.Tally]], now: datetime) -> None:
    """Render and store the rows of some people and courses."""
    rows = [
        Analytics(
            user_id=user_id,
            course_id=course_id,
            progress_data=data,
            schema_version=rules.SCHEMA_VERSION,
            last_updated=now,
        )
        for (user_id, course_id), data in rendered(pairs).items()
    ]
    Analytics.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["user", "course"],
        update_fields=["progress_data", "schema_version", "last_updated"],
    )
