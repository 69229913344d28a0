"""Replaying every response from zero, and comparing with what is stored."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from studium.analytics import epochs, practised, rules
from studium.analytics.answered import Answer, folded, last_seq
from studium.analytics.building import build
from studium.analytics.catching_up import catch_up, hold_lock
from studium.analytics.chains import Chains
from studium.analytics.folding import Pair, all_tallies, by_pair, chunked, take, write_tallies
from studium.analytics.models import Analytics, LessonTally, PracticePoints, ResponseFold
from studium.analytics.rendering import rendered, write_progress
from studium.analytics.replaying import Replay
from studium.analytics.summary import SCHEMA_VERSION, without_labels
from studium.assessment import release
from studium.assessment.models import (
    Feedback,
    FoldQueue,
    QuizAttemptStatus,
    Response,
)
from studium.lib.db import uuid_param

_SHOWN = 20
_CHUNK = 2000
_PAIRS = 50


@dataclass
class Report:
    """What a rebuild found. `differences` names the first of them, a sentence each; `state` counts
    those in the engine's rows. `seconds`: how long taking all `responses` in again took."""

    responses: int = 0
    students: int = 0
    lost: int = 0
    count: int = 0
    state: int = 0
    epoch: int = 0
    seconds: float = 0.0
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

    def add_state(self, sentence: str) -> None:
        """Note a difference in the engine's rows."""
        self.state += 1
        self.add(sentence)


def rebuild(*, check: bool, now: datetime) -> Report:
    """Replay all responses by `seq` from zero and compare; without `check`, also put it right.

    Compared bit for bit: every row of the engine's state, every prediction of the current epoch,
    every tally, and every `progress_data` but the names in it. Also found: gaps in `seq`, and
    responses that were neither taken in nor wait for it; putting right queues them. Comparing
    reads one snapshot and holds nobody up; putting tallies right holds writers up, and where the
    engine's rows differ or there are none yet, a new epoch is built beside the one that is read.
    """
    with _snapshot():
        report = _compare(Report(), mend=None)
    if check:
        return report
    if not report.is_equal:
        with transaction.atomic():
            hold_lock()
            _compare(Report(), mend=now)
    catch_up(now=now)
    if report.state or epochs.is_wanted(now=now) or not (report.epoch or report.responses == 0):
        reason = epochs.wanted_because() or "Asked for by an operator."
        report.seconds = build(reason, now=now).seconds
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
    """Compare everything; where `mend` is a moment, put tallies and rows right as of that moment.

    The engine's rows are put right by a new epoch, so a mending run leaves them alone.
    """
    _compare_queue(report, mend=mend is not None)
    epoch = epochs.current()
    report.epoch = epoch.id if epoch else 0
    forgotten = epochs.Forgotten(report.epoch)
    began = perf_counter()
    replayed, runs = _replay(report, None if mend else epoch, forgotten)
    report.seconds = perf_counter() - began
    _compare_runs(report, runs, forgotten, mend=mend is not None)
    kept = {key: tally for key, tally in replayed.items() if key[0] not in forgotten}
    _compare_tallies(report, kept, mend=mend is not None)
    pairs = by_pair(kept)
    report.students = len(pairs)
    _compare_summaries(report, pairs, epoch, mend)
    return report


def _replay(
    report: Report, epoch: epochs.Epoch | None, forgotten: epochs.Forgotten
) -> tuple[dict[Pair, rules.Tally], dict[Any, practised.Run]]:
    """Tallies and practice runs from zero, by `seq`; the engine's rows are compared as well."""
    tallies: dict[Pair, rules.Tally] = {}
    runs: dict[Any, practised.Run] = {}
    replay = Replay(epoch, forgotten) if epoch else None
    for batch in folded(after=0, until=last_seq(), chunk=_CHUNK):
        chains = Chains(batch, horizon=epoch.horizon if epoch else 0)
        for answer in batch:
            report.responses += 1
            if answer.seq != report.responses:
                report.add(f"The order has a gap or a double before seq {answer.seq}.")
            take(tallies, answer, chains)
        given = [one for one in batch if practised.counts(one)]
        runs |= practised.begun(one for one in given if one.run_id not in runs)
        for one in given:
            practised.take(runs, one)
        if replay:
            _learn(report, replay, batch, chains)
    if replay:
        for sentence in replay.differences():
            report.add_state(sentence)
    return tallies, runs


def _learn(report: Report, replay: Replay, batch: list[Answer], chains: Chains) -> None:
    for sentence in replay.learn(batch, chains):
        report.add_state(sentence)


def _compare_runs(
    report: Report,
    replayed: dict[Any, practised.Run],
    forgotten: epochs.Forgotten,
    *,
    mend: bool,
) -> None:
    wrong = {id_: run for id_, run in replayed.items() if run.user_id not in forgotten}
    extra = []
    for id_, run in practised.stored():
        right = wrong.get(id_)
        if right == run:
            del wrong[id_]
        elif right is None:
            extra.append(id_)
            report.add(f"The points of practice run {id_} rest on no answer.")
    for id_ in wrong:
        report.add(f"The points of practice run {id_} differ or are missing.")
    if mend:
        PracticePoints.objects.filter(pk__in=extra).delete()
        practised.write(wrong)


def _compare_tallies(report: Report, replayed: dict[Pair, rules.Tally], *, mend: bool) -> None:
    seen: set[Pair] = set()
    wrong: dict[Pair, rules.Tally] = {}
    extra = []
    for id_, key, tally in all_tallies():
        seen.add(key)
        if key not in replayed:
            extra.append(id_)
            report.add(f"A tally of lesson {key[1]} rests on no answer.")
        elif replayed[key] != tally:
            wrong[key] = replayed[key]
            report.add(f"The tally of user {key[0]} in lesson {key[1]} differs.")
    for key in replayed.keys() - seen:
        wrong[key] = replayed[key]
        report.add(f"The tally of user {key[0]} in lesson {key[1]} is missing.")
    if mend:
        LessonTally.objects.filter(pk__in=extra).delete()
        write_tallies(wrong)


def _compare_summaries(
    report: Report,
    pairs: dict[Pair, dict[Any, rules.Tally]],
    epoch: epochs.Epoch | None,
    mend: datetime | None,
) -> None:
    """Compare `analytics.progress_data` of everybody with what it should be."""
    stored = Analytics.objects.filter(course__isnull=False)
    there = {
        (uuid_param(user), uuid_param(course)): pk
        for pk, user, course in stored.values_list("pk", "user_id", "course_id").iterator()
    }
    gone = [pk for pair, pk in there.items() if pair not in pairs]
    for _ in gone:
        report.add("A progress row rests on no answer that was taken in.")
    if mend and gone:
        Analytics.objects.filter(pk__in=gone).delete()
    for some in chunked(pairs, _PAIRS):
        wrong = _wrong_summaries(report, {pair: pairs[pair] for pair in some}, set(there), epoch)
        if mend and wrong:
            write_progress(wrong, epoch=epoch.id if epoch else 0, now=mend)


def _wrong_summaries(
    report: Report,
    pairs: dict[Pair, dict[Any, rules.Tally]],
    there: set[Pair],
    epoch: epochs.Epoch | None,
) -> dict[Pair, dict[Any, rules.Tally]]:
    """Those of `pairs` whose stored row is not what it should be.

    A row of the epoch before is no difference while the new one is still being written out.
    """
    rows = Analytics.objects.filter(
        user_id__in={user for user, _ in pairs}, course_id__in={course for _, course in pairs}
    ).values_list("user_id", "course_id", "progress_data")
    stored = {(uuid_param(user), uuid_param(course)): data for user, course, data in rows}
    wrong = {}
    for pair, data in rendered(pairs, epoch=epoch.id if epoch else 0).items():
        if pair not in there:
            report.add(f"The progress row of user {pair[0]} in course {pair[1]} is missing.")
        elif _bits(stored[pair]) == _bits(data) or _waits(stored[pair], epoch):
            continue
        else:
            report.add(f"The progress row of user {pair[0]} in course {pair[1]} differs.")
        wrong[pair] = pairs[pair]
    return wrong


def _waits(data: dict[str, Any], epoch: epochs.Epoch | None) -> bool:
    """Whether the row was rendered before the epoch and waits to be rendered from it."""
    if epoch is None:
        return data.get("schema_version") != SCHEMA_VERSION
    return not epoch.is_rendered and data.get("epoch") != epoch.id


def _bits(data: Any) -> str:
    return json.dumps(without_labels(data), sort_keys=True)


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
    for some in chunked(lost, _CHUNK):
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
    if attempt is None:  # a practice session tells at once
        return response.received_at
    return release.release_moment(attempt.exam, release.CORRECTNESS, graded_at=response.received_at)
