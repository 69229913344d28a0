"""The beginning of an exam attempt: may it begin, with which terms, until when."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from studium.assessment import access, closing, drawing, effective, journal, rights
from studium.assessment.effective import EffectiveTerms
from studium.assessment.models import (
    AttemptStatus,
    EventKind,
    Exam,
    ExamAttempt,
    ExamStatus,
)
from studium.content.models import CourseStatus
from studium.lib.db import write_each
from studium.lib.errors import Conflict
from studium.lib.prepared import Prepared, adding, together
from studium.lib.words import phrase

if TYPE_CHECKING:
    from uuid import UUID

    from studium.identity.models import User


_MADE = Prepared(
    lambda exam, user: ExamAttempt.objects.filter(exam_id=exam, user_id=user), "exam", "user"
)


def start_attempt(
    *, by: User, exam_id: UUID, now: datetime, password: str | None = None
) -> ExamAttempt:
    """Begin an attempt, or give the one that runs.

    Its terms are the exam's of this moment and what the student's accommodation adds. Raises
    `Conflict` with the code `not_open_yet`, `exam_closed`, `no_attempts_left`, `wait_before_next`,
    `network_not_allowed`, `exam_password`, `pool_too_small` or `try_again`; `TooMany` after too
    many wrong passwords.
    """
    exam, role = rights.exam_for_reader(by, exam_id)
    rights.require_learner(role, "exams")
    if exam.password_hash:
        terms = effective.terms_for(exam, by.pk, now=now)
        made = _without_overdue(exam, by, now)
        running = _ready(exam, terms, made, now)
        if running is not None:
            return running
        access.require_password(exam, by.pk, password, now=now)
    try:
        started = _start(exam, by, now)
        if started is None:
            _without_overdue(exam, by, now)
            started = _start(exam, by, now)
    except IntegrityError:
        # Another tab or device was faster, or the exam changed this very moment.
        started = ExamAttempt.objects.filter(
            exam=exam, user_id=by.pk, status=AttemptStatus.IN_PROGRESS
        ).first()
    if started is None:
        raise Conflict(
            phrase(
                "“%(title)s” could not be begun, because it was just changed. Try again.",
                title=exam.title,
            ),
            code="try_again",
        )
    drawing.keep_pools(exam)
    return started


def _without_overdue(exam: Exam, by: User, now: datetime) -> list[ExamAttempt]:
    """The attempts made so far, after those whose time is over were closed."""
    made = _MADE.all(exam=exam.pk, user=by.pk)
    over = [one for one in made if closing.is_overdue(one, now)]
    for one in over:
        closing.close_if_overdue(one.pk, now=now)
    return _MADE.all(exam=exam.pk, user=by.pk) if over else made


@transaction.atomic
def _start(exam: Exam, by: User, now: datetime) -> ExamAttempt | None:
    """The attempt that runs or a new one; None where one has to be closed first."""
    _held, given, made = together(
        # What is given to a student and what they begin come in turn: no attempt misses its
        # minutes. The others see what was there when this one got the lock.
        effective.PLACE.asked(course=exam.course_id, user=by.pk),
        effective.asked(exam, by.pk),
        # Read at once: an attempt that another tab begins between two reads would count as used up.
        _MADE.asked(exam=exam.pk, user=by.pk),
    )
    terms = effective.effective_terms(exam, effective.given_by(given), now=now)
    if any(closing.is_overdue(one, now) for one in made):
        return None
    running = _ready(exam, terms, made, now)
    if running is not None:
        return running
    return _begin(exam, terms, by, attempt_no=len(made) + 1, now=now)


def _ready(
    exam: Exam, terms: EffectiveTerms, made: list[ExamAttempt], now: datetime
) -> ExamAttempt | None:
    """The one of the attempts made that runs, or None when the next may begin."""
    running = next((one for one in made if one.status == AttemptStatus.IN_PROGRESS), None)
    if running is not None:
        return running
    _require_open(exam, terms, now)
    _require_attempt_left(exam, terms, len(made))
    _require_waited(exam, made, now)
    access.require_network(exam)
    return None


def _require_open(exam: Exam, terms: EffectiveTerms, now: datetime) -> None:
    if exam.status != ExamStatus.PUBLISHED or exam.course.status != CourseStatus.PUBLISHED:
        raise Conflict(
            phrase("“%(title)s” is archived and not given any more.", title=exam.title),
            code="exam_closed",
        )
    if terms.opens_at is not None and now < terms.opens_at:
        raise Conflict(
            phrase("“%(title)s” is not open yet.", title=exam.title),
            code="not_open_yet",
            extra={"opens_at": terms.opens_at.isoformat()},
        )
    if terms.closes_at is not None and now >= terms.closes_at:
        raise Conflict(
            phrase("“%(title)s” is closed.", title=exam.title),
            code="exam_closed",
            extra={"closes_at": terms.closes_at.isoformat()},
        )


def _require_attempt_left(exam: Exam, terms: EffectiveTerms, made: int) -> None:
    if made >= terms.attempts:
        raise Conflict(
            phrase(
                "You have used all %(attempts)s of your attempts at “%(title)s”.",
                attempts=terms.attempts,
                title=exam.title,
            )
            if terms.attempts > 1
            else phrase("You have used your attempt at “%(title)s”.", title=exam.title),
            code="no_attempts_left",
        )


def _require_waited(exam: Exam, made: list[ExamAttempt], now: datetime) -> None:
    begins = access.next_begin_at(exam, made)
    if begins is not None and now < begins:
        raise Conflict(
            phrase(
                "The next attempt at “%(title)s” may begin %(minutes)s minutes "
                "after the last one, at %(at)s.",
                title=exam.title,
                minutes=exam.retry_delay_minutes,
                at=effective.when_words(begins),
            ),
            code="wait_before_next",
            extra={"begins_at": begins.isoformat()},
        )


def _begin(
    exam: Exam, terms: EffectiveTerms, by: User, *, attempt_no: int, now: datetime
) -> ExamAttempt:
    attempt = ExamAttempt(
        exam=exam,
        user_id=by.pk,
        attempt_no=attempt_no,
        attempts_allowed=terms.attempts,
        attempted_at=now,
        deadline_at=terms.deadline_at,
        pass_mark=exam.pass_mark,
        grace_seconds=exam.grace_seconds,
        shuffle_seed=secrets.randbits(62) if exam.shuffle else None,
        due_at=terms.due_at,
        late_tiers=exam.late_tiers,
        **_draw(exam),
    )
    detail: dict[str, Any] = {
        "deadline_at": attempt.deadline_at.isoformat(),
        "attempt_no": attempt_no,
    }
    if terms.extra_minutes:
        detail["extra_minutes"] = terms.extra_minutes
    if attempt.drawn is not None:
        detail["drawn"] = attempt.drawn
    started = journal.beginning(attempt.pk, EventKind.START, now=now, actor_id=by.pk, detail=detail)
    write_each([adding(attempt), started])
    return attempt


def _draw(exam: Exam) -> dict[str, Any]:
    """What the attempt gets from the exam's pools, by the columns that keep it."""
    try:
        draw = drawing.draw_for(exam)
    except LookupError as short:
        raise Conflict(
            phrase(
                "“%(title)s” cannot be begun: its part “%(part)s” has fewer questions "
                "than it draws. Tell your instructor.",
                title=exam.title,
                part=short,
            ),
            code="pool_too_small",
        ) from None
    return {"draw_seed": draw.seed, "drawn": draw.drawn}
