"""Replaying every response from zero, and comparing with what is stored."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from studium.analytics import rules
from studium.analytics.catching_up import (
    BATCH,
    CHUNK,
    by_pair,
    catch_up,
    hold_lock,
    plain,
    rendered,
    write_rows,
    write_tallies,
)
from studium.analytics.folding import TAKEN_FIELDS, Corrections, Pair, Taken, take
from studium.analytics.models import Analytics, LessonTally, ResponseFold
from studium.assessment import release
from studium.assessment.models import (
    Feedback,
    FoldQueue,
    QuizAttemptStatus,
    Response,
)

_SHOWN = 20


@dataclass
class Report:
    """What a rebuild found. `differences` names the first of them, a sentence each."""

    responses: int = 0
    students: int = 0
    lost: int = 0
    count: int = 0
    differences: list[str] = field(default_factory=list)

    @property
    def is_equal(self) -> bool:
        """Whether everything is as a rebuild from zero gives it."""
        return self.count == 0

    def add(self, sentence: str) -> None:
        """Note a difference."""
        self.count += 1
        if len(self.differences) < _SHOWN:
            self.differences.append(sentence)


def rebuild(*, check: bool, now: datetime) -> Report:
    """Replay all responses by `seq` from zero and compare; without `check`, also put it right.

    Compared bit for bit: every tally, and every `progress_data` but the names in it. Also found:
    gaps in `seq`, and responses that were neither taken in nor wait for it; putting right queues
    them. The check reads one snapshot and holds nobody up; putting right holds writers up.
    """
    if check:
        with _snapshot():
            return _compare(Report(), mend=None)
    with transaction.atomic():
        hold_lock(wait=True)
        report = _compare(Report(), mend=now)
    catch_up(now=now)
    return report


@contextmanager
def _snapshot() -> Iterator[None]:
    """One state of the database for many reads, without keeping anybody from writing."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")  # our transactions are IMMEDIATE, which would write
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


def _compare(report: Report, *, mend: datetime | None) -> Report:
    """Compare everything; where `mend` is a moment, put it right as of that moment."""
    _compare_queue(report, mend=mend is not None)
    replayed = _replay(report)
    _compare_tallies(report, replayed, mend=mend is not None)
    pairs = by_pair(replayed)
    report.students = len(pairs)
    stored = Analytics.objects.filter(course__isnull=False)
    missing = set(pairs) - set(stored.values_list("user_id", "course_id"))
    extra = stored.values_list("pk", "user_id", "course_id").iterator()
    gone = [pk for pk, *pair in extra if (pair[0], pair[1]) not in pairs]
    for _ in gone:
        report.add("A progress row rests on no answer that was taken in.")
    if mend and gone:
        Analytics.objects.filter(pk__in=gone).delete()
    for some in _chunks(pairs):
        wrong = _compare_rows(report, {pair: pairs[pair] for pair in some}, missing)
        if mend and wrong:
            write_rows(wrong, mend)
    return report


def _replay(report: Report) -> dict[Pair, rules.Tally]:
    """Every tally from zero, in the order of `seq`."""
    tallies: dict[Pair, rules.Tally] = {}
    rows = iter(
        ResponseFold.objects.order_by("seq")
        .values_list("seq", *(f"response__{name}" for name in TAKEN_FIELDS))
        .iterator(chunk_size=CHUNK)
    )
    while some := list(islice(rows, CHUNK)):
        batch = [(Taken(*row), seq) for seq, *row in some]
        corrections = Corrections(batch)
        for response, seq in batch:
            report.responses += 1
            if seq != report.responses:
                report.add(f"The order has a gap or a double before seq {seq}.")
            take(tallies, response, seq, corrections)
    return tallies


def _compare_tallies(report: Report, replayed: dict[Pair, rules.Tally], *, mend: bool) -> None:
    seen: set[Pair] = set()
    wrong: dict[Pair, rules.Tally] = {}
    extra = []
    for row in LessonTally.objects.iterator(chunk_size=CHUNK):
        key = (row.user_id, row.lesson_id)
        seen.add(key)
        if key not in replayed:
            extra.append(row.pk)
            report.add(f"A tally of lesson {row.lesson_id} rests on no answer.")
        elif replayed[key] != plain(row):
            wrong[key] = replayed[key]
            report.add(f"The tally of user {row.user_id} in lesson {row.lesson_id} differs.")
    for key in replayed.keys() - seen:
        wrong[key] = replayed[key]
        report.add(f"The tally of user {key[0]} in lesson {key[1]} is missing.")
    if mend:
        LessonTally.objects.filter(pk__in=extra).delete()
        write_tallies(wrong)


def _compare_rows(
    report: Report, pairs: dict[Pair, dict[UUID, rules.Tally]], missing: set[Pair]
) -> dict[Pair, dict[UUID, rules.Tally]]:
    """Those of `pairs` whose stored row is not what it should be."""
    stored = {
        (user_id, course_id): data
        for user_id, course_id, data in Analytics.objects.filter(
            user_id__in={user for user, _ in pairs}, course_id__in={course for _, course in pairs}
        ).values_list("user_id", "course_id", "progress_data")
    }
    wrong = {}
    for pair, data in rendered(pairs).items():
        if pair in missing:
            report.add(f"The progress row of user {pair[0]} in course {pair[1]} is missing.")
        elif _bits(stored[pair]) != _bits(data):
            report.add(f"The progress row of user {pair[0]} in course {pair[1]} differs.")
        else:
            continue
        wrong[pair] = pairs[pair]
    return wrong


def _bits(data: Any) -> str:
    return json.dumps(rules.without_labels(data), sort_keys=True)


def _compare_queue(report: Report, *, mend: bool) -> None:
    """Responses that are in neither place or in both."""
    folded = Exists(ResponseFold.objects.filter(response=OuterRef("pk")))
    queued = Exists(FoldQueue.objects.filter(response=OuterRef("pk")))
    lost = list(Response.objects.filter(~folded, ~queued).values_list("pk", flat=True))
    report.lost = len(lost)
    for pk in lost:
        report.add(f"Response {pk} was neither taken in nor waits for it.")
    both = FoldQueue.objects.filter(
        Exists(ResponseFold.objects.filter(response=OuterRef("response")))
    )
    for pk in both.values_list("response_id", flat=True):
        report.add(f"Response {pk} was taken in and still waits for it.")
    if mend:
        both.delete()
        _queue_again(lost)


def _queue_again(lost: Iterable[UUID]) -> None:
    for some in _chunks(lost):
        rows = Response.objects.filter(pk__in=some).select_related(
            "exam_attempt__exam", "quiz_attempt__quiz"
        )
        FoldQueue.objects.bulk_create(
            [FoldQueue(response=row, release_at=_release_at(row)) for row in rows]
        )


def _release_at(response: Response) -> datetime | None:
    """When the response may be told, by the terms of its exam or quiz as they are now."""
    run, attempt = response.quiz_attempt, response.exam_attempt
    if run is not None:
        waits = run.status != QuizAttemptStatus.FINISHED and run.quiz.feedback == Feedback.END
        return None if waits else response.received_at
    assert attempt is not None
    return release.release_moment(attempt.exam, release.CORRECTNESS, graded_at=response.received_at)


def _chunks(keys: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(keys)
    while some := list(islice(rest, BATCH)):
        yield some
