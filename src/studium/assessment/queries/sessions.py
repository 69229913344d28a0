"""Practice sessions across a course, as their owners may see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from studium.assessment import askable, rights
from studium.assessment.asked import session_seed
from studium.assessment.models import (
    PracticeAnswer,
    PracticeOffer,
    PracticeSession,
    Question,
    SessionStatus,
)
from studium.assessment.queries.quizzes import Practised, practised
from studium.assessment.queries.running import running_exam
from studium.content.models import Course, Lesson, lesson_texts
from studium.lib.prepared import Prepared

if TYPE_CHECKING:
    from studium.identity.models import User


@dataclass(frozen=True, slots=True)
class SessionQuestion:
    """A question of a session: as in a run of a quiz, why it was chosen, and where it comes from.

    `passed_over`: it is open and may not be asked any more. `was_shown`: its solution was shown.
    """

    one: Practised
    reason: str
    p: float | None
    lesson: Lesson
    was_shown: bool
    passed_over: bool

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return not self.one.answered and not self.passed_over

    def as_json(self) -> dict[str, Any]:
        """The shape the API gives."""
        more = {
            "number": self.one.number,
            "reason": self.reason,
            "expected": self.p,
            "lesson_id": str(self.lesson.pk),
            "was_shown": self.was_shown,
            "passed_over": self.passed_over,
        }
        return self.one.as_json() | more


@dataclass(frozen=True, slots=True)
class SessionView:
    """A session of one's own. `paused` names the exam that runs now and hides all feedback."""

    session: PracticeSession
    course: Course
    questions: tuple[SessionQuestion, ...]
    paused: str | None

    @property
    def finished(self) -> bool:
        return self.session.status == SessionStatus.FINISHED

    @property
    def open_number(self) -> int | None:
        """The first question that waits for an answer, or None."""
        return next((q.one.number for q in self.questions if q.is_open), None)

    @property
    def answered(self) -> int:
        """How many have an answer, or were shown."""
        return sum(q.one.answered for q in self.questions)

    @property
    def right(self) -> int:
        """How many were wholly right, of those that may be told."""
        return sum(q.one.share == 1 for q in self.questions)

    def as_json(self) -> dict[str, Any]:
        """The shape the API gives."""
        session = self.session
        return {
            "id": str(session.pk),
            "course_id": str(session.course_id),
            "concept_id": str(session.concept_id) if session.concept_id else None,
            "status": session.status,
            "created_at": session.created_at.isoformat(),
            "finished_at": session.finished_at.isoformat() if session.finished_at else None,
            "paused": self.paused,
            "next_number": None if self.finished else self.open_number,
            "questions": [one.as_json() for one in self.questions],
        }


def session_view(*, viewer: User, session_id: UUID, now: datetime) -> SessionView:
    """A session with as much feedback as exams allow: none while one runs, none on its questions
    before its key is out.
    """
    session = rights.practice_session_for(viewer, session_id)
    planned = [UUID(one["question"]) for one in session.planned]
    found = Question.objects.filter(pk__in=planned).select_related("quiz__lesson")
    rows = found.defer(*lesson_texts("quiz__lesson")).in_bulk()
    exam = running_exam(viewer, now)
    answers = {row.question_id: row for row in PracticeAnswer.objects.filter(session=session)}
    open_to, secret = askable.allowed(viewer.pk, session.course_id, planned, now=now)
    questions = tuple(
        _question(
            session,
            place,
            rows[pk],
            answers.get(pk),
            told=exam is None and pk in answers and pk not in secret,
            may_be_asked=pk in open_to,
        )
        for place, pk in enumerate(planned)
    )
    return SessionView(session, session.course, questions, exam.exam.title if exam else None)


def running_session(*, viewer: User, course_id: UUID) -> PracticeSession | None:
    """The viewer's session that is going on in a course, or None."""
    return _RUNNING.first(user=viewer.pk, course=course_id)


_RUNNING = Prepared(
    lambda user, course: PracticeSession.objects.filter(
        user_id=user, course_id=course, status=SessionStatus.IN_PROGRESS
    ),
    "user",
    "course",
)


def own_sessions(*, viewer: User, course_id: UUID | None = None) -> list[PracticeSession]:
    """The viewer's sessions, all or those of a course, oldest first."""
    rows = PracticeSession.objects.filter(user_id=viewer.pk)
    if course_id is not None:
        rows = rows.filter(course_id=course_id)
    return list(rows.order_by("created_at", "pk"))


def own_offers(*, viewer: User) -> list[dict[str, Any]]:
    """What was suggested to the viewer, oldest first, as `practice_offers` keeps it."""
    rows = PracticeOffer.objects.filter(user_id=viewer.pk).order_by("offered_at", "pk")
    told = rows.values(
        *("id", "course_id", "concept_id", "concept__name", "kind", "minutes", "points"),
        *("p_before", "p_expected", "p_after", "session_id", "offered_at"),
    )
    return [{**row} for row in told]


def _question(
    session: PracticeSession,
    place: int,
    question: Question,
    answer: PracticeAnswer | None,
    *,
    told: bool,
    may_be_asked: bool,
) -> SessionQuestion:
    planned = session.planned[place]
    shuffled = session.pk.int >> 66 if question.quiz.shuffle else None
    one = practised(
        place + 1,
        question,
        answer,
        seed=session_seed(session),
        order_seed=shuffled,
        told=told,
    )
    return SessionQuestion(
        one=one,
        reason=planned["reason"],
        p=planned["p"],
        lesson=question.quiz.lesson,
        was_shown=answer is not None and answer.was_shown,
        passed_over=answer is None and not may_be_asked,
    )
