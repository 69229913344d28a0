"""`/exams/{id}/regrade` and `/regrades`: put an exam right after it was sat; and item analysis."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from ninja import Router
from ninja.responses import Status
from pydantic import Field

from studium.assessment import queries
from studium.assessment.actions import regrade as regrades
from studium.lib import clock
from studium.rest.auth import Request
from studium.rest.describe import says
from studium.rest.fields import Id, Moment, Paragraph, Sent, Shown
from studium.rest.jobs import Job
from studium.rest.paging import Items
from studium.rest.quiz_shapes import Response

router = Router(tags=["regrades"])
CorrectionKind = Literal["key", "accept", "points", "full_marks", "drop"]


class SentCorrection(Sent):
    """What is put right about a question of the exam. `answer` is what is right, as a response
    (key, accept); `points` what it is worth (points); `spec` entries that change with a key."""

    question_id: Id
    kind: CorrectionKind
    answer: Response = None
    points: Annotated[Any, Field(examples=[2])] = None
    spec: Annotated[dict[str, Any], Field(examples=[{}])] = {}


class RegradePlan(Sent):
    """Corrections with the reason that students read."""

    reason: Annotated[Paragraph, Field(examples=["The key was wrong."])]
    corrections: Annotated[list[SentCorrection], Field(max_length=100)]


class RegradeCorrection(Shown):
    """A correction; `value` is the key as text with changed entries of the spec, or the points."""

    question_id: Id
    number: int
    kind: CorrectionKind
    value: Annotated[Any, Field(examples=[{"answer": "b"}])]


class RegradeMove(Shown):
    """An attempt that moves; pairs are before and after."""

    attempt_id: Id
    user_name: str
    attempt_no: int
    score: Annotated[list[int], Field(examples=[[58, 75]])]
    points: Annotated[list[float], Field(examples=[[3.5, 4.5]])]
    max_points: Annotated[list[float], Field(examples=[[6.0, 6.0]])]
    passed: Annotated[list[bool], Field(examples=[[False, True]])]


class RegradeCounts(Shown):
    """How many graded attempts there are, how many move, and who passes or fails by it."""

    attempts: int
    moved: int
    up: int
    down: int
    now_pass: int
    now_fail: int


class RegradeLine(Shown):
    """A regrade in the history of an exam."""

    id: Id
    exam_id: Id
    reason: str
    state: Literal["planned", "applied", "undone"]
    attempts: int | None
    created_by: str
    created_at: Moment
    applied_by: str | None
    applied_at: Moment | None
    undone_by: str | None
    undone_at: Moment | None
    corrections: list[RegradeCorrection]


class Regrade(RegradeLine):
    """A regrade with what it changes, or changed; up to 100 moves, the largest first."""

    counts: RegradeCounts
    moves: list[RegradeMove]


class ItemFigures(Shown):
    """A question's figures over first attempts; null under five people. See docs/item-analysis."""

    question_id: Id
    number: int
    question: str
    kind: str
    lesson: str
    points: float
    people: int
    right: float | None
    low: float | None
    high: float | None
    discrimination: float | None
    efficiency: float | None
    seconds: float | None
    skipped: float | None
    flags: list[str]
    dropped: bool


class Analysis(Shown):
    """The item analysis of an exam. `alpha` is KR-20 where `is_kr20`; `error` is in points."""

    people: int
    mean: float | None
    spread: float | None
    alpha: float | None
    error: float | None
    is_kr20: bool
    items: list[ItemFigures]
    count: int


class OptionFigures(Shown):
    """How many of the bottom, middle and top third chose an option."""

    id: str
    text: str
    is_right: bool
    people: Annotated[list[int], Field(examples=[[7, 4, 1]])]


class SeenAnswer(Shown):
    """An answer as it was given, how often, and what share of the points it earns."""

    response: Response
    words: str
    people: int
    share: float | None


class ItemDetail(Shown):
    """One question of an exam: figures, options by thirds of the people, answers seen."""

    figures: ItemFigures
    right: list[str]
    third_sizes: list[int]
    options: list[OptionFigures]
    seen: list[SeenAnswer]


@router.get(
    "/exams/{exam_id}/regrade", response=Items[RegradeLine], openapi_extra=says("not_allowed")
)
def list_regrades(request: Request, exam_id: Id) -> Items[RegradeLine]:
    """What was put right in an exam, the newest first, for its authors."""
    lines = queries.regrades_of(viewer=request.auth, exam_id=exam_id)
    items = [RegradeLine.model_validate(line) for line in lines]
    return Items[RegradeLine](items=items, count=len(items))


@router.post(
    "/exams/{exam_id}/regrade",
    response={201: Regrade},
    openapi_extra=says("not_allowed", location="/regrades/{id}"),
)
def plan_regrade(request: Request, exam_id: Id, sent: RegradePlan) -> Status[Regrade]:
    """Plan corrections and get who would move and by how much; nothing is changed yet."""
    fixes = [
        regrades.Fix(one.question_id, one.kind, one.answer, one.points, one.spec)
        for one in sent.corrections
    ]
    made = regrades.plan_regrade(
        by=request.auth, exam_id=exam_id, reason=sent.reason, fixes=fixes, now=clock.now()
    )
    return Status(201, _shown(request, made.pk))


@router.get("/regrades/{regrade_id}", response=Regrade, openapi_extra=says("not_allowed"))
def read_regrade(request: Request, regrade_id: Id) -> Regrade:
    """A regrade: what it would change now (planned), or changed."""
    return _shown(request, regrade_id)


@router.post(
    "/regrades/{regrade_id}/apply",
    response={200: Regrade, 202: Job},
    openapi_extra=says("not_allowed", "try_again"),
)
def apply_regrade(request: Request, regrade_id: Id) -> Status[Any]:
    """Give everybody their new mark: at once, or by a job (202) for a large exam."""
    return _ordered(request, regrade_id, undo=False)


@router.post(
    "/regrades/{regrade_id}/undo",
    response={200: Regrade, 202: Job},
    openapi_extra=says("not_allowed", "newer_regrade", "not_applied", "try_again"),
)
def undo_regrade(request: Request, regrade_id: Id) -> Status[Any]:
    """Give everybody their old mark back: at once, or by a job (202) for a large exam."""
    return _ordered(request, regrade_id, undo=True)


@router.delete(
    "/regrades/{regrade_id}",
    response={204: None},
    openapi_extra=says("not_allowed", "already_applied"),
)
def discard_regrade(request: Request, regrade_id: Id) -> Status[None]:
    """Throw a plan away."""
    regrades.discard_regrade(by=request.auth, regrade_id=regrade_id, now=clock.now())
    return Status(204, None)


@router.get(
    "/exams/{exam_id}/statistics/items", response=Analysis, openapi_extra=says("not_allowed")
)
def read_item_analysis(request: Request, exam_id: Id) -> Analysis:
    """What the questions of an exam say about its people and about themselves, for its staff."""
    found = queries.item_analysis(viewer=request.auth, exam_id=exam_id)
    whole = found.whole
    hidden = found.few
    return Analysis(
        people=whole.n,
        mean=None if hidden else whole.mean,
        spread=None if hidden else whole.spread,
        alpha=None if hidden else whole.alpha,
        error=None if hidden else whole.error,
        is_kr20=whole.is_kr20,
        items=[_figures(line) for line in found.items],
        count=len(found.items),
    )


@router.get(
    "/exams/{exam_id}/statistics/items/{question_id}",
    response=ItemDetail,
    openapi_extra=says("not_allowed"),
)
def read_item(request: Request, exam_id: Id, question_id: Id) -> ItemDetail:
    """One question of an exam in full, for its staff."""
    view = queries.item_view(viewer=request.auth, exam_id=exam_id, question_id=question_id)
    return ItemDetail(
        figures=_figures(view.line),
        right=list(view.right),
        third_sizes=list(view.third_sizes),
        options=[
            OptionFigures(
                id=one.id, text=one.text, is_right=one.is_right, people=list(one.choice.people)
            )
            for one in view.options
        ],
        seen=[SeenAnswer.model_validate(one) for one in view.seen],
    )


# --- parts -----------------------------------------------------------------------------------


def _shown(request: Request, regrade_id: Any) -> Regrade:
    view = queries.regrade_view(viewer=request.auth, regrade_id=regrade_id)
    line = RegradeLine.model_validate(view.line)
    return Regrade(
        **dict(line),
        counts=RegradeCounts.model_validate(view.counts),
        moves=[
            RegradeMove(
                attempt_id=one.attempt_id,
                user_name=one.user_name,
                attempt_no=one.attempt_no,
                score=list(one.score),
                points=[float(each) for each in one.points],
                max_points=[float(each) for each in one.max_points],
                passed=list(one.passed),
            )
            for one in view.moves
        ],
    )


def _ordered(request: Request, regrade_id: Any, *, undo: bool) -> Status[Any]:
    job = regrades.order_regrade(by=request.auth, regrade_id=regrade_id, undo=undo, now=clock.now())
    if job is not None:
        return Status(202, Job.model_validate(job))
    return Status(200, _shown(request, regrade_id))


def _figures(line: queries.ItemLine) -> ItemFigures:
    one = line.figures
    figures = {
        "right": one.facility,
        "low": one.low,
        "high": one.high,
        "discrimination": one.discrimination,
        "efficiency": one.efficiency,
        "seconds": one.seconds,
        "skipped": one.skipped,
    }
    return ItemFigures(
        question_id=line.question_id,
        number=line.position,
        question=line.headline,
        kind=line.kind,
        lesson=line.lesson,
        points=line.worth,
        people=one.n,
        flags=[flag.code for flag in line.flags],
        dropped=line.is_dropped,
        **{name: None if line.few else value for name, value in figures.items()},
    )
