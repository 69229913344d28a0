"""Practice across a course: questions chosen for one person, each answered once and scored at once.

Which questions they are is chosen elsewhere; here they are asked. A question that may not be asked
any more when its turn comes is passed over. While an exam of the person runs, practice waits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction

from studium.assessment import askable, recording, rights
from studium.assessment.asked import content_of, session_seed
from studium.assessment.kinds import Response, WrongShape, kind
from studium.assessment.models import (
    PracticeAnswer,
    PracticeOffer,
    PracticeSession,
    Question,
    SessionStatus,
)
from studium.assessment.queries.running import require_no_exam
from studium.content.models import Course, CourseStatus, lesson_texts
from studium.lib.db import read_rows, uuid_param
from studium.lib.errors import Conflict, NotFound
from studium.lib.words import phrase

if TYPE_CHECKING:
    from studium.identity.models import User

STALE_AFTER = timedelta(days=1)
"""What was chosen longer ago is not gone on with: the next start chooses anew."""
MOST_QUESTIONS = 30


@dataclass(frozen=True, slots=True)
class Planned:
    """A question to be asked, why (a word), and the chance of a right answer (None: unknown)."""

    question_id: UUID
    reason: str
    p: float | None


@dataclass(frozen=True, slots=True)
class Offer:
    """What was suggested, as `PracticeOffer` keeps it."""

    concept_id: UUID
    kind: str
    minutes: int
    points: float | None
    p_before: float
    p_expected: float


@dataclass(frozen=True, slots=True)
class Given:
    """An answer that was taken; `was_shown`: the solution was asked for instead."""

    question_id: UUID
    response: Response
    share: Decimal
    was_shown: bool
    answered_at: datetime


def require_practice(by: User, course_id: UUID, *, now: datetime) -> Course:
    """The course, where the person may practise in it now as its student.

    Raises `NotFound`, `NotAllowed` for staff, or `Conflict`: `exam_running`, or the course is over.
    """
    course = Course.objects.filter(pk=course_id).first()
    role = rights.role_in(by, course_id) if course else None
    if course is None or role is None:
        raise NotFound
    if role == rights.STUDENT and course.status == CourseStatus.DRAFT:
        raise NotFound
    rights.require_learner(role, "practice")
    if course.status != CourseStatus.PUBLISHED:
        raise Conflict(
            phrase("“%(title)s” is archived and not practised any more.", title=course.title)
        )
    require_no_exam(by, now)
    return course


@transaction.atomic
def going_on(*, by: User, course_id: UUID, now: datetime) -> PracticeSession | None:
    """The session that is going on, or None; one that was left for a day is ended."""
    require_practice(by, course_id, now=now)
    session = _running(by, course_id, lock=True)
    if session is None or now - session.created_at < STALE_AFTER:
        return session
    _finish(session, now)
    return None


@transaction.atomic
def begin_session(
    *,
    by: User,
    course_id: UUID,
    planned: Sequence[Planned],
    now: datetime,
    concept_id: UUID | None = None,
) -> PracticeSession:
    """Begin a session of these questions, or give the one that is going on.

    Raises as `require_practice`, and `Conflict` with `nothing_to_practise` without questions.
    """
    require_practice(by, course_id, now=now)
    before = _running(by, course_id)
    if before is not None:
        return before
    if not planned:
        raise Conflict(
            "There is no question here to practise right now. Come back tomorrow, or choose "
            "another concept.",
            code="nothing_to_practise",
        )
    plan = [{"question": one.question_id.hex, "reason": one.reason, "p": one.p} for one in planned]
    try:
        with transaction.atomic():
            return PracticeSession.objects.create(
                user_id=by.pk,
                course_id=course_id,
                concept_id=concept_id,
                planned=plan[:MOST_QUESTIONS],
                created_at=now,
            )
    except IntegrityError:
        running = _running(by, course_id)  # another tab was faster
        if running is None:
            raise Conflict(
                "Practice could not be begun, because the course was just changed. Try again.",
                code="try_again",
            ) from None
        return running


@transaction.atomic
def answer_in_session(
    *,
    by: User,
    session_id: UUID,
    question_id: UUID,
    response: object,
    now: datetime,
    seconds: int | None = None,
) -> Given:
    """Answer a question of the plan; the same answer again gets the same reply.

    Raises `WrongShape`, `NotFound`, or `Conflict`: `already_answered`, `already_finished`,
    `not_practised`, `exam_running`.
    """
    session = rights.practice_session_for(by, session_id, lock=True)
    position, question = _planned(session, question_id)
    content = content_of(question, seed=session_seed(session))
    read = kind(content.kind).read_response(content, response)
    before = PracticeAnswer.objects.filter(session=session, question=question).first()
    if before is not None:
        return _again(before, read)
    _require_open(session, question, by, now)
    if not kind(content.kind).is_answered(read):
        raise WrongShape("response", "Give an answer first.")
    earned = kind(content.kind).score(content, read)
    if earned is None:  # it needs a person, and is planned in no session
        raise NotFound
    row = PracticeAnswer(
        position=position, response=read, share=recording.stored_share(earned), seconds=seconds
    )
    return _take(session, question, row, now)


@transaction.atomic
def show_solution(*, by: User, session_id: UUID, question_id: UUID, now: datetime) -> Given:
    """Show what is right instead of an answer; that counts as nothing right.

    Who has answered already keeps the answer. Raises as `answer_in_session`.
    """
    session = rights.practice_session_for(by, session_id, lock=True)
    position, question = _planned(session, question_id)
    before = PracticeAnswer.objects.filter(session=session, question=question).first()
    if before is not None:
        return _given(before)
    _require_open(session, question, by, now)
    row = PracticeAnswer(position=position, share=Decimal(0), was_shown=True)
    return _take(session, question, row, now)


@transaction.atomic
def finish_session(*, by: User, session_id: UUID, now: datetime) -> PracticeSession:
    """End a session; what was not answered stays open. Ending it again changes nothing."""
    session = rights.practice_session_for(by, session_id, lock=True)
    if session.status == SessionStatus.IN_PROGRESS:
        _finish(session, now)
    return session


_OFFERED = """
SELECT 1 FROM practice_offers WHERE user_id = %s AND course_id = %s AND concept_id = %s AND day = %s
"""


def note_offer(*, by: User, course_id: UUID, offer: Offer, now: datetime) -> None:
    """Keep that something was suggested; once a day for each concept."""
    row = PracticeOffer(
        user_id=by.pk,
        course_id=course_id,
        concept_id=offer.concept_id,
        day=_day(now),
        kind=offer.kind,
        minutes=offer.minutes,
        points=offer.points,
        p_before=offer.p_before,
        p_expected=offer.p_expected,
        offered_at=now,
    )
    key = [uuid_param(one) for one in (by.pk, course_id, offer.concept_id)]

    def is_known() -> bool:
        return bool(read_rows(_OFFERED, [*key, row.day]))

    if is_known():
        return
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        if not is_known():  # else another tab kept it first
            raise


@transaction.atomic
def take_offer(*, by: User, session: PracticeSession, now: datetime) -> None:
    """Keep that today's offer of the session's concept was taken in it."""
    if session.concept_id is None:
        return
    PracticeOffer.objects.filter(
        user_id=by.pk,
        course_id=session.course_id,
        concept_id=session.concept_id,
        day=_day(now),
        session__isnull=True,
    ).update(session=session)


@transaction.atomic
def note_outcome(*, session_id: UUID, p_after: float) -> None:
    """Keep what came of an offer that was taken, once."""
    rows = PracticeOffer.objects.filter(session_id=session_id, p_after__isnull=True)
    rows.update(p_after=p_after)


def _day(now: datetime) -> int:
    return int(now.timestamp() // 86_400)


def _running(by: User, course_id: UUID, *, lock: bool = False) -> PracticeSession | None:
    rows = PracticeSession.objects.filter(
        user_id=by.pk, course_id=course_id, status=SessionStatus.IN_PROGRESS
    )
    return (rows.select_for_update(no_key=True) if lock else rows).first()


def _planned(session: PracticeSession, question_id: UUID) -> tuple[int, Question]:
    """The place of the question in the plan, from 1, and the question."""
    places = [one["question"] for one in session.planned]
    rows = Question.objects.select_related("quiz__lesson").defer(*lesson_texts("quiz__lesson"))
    question = rows.filter(pk=question_id).first()
    if question is None or question_id.hex not in places:
        raise NotFound
    return places.index(question_id.hex) + 1, question


def _again(before: PracticeAnswer, read: Response) -> Given:
    if before.was_shown or type(before.response) is not type(read) or before.response != read:
        raise Conflict(
            "This question has your answer already; it is final. It may come again another day.",
            code="already_answered",
        )
    return _given(before)


def _given(row: PracticeAnswer) -> Given:
    return Given(row.question_id, row.response, row.share, row.was_shown, row.answered_at)


def _require_open(session: PracticeSession, question: Question, by: User, now: datetime) -> None:
    if session.status == SessionStatus.FINISHED:
        raise Conflict(
            "This practice has ended. Start again to go on practising.", code="already_finished"
        )
    require_practice(by, session.course_id, now=now)
    may_be_asked, _secret = askable.allowed(by.pk, session.course_id, [question.pk], now=now)
    if not may_be_asked:
        raise Conflict(
            "This question is not practised any more. Go on with the next one.",
            code="not_practised",
        )


def _take(
    session: PracticeSession, question: Question, row: PracticeAnswer, now: datetime
) -> Given:
    row.session, row.question, row.answered_at = session, question, now
    row.save(force_insert=True)
    lesson = question.quiz.lesson
    recording.record_responses(
        [recording.Scored(question.pk, lesson.pk, row.share, now, row.seconds)],
        user_id=session.user_id,
        course_id=session.course_id,
        release_at=now,
        now=now,
        practice_session_id=session.pk,
    )
    return _given(row)


def _finish(session: PracticeSession, now: datetime) -> None:
    session.status = SessionStatus.FINISHED
    session.finished_at = max(now, session.created_at)
    session.save(update_fields=["status", "finished_at"])
