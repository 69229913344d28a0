"""`/courses/{id}/gradebook`: learners, items, totals, and what staff write into cells."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field

from studium.assessment.actions import grades
from studium.assessment.queries import grades as queries
from studium.content.queries import course_by_id
from studium.content.rights import require_read_course
from studium.lib import clock, sheet
from studium.lib.errors import Invalid
from studium.rest.auth import Request
from studium.rest.describe import says
from studium.rest.fields import Email, Flag, Id, Moment, Name, Search, Sent, SentMoment, Shown, Text
from studium.rest.paging import Page

router = Router(tags=["gradebook"])
Weight = Annotated[float, Field(ge=0, le=100, examples=[40.0])]
Score = Annotated[int, Field(strict=True, ge=0, le=100, examples=[75])]
Reason = Annotated[Text, Field(max_length=1000, examples=["An oral exam."])]
State = Annotated[str, Field(examples=["mark"])]


class GradeColumn(Shown):
    """A column: an exam, or a quiz that has a weight. `weight` is what counts, `set_weight` what
    was set."""

    id: Id
    kind: Annotated[str, Field(examples=["exam"])]
    title: Annotated[str, Field(examples=["Final exam"])]
    weight: Weight
    set_weight: Weight | None
    due_at: Moment | None


class GradeCell(Shown):
    """`state`: mark, late, missing, excused, review, running, open (not due) or hidden."""

    state: State
    score: int | None
    by_hand: bool


class GradeTotal(Shown):
    """The course total with one decimal, and in words what it counts."""

    score: float | None
    counted: float
    of: float
    words: Annotated[str, Field(examples=["2 of 2 items count."])]


class GradeRow(Shown):
    """A row; cells in the order of the items."""

    user_id: Id
    name: Name
    email: Email
    cells: list[GradeCell]
    total: GradeTotal


class Gradebook(Shown):
    """A part of the gradebook; means are over all learners, null under five."""

    columns: list[GradeColumn]
    learners: list[GradeRow]
    count: Annotated[int, Field(examples=[1])]
    means: list[float | None]
    mean: float | None
    missing_is_zero: bool


class OwnGrades(Shown):
    """A student's own row: released scores alone."""

    columns: list[GradeColumn]
    cells: list[GradeCell]
    total: GradeTotal


class ItemWeight(Sent):
    """What an exam or quiz weighs; null takes the weight away. `due_at` is for quizzes."""

    id: Id
    weight: Weight | None
    due_at: SentMoment | None = None


class Weights(Sent):
    """Weights of items, and whether what is missing after it was due counts as 0."""

    items: Annotated[list[ItemWeight], Field(max_length=500)]
    missing_is_zero: Flag | None = None


class NewGradeEntry(Sent):
    """What to write into a cell: an excuse, a score (with a reason), or `cleared`."""

    user_id: Id
    item_id: Id
    kind: Literal["excused", "score", "cleared"]
    score: Score | None = None
    reason: Reason = ""


class GradeFile(Sent):
    """Lines of a CSV with `email` and a column per item. `write` false: only say what would
    change."""

    lines: Annotated[Text, Field(max_length=2_000_000, examples=["email,Final exam\n"])]
    write: Flag = False
    reason: Reason = ""


class GradeChange(Shown):
    """What a line would write; `outcome` is change, same or problem."""

    line: int
    email: str
    item: str
    before: str
    after: str
    outcome: Annotated[str, Field(examples=["change"])]
    message: str


class GradeChanges(Shown):
    """What a file changes, or changed."""

    changes: list[GradeChange]
    written: bool


class GradeFilter(Page):
    """Which learners, in which order."""

    search: Search = ""
    show: Literal["", "missing", "review", "late", "excused"] = ""
    order: Literal["name", "total"] = "name"


@router.get("/{course_id}/gradebook/totals", response=Gradebook, openapi_extra=says("not_allowed"))
def read_grades(request: Request, course_id: Id, page: Query[GradeFilter]) -> Gradebook:
    """The gradebook with its totals, for the staff."""
    book = queries.book(
        viewer=request.auth,
        course_id=course_id,
        now=clock.now(),
        search=page.search,
        show=page.show,
        order=page.order,
        limit=page.limit,
        offset=page.offset,
    )
    return Gradebook(
        columns=[_item(one) for one in book.items],
        learners=[_learner(one) for one in book.learners],
        count=book.count,
        means=[None if one is None else float(one) for one in book.means],
        mean=None if book.mean is None else float(book.mean),
        missing_is_zero=book.missing_is_zero,
    )


@router.get("/{course_id}/gradebook/mine", response=OwnGrades, openapi_extra=says("not_enrolled"))
def read_own_grades(request: Request, course_id: Id) -> OwnGrades:
    """One's own grades as a student, as far as they are released."""
    require_read_course(request.auth, course_by_id(course_id))
    items, mine = queries.own_grades(viewer=request.auth, course_id=course_id, now=clock.now())
    row = _learner(mine)
    return OwnGrades(columns=[_item(one) for one in items], cells=row.cells, total=row.total)


@router.get(
    "/{course_id}/gradebook.csv", response=None, openapi_extra=says("not_allowed", media="text/csv")
)
def export_grades(request: Request, course_id: Id) -> HttpResponse:
    """The whole gradebook as CSV; no cell of it is a formula."""
    book = queries.book(viewer=request.auth, course_id=course_id, now=clock.now())
    head = ["name", "email", *(one.head for one in book.items), "total", "total_explained"]
    rows = (
        [one.name, one.email, *(cell.plain for cell in one.cells),
         "" if one.total.score is None else str(one.total.score), one.total.words]
        for one in book.learners
    )  # fmt: skip
    return HttpResponse(sheet.write_csv(head, rows), content_type="text/csv; charset=utf-8")


@router.put("/{course_id}/gradebook/weights", response=Gradebook, openapi_extra=says("not_allowed"))
def set_weights(request: Request, course_id: Id, sent: Weights) -> Gradebook:
    """Say what exams and quizzes weigh; those that are not named keep what they have."""
    grades.set_weights(
        by=request.auth,
        course_id=course_id,
        now=clock.now(),
        weights={one.id: one.weight for one in sent.items},
        due={one.id: one.due_at for one in sent.items},
        missing_is_zero=sent.missing_is_zero,
    )
    return read_grades(request, course_id, GradeFilter())


@router.post(
    "/{course_id}/gradebook/entries", response={201: GradeCell}, openapi_extra=says("not_allowed")
)
def write_cell(request: Request, course_id: Id, sent: NewGradeEntry) -> GradeCell:
    """Excuse a learner, write a score by hand, or take it back. The history is kept."""
    key: dict[str, Any] = {"course_id": course_id, "user_id": sent.user_id,
                           "thing_id": sent.item_id}  # fmt: skip
    grades.write_cell(
        by=request.auth, **key, kind=sent.kind, score=sent.score, reason=sent.reason,
        now=clock.now(),
    )  # fmt: skip
    return _cell(queries.cell_view(viewer=request.auth, now=clock.now(), **key).cell)


@router.post(
    "/{course_id}/gradebook/file", response=GradeChanges, openapi_extra=says("not_allowed")
)
def import_grades(request: Request, course_id: Id, sent: GradeFile) -> GradeChanges:
    """What a file of grades would change; with `write` it is written, or refused as a whole."""
    told: dict[str, Any] = {"by": request.auth, "course_id": course_id,
                            "data": sent.lines.encode(), "now": clock.now()}  # fmt: skip
    if sent.write and not sent.reason.strip():
        raise Invalid("Say why these are written.", fields={"reason": "Say why."})
    found = (
        grades.import_file(**told, reason=sent.reason) if sent.write else grades.check_file(**told)
    )
    return GradeChanges(
        changes=[GradeChange.model_validate(one) for one in found], written=sent.write
    )


def _item(one: queries.Item) -> GradeColumn:
    return GradeColumn(
        id=one.thing_id,
        kind=one.kind,
        title=one.head,
        weight=float(one.weight),
        set_weight=None if one.set_weight is None else float(one.set_weight),
        due_at=one.due_at,
    )


def _cell(one: queries.Cell) -> GradeCell:
    return GradeCell(state=one.state, score=one.score, by_hand=one.by_hand)


def _learner(one: queries.Learner) -> GradeRow:
    total = one.total
    return GradeRow(
        user_id=one.user_id,
        name=one.name,
        email=one.email,
        cells=[_cell(cell) for cell in one.cells],
        total=GradeTotal(
            score=None if total.score is None else float(total.score),
            counted=float(total.counted),
            of=float(total.of),
            words=total.words,
        ),
    )
