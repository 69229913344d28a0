"""What a regrade leaves beside the marks: corrected responses and the running sums.

`responses` is append-only: a corrected share is a new row that names the one it replaces, and
waits for release as that one did. An attempt whose score changed without any share changing has
one response written again as it was, so that analytics shows the new score.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from studium.assessment.models import ExamStatistics, FoldQueue, Response
from studium.assessment.recording import stored_share
from studium.assessment.regrading import Computed, Move
from studium.lib.db import on_postgresql, time_param, uuid_param
from studium.lib.hooks import responses_recorded
from studium.lib.ids import uuid7

_MOVE_ITEM = (
    "UPDATE item_statistics SET share_sum = ROUND(share_sum + %s, 4) WHERE question_id = %s"
)
# A correction is the row it replaces, but for its share and when it was made.
_ANEW = """
INSERT INTO responses (id, user_id, course_id, lesson_id, question_id, quiz_attempt_id,
    exam_attempt_id, practice_session_id, share, seconds, concepts, occurred_at, received_at,
    replaces_id)
SELECT {new}, r.user_id, r.course_id, r.lesson_id, r.question_id, r.quiz_attempt_id,
    r.exam_attempt_id, r.practice_session_id, {share}, r.seconds, r.concepts, r.occurred_at, {at},
    r.id
FROM responses r WHERE r.id = %s
"""
_WAIT = "INSERT INTO fold_queue (response_id, release_at) VALUES (%s, %s)"
_SOME = 500


class _Head(NamedTuple):
    """A response that counts."""

    id: UUID
    attempt_id: UUID
    question_id: UUID
    share: Decimal


def correct_responses(computed: Computed, *, now: datetime) -> None:
    """Write the responses that changed by what was computed, and move the sums of the questions."""
    questions = {one for shares in computed.shares.values() for one in shares}
    heads = _heads(computed.exam_id, question_id__in=questions)
    fresh: list[tuple[_Head, Decimal]] = []
    changes: dict[UUID, Decimal] = defaultdict(Decimal)
    for head in heads:
        share = computed.shares.get(head.attempt_id, {}).get(head.question_id)
        if share is not None and stored_share(share) != head.share:
            fresh.append((head, stored_share(share)))
            changes[head.question_id] += stored_share(share) - head.share
    done = {head.attempt_id for head, _ in fresh}
    moved = [one.attempt_id for one in computed.moves if one.score[0] != one.score[1]]
    again = _one_each(computed.exam_id, [one for one in moved if one not in done], heads)
    _write(computed.exam_id, [*fresh, *((head, head.share) for head in again)], now)
    _move_items(changes)


def move_exam(exam_id: UUID, moves: Sequence[Move]) -> None:
    """Take the old scores out of the exam's running figures and the new ones in."""
    changed = [move for move in moves if move.score[0] != move.score[1]]
    if not changed:
        return
    row = ExamStatistics.objects.select_for_update().get(exam_id=exam_id)
    for move in changed:
        before, after = move.score
        row.passed += int(move.passed[1]) - int(move.passed[0])
        row.score_sum += after - before
        row.score_squares += after * after - before * before
        row.histogram[min(before // 10, 9)] -= 1
        row.histogram[min(after // 10, 9)] += 1
    row.save()


def _heads(exam_id: UUID, **narrowed: Any) -> list[_Head]:
    """The responses of an exam that count: those that nothing has replaced."""
    rows = Response.objects.filter(
        exam_attempt__exam_id=exam_id, replaced_by__isnull=True, **narrowed
    )
    wanted = rows.order_by("pk").values_list("pk", "exam_attempt_id", "question_id", "share")
    return [_Head(*row) for row in wanted]


def _one_each(exam_id: UUID, attempt_ids: Sequence[UUID], known: Iterable[_Head]) -> list[_Head]:
    """A response that counts of each attempt that has any."""
    wanted = set(attempt_ids)
    found: dict[UUID, _Head] = {}
    for head in known:
        if head.attempt_id in wanted:
            found.setdefault(head.attempt_id, head)
    rest = [one for one in attempt_ids if one not in found]
    for start in range(0, len(rest), _SOME):
        for head in _heads(exam_id, exam_attempt_id__in=rest[start : start + _SOME]):
            found.setdefault(head.attempt_id, head)
    return list(found.values())


def _write(exam_id: UUID, fresh: Sequence[tuple[_Head, Decimal]], now: datetime) -> None:
    """Store corrected responses; each is released with the one it replaces, if that still waits."""
    if not fresh:
        return
    queue = FoldQueue.objects.filter(response__exam_attempt__exam_id=exam_id)
    waiting = dict(queue.values_list("response_id", "release_at"))
    made = [(uuid_param(uuid7()), head, share) for head, share in fresh]
    at = time_param(now)
    with connection.cursor() as cursor:
        cursor.executemany(
            _anew(), [(new, str(share), at, uuid_param(head.id)) for new, head, share in made]
        )
        cursor.executemany(
            _WAIT, [(new, _moment(waiting.get(head.id, now))) for new, head, _ in made]
        )
    responses_recorded.announce()


def _anew() -> str:
    if not on_postgresql():
        return _ANEW.format(new="%s", share="%s", at="%s")
    return _ANEW.format(new="%s::uuid", share="%s::numeric", at="%s::timestamptz")


def _moment(at: datetime | None) -> Any:
    return None if at is None else time_param(at)


def _move_items(changes: dict[UUID, Decimal]) -> None:
    with connection.cursor() as cursor:
        for question_id, change in sorted(changes.items()):
            number = change if on_postgresql() else float(change)
            cursor.execute(_MOVE_ITEM, [number, uuid_param(question_id)])
