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
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from studium.assessment.models import ExamStatistics, FoldQueue, Response
from studium.assessment.recording import stored_share
from studium.assessment.regrading import Computed, Move
from studium.lib.db import on_postgresql, uuid_param
from studium.lib.hooks import responses_recorded

_MOVE_ITEM = (
    "UPDATE item_statistics SET share_sum = ROUND(share_sum + %s, 4) WHERE question_id = %s"
)
_SOME = 500


def correct_responses(computed: Computed, *, now: datetime) -> None:
    """Write the responses that changed by what was computed, and move the sums of the questions."""
    questions = {one for shares in computed.shares.values() for one in shares}
    heads = _heads(Response.objects.filter(question_id__in=questions), computed.exam_id)
    fresh: list[Response] = []
    changes: dict[UUID, Decimal] = defaultdict(Decimal)
    for head in heads:
        assert head.exam_attempt_id is not None
        share = computed.shares.get(head.exam_attempt_id, {}).get(head.question_id)
        if share is not None and stored_share(share) != head.share:
            fresh.append(_anew(head, stored_share(share), now))
            changes[head.question_id] += stored_share(share) - head.share
    done = {row.exam_attempt_id for row in fresh}
    moved = [one.attempt_id for one in computed.moves if one.score[0] != one.score[1]]
    again = _one_each([one for one in moved if one not in done], heads)
    fresh += [_anew(head, head.share, now) for head in again]
    _queue(fresh, computed.exam_id, now)
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


def _heads(rows: QuerySet[Response], exam_id: UUID) -> list[Response]:
    """The responses that count: those that nothing has replaced."""
    rows = rows.filter(exam_attempt__exam_id=exam_id, replaced_by__isnull=True)
    return list(rows.order_by("pk"))


def _one_each(attempt_ids: Sequence[UUID], known: Iterable[Response]) -> list[Response]:
    """A response that counts of each attempt that has any."""
    wanted = set(attempt_ids)
    found: dict[UUID, Response] = {}
    for head in known:
        if head.exam_attempt_id in wanted:
            found.setdefault(head.exam_attempt_id, head)
    rest = [one for one in attempt_ids if one not in found]
    for start in range(0, len(rest), _SOME):
        rows = Response.objects.filter(exam_attempt_id__in=rest[start : start + _SOME])
        for head in rows.filter(replaced_by__isnull=True).order_by("pk"):
            assert head.exam_attempt_id is not None
            found.setdefault(head.exam_attempt_id, head)
    return list(found.values())


def _anew(head: Response, share: Decimal, now: datetime) -> Response:
    return Response(
        user_id=head.user_id,
        course_id=head.course_id,
        lesson_id=head.lesson_id,
        question_id=head.question_id,
        exam_attempt_id=head.exam_attempt_id,
        share=share,
        seconds=head.seconds,
        concepts=head.concepts,
        occurred_at=head.occurred_at,
        received_at=now,
        replaces=head,
    )


def _queue(fresh: Sequence[Response], exam_id: UUID, now: datetime) -> None:
    """Store corrected responses; each is released with the one it replaces, if that still waits."""
    if not fresh:
        return
    waiting = dict(
        FoldQueue.objects.filter(response__exam_attempt__exam_id=exam_id).values_list(
            "response_id", "release_at"
        )
    )
    Response.objects.bulk_create(fresh, _SOME)
    FoldQueue.objects.bulk_create(
        (
            FoldQueue(response=row, release_at=waiting.get(row.replaces_id, now))
            for row in fresh
            if row.replaces_id is not None
        ),
        _SOME,
    )
    responses_recorded.announce()


def _move_items(changes: dict[UUID, Decimal]) -> None:
    with connection.cursor() as cursor:
        for question_id, change in sorted(changes.items()):
            number = change if on_postgresql() else float(change)
            cursor.execute(_MOVE_ITEM, [number, uuid_param(question_id)])
