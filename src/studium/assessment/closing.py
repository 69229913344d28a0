"""An attempt ends and is graded, in one transaction: by its owner's hand or by the clock.

Both the actions and the sweeper come here. The caller holds the attempt's row locked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from django.db import transaction

from studium.assessment import (
    about,
    corrected,
    effective,
    figuring,
    journal,
    late,
    news,
    pausing,
    recording,
    release,
    rules,
    scoring,
)
from studium.assessment.drawing import asked_lessons, asked_paper
from studium.assessment.kinds import Response
from studium.assessment.models import (
    AttemptAnswer,
    AttemptEvent,
    AttemptStatus,
    ClosedBy,
    EventKind,
    Exam,
    ExamAttempt,
)
from studium.assessment.scoring import Outcome
from studium.lib.db import Write, on_postgresql, write_and_read, write_each
from studium.lib.prepared import Asked, Prepared, saving

_EXAM_LOCKED = Prepared(
    lambda exam: Exam.objects.select_for_update(no_key=True).filter(pk=exam), "exam"
)
_ANSWERS = Prepared(lambda attempt: AttemptAnswer.objects.filter(attempt_id=attempt), "attempt")
_KEEP_POINTS = "UPDATE attempt_answers SET points_awarded = %s, points_possible = %s WHERE id = %s"


def last_moment(attempt: ExamAttempt) -> datetime:
    """Until when answers are taken: the deadline and its grace."""
    return attempt.deadline_at + timedelta(seconds=attempt.grace_seconds)


def is_overdue(attempt: ExamAttempt, now: datetime) -> bool:
    """Whether the attempt runs, its clock too, and its time is over."""
    runs = attempt.status == AttemptStatus.IN_PROGRESS and attempt.paused_at is None
    return runs and now > last_moment(attempt)


def close(
    attempt: ExamAttempt, *, closed_by: ClosedBy, now: datetime, actor_id: UUID | None = None
) -> ExamAttempt:
    """Close a running, locked attempt and grade what was saved, as far as no person is needed.
    At the deadline it was handed in then, however late somebody looks."""
    by_clock = closed_by == ClosedBy.DEADLINE
    stood_still = attempt.paused_at is not None
    pausing.go_on([attempt], now=now, by_id=actor_id)
    attempt.status = AttemptStatus.SUBMITTED
    attempt.closed_by = closed_by
    # Not before it began, where the server's clock was set back since.
    attempt.submitted_at = attempt.deadline_at if by_clock else max(now, attempt.attempted_at)
    closed = journal.Entry(
        attempt_id=attempt.pk,
        kind=EventKind.CLOSE if by_clock else EventKind.SUBMIT,
        now=now,
        actor_id=actor_id,
        detail={"closed_by": str(closed_by), "submitted_at": attempt.submitted_at.isoformat()},
    )
    grade(attempt, now=now, closed=closed)
    if stood_still:
        effective.hold_results(attempt.exam_id, now=now)
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


@transaction.atomic
def close_group(attempt_ids: Sequence[UUID], *, now: datetime) -> int:
    """Close those of a few attempts whose time is over, in one transaction; gives how many.

    One that somebody else holds is left to them: waiting for it while holding the others could be
    waiting for each other in turn.
    """
    rows = ExamAttempt.objects.select_for_update(no_key=True, skip_locked=True).order_by("pk")
    running = rows.filter(pk__in=list(attempt_ids), status=AttemptStatus.IN_PROGRESS)
    over = [attempt for attempt in running if is_overdue(attempt, now)]
    for attempt in over:
        close(attempt, closed_by=ClosedBy.DEADLINE, now=now)
    return len(over)


def overdue_ids(*, now: datetime, **narrowed: UUID) -> list[UUID]:
    """The attempts whose time is over, the longest waiting first; `narrowed` are further ids.

    The index of running attempts answers this; grace is looked at row by row afterwards.
    """
    rows = _overdue(tuple(narrowed)).all(now=now, **narrowed)
    return [attempt.pk for attempt in rows if is_overdue(attempt, now)]


@cache
def _overdue(names: tuple[str, ...]) -> Prepared[ExamAttempt]:
    return Prepared(
        lambda now, **narrowed: ExamAttempt.objects.filter(
            status=AttemptStatus.IN_PROGRESS,
            deadline_at__lt=now,
            paused_at__isnull=True,
            **narrowed,
        ).order_by("deadline_at"),
        *names,
        moments=("now",),
    )


def write_event(
    attempt: ExamAttempt,
    event: EventKind,
    *,
    now: datetime,
    actor_id: UUID | None = None,
    detail: dict[str, Any] | None = None,
) -> AttemptEvent:
    """Add the next line to the attempt's journal, see `journal.append`."""
    return journal.append(attempt.pk, event, now=now, actor_id=actor_id, detail=detail)


def grade(
    attempt: ExamAttempt,
    *,
    now: datetime,
    marks: Mapping[UUID, Decimal] | None = None,
    penalty_percent: int | Decimal | None = None,
    actor_id: UUID | None = None,
    closed: journal.Entry | None = None,
) -> Outcome:
    """Score a handed-in, locked attempt and store it; call it again once people gave their marks.

    `marks` and `penalty_percent` as in `scoring.score_attempt`; without one given the penalty is
    what the attempt's own terms say (`late`). What a machine can mark gets its points at once.
    While something waits for a person the attempt stays `submitted`; nothing is recorded before it
    is graded. `closed`: it was just handed in, which this stores too, with that line.

    What needs no answer of another statement goes with it: on PostgreSQL it is three messages.
    """
    if penalty_percent is None:
        penalty_percent = late.penalty_percent(attempt)
    begun = [] if closed is None else [saving(attempt, "status", "closed_by", "submitted_at")]
    found = _find(attempt, begun)
    outcome = scoring.score_attempt(
        [corrected.for_attempt(one, attempt) for one in found.places],
        found.responses,
        marks=marks,
        penalty_percent=penalty_percent,
    )
    lines = [] if closed is None else [closed]
    writes = [_keeping_points(attempt, outcome, found.answers)]
    if outcome.score is None:
        write_each([*writes, journal.adding(lines, found.ending)])
        return outcome
    before = attempt.score
    marking, marked = _marking(
        attempt, outcome, now=now, actor_id=actor_id, penalty_percent=penalty_percent
    )
    writes += [marking, journal.adding([*lines, marked], found.ending)]
    _record(attempt, found, outcome, writes, now=now)
    news.tell_graded(attempt, found.exam, score_before=before, actor_id=actor_id, now=now)
    return outcome


@dataclass(frozen=True, slots=True)
class _Found:
    """What an attempt is scored by. `lessons`: question -> lesson; `ending`: the end of the
    journal, see `journal.adding`."""

    exam: Exam
    answers: dict[UUID, AttemptAnswer]
    corrections: corrected.InForce
    places: list[scoring.Place]
    lessons: dict[UUID, UUID]
    ending: list[tuple[Any, ...]]

    @property
    def responses(self) -> dict[UUID, Response]:
        """Question -> response."""
        return {question_id: answer.response for question_id, answer in self.answers.items()}

    @property
    def saved(self) -> dict[UUID, datetime]:
        """Question -> when its answer was saved."""
        return {question_id: answer.saved_at for question_id, answer in self.answers.items()}


def _find(attempt: ExamAttempt, begun: Sequence[Write]) -> _Found:
    """Write `begun`, lock the exam and read what an attempt is scored by.

    Locked, so that a change of the release rule meets either none or all of these responses, and
    that a regrade meets either the attempt or its mark.
    """
    asked: list[Asked[Any]] = [
        _EXAM_LOCKED.asked(exam=attempt.exam_id),
        _ANSWERS.asked(attempt=attempt.pk),
        corrected.asked(attempt.exam_id),
        asked_paper(attempt),
        asked_lessons(attempt),
    ]
    statements = [one.statement for one in asked]
    rows = write_and_read(begun, [*statements, *journal.asked_end(attempt.pk)])
    locked, answers, standing, paper, lessons = (
        one.found(of) for one, of in zip(asked, rows, strict=False)
    )
    corrections = corrected.of_rows(standing)
    places = corrected.places_of(paper, corrections)
    return _Found(locked[0], _by_question(answers), corrections, places, dict(lessons), rows[-1])


def _by_question(rows: Iterable[AttemptAnswer]) -> dict[UUID, AttemptAnswer]:
    return {row.question_id: row for row in rows}


def _keeping_points(
    attempt: ExamAttempt, outcome: Outcome, answers: Mapping[UUID, AttemptAnswer]
) -> Write:
    for part in outcome.parts:
        answer = answers.get(part.question_id)
        if answer is not None:
            answer.points_awarded = part.points
            answer.points_possible = part.possible
    # By hand: what the ORM writes for this costs more than all the rest of a grading.
    points = [(one.points_awarded, one.points_possible, one.pk) for one in answers.values()]
    if on_postgresql():
        values = [value for row in points for value in row]
        return _keeping_all(len(points)), [[*values, attempt.pk]] if points else []
    rows = [(None if a is None else float(a), float(b), id_.hex) for a, b, id_ in points]
    return _KEEP_POINTS, rows


@cache
def _keeping_all(answers: int) -> str:
    """`_KEEP_POINTS` for all answers of an attempt at once, on PostgreSQL. They are looked for by
    the attempt: a plan made while there were few answers reads those of everybody for some ids."""
    rows = ", ".join(["(%s::numeric, %s::numeric, %s::uuid)"] * answers)
    return (
        "UPDATE attempt_answers SET points_awarded = p.awarded, points_possible = p.possible "
        f"FROM (VALUES {rows}) p (awarded, possible, id) "
        "WHERE attempt_answers.id = p.id AND attempt_answers.attempt_id = %s"
    )


def _record(
    attempt: ExamAttempt, found: _Found, outcome: Outcome, writes: Sequence[Write], *, now: datetime
) -> None:
    """Write what makes the attempt a graded one, and leave its responses and figures behind."""
    assert attempt.score is not None
    scored = [
        recording.Scored(
            part.question_id,
            found.lessons[part.question_id],
            part.share,
            found.answers[part.question_id].saved_at,
        )
        for part in outcome.parts
        if part.is_answered and part.share is not None
    ]
    tagged = [(one.question_id, one.lesson_id) for one in scored]
    figures = recording.ExamFigures(found.exam.pk, attempt.user_id)
    of_items = figuring.asked(attempt)
    of_concepts = [about.asked(tagged)] if tagged else []
    rows = iter(write_and_read(writes, [*figures.statements, *of_items, *of_concepts]))
    passed = attempt.score >= attempt.pass_mark
    counted = figures.with_attempt(next(rows), next(rows), score=attempt.score, passed=passed)
    items = figuring.adding(
        attempt,
        outcome.parts,
        found.responses,
        found.saved,
        next(rows) if of_items else [],
        corrections=found.corrections,
    )
    recording.record_responses(
        scored,
        user_id=attempt.user_id,
        course_id=found.exam.course_id,
        release_at=release.release_moment(found.exam, release.CORRECTNESS, graded_at=now),
        now=now,
        exam_attempt_id=attempt.pk,
        about=about.of_rows(tagged, next(rows) if of_concepts else []),
        along=[counted, *items],
    )


def _marking(
    attempt: ExamAttempt,
    outcome: Outcome,
    *,
    now: datetime,
    actor_id: UUID | None,
    penalty_percent: int | Decimal,
) -> tuple[Write, journal.Entry]:
    """What writes the mark, and how the journal says it."""
    attempt.points = outcome.points
    attempt.max_points = outcome.max_points
    attempt.score = outcome.score
    attempt.grading_version = rules.GRADING_VERSION
    attempt.status = AttemptStatus.GRADED
    attempt.graded_at = now
    detail: dict[str, Any] = {
        "score": attempt.score,
        "points": str(attempt.points),
        "max_points": str(attempt.max_points),
        "grading_version": attempt.grading_version,
    }
    if penalty_percent:
        detail["penalty_percent"] = str(penalty_percent)
    marking = saving(
        attempt, "points", "max_points", "score", "grading_version", "status", "graded_at"
    )
    return marking, journal.Entry(
        attempt_id=attempt.pk, kind=EventKind.GRADED, now=now, actor_id=actor_id, detail=detail
    )
