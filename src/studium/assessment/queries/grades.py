"""The gradebook: learners and items, what stands in each cell, and the totals.

The whole book of a course is read in a fixed number of queries and added up here, so that a page
of it shows means over everybody and can be sorted and narrowed by what is computed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from studium.assessment import grading, release, rights
from studium.assessment.counting import counting_score
from studium.assessment.grading import Part, Total
from studium.assessment.late import penalty_percent
from studium.assessment.models import (
    EntryKind,
    Exam,
    ExamAttempt,
    ExamStatus,
    GradeEntry,
    GradeItem,
    Quiz,
    QuizStatus,
)
from studium.content.queries import group_in, members
from studium.lib.db import json_value, read_rows, time_value, uuid_param, uuid_value
from studium.lib.errors import NotFound
from studium.lib.prepared import Prepared

if TYPE_CHECKING:
    from studium.identity.models import User

FEW_PEOPLE = 5
MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class Item:
    """A column: an exam or quiz. `weight` is what counts, `set_weight` what was set, if anything;
    `head` is its title, made unlike every other column's."""

    thing_id: UUID
    kind: str
    title: str
    head: str
    weight: Decimal
    set_weight: Decimal | None
    due_at: datetime | None
    thing: Any
    item_id: UUID | None


@dataclass(frozen=True, slots=True)
class Cell:
    """What one learner has in one item; `state` is one of `grading`. `by_hand`: staff wrote it."""

    state: str
    score: int | None
    by_hand: bool = False
    attempts: int = 0

    @property
    def plain(self) -> int | str:
        """The cell in a file: a number, or a word."""
        if self.score is not None:
            return self.score
        return {"review": "in review", "open": ""}.get(self.state, self.state)


@dataclass(frozen=True, slots=True)
class Learner:
    """A row of the gradebook; cells in the order of the items."""

    user_id: UUID
    name: str
    email: str
    cells: tuple[Cell, ...]
    total: Total


@dataclass(frozen=True, slots=True)
class Book:
    """A page of the gradebook. `means` and `mean` are over all learners, None under five.

    `weight_sum` is the sum of the weights; `by_default` says that none was set, so that every exam
    counts the same.
    """

    items: tuple[Item, ...]
    unused: tuple[Item, ...]
    learners: tuple[Learner, ...]
    count: int
    everybody: int
    means: tuple[Decimal | None, ...]
    mean: Decimal | None
    missing_is_zero: bool
    weight_sum: Decimal
    by_default: bool


@dataclass(frozen=True, slots=True)
class CellView:
    """One cell with its history: what staff wrote and what was handed in, oldest first."""

    item: Item
    learner: Learner
    cell: Cell
    entries: tuple[GradeEntry, ...]
    attempts: tuple[ExamAttempt, ...]


class _Tried(NamedTuple):
    attempt_no: int
    score: int | None
    status: str
    submitted_at: datetime | None = None
    due_at: datetime | None = None
    late_tiers: Any = ()


_Tries = dict[tuple[Any, Any], list[_Tried]]
"""(exam or quiz, person), both as the driver gives them -> attempts."""

_ATTEMPTS = (
    "SELECT exam_id, user_id, attempt_no, score, status FROM exam_attempts WHERE exam_id IN ({})"
)
_LATE = (
    "SELECT exam_id, user_id, attempt_no, submitted_at, due_at, late_tiers FROM exam_attempts "
    "WHERE due_at IS NOT NULL AND exam_id IN ({})"
)
_PEOPLE = (
    "SELECT e.user_id, u.name, u.email FROM enrollments e JOIN users u ON u.id = e.user_id "
    "WHERE e.course_id = %s AND e.role = 'student' AND e.ended_at IS NULL {} "
    "ORDER BY u.name, e.user_id"
)
_TERMS = "SELECT missing_is_zero FROM gradebook_terms WHERE course_id = %s"
_ITEMS = Prepared(lambda course: GradeItem.objects.filter(course_id=course), "course")
_EXAMS = Prepared(
    lambda course: Exam.objects.filter(course_id=course).exclude(status=ExamStatus.DRAFT),
    "course",
)
_QUIZZES = Prepared(
    lambda course: (
        Quiz.objects.filter(lesson__course_id=course)
        .exclude(status=QuizStatus.DRAFT)
        .order_by("lesson__order_index", "position", "pk")
    ),
    "course",
)
_RUNS = (
    "SELECT quiz_id, user_id, attempt_no, score FROM quiz_attempts "
    "WHERE status = 'finished' AND quiz_id IN ({})"
)


def book(
    *,
    viewer: User,
    course_id: UUID,
    now: datetime,
    search: str = "",
    show: str = "",
    order: str = "name",
    group: UUID | None = None,
    limit: int = MOST,
    offset: int = 0,
) -> Book:
    """The gradebook for the staff. `show`: all, or those with something `missing`, `review`,
    `late` or `excused`; `order`: name, or total (lowest first); `group`: one of the course's, which
    narrows the learners and leaves the means those of everybody."""
    rights.require_results(viewer, course_id)
    items, unused = items_of(course_id)
    learners = _learners(course_id, items, now)
    rows = [one for one in learners if _fits(one, search, show)]
    if group is not None:
        inside = set(members(group_in(course_id, group)))
        rows = [one for one in rows if one.user_id in inside]
    if order == "total":
        rows.sort(key=lambda one: (one.total.score is None, one.total.score, one.name))
    return Book(
        items=tuple(items),
        unused=tuple(unused),
        learners=tuple(rows[offset : offset + limit]),
        count=len(rows),
        everybody=len(learners),
        means=tuple(
            _mean([one.cells[place].score for one in learners]) for place in range(len(items))
        ),
        mean=_mean([one.total.score for one in learners]),
        missing_is_zero=_missing_is_zero(course_id),
        weight_sum=sum((one.set_weight or Decimal(0) for one in items), start=Decimal(0)),
        by_default=all(one.set_weight is None for one in items),
    )


def cell_view(
    *, viewer: User, course_id: UUID, user_id: UUID, thing_id: UUID, now: datetime
) -> CellView:
    """One cell with its history, for the staff."""
    rights.require_results(viewer, course_id)
    items, unused = items_of(course_id)
    item = next((one for one in [*items, *unused] if one.thing_id == thing_id), None)
    if item is None:
        raise NotFound
    found = _learners(course_id, [item], now, user_id=user_id)
    if not found:
        raise NotFound
    entries = GradeEntry.objects.filter(item_id=item.item_id, user_id=user_id)
    attempts = ExamAttempt.objects.filter(exam_id=thing_id, user_id=user_id)
    return CellView(
        item=item,
        learner=found[0],
        cell=found[0].cells[0],
        entries=tuple(entries.select_related("written_by").order_by("created_at", "pk")),
        attempts=tuple(attempts.order_by("attempt_no")),
    )


def own_grades(*, viewer: User, course_id: UUID, now: datetime) -> tuple[list[Item], Learner]:
    """A student's own row: released scores alone, and the total they make."""
    if rights.role_in(viewer, course_id) != rights.STUDENT:
        raise NotFound
    items, _unused = items_of(course_id)
    return items, _learners(course_id, items, now, user_id=viewer.pk, as_owner=True)[0]


def items_of(course_id: UUID) -> tuple[list[Item], list[Item]]:
    """The columns of a course, and the quizzes that are none since they have no weight."""
    set_ = {row.exam_id or row.quiz_id: row for row in _ITEMS.all(course=course_id)}
    exams = _EXAMS.all(course=course_id)
    exams.sort(key=lambda one: (one.opens_at or one.created_at, one.pk))
    quizzes = _QUIZZES.all(course=course_id)
    things = [*((one, "exam") for one in exams), *((one, "quiz") for one in quizzes)]
    default = not any(row.weight is not None for row in set_.values())
    heads: set[str] = set()
    made = [_item(thing, kind, set_.get(thing.pk), default, heads) for thing, kind in things]
    shown = [one for one in made if one.kind == "exam" or one.set_weight is not None]
    return shown, [one for one in made if one not in shown]


# --- parts -----------------------------------------------------------------------------------


def _item(thing: Any, kind: str, row: GradeItem | None, default: bool, heads: set[str]) -> Item:
    set_weight = row.weight if row is not None else None
    equal = Decimal(1 if default and kind == "exam" else 0)
    head, number = thing.title, 2
    while head.casefold() in heads:
        head, number = f"{thing.title} ({number})", number + 1
    heads.add(head.casefold())
    due = row.due_at if row is not None else None
    return Item(
        thing_id=thing.pk,
        kind=kind,
        title=thing.title,
        head=head,
        weight=set_weight if set_weight is not None else equal,
        set_weight=set_weight,
        due_at=release.everybody_done_at(thing) if kind == "exam" else due,
        thing=thing,
        item_id=row.pk if row is not None else None,
    )


def _learners(
    course_id: UUID,
    items: Sequence[Item],
    now: datetime,
    *,
    user_id: UUID | None = None,
    as_owner: bool = False,
) -> list[Learner]:
    narrowed = {} if user_id is None else {"user_id": user_id}
    one_of = "" if user_id is None else "AND e.user_id = %s"
    people = read_rows(
        _PEOPLE.format(one_of), [uuid_param(one) for one in (course_id, *narrowed.values())]
    )
    tried = _exam_tries(items, user_id) | _quiz_tries(items, user_id)
    keys = [uuid_param(item.thing_id) for item in items]
    written = _entries(items, narrowed)
    zero = _missing_is_zero(course_id)
    found = []
    for who, name, email in people:
        pk = uuid_value(who)
        cells = tuple(
            _cell(item, tried.get((key, who), ()), written.get((item.thing_id, pk)), now,
                  as_owner=as_owner)
            for item, key in zip(items, keys, strict=True)
        )  # fmt: skip
        parts = [
            Part(item.weight, cell.state, cell.score)
            for item, cell in zip(items, cells, strict=True)
        ]
        found.append(Learner(pk, name, email, cells, grading.total(parts, missing_is_zero=zero)))
    return found


def _exam_tries(items: Sequence[Item], user_id: UUID | None) -> _Tries:
    """The attempts at exams. Hand-written, since a whole course is read for one page."""
    ids = [one.thing_id for one in items if one.kind == "exam"]
    found: _Tries = {}
    for exam, user, number, score, status in _read(_ATTEMPTS, ids, user_id):
        found.setdefault((exam, user), []).append(_Tried(number, score, status))
    # What being late cost is asked of those alone who could be late.
    for exam, user, number, submitted, due, tiers in _read(_LATE, ids, user_id):
        tried = found[exam, user]
        place = next(n for n, one in enumerate(tried) if one.attempt_no == number)
        tried[place] = tried[place]._replace(
            submitted_at=time_value(submitted) if submitted is not None else None,
            due_at=time_value(due),
            late_tiers=json_value(tiers),
        )
    return found


def _quiz_tries(items: Sequence[Item], user_id: UUID | None) -> _Tries:
    ids = [one.thing_id for one in items if one.kind == "quiz"]
    found: _Tries = {}
    for quiz, user, number, score in _read(_RUNS, ids, user_id):
        found.setdefault((quiz, user), []).append(_Tried(number, score, "graded"))
    return found


def _read(sql: str, ids: Sequence[UUID], user_id: UUID | None) -> list[tuple[Any, ...]]:
    if not ids:
        return []
    listed = sql.format(", ".join(["%s"] * len(ids)))
    parameters = [uuid_param(one) for one in ids]
    if user_id is None:
        return read_rows(listed, parameters)
    return read_rows(f"{listed} AND user_id = %s", [*parameters, uuid_param(user_id)])


def _entries(
    items: Sequence[Item], narrowed: dict[str, Any]
) -> dict[tuple[UUID, UUID], tuple[str, int | None]]:
    things = {one.item_id: one.thing_id for one in items if one.item_id is not None}
    if not things:
        return {}
    rows = GradeEntry.objects.filter(item_id__in=things, **narrowed).order_by("created_at", "pk")
    fields = ("item_id", "user_id", "kind", "score")
    return {
        (things[item], user): (kind, score) for item, user, kind, score in rows.values_list(*fields)
    }


def _cell(
    item: Item,
    tried: Sequence[_Tried],
    written: tuple[str, int | None] | None,
    now: datetime,
    *,
    as_owner: bool,
) -> Cell:
    if written is not None and written[0] != EntryKind.CLEARED:
        state = grading.EXCUSED if written[0] == EntryKind.EXCUSED else grading.MARK
        return Cell(state, written[1], by_hand=True, attempts=len(tried))
    if not tried:
        due = item.due_at is not None and item.due_at <= now
        return Cell(grading.MISSING if due else grading.OPEN, None)
    if as_owner and item.kind == "exam" and not release.released(item.thing, release.SCORE, now):
        waits = all(one.status == "in_progress" for one in tried)
        return Cell(grading.RUNNING if waits else grading.HIDDEN, None, attempts=len(tried))
    return _tried_cell(item, tried)


def _tried_cell(item: Item, tried: Sequence[_Tried]) -> Cell:
    rule = item.thing.counts if item.kind == "exam" else "best"
    counted = counting_score(tried, rule)
    waiting = any(one.status == "submitted" for one in tried)
    if counted.score is None:
        return Cell(grading.REVIEW if waiting else grading.RUNNING, None, attempts=len(tried))
    counts = [
        one for one in tried if counted.attempt_no is None or one.attempt_no == counted.attempt_no
    ]
    is_late = any(penalty_percent(one) > 0 for one in counts)
    state = grading.REVIEW if waiting else grading.LATE if is_late else grading.MARK
    return Cell(state, counted.score, attempts=len(tried))


def _missing_is_zero(course_id: UUID) -> bool:
    rows = read_rows(_TERMS, [uuid_param(course_id)])
    return bool(rows[0][0]) if rows else True


def _fits(one: Learner, search: str, show: str) -> bool:
    wanted = search.casefold()
    if wanted and wanted not in one.name.casefold() and wanted not in one.email.casefold():
        return False
    return not show or any(cell.state == show for cell in one.cells)


def _mean(scores: Iterable[Decimal | int | None]) -> Decimal | None:
    known = [Decimal(one) for one in scores if one is not None]
    if len(known) < FEW_PEOPLE:
        return None
    return (sum(known, start=Decimal(0)) / len(known)).quantize(Decimal("0.1"))
