"""A regrade is applied or undone: marks, journals, responses and running sums in one transaction.

The marks are computed before the transaction and checked in it to rest on what is still stored, so
that on SQLite other writers wait for the writing alone. What fails leaves nothing changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection, transaction

from studium.assessment import (
    corrected,
    correcting,
    figuring,
    journal,
    news,
    pulse,
    regrading,
    rules,
)
from studium.assessment.models import (
    AttemptStatus,
    Correction,
    EventKind,
    Exam,
    ExamAttempt,
    Regrade,
    RegradeMove,
)
from studium.assessment.regrading import Computed, Move, Tell
from studium.identity.actions import audit
from studium.lib.db import uuid_param
from studium.lib.errors import Conflict

if TYPE_CHECKING:
    from studium.identity.models import User

_ROUNDS = 3
_MARK = "UPDATE exam_attempts SET score = %s, points = %s, max_points = %s, grading_version = %s"
_BY_ID = " WHERE id = %s"
_POINTS = """
UPDATE attempt_answers SET points_awarded = %s, points_possible = %s
WHERE attempt_id = %s AND question_id = %s
"""


def apply(regrade_id: UUID, *, by: User, now: datetime, tell: Tell = lambda d, n: None) -> Regrade:
    """Apply a planned regrade; one that was applied already is given back as it is.

    Raises `Conflict` when marks changed again and again while it was computed.
    """
    regrade = Regrade.objects.get(pk=regrade_id)
    for _ in range(_ROUNDS):
        if regrade.applied_at is not None:
            return regrade
        corrections = corrected.in_force(regrade.exam_id, planned=regrade.pk)
        computed, figures = _computed(regrade, corrections, tell)
        if _apply(regrade, computed, corrections, figures, by=by, now=now):
            return regrade
        regrade.refresh_from_db()
    raise _busy()


def undo(regrade_id: UUID, *, by: User, now: datetime, tell: Tell = lambda d, n: None) -> Regrade:
    """Undo a regrade: every mark becomes what it is without its corrections.

    Raises `Conflict` where a newer regrade in force is about the same questions
    (`newer_regrade`), where it is only planned (`not_applied`), and like `apply`.
    """
    regrade = Regrade.objects.get(pk=regrade_id)
    for _ in range(_ROUNDS):
        if regrade.undone_at is not None:
            return regrade
        corrections = corrected.in_force(regrade.exam_id, without=regrade.pk)
        computed, figures = _computed(regrade, corrections, tell)
        if _undo(regrade, computed, corrections, figures, by=by, now=now):
            return regrade
        regrade.refresh_from_db()
    raise _busy()


def _computed(
    regrade: Regrade, corrections: corrected.InForce, tell: Tell
) -> tuple[Computed, figuring.Stored]:
    """Every mark of the exam anew and the sums of its questions, without holding anybody up."""
    figures: figuring.Stored = {}
    computed = regrading.compute(
        regrade.exam_id,
        corrections,
        asked_about=_questions(regrade),
        tell=tell,
        each=partial(figuring.take_in, figures),
    )
    return computed, figures


@transaction.atomic
def _apply(
    regrade: Regrade,
    computed: Computed,
    corrections: corrected.InForce,
    figures: figuring.Stored,
    *,
    by: User,
    now: datetime,
) -> bool:
    """Store what was computed; false when something was changed meanwhile."""
    exam, held = _held(regrade)
    if held.applied_at is not None or not _still_so(
        computed, corrections, corrected.in_force(exam.pk, planned=regrade.pk)
    ):
        return False
    regrade.applied_at, regrade.applied_by, regrade.attempts = now, by, len(computed.moves)
    regrade.save(update_fields=["applied_at", "applied_by", "attempts"])
    _store(regrade, computed, figures, by=by, now=now, undone=False)
    RegradeMove.objects.bulk_create((_row(regrade, move) for move in computed.moves), 500)
    _log("exam.regrade", regrade, computed, by=by, now=now)
    return True


@transaction.atomic
def _undo(
    regrade: Regrade,
    computed: Computed,
    corrections: corrected.InForce,
    figures: figuring.Stored,
    *,
    by: User,
    now: datetime,
) -> bool:
    """Store what was computed; false when something was changed meanwhile."""
    exam, held = _held(regrade)
    if held.applied_at is None:
        raise Conflict("This regrade was not applied yet; discard it instead.", code="not_applied")
    _require_newest(held)
    if held.undone_at is not None or not _still_so(
        computed, corrections, corrected.in_force(exam.pk, without=regrade.pk)
    ):
        return False
    _store(regrade, computed, figures, by=by, now=now, undone=True)
    regrade.undone_at, regrade.undone_by = now, by
    regrade.save(update_fields=["undone_at", "undone_by"])
    _log("exam.regrade_undo", regrade, computed, by=by, now=now)
    return True


def _held(regrade: Regrade) -> tuple[Exam, Regrade]:
    """Exam and regrade, locked: attempts that close now wait, and so does another regrade."""
    exam = Exam.objects.select_for_update(no_key=True).get(pk=regrade.exam_id)
    return exam, Regrade.objects.select_for_update(no_key=True).get(pk=regrade.pk)


def _still_so(
    computed: Computed, corrections: corrected.InForce, present: corrected.InForce
) -> bool:
    return corrections == present and computed.stand == regrading.stand_of(
        computed.exam_id, lock=True
    )


def _require_newest(regrade: Regrade) -> None:
    newer = Regrade.objects.filter(
        exam_id=regrade.exam_id,
        applied_at__isnull=False,
        undone_at__isnull=True,
        applied_at__gte=regrade.applied_at,
        corrections__question_id__in=_questions(regrade),
    ).exclude(pk=regrade.pk)
    first = newer.select_related("applied_by").order_by("-applied_at").first()
    if first is not None:
        name = first.applied_by.name if first.applied_by else ""
        raise Conflict(
            f"A newer regrade (“{first.reason[:80]}”, by {name}) corrects the same question "
            "and builds on this one. Undo that one first.",
            code="newer_regrade",
            extra={"regrade": str(first.pk)},
        )


def _store(
    regrade: Regrade,
    computed: Computed,
    figures: figuring.Stored,
    *,
    by: User,
    now: datetime,
    undone: bool,
) -> None:
    moves = computed.moves
    journal.append_many(
        journal.Entry(
            attempt_id=move.attempt_id,
            kind=str(EventKind.REGRADED),
            now=now,
            actor_id=by.pk,
            detail=_told(regrade, move, undone=undone),
        )
        for move in moves
    )
    write_marks(moves)
    correcting.correct_responses(computed, now=now)
    correcting.move_exam(computed.exam_id, moves)
    figuring.replace(computed.exam_id, figures)
    news.tell_moved(regrade.exam, moves, now=now)
    running = ExamAttempt.objects.filter(exam_id=computed.exam_id, status=AttemptStatus.IN_PROGRESS)
    if running.exists():
        pulse.bump(computed.exam_id)


def write_marks(moves: Sequence[Move]) -> None:
    """Store points and scores; their journals tell of it already, or the database refuses."""
    version = rules.GRADING_VERSION
    with connection.cursor() as cursor:
        cursor.executemany(
            _MARK + _BY_ID,
            [
                (
                    move.score[1],
                    str(move.points[1]),
                    str(move.max_points[1]),
                    version,
                    uuid_param(move.attempt_id),
                )
                for move in moves
            ],
        )
        cursor.executemany(
            _POINTS,
            [
                (
                    str(answer.points[1]),
                    str(answer.possible[1]),
                    uuid_param(move.attempt_id),
                    uuid_param(answer.question_id),
                )
                for move in moves
                for answer in move.answers
            ],
        )


def _told(regrade: Regrade, move: Move, *, undone: bool) -> dict[str, Any]:
    return {
        "regrade": str(regrade.pk),
        "reason": regrade.reason,
        "undone": undone,
        "score": move.score[1],
        "score_before": move.score[0],
        "points": str(move.points[1]),
        "points_before": str(move.points[0]),
        "max_points": str(move.max_points[1]),
        "max_points_before": str(move.max_points[0]),
        "grading_version": rules.GRADING_VERSION,
    }


def _row(regrade: Regrade, move: Move) -> RegradeMove:
    return RegradeMove(
        regrade=regrade,
        attempt_id=move.attempt_id,
        score_before=move.score[0],
        score_after=move.score[1],
        points_before=move.points[0],
        points_after=move.points[1],
        max_before=move.max_points[0],
        max_after=move.max_points[1],
        answers=[
            {
                "question": str(answer.question_id),
                "points": [str(one) for one in answer.points],
                "possible": [str(one) for one in answer.possible],
            }
            for answer in move.answers
        ],
    )


def _log(action: str, regrade: Regrade, computed: Computed, *, by: User, now: datetime) -> None:
    audit.record(
        by=by,
        action=action,
        object_type="exam",
        object_id=regrade.exam_id,
        course_id=regrade.exam.course_id,
        detail={
            "regrade": str(regrade.pk),
            "reason": regrade.reason,
            "attempts": computed.attempts,
            "moved": len(computed.moves),
        },
        now=now,
    )


def _questions(regrade: Regrade) -> list[UUID]:
    rows = Correction.objects.filter(regrade=regrade)
    return list(rows.values_list("question_id", flat=True))


def _busy() -> Conflict:
    return Conflict(
        "Marks of this exam are being changed this very moment. Try again.", code="try_again"
    )
