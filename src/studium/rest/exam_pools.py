"""`/exams/{id}/pools`: the random parts of a paper."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from ninja import Query, Router
from pydantic import Field

from studium.assessment import pools as rules
from studium.assessment import queries
from studium.assessment.actions import pools
from studium.lib import clock
from studium.rest.auth import Request
from studium.rest.describe import says
from studium.rest.fields import Id, Sent, Shown, Text
from studium.rest.paging import Items, Page
from studium.rest.quiz_shapes import Points, settings_sent

router = Router(tags=["exams"])

Pick = Annotated[int, Field(strict=True, ge=1, le=500, examples=[1])]
PoolTitle = Annotated[Text, Field(min_length=1, max_length=200, examples=["Loops"])]
Word = Annotated[Text, Field(min_length=1, max_length=120)]


class Rule(Sent):
    """Which questions fit: those that meet every list that is not empty. `scope` owner takes the
    questions of all courses of the exam's owner."""

    tags: Annotated[list[Word], Field(max_length=100, examples=[[]])] = []
    concepts: Annotated[list[Id], Field(max_length=100, examples=[[]])] = []
    quizzes: Annotated[list[Id], Field(max_length=100, examples=[[]])] = []
    lessons: Annotated[list[Id], Field(max_length=100, examples=[[]])] = []
    kinds: Annotated[list[Word], Field(max_length=100, examples=[[]])] = []
    scope: Literal["course", "owner"] = "course"


class NewPool(Sent):
    """A random part: how many questions it draws, and of which."""

    title: PoolTitle
    pick: Pick
    points: Points = 1
    rule: Rule = Rule()


class PoolChange(Sent):
    """What to write anew; what is left out stays."""

    title: PoolTitle | None = None
    pick: Pick | None = None
    points: Points | None = None
    rule: Rule | None = None


class Pool(Shown):
    """A random part. `candidates` were fixed at the last refresh, `fits` is how many fit now."""

    id: Id
    exam_id: Id
    title: str
    pick: int
    points: int
    rule: Annotated[dict[str, Any], Field(examples=[{"tags": ["loops"]}])]
    candidates: int
    fits: int


class Candidates(Shown):
    """How many candidates all random parts have."""

    count: int


_CODES = (
    "not_allowed",
    "conflict",
    "paper_is_frozen",
    "pool_empty",
    "pool_too_small",
    "paper_is_empty",
)
_SAYS = says(*_CODES)


@router.get("/{exam_id}/pools", response=Items[Pool], openapi_extra=says("not_allowed"))
def list_pools(request: Request, exam_id: Id, page: Query[Page]) -> Items[Pool]:
    """The random parts of a paper in order, for the staff."""
    rows, count = page.cut(queries.pools_of(viewer=request.auth, exam_id=exam_id))
    return Items[Pool](items=[_shown(line) for line in rows], count=count)


@router.post(
    "/{exam_id}/pools",
    response={201: Pool},
    openapi_extra=says(*_CODES, location="/exams/{exam_id}/pools"),
)
def add_pool(request: Request, exam_id: Id, sent: NewPool) -> Pool:
    """Add a random part behind the others and look its candidates up."""
    by = request.auth
    made = pools.add_pool(by=by, exam_id=exam_id, now=clock.now(), values=_values(sent))
    return _one(request, exam_id, made.pk)


@router.post("/{exam_id}/pools/refresh", response=Candidates, openapi_extra=_SAYS)
def refresh_pools(request: Request, exam_id: Id) -> Candidates:
    """Look up anew which questions fit, while nobody began."""
    count = pools.refresh_pools(by=request.auth, exam_id=exam_id, now=clock.now())
    return Candidates(count=count)


@router.patch("/{exam_id}/pools/{pool_id}", response=Pool, openapi_extra=_SAYS)
def change_pool(request: Request, exam_id: Id, pool_id: Id, sent: PoolChange) -> Pool:
    """Write a random part anew."""
    pools.change_pool(
        by=request.auth, exam_id=exam_id, pool_id=pool_id, now=clock.now(), values=_values(sent)
    )
    return _one(request, exam_id, pool_id)


@router.delete("/{exam_id}/pools/{pool_id}", response={204: None}, openapi_extra=_SAYS)
def remove_pool(request: Request, exam_id: Id, pool_id: Id) -> None:
    """Take a random part off the paper."""
    pools.remove_pool(by=request.auth, exam_id=exam_id, pool_id=pool_id, now=clock.now())


def _values(sent: Sent) -> dict[str, Any]:
    given = {name: value for name, value in settings_sent(sent).items() if value is not None}
    if isinstance(given.get("rule"), dict):
        given["rule"] = rules.rule_of(given["rule"])
    return given


def _one(request: Request, exam_id: Any, pool_id: Any) -> Pool:
    lines = queries.pools_of(viewer=request.auth, exam_id=exam_id)
    return next(_shown(line) for line in lines if line.pool.pk == pool_id)


def _shown(line: queries.PoolLine) -> Pool:
    pool = line.pool
    return Pool(
        id=pool.pk,
        exam_id=pool.exam_id,
        title=pool.title,
        pick=pool.pick,
        points=pool.points,
        rule=pool.rule,
        candidates=line.candidates,
        fits=line.fits,
    )
