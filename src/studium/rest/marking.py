"""Marks by people, how an exam is marked, and students' questions about marks."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Query, Router
from pydantic import Field

from studium.assessment import marking as settings
from studium.assessment import rights
from studium.assessment.actions import appeal as appeals
from studium.assessment.actions import mark
from studium.assessment.queries import appeals as asked
from studium.assessment.queries import marking as queries
from studium.assessment.queries.regrades import regrade_view
from studium.lib import clock
from studium.rest.auth import Request
from studium.rest.describe import says
from studium.rest.fields import Flag, Id, Moment, Sent, Shown, Text
from studium.rest.paging import Items, Page

router = Router(tags=["marking"])
Words = Annotated[Text, Field(max_length=10_000, examples=["The second half is missing."])]
Points = Annotated[float, Field(examples=[2.5])]
SentPoints = Annotated[float, Field(ge=0, le=1000, examples=[2.5])]
Small = Annotated[int, Field(strict=True, ge=0, le=1000, examples=[7])]


class Marking(Shown):
    """How an exam is marked by people; `tolerance` and the rest as in `MarkingChange`."""

    blind: bool
    second: Annotated[str, Field(examples=["none"])]
    every: int
    tolerance: int
    appeal_days: int


class MarkingChange(Sent):
    """`blind` hides names from markers. `second`: who gets a second mark (none, all, or every
    `every`th attempt, nth). Two marks further apart than `tolerance` per cent of the points need a
    final one. Students can ask about marks for `appeal_days`."""

    blind: Flag | None = None
    second: Literal["none", "all", "nth"] | None = None
    every: Small | None = None
    tolerance: Small | None = None
    appeal_days: Small | None = None


class MarkingTask(Shown):
    """An answer that a person marks. `who` is a name, or a code while marking is blind; `wants` is
    the round that is missing, or empty."""

    attempt_id: Id
    question_id: Id
    number: int
    who: Annotated[str, Field(examples=["Ada Alm"])]
    attempt_no: int
    wants: Annotated[str, Field(examples=["first"])]


class Mark(Shown):
    """A mark; the latest of its round counts, a final one above all."""

    id: Id
    question_id: Id
    marker_id: Id
    round: Annotated[str, Field(examples=["first"])]
    points: Points
    levels: dict[str, str]
    comment: str
    created_at: Moment


class ChosenLevel(Shown):
    """What a marker chose for a criterion of the rubric, in words."""

    criterion: Annotated[str, Field(examples=["Facts"])]
    level: Annotated[str, Field(examples=["all of them"])]
    points: Annotated[str, Field(examples=["3"])]


class Comment(Shown):
    """What a marker said about an answer."""

    question_id: Id
    comment: Annotated[str, Field(examples=["The second half is missing."])]
    levels: list[ChosenLevel]


class NewMark(Sent):
    """`levels`: the chosen level of each criterion of the rubric, which make the points unless
    `points` says otherwise. A mark after grading, or above a key, needs a `comment`."""

    points: SentPoints | None = None
    levels: dict[str, str] | None = None
    comment: Words = ""


class AppealMessage(Shown):
    """A line of the talk about an appeal."""

    author_id: Id
    author: Annotated[str, Field(examples=["Bruno Berg"])]
    text: str
    created_at: Moment


class AppealLine(Shown):
    """An appeal in a list."""

    id: Id
    exam_title: Annotated[str, Field(examples=["Final exam"])]
    user_name: Annotated[str, Field(examples=["Ada Alm"])]
    number: int
    question: str
    status: Annotated[str, Field(examples=["open"])]
    text: str
    created_at: Moment
    closed_at: Moment | None


class CorrectionPlan(Shown):
    """Whom a planned correction for everybody would move."""

    regrade_id: Id
    attempts: int
    moved: int
    up: int
    down: int
    now_pass: int
    now_fail: int


class Appeal(Shown):
    """A student's question about a mark, with its talk and, once decided, its answer."""

    id: Id
    attempt_id: Id
    question_id: Id
    status: Annotated[str, Field(examples=["open"])]
    text: str
    answer: str
    created_at: Moment
    closed_at: Moment | None
    messages: list[AppealMessage]
    plan: CorrectionPlan | None


class NewAppeal(Sent):
    """What the student asks about which question of the attempt."""

    question_id: Id
    text: Words


class NewAppealMessage(Sent):
    """A line of the talk."""

    text: Words


class AppealDecision(Sent):
    """`refused`: the mark stays. `changed`: another mark, of `points`. `planned`: the answer would
    be right for everybody who gave it; look at `plan` first. `corrected`: apply that plan."""

    outcome: Literal["refused", "changed", "planned", "corrected"]
    answer: Words
    points: SentPoints | None = None


@router.get("/exams/{exam_id}/marking", response=Marking, openapi_extra=says("not_allowed"))
def read_marking(request: Request, exam_id: Id) -> Marking:
    """How an exam is marked, for its staff."""
    exam, _role = rights.exam_for_reader(request.auth, exam_id)
    rights.require_results(request.auth, exam.course_id)
    return Marking.model_validate(settings.settings_of(exam_id))


@router.patch("/exams/{exam_id}/marking", response=Marking, openapi_extra=says("not_allowed"))
def change_marking(request: Request, exam_id: Id, sent: MarkingChange) -> Marking:
    """Change how an exam is marked; what is graded stays."""
    given = {name: one for name, one in sent.model_dump().items() if one is not None}
    made = mark.set_marking(by=request.auth, exam_id=exam_id, now=clock.now(), settings=given)
    return Marking.model_validate(made)


@router.get(
    "/exams/{exam_id}/marking-tasks", response=Items[MarkingTask], openapi_extra=says("not_allowed")
)
def list_marking_tasks(request: Request, exam_id: Id, page: Query[Page]) -> Items[MarkingTask]:
    """The answers of an exam that people mark, by question, for its staff."""
    tasks = queries.tasks_of(viewer=request.auth, exam_id=exam_id)
    rows, count = page.cut([_task(one) for one in tasks])
    return Items[MarkingTask](items=rows, count=count)


@router.get(
    "/exam-attempts/{attempt_id}/marks", response=Items[Mark], openapi_extra=says("not_allowed")
)
def list_marks(request: Request, attempt_id: Id, page: Query[Page]) -> Items[Mark]:
    """Every mark of an attempt in the order they were given, for the staff."""
    rows, count = page.cut(queries.marks_given(viewer=request.auth, attempt_id=attempt_id))
    return Items[Mark](items=[_mark(one) for one in rows], count=count)


@router.get("/exam-attempts/{attempt_id}/comments", response=Items[Comment])
def list_comments(request: Request, attempt_id: Id, page: Query[Page]) -> Items[Comment]:
    """What markers said about an attempt, from when its owner may know how it was marked."""
    said = queries.said_in(viewer=request.auth, attempt_id=attempt_id, now=clock.now())
    rows, count = page.cut(list(said.items()))
    return Items[Comment](items=[_comment(question, one) for question, one in rows], count=count)


@router.post(
    "/exam-attempts/{attempt_id}/questions/{question_id}/marks",
    response={201: Mark},
    openapi_extra=says("not_allowed", "still_running", "not_answered"),
)
def give_mark(request: Request, attempt_id: Id, question_id: Id, sent: NewMark) -> Mark:
    """Mark one answer, in the round that is its turn. The marker is whoever asks."""
    made = mark.give_mark(
        by=request.auth,
        attempt_id=attempt_id,
        question_id=question_id,
        now=clock.now(),
        points=sent.points,
        levels=sent.levels,
        comment=sent.comment,
    )
    return _mark(made)


@router.get(
    "/courses/{course_id}/appeals", response=Items[AppealLine], openapi_extra=says("not_allowed")
)
def list_appeals(request: Request, course_id: Id, page: Query[Page]) -> Items[AppealLine]:
    """The questions of a course about marks, open ones first, for its staff."""
    rows, count = page.cut(asked.appeals_of_course(viewer=request.auth, course_id=course_id))
    return Items[AppealLine](items=[AppealLine.model_validate(one) for one in rows], count=count)


@router.post(
    "/exam-attempts/{attempt_id}/appeals",
    response={201: Appeal},
    openapi_extra=says("appeal_closed", "appeal_open", location="/appeals/{id}"),
)
def open_appeal(request: Request, attempt_id: Id, sent: NewAppeal) -> Appeal:
    """Ask about the mark of one question of one's own attempt."""
    made = appeals.open_appeal(
        by=request.auth,
        attempt_id=attempt_id,
        question_id=sent.question_id,
        text=sent.text,
        now=clock.now(),
    )
    return _appeal(request, made.pk)


@router.get("/appeals/{appeal_id}", response=Appeal)
def read_appeal(request: Request, appeal_id: Id) -> Appeal:
    """One question about a mark, for its student and the staff."""
    return _appeal(request, appeal_id)


@router.post(
    "/appeals/{appeal_id}/messages",
    response={201: Appeal},
    openapi_extra=says("appeal_answered"),
)
def write_message(request: Request, appeal_id: Id, sent: NewAppealMessage) -> Appeal:
    """Write a line below an open appeal."""
    appeals.say(by=request.auth, appeal_id=appeal_id, text=sent.text, now=clock.now())
    return _appeal(request, appeal_id)


@router.post(
    "/appeals/{appeal_id}/answer",
    response=Appeal,
    openapi_extra=says("not_allowed", "appeal_answered", "not_planned", "not_answered"),
)
def answer_appeal(request: Request, appeal_id: Id, sent: AppealDecision) -> Appeal:
    """Decide about an appeal, as staff of the course."""
    told: dict[str, Any] = {"by": request.auth, "appeal_id": appeal_id, "now": clock.now()}
    if sent.outcome == "changed":
        appeals.change_mark(**told, answer=sent.answer, points=sent.points)
    elif sent.outcome == "planned":
        appeals.plan_for_all(**told, reason=sent.answer)
    elif sent.outcome == "corrected":
        appeals.correct_for_all(**told, answer=sent.answer)
    else:
        appeals.refuse(**told, answer=sent.answer)
    return _appeal(request, appeal_id)


def _task(one: queries.Task) -> MarkingTask:
    return MarkingTask(
        attempt_id=one.attempt_id,
        question_id=one.question_id,
        number=one.number,
        who=one.who,
        attempt_no=one.attempt_no,
        wants=str(one.state.wants),
    )


def _comment(question_id: UUID, one: queries.Said) -> Comment:
    levels = [
        ChosenLevel(criterion=criterion, level=level, points=points)
        for criterion, level, points in one.levels
    ]
    return Comment(question_id=question_id, comment=one.comment, levels=levels)


def _mark(one: Any) -> Mark:
    return Mark(
        id=one.pk,
        question_id=one.question_id,
        marker_id=one.marker_id,
        round=str(one.round),
        points=float(one.points),
        levels=one.levels,
        comment=one.comment,
        created_at=one.created_at,
    )


def _appeal(request: Request, appeal_id: UUID) -> Appeal:
    view = asked.appeal_view(viewer=request.auth, appeal_id=appeal_id)
    one, plan = view.appeal, None
    if view.may_correct and one.regrade_id is not None:
        counts = regrade_view(viewer=request.auth, regrade_id=one.regrade_id).counts
        values = {
            name: getattr(counts, name)
            for name in CorrectionPlan.model_fields
            if name != "regrade_id"
        }
        plan = CorrectionPlan(regrade_id=one.regrade_id, **values)
    return Appeal(
        id=one.pk,
        attempt_id=one.attempt_id,
        question_id=one.question_id,
        status=one.status,
        text=one.text,
        answer=one.answer,
        created_at=one.created_at,
        closed_at=one.closed_at,
        messages=[
            AppealMessage(
                author_id=line.author_id,
                author=line.author.name,
                text=line.text,
                created_at=line.created_at,
            )
            for line in view.messages
        ],
        plan=plan,
    )
