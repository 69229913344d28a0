"""Machine-made drafts as their reviewers see them, and what their trial and real answers say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, Q

from studium.ai.model import Source
from studium.ai.prose import passages
from studium.assessment import drafting, figures, items, making, rights
from studium.assessment.asked import headline
from studium.assessment.models import (
    DraftedQuestion,
    DraftKind,
    DraftRun,
    DraftStatus,
    ItemFigures,
    ItemStatistics,
    Question,
)
from studium.assessment.writing import QuestionDraft as Written
from studium.content.models import Lesson
from studium.lib.errors import NotFound
from studium.notes.rules import Places, margin_numbers

if TYPE_CHECKING:
    from studium.identity.models import User

STATES = ("waiting", "stale", "approved", "rejected", "all")
_STATE: dict[str, Q] = {
    "waiting": Q(status__in=making.WAITING),
    "stale": Q(status=DraftStatus.STALE),
    "approved": Q(status=DraftStatus.APPROVED),
    "rejected": Q(status=DraftStatus.REJECTED),
    "all": Q(),
}


@dataclass(frozen=True, slots=True)
class DraftFilter:
    """Which drafts are asked for; the fields narrow each other. `flagged` is "", yes or no."""

    state: str = "waiting"
    lesson_id: UUID | None = None
    exam_id: UUID | None = None
    kind: str = ""
    flagged: str = ""

    def rows(self) -> Q:
        """The condition on `question_drafts`."""
        found = _STATE.get(self.state, _STATE["waiting"])
        if self.lesson_id:
            found &= Q(lesson_id=self.lesson_id)
        if self.exam_id:
            found &= Q(exam_id=self.exam_id)
        if self.kind in DraftKind.values:
            found &= Q(kind=self.kind)
        if self.flagged in ("yes", "no"):
            found &= Q(is_flagged=self.flagged == "yes")
        return found


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A draft in a list. `flags` are the solvers of the trial that guess it."""

    id: UUID
    title: str
    kind: str
    form: str
    status: str
    lesson_id: UUID
    lesson_topic: str
    exam_id: UUID | None
    flags: tuple[str, ...]
    is_edited: bool
    reviewed_by: str
    reviewed_at: datetime | None
    reject_reason: str
    question_id: UUID | None
    made_at: datetime


@dataclass(frozen=True, slots=True)
class DraftCounts:
    """How many drafts of a course stand how; `flagged` are among those that wait."""

    waiting: int
    approved: int
    rejected: int
    flagged: int

    @property
    def decided(self) -> int:
        """How many a person has decided about."""
        return self.approved + self.rejected


@dataclass(frozen=True, slots=True)
class Passage:
    """A cited place of the lesson in plain text, with its surroundings. `number` stands in the
    lesson's margin beside it; `block_id` is where a link goes. Of a passage that was edited since,
    `quote` is what it said and `says_now` what stands there instead, if anything does."""

    block_id: str
    number: int
    before: str
    quote: str
    after: str
    is_code: bool = False
    says_now: str = ""


@dataclass(frozen=True, slots=True)
class DraftView:
    """One draft in full. `written` is the question it becomes. `is_stale`: a cited passage is not
    in the lesson any more; then `passages` hold the words as they stood."""

    line: DraftLine
    course_id: UUID
    course_slug: str
    run_id: UUID
    written: Written
    sources: tuple[Source, ...]
    passages: tuple[Passage, ...]
    is_stale: bool
    engine: str
    engine_version: str
    difficulty: float | None
    section: str
    lesson_version: int


@dataclass(frozen=True, slots=True)
class TrialLine:
    """A draft of a run: what the trial said, and what students' answers say since it was approved.

    `facility` is the share right of all answers, `discrimination` that of the largest exam which
    asked it; None where too few people answered.
    """

    draft: DraftLine
    expected: float | None
    answers: int
    facility: float | None
    discrimination: float | None


@dataclass(frozen=True, slots=True)
class SolverLine:
    """How a solver did over a run: of how many choices, the share it got right, and what guessing
    would. `low` and `high` bound that share (Wilson, 95 %); `beats`: far above chance."""

    name: str
    items: int
    right: float
    chance: float
    low: float
    high: float
    beats: bool


@dataclass(frozen=True, slots=True)
class TrialView:
    """A run with its trial, and what became of its drafts."""

    run: DraftRun
    course_id: UUID
    course_slug: str
    lines: tuple[TrialLine, ...]
    solvers: tuple[SolverLine, ...]


def drafts_of(
    *, viewer: User, course_id: UUID, wanted: DraftFilter, limit: int = 50, offset: int = 0
) -> tuple[list[DraftLine], int]:
    """A part of a course's drafts in reading order, and how many there are; for its authors."""
    rights.course_for_author(viewer, course_id)
    rows = DraftedQuestion.objects.filter(wanted.rows(), lesson__course_id=course_id)
    ordered = _listed(rows)[offset : offset + limit]
    return [_line(one) for one in ordered], rows.count()


def draft_counts(course_id: UUID, *, exam_id: UUID | None = None) -> DraftCounts:
    """The counts of a course or of an exam; the caller has checked the right to see them."""
    rows = DraftedQuestion.objects.filter(lesson__course_id=course_id)
    if exam_id is not None:
        rows = rows.filter(exam_id=exam_id)
    waiting = Q(status__in=making.WAITING)
    return DraftCounts(
        **rows.aggregate(
            waiting=Count("pk", filter=waiting),
            approved=Count("pk", filter=Q(status=DraftStatus.APPROVED)),
            rejected=Count("pk", filter=Q(status=DraftStatus.REJECTED)),
            flagged=Count("pk", filter=waiting & Q(is_flagged=True)),
        )
    )


def draft_view(*, viewer: User, draft_id: UUID) -> DraftView:
    """One draft with the passages that prove its key, for the authors of its course."""
    draft = _rows().select_related("lesson__course", "run").filter(pk=draft_id).first()
    if draft is None:
        raise NotFound
    lesson = draft.lesson
    rights.require_author(viewer, lesson.course_id, known=False)
    sources = drafting.item_of(draft.item).sources
    places = Places(lesson.content, lesson.blocks)
    found = places.current(sources)
    shown = sources if found is None else found
    return DraftView(
        line=_line(draft),
        course_id=lesson.course_id,
        course_slug=lesson.course.slug,
        run_id=draft.run_id,
        written=drafting.as_question(draft.item),
        sources=shown,
        passages=_changed(lesson, sources, places) if found is None else _passages(lesson, found),
        is_stale=found is None,
        engine=draft.item.get("engine", draft.run.engine),
        engine_version=draft.item.get("engine_version", draft.run.engine_version),
        difficulty=draft.item.get("difficulty"),
        section=draft.item.get("section", ""),
        lesson_version=lesson.version,
    )


def last_decided(*, viewer: User, course_id: UUID) -> DraftLine | None:
    """The draft this person decided about last in the course: what "undo" takes back."""
    rows = _rows().filter(lesson__course_id=course_id, reviewed_by_id=viewer.pk)
    draft = rows.order_by("-reviewed_at", "-pk").first()
    return None if draft is None else _line(draft)


def place_in(*, course_id: UUID, wanted: DraftFilter, draft_id: UUID) -> int:
    """The place of a draft in a filtered list, from 0; 0 where it is not in it."""
    rows = DraftedQuestion.objects.filter(wanted.rows(), lesson__course_id=course_id)
    ids: list[UUID] = list(_ordered(rows).values_list("pk", flat=True))
    return ids.index(draft_id) if draft_id in ids else 0


def next_waiting(*, course_id: UUID, wanted: DraftFilter, after: UUID | None = None) -> UUID | None:
    """The draft that comes after another one in a filtered list, or else the first one."""
    rows = DraftedQuestion.objects.filter(wanted.rows(), lesson__course_id=course_id)
    ids: list[UUID] = list(_ordered(rows).values_list("pk", flat=True))
    if after in ids and ids.index(after) + 1 < len(ids):
        return ids[ids.index(after) + 1]
    return next((one for one in ids if one != after), None)


def stale_questions(*, viewer: User, course_id: UUID) -> list[Question]:
    """Machine-made questions in use whose proof is not in their lesson any more."""
    rights.course_for_author(viewer, course_id)
    rows = Question.objects.filter(
        quiz__lesson__course_id=course_id, retired_at__isnull=True, origin="ai"
    ).select_related("quiz__lesson")
    return [one for one in rows.order_by("quiz__lesson__order_index", "pk") if _is_stale(one)]


def runs_of(*, viewer: User, course_id: UUID, limit: int = 1000) -> list[DraftRun]:
    """The newest runs of a course, for its authors."""
    rights.course_for_author(viewer, course_id)
    rows = DraftRun.objects.filter(lesson__course_id=course_id).select_related("lesson")
    return list(rows.defer("report", "lesson__content", "lesson__content_html")
                .order_by("-made_at", "-pk")[:limit])  # fmt: skip


def trial_view(*, viewer: User, run_id: UUID) -> TrialView:
    """The trial of a run beside the figures of real answers, for the authors of its course."""
    run = DraftRun.objects.select_related("lesson__course").filter(pk=run_id).first()
    if run is None:
        raise NotFound
    rights.require_author(viewer, run.lesson.course_id, known=False)
    drafts = list(_rows().filter(run=run).order_by("place", "pk"))
    real = _answered([one.question_id for one in drafts if one.question_id])
    nothing = (0, None, None)
    lines = tuple(
        TrialLine(_line(one), one.item.get("difficulty"), *real.get(one.question_id, nothing))
        for one in drafts
    )
    return TrialView(run, run.lesson.course_id, run.lesson.course.slug, lines, _solvers(run))


# --- parts -----------------------------------------------------------------------------------


def _rows() -> Any:
    return DraftedQuestion.objects.select_related("lesson", "reviewed_by")


def _ordered(rows: Any) -> Any:
    return rows.order_by("lesson__order_index", "place", "pk")


def _listed(rows: Any) -> Any:
    heavy = ("lesson__content", "lesson__content_html", "lesson__blocks", "lesson__outline")
    return _ordered(rows.select_related("lesson", "reviewed_by").defer(*heavy))


def _line(draft: DraftedQuestion) -> DraftLine:
    return DraftLine(
        id=draft.pk,
        title=headline(drafting.as_question(draft.item).question_text.replace("\\", "")),
        kind=draft.kind,
        form=draft.item.get("form", ""),
        status=draft.status,
        lesson_id=draft.lesson_id,
        lesson_topic=draft.lesson.topic,
        exam_id=draft.exam_id,
        flags=tuple(draft.flags),
        is_edited=draft.is_edited,
        reviewed_by=draft.reviewed_by.name if draft.reviewed_by else "",
        reviewed_at=draft.reviewed_at,
        reject_reason=draft.reject_reason,
        question_id=draft.question_id,
        made_at=draft.made_at,
    )


def _is_stale(question: Question) -> bool:
    span, lesson = question.source or {}, question.quiz.lesson
    if span.get("source_hash") == lesson.content_hash or not span.get("spans"):
        return False
    sources = [Source(**one) for one in span["spans"]]
    return Places(lesson.content, lesson.blocks).current(sources) is None


def _passages(lesson: Lesson, sources: Sequence[Source]) -> tuple[Passage, ...]:
    numbers = margin_numbers(lesson.blocks, lesson.content_html)
    held = passages(making.text_of(lesson))
    return tuple(_passage(one, lesson, held, numbers) for one in sources)


def _changed(lesson: Lesson, sources: Sequence[Source], places: Places) -> tuple[Passage, ...]:
    """What passages said that are not there as they were, and what stands there now."""
    numbers = margin_numbers(lesson.blocks, lesson.content_html)
    found = []
    for one in sources:
        now = places.anchor(one).source
        says = now.quote if now is not None and now.quote != one.quote else ""
        number = numbers.get(now.block_id, 0) if now is not None else 0
        block_id = now.block_id if now is not None else one.block_id
        found.append(Passage(block_id, number, "", one.quote, "", says_now=says))
    return tuple(found)


def _passage(one: Source, lesson: Lesson, held: Any, numbers: dict[str, int]) -> Passage:
    """The words around a source with their markup hidden; code and tables as they are written."""
    number = numbers.get(one.block_id, 1)
    if any(each["id"] == one.block_id and each["kind"] == "code" for each in lesson.blocks):
        return Passage(one.block_id, number, "", one.quote, "", is_code=True)
    for passage in held:
        block, plain = passage.block, passage.plain
        if block.id == one.block_id and (quote := plain.between(one.start, one.end)):
            before, after = plain.between(block.start, one.start), plain.between(one.end, block.end)
            return Passage(one.block_id, number, before, quote, after)
    return Passage(one.block_id, number, "", one.quote, "")


def _solvers(run: DraftRun) -> tuple[SolverLine, ...]:
    names = ("solver", "answered", "accuracy", "chance", "low", "high", "beats")
    listed = [*run.report.get("solvers", ()), run.report.get("open_book")]
    return tuple(SolverLine(*(one[name] for name in names)) for one in listed if one)


def _answered(
    question_ids: Sequence[UUID],
) -> dict[UUID | None, tuple[int, float | None, float | None]]:
    """Question -> answers, share right, discrimination; with few answers no figure."""
    tells: dict[UUID, float | None] = {}
    sums_of = ItemFigures.objects.filter(question_id__in=question_ids).order_by("attempts")
    for row in sums_of:  # the largest exam comes last and stays
        if row.attempts >= figures.FEW_PEOPLE:
            tells[row.question_id] = figures.discrimination(items.read(row.sums))
    rows = ItemStatistics.objects.filter(question_id__in=question_ids)
    return {
        row.question_id: (
            row.answers,
            float(row.share_sum) / row.answers if row.answers >= figures.FEW_PEOPLE else None,
            tells.get(row.question_id),
        )
        for row in rows
    }
