"""`/courses/{id}/insight`: who needs help, the class by concept, learning curves, readiness."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from ninja import Query, Router
from pydantic import Field

from studium.analytics import actions, queries, rules, wording
from studium.analytics.queries import instructor
from studium.analytics.queries.instructor import Narrowed
from studium.content import queries as content
from studium.lib import clock
from studium.rest.auth import Request
from studium.rest.describe import says
from studium.rest.fields import Email, Id, Moment, Name, Search, Sent, Shown, Text
from studium.rest.paging import Items, Page

router = Router(tags=["analytics"])
Share = Annotated[float, Field(ge=0, le=1, examples=[0.58])]
Note = Annotated[Text, Field(max_length=300, examples=["Before Friday, please."])]


class ClassFilter(Page):
    """Which part of a class is asked for; `since` is a day, evidence from then on counts."""

    group: Id | None = None
    since: date | None = None
    search: Search = ""


class CurveFilter(Page):
    """Which part of a class, and which part of the list, is asked for."""

    group: Id | None = None


class Expectation(Shown):
    """The share of the exam's marks (without an exam: of the course's average questions) with its
    80 % range, null where the site's predictions are off; `words` is the chance to pass."""

    mean: Share | None
    low: Share | None
    high: Share | None
    words: Annotated[str | None, Field(examples=["unlikely"])]


class HelpReason(Shown):
    """`kind`: exam, expected, shaky, falling, silent, missing or few."""

    kind: Annotated[str, Field(examples=["silent"])]
    words: Annotated[str, Field(examples=["No answers for 9 days; usually every 2 days."])]


class SuggestedPractice(Shown):
    """Practice that staff suggest to a student; followed by an answer on the concept since."""

    id: Id
    concept_id: Id
    concept: Annotated[str, Field(examples=["Loops"])]
    by: Name
    words: str
    made_at: Moment
    followed: bool


class HelpLine(Shown):
    """One student: evidence, outlook (null: too early to say), reasons, what can be done."""

    id: Id
    name: Name
    email: Email
    answers: int
    concepts_answered: int
    concepts: int
    last_day: Annotated[str | None, Field(examples=["2026-03-02"])]
    outlook: Expectation | None
    reasons: list[HelpReason]
    practise_id: Id | None
    suggested: list[SuggestedPractice]


class ClassCell(Shown):
    """Where a student stands on a concept; the shares are null while it is too early to say."""

    concept_id: Id
    name: Annotated[str, Field(examples=["Loops"])]
    p: Share | None
    low: Share | None
    high: Share | None
    n: int
    last_at: Moment | None
    words: Annotated[str, Field(examples=["shaky"])]


class ClassRow(Shown):
    """A student with a cell per concept, in the order of the course."""

    id: Id
    name: Name
    email: Email
    answers: int
    outlook: Expectation | None
    cells: list[ClassCell]


class CurvePoint(Shown):
    """The share that was wrong at people's nth answer on a concept, from n people."""

    opportunity: int
    n: int
    error: Share
    low: Share
    high: Share


class LearningCurve(Shown):
    """`kind`: flat, still_high, good, low or too_few; it ends where fewer than ten people came."""

    concept_id: Id
    name: Annotated[str, Field(examples=["Loops"])]
    kind: Annotated[str, Field(examples=["good"])]
    words: str
    people: int | None
    points: list[CurvePoint]


class ClassReadiness(Shown):
    """How ready a class is for its next exam. Counts over people are null under five, and where
    they would tell of fewer by subtraction."""

    exam_id: Id | None
    known: int
    early: int
    histogram: list[int] | None
    words: dict[str, int] | None


class NewSuggestion(Sent):
    """Practise this concept; `words` are shown to the student."""

    user_id: Id
    concept_id: Id
    words: Note = ""


@router.get(
    "/courses/{course_id}/insight/help",
    response=Items[HelpLine],
    openapi_extra=says("not_allowed"),
)
def class_help(request: Request, course_id: Id, page: Query[ClassFilter]) -> Items[HelpLine]:
    """The students of a course, the lowest chance first, each with evidence and reasons."""
    course = _course(request, course_id)
    found = instructor.class_help(
        course, _narrowed(page), now=clock.now(), limit=page.limit, offset=page.offset
    )
    items = [_help(one, percentages=found.percentages) for one in found.lines]
    return Items[HelpLine](items=items, count=found.count)


@router.get(
    "/courses/{course_id}/insight/class",
    response=Items[ClassRow],
    openapi_extra=says("not_allowed"),
)
def class_map(request: Request, course_id: Id, page: Query[ClassFilter]) -> Items[ClassRow]:
    """The students of a course by its concepts, the lowest chance first."""
    course = _course(request, course_id)
    found = instructor.class_map(
        course, _narrowed(page), now=clock.now(), limit=page.limit, offset=page.offset
    )
    items = [_row(one, percentages=found.percentages) for one in found.rows]
    return Items[ClassRow](items=items, count=found.count)


@router.get(
    "/courses/{course_id}/insight/curves",
    response=Items[LearningCurve],
    openapi_extra=says("not_allowed"),
)
def learning_curves(
    request: Request, course_id: Id, page: Query[CurveFilter]
) -> Items[LearningCurve]:
    """How the class learns each concept, those worth a look first."""
    asked = Narrowed(group_id=page.group)
    found = instructor.learning_curves(_course(request, course_id), asked)
    lines, count = page.cut(found.lines)
    return Items[LearningCurve](items=[_curve(one) for one in lines], count=count)


@router.get(
    "/courses/{course_id}/insight/readiness",
    response=ClassReadiness,
    openapi_extra=says("not_allowed"),
)
def class_readiness(request: Request, course_id: Id, group: Id | None = None) -> ClassReadiness:
    """How ready the class, or a group of it, is for its next exam."""
    course = _course(request, course_id)
    found = instructor.class_readiness(course, Narrowed(group_id=group), now=clock.now())
    return ClassReadiness(
        exam_id=found.exam.pk if found.exam else None,
        known=found.known,
        early=found.early,
        histogram=list(found.histogram) if found.histogram and found.percentages else None,
        words=found.words,
    )


@router.post(
    "/courses/{course_id}/insight/suggestions",
    response={201: SuggestedPractice},
    openapi_extra=says("not_allowed", "invalid"),
)
def suggest_practice(request: Request, course_id: Id, body: NewSuggestion) -> SuggestedPractice:
    """Suggest to a student to practise a concept; they see from whom it comes."""
    made = actions.suggest_practice(
        by=request.auth,
        course_id=course_id,
        user_id=body.user_id,
        concept_id=body.concept_id,
        words=body.words,
        now=clock.now(),
    )
    return SuggestedPractice(
        id=made.pk,
        concept_id=made.concept_id,
        concept=made.concept.name,
        by=request.auth.name,
        words=made.words,
        made_at=made.made_at,
        followed=False,
    )


@router.delete("/practice-suggestions/{suggestion_id}", response={204: None})
def take_back_suggestion(request: Request, suggestion_id: Id) -> None:
    """Take a suggestion back."""
    actions.take_back_suggestion(by=request.auth, suggestion_id=suggestion_id, now=clock.now())


@router.get("/courses/{course_id}/insight/me", response=HelpLine, openapi_extra=says("not_allowed"))
def own_help(request: Request, course_id: Id) -> HelpLine:
    """What the staff of a course see of oneself: the same evidence and reasons."""
    course = content.course_by_id(course_id)
    line, percentages = instructor.own_help(viewer=request.auth, course=course, now=clock.now())
    return _help(line, percentages=percentages)


# --- parts -----------------------------------------------------------------------------------


def _course(request: Request, course_id: Any) -> Any:
    slug = content.course_by_id(course_id).slug
    return queries.course_for_insight(viewer=request.auth, slug=slug)


def _narrowed(page: ClassFilter) -> Narrowed:
    return Narrowed(group_id=page.group, since=page.since, search=page.search)


def _expectation(outlook: Any, *, percentages: bool) -> Expectation | None:
    if outlook is None:
        return None
    shares = (outlook.mean, outlook.low, outlook.high) if percentages else (None, None, None)
    return Expectation(mean=shares[0], low=shares[1], high=shares[2], words=outlook.words)


def _help(line: Any, *, percentages: bool) -> HelpLine:
    return HelpLine(
        id=line.id,
        name=line.name,
        email=line.email,
        answers=line.answers,
        concepts_answered=line.answered,
        concepts=line.concepts,
        last_day=None if line.last_day is None else line.last_day.isoformat(),
        outlook=_expectation(line.outlook, percentages=percentages),
        reasons=[
            HelpReason(kind=one.kind, words=wording.sentence(one, percentages=percentages))
            for one in line.reasons
        ],
        practise_id=line.practise.concept_id if line.practise else None,
        suggested=[SuggestedPractice.model_validate(one) for one in line.suggested],
    )


def _row(row: Any, *, percentages: bool) -> ClassRow:
    return ClassRow(
        id=row.id,
        name=row.name,
        email=row.email,
        answers=row.answers,
        outlook=_expectation(row.outlook, percentages=percentages),
        cells=[_cell(one, percentages=percentages) for one in row.cells],
    )


def _cell(cell: Any, *, percentages: bool) -> ClassCell:
    shown = percentages and cell.words != rules.TOO_EARLY
    shares = (cell.p, cell.low, cell.high) if shown else (None, None, None)
    return ClassCell(
        concept_id=cell.concept_id,
        name=cell.name,
        p=shares[0],
        low=shares[1],
        high=shares[2],
        n=cell.n,
        last_at=cell.last_at,
        words=cell.words,
    )


def _curve(line: Any) -> LearningCurve:
    return LearningCurve(
        concept_id=line.concept_id,
        name=line.name,
        kind=line.curve.kind,
        words=line.curve.words,
        people=line.curve.people,
        points=[CurvePoint.model_validate(one) for one in line.curve.points],
    )
