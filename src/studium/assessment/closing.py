"""An attempt ends and is graded, in one transaction: by its owner's hand or by the clock.

Both the actions and the sweeper come here. The caller holds the attempt's row locked.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from studium.assessment import recording, rules
from studium.assessment.asked import content_of
from studium.assessment.kinds import kind
from studium.assessment.models import (
    AttemptAnswer,
    AttemptEvent,
    AttemptStatus,
    ClosedBy,
    EventKind,
    Exam,
    ExamAttempt,
    ExamQuestion,
    Release,
)


def last_moment(attempt: ExamAttempt) -> datetime:
    """Until when answers are taken: the deadline and its grace."""
    return attempt.deadline_at + timedelta(seconds=attempt.grace_seconds)


def is_overdue(attempt: ExamAttempt, now: datetime) -> bool:
    """Whether the attempt runs and its time is over."""
    return attempt.status == AttemptStatus.IN_PROGRESS and now > last_moment(attempt)


def close(
    attempt: ExamAttempt, *, closed_by: ClosedBy, now: datetime, actor_id: UUID | None = None
) -> ExamAttempt:
    """Close a running, locked attempt and grade what was saved. At the deadline it was handed in
    then, however late somebody looks."""
    by_clock = closed_by == ClosedBy.DEADLINE
    attempt.status = AttemptStatus.SUBMITTED
    attempt.closed_by = closed_by
    attempt.submitted_at = attempt.deadline_at if by_clock else now
    attempt.save(update_fields=["status", "closed_by", "submitted_at"])
    write_event(
        attempt,
        EventKind.CLOSE if by_clock else EventKind.SUBMIT,
        now=now,
        actor_id=actor_id,
        detail={"closed_by": str(closed_by), "submitted_at": attempt.submitted_at.isoformat()},
    )
    _grade(attempt, now=now)
    return attempt


@transaction.atomic
def close_if_overdue(attempt_id: UUID, *, now: datetime) -> bool:
    """Close one attempt whose time is over; false when there was nothing to do."""
    rows = ExamAttempt.objects.select_for_update(no_key=True)
    attempt = rows.filter(pk=attempt_id, status=AttemptStatus.IN_PROGRESS).first()
    if attempt is None or not is_overdue(attempt, now):
        return False
    close(attempt, closed_by=ClosedBy.DEADLINE, now=now)
    return True


def overdue_ids(*, now: datetime, **narrowed: Any) -> list[UUID]:
    """The attempts whose time is over, the longest waiting first; `narrowed` are further filters.

    The index of running attempts answers this; grace is looked at row by row afterwards.
    """
    rows = ExamAttempt.objects.filter(
        status=AttemptStatus.IN_PROGRESS, deadline_at__lt=now, **narrowed
    ).order_by("deadline_at")
    return [attempt.pk for attempt in rows if is_overdue(attempt, now)]


def write_event(
    attempt: ExamAttempt,
    event: EventKind,
    *,
    now: datetime,
    actor_id: UUID | None = None,
    detail: dict[str, Any] | None = None,
) -> AttemptEvent:
    """Add the next line to the attempt's journal."""
    last = AttemptEvent.objects.filter(attempt=attempt).order_by("-seq").first()
    return AttemptEvent.objects.create(
        attempt=attempt,
        seq=last.seq + 1 if last else 1,
        kind=event,
        occurred_at=now,
        actor_id=actor_id,
        detail=detail or {},
    )


def _grade(attempt: ExamAttempt, *, now: datetime) -> None:
    # Locked, so that a change of the release rule meets either none or all of these responses.
    exam = Exam.objects.select_for_update(no_key=True).get(pk=attempt.exam_id)
    paper = list(
        ExamQuestion.objects.filter(exam=exam).select_related("question__quiz").order_by("position")
    )
    answers = {row.question_id: row for row in AttemptAnswer.objects.filter(attempt=attempt)}
    scored = []
    for place in paper:
        answer = answers.get(place.question_id)
        if answer is None:
            continue
        content = content_of(place.question)
        share = kind(content.kind).score(content, answer.response)
        answer.points_awarded = rules.points_for(share, answer.points_possible)
        if kind(content.kind).is_answered(answer.response):
            scored.append(
                recording.Scored(
                    place.question_id, place.question.quiz.lesson_id, share, answer.saved_at
                )
            )
    AttemptAnswer.objects.bulk_update(answers.values(), ["points_awarded"])
    _mark(attempt, paper, list(answers.values()), now=now)
    recording.record_responses(
        scored,
        user_id=attempt.user_id,
        course_id=exam.course_id,
        release_at=_release_at(exam, now),
        now=now,
        exam_attempt_id=attempt.pk,
    )
    assert attempt.score is not None
    passed = attempt.score >= attempt.pass_mark
    recording.add_to_exam(exam.pk, user_id=attempt.user_id, score=attempt.score, passed=passed)


def _mark(
    attempt: ExamAttempt, paper: list[ExamQuestion], answers: list[AttemptAnswer], *, now: datetime
) -> None:
    awarded = (answer.points_awarded for answer in answers if answer.points_awarded is not None)
    attempt.points = sum(awarded, start=Decimal(0))
    attempt.max_points = Decimal(sum(place.points for place in paper))
    attempt.score = rules.score_percent(attempt.points, attempt.max_points)
    attempt.grading_version = rules.GRADING_VERSION
    attempt.status = AttemptStatus.GRADED
    attempt.graded_at = now
    attempt.save(
        update_fields=["points", "max_points", "score", "grading_version", "status", "graded_at"]
    )
    detail = {
        "score": attempt.score,
        "points": str(attempt.points),
        "max_points": str(attempt.max_points),
        "grading_version": attempt.grading_version,
    }
    write_event(attempt, EventKind.GRADED, now=now, detail=detail)


def _release_at(exam: Exam, now: datetime) -> datetime | None:
    moments = {Release.AT_ONCE: now, Release.AFTER_CLOSE: exam.closes_at, Release.NEVER: None}
    return moments[Release(exam.release)]
