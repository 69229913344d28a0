"""`/courses/{id}/practice-…` and `/practice-sessions`: practice across a course."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from ninja import Query, Router
from ninja.responses import Status
from pydantic import Field

from studium.analytics import actions, choosing_words
from studium.analytics.queries.choosing import Suggestion
from studium.analytics.queries.reliability import shows_percentages
from studium.assessment import queries
from studium.assessment.actions import sessions
from studium.content import queries as content
from studium.content.rights import require_see_course
from studium.lib import clock
from studium.rest.attempt_shapes import RunQuestion
from studium.rest.auth import Request
from studium.rest.describe import says
from studium.rest.fields import Id, Moment, Sent, Shown
from studium.rest.paging import Items, Page
from studium.rest.quiz_shapes import Response

router = Router(tags=["practice"])
_Chance = Annotated[float, Field(ge=0, le=1, examples=[0.72])]


class NextBest(Shown):
    """What would bring a student most now, and why. A suggestion, no more.

    `kind`: `review` (due), `exam` (brings most for the exam ahead) or `course` (comes next).
    """

    concept_id: Id
    name: Annotated[str, Field(examples=["Borrowing"])]
    lesson_id: Id | None
    kind: Annotated[str, Field(examples=["exam"])]
    reason: Annotated[str, Field(examples=["+4 points of 100 expected in “Final”."])]
    questions: int
    minutes: int
    points: Annotated[float | None, Field(examples=[4.2])]
    p_now: _Chance
    p_after: _Chance
    answers: int
    due_at: Moment | None
    exam_id: Id | None


class Suggested(Shown):
    """The suggestion, or null where nothing can be said."""

    suggestion: NextBest | None


class NewSession(Sent):
    """What a session is to be about: a concept, or null for the whole course."""

    concept_id: Id | None = None
    questions: Annotated[int, Field(strict=True, ge=1, le=30, examples=[10])] = 10


class SessionAnswer(Sent):
    """The final answer to a question of a session, or with `show` its solution, worth nothing."""

    question_id: Id
    response: Response = None
    show: Annotated[bool, Field(strict=True)] = False
    seconds: Annotated[int, Field(strict=True, ge=0, le=86_400, examples=[20])] | None = None


class SessionQuestion(RunQuestion):
    """A question of a session; `reason` is why it was chosen, `expected` the chance then."""

    number: int
    reason: Annotated[str, Field(examples=["level"])]
    expected: Annotated[float | None, Field(ge=0, le=1, examples=[0.74])]
    lesson_id: Id
    was_shown: bool
    passed_over: bool


class SessionLine(Shown):
    """A practice session in a list."""

    id: Id
    course_id: Id
    concept_id: Id | None
    status: Annotated[str, Field(examples=["in_progress"])]
    created_at: Moment
    finished_at: Moment | None


class PracticeSession(SessionLine):
    """A practice session with its questions; `paused` names an exam that runs meanwhile."""

    paused: Annotated[str | None, Field(examples=[None])]
    next_number: Annotated[int | None, Field(examples=[1])]
    questions: list[SessionQuestion]


class NextQuestion(Shown):
    """The next question that waits for an answer; null when there is none."""

    question: SessionQuestion | None


@router.get(
    "/courses/{course_id}/practice-suggestion",
    response=Suggested,
    openapi_extra=says("not_allowed", "exam_running", "conflict"),
)
def read_practice_suggestion(request: Request, course_id: Id) -> Suggested:
    """What to practise next, with the reason; that it was suggested is kept."""
    by, now = request.auth, clock.now()
    course = sessions.require_practice(by, course_id, now=now)
    found = actions.offer_practice(by=by, course=course, now=now)
    return Suggested(suggestion=_suggestion(found) if found else None)


@router.get("/courses/{course_id}/practice-sessions", response=Items[SessionLine])
def list_practice_sessions(
    request: Request, course_id: Id, page: Query[Page]
) -> Items[SessionLine]:
    """One's own sessions in a course, oldest first."""
    require_see_course(request.auth, content.course_by_id(course_id))
    rows, count = page.cut(queries.own_sessions(viewer=request.auth, course_id=course_id))
    return Items[SessionLine](items=[SessionLine.model_validate(row) for row in rows], count=count)


@router.post(
    "/courses/{course_id}/practice-sessions",
    response={200: PracticeSession, 201: PracticeSession},
    openapi_extra=says(
        "not_allowed",
        "exam_running",
        "nothing_to_practise",
        "conflict",
        "try_again",
        location="/practice-sessions/{id}",
    ),
)
def begin_practice_session(request: Request, course_id: Id, sent: NewSession) -> Status[Any]:
    """Begin a session (201), or get the one that is going on (200)."""
    begun = actions.begin_practice(
        by=request.auth,
        course_id=course_id,
        concept_id=sent.concept_id,
        count=sent.questions,
        now=clock.now(),
    )
    return Status(201 if begun.is_new else 200, _session(request, begun.session.pk))


@router.get("/practice-sessions/{session_id}", response=PracticeSession)
def read_practice_session(request: Request, session_id: Id) -> PracticeSession:
    """One's own session, with as much feedback as one's exams allow."""
    return _session(request, session_id)


@router.get("/practice-sessions/{session_id}/next", response=NextQuestion)
def read_next_question(request: Request, session_id: Id) -> NextQuestion:
    """The next question that waits for an answer."""
    shown = _session(request, session_id)
    following = (one for one in shown.questions if one.number == shown.next_number)
    return NextQuestion(question=next(following, None))


@router.post(
    "/practice-sessions/{session_id}/answers",
    response=PracticeSession,
    openapi_extra=says(
        "wrong_shape",
        "already_answered",
        "already_finished",
        "not_practised",
        "exam_running",
        "not_allowed",
        "conflict",
    ),
)
def answer_in_practice(request: Request, session_id: Id, sent: SessionAnswer) -> PracticeSession:
    """Answer a question; the same answer again changes nothing, another one is refused."""
    about: dict[str, Any] = {"by": request.auth, "session_id": session_id, "now": clock.now()}
    if sent.show:
        sessions.show_solution(question_id=sent.question_id, **about)
    else:
        sessions.answer_in_session(
            question_id=sent.question_id, response=sent.response, seconds=sent.seconds, **about
        )
    return _session(request, session_id)


@router.post("/practice-sessions/{session_id}/finish", response=PracticeSession)
def finish_practice_session(request: Request, session_id: Id) -> PracticeSession:
    """End a session. Ending it again changes nothing."""
    actions.finish_practice(by=request.auth, session_id=session_id, now=clock.now())
    return _session(request, session_id)


def _session(request: Request, session_id: UUID) -> PracticeSession:
    view = queries.session_view(viewer=request.auth, session_id=session_id, now=clock.now())
    return PracticeSession.model_validate(view.as_json())


def _suggestion(found: Suggestion) -> NextBest:
    return NextBest(
        concept_id=found.concept_id,
        name=found.name,
        lesson_id=found.lesson_id,
        kind=found.kind,
        reason=choosing_words.reason(found, percentages=shows_percentages()),
        questions=found.questions,
        minutes=found.minutes,
        points=found.points,
        p_now=found.p_now,
        p_after=found.p_after,
        answers=found.n,
        due_at=found.due_at,
        exam_id=found.exam.pk if found.exam else None,
    )
