"""A graded attempt gets another mark on one answer: score, responses and sums follow, at once.

The caller holds the exam's and the attempt's rows locked, has stored the mark, and records who
did it. Nothing else of the attempt changes: every other answer keeps what it earned.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from studium.assessment import (
    applying,
    corrected,
    correcting,
    figuring,
    given,
    journal,
    late,
    rules,
    scoring,
)
from studium.assessment.drawing import paper_of_attempt
from studium.assessment.models import AttemptAnswer, EventKind, ExamAttempt, Mark
from studium.assessment.regrading import AnswerMove, Computed, Move
from studium.assessment.scoring import Outcome


def remark(
    attempt: ExamAttempt, *, question_id: UUID, by_id: UUID, now: datetime, detail: dict[str, Any]
) -> ExamAttempt:
    """Score a graded attempt with the marks that count now, and store what changed.

    The journal gets a `marked` line with `detail` and the score before and after, even where the
    score stays the same.
    """
    corrections = corrected.in_force(attempt.exam_id)
    answers = {row.question_id: row for row in AttemptAnswer.objects.filter(attempt=attempt)}
    outcome = _outcome(attempt, answers, corrections)
    move = _move(attempt, answers, outcome)
    journal.append(
        attempt.pk,
        EventKind.MARKED,
        now=now,
        actor_id=by_id,
        question_id=question_id,
        detail=detail | _told(move),
    )
    shares = {
        part.question_id: part.share
        for part in outcome.parts
        if part.question_id == question_id and part.is_answered and part.share is not None
    }
    computed = Computed(attempt.exam_id, [], 1, [move], {attempt.pk: shares})
    applying.write_marks([move])
    correcting.correct_responses(computed, now=now)
    correcting.move_exam(attempt.exam_id, [move])
    if attempt.attempt_no == 1:
        figuring.refigure(attempt.exam_id, corrections)
    attempt.refresh_from_db()
    return attempt


def marks_of(attempt: ExamAttempt) -> dict[UUID, Decimal]:
    """The points that people gave in this attempt, as they count."""
    rows = Mark.objects.filter(attempt=attempt).order_by("created_at", "pk")
    return dict(given.counting(rows).get(attempt.pk, {}))


def _outcome(
    attempt: ExamAttempt, answers: dict[UUID, AttemptAnswer], corrections: corrected.InForce
) -> Outcome:
    places = corrected.places_of(paper_of_attempt(attempt), corrections)
    return scoring.score_attempt(
        [corrected.for_attempt(one, attempt) for one in places],
        {question_id: row.response for question_id, row in answers.items()},
        marks=marks_of(attempt),
        penalty_percent=late.penalty_percent(attempt),
    )


def _move(attempt: ExamAttempt, answers: dict[UUID, AttemptAnswer], outcome: Outcome) -> Move:
    assert attempt.score is not None
    assert attempt.points is not None
    assert attempt.max_points is not None
    assert outcome.score is not None
    return Move(
        attempt_id=attempt.pk,
        user_id=attempt.user_id,
        attempt_no=attempt.attempt_no,
        pass_mark=attempt.pass_mark,
        score=(attempt.score, outcome.score),
        points=(attempt.points, outcome.points),
        max_points=(attempt.max_points, outcome.max_points),
        answers=tuple(
            AnswerMove(
                part.question_id,
                (answers[part.question_id].points_awarded or Decimal(0), part.points),
                (answers[part.question_id].points_possible, part.possible),
            )
            for part in outcome.parts
            if part.question_id in answers and part.points is not None
        ),
    )


def _told(move: Move) -> dict[str, Any]:
    return {
        "score": move.score[1],
        "score_before": move.score[0],
        "points": str(move.points[1]),
        "points_before": str(move.points[0]),
        "max_points": str(move.max_points[1]),
        "grading_version": rules.GRADING_VERSION,
    }
