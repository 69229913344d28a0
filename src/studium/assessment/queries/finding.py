"""Finding questions in a bank: the one place that knows what each filter means.

The bank page, the API and the rules of pools all ask `found`, so that "what the filter shows" and
"what the pool draws from" are the same questions.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import (
    Exists,
    ExpressionWrapper,
    F,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Cast

from studium.assessment import rights
from studium.assessment.models import (
    DraftedQuestion,
    DraftStatus,
    ExamQuestion,
    ItemStatistics,
    Origin,
    Question,
    QuestionConcept,
    QuestionStatus,
    QuestionTag,
)
from studium.content.models import Course
from studium.content.queries import same_as
from studium.lib.prepared import Prepared

if TYPE_CHECKING:
    from studium.identity.models import User

_COURSE = Prepared(lambda course: Course.objects.filter(pk=course), "course")

STATES = ("current", "approved", "draft", "retired", "all")
USES = ("", "exam", "unused", "answered", "unanswered")
ORDERS = ("reading", "newest", "hardest", "easiest", "answers")
LEVELS: Mapping[str, tuple[float, float]] = {
    "easy": (0.85, 1.01),
    "middle": (0.5, 0.85),
    "hard": (-0.01, 0.5),
}
"""Words for the share right of all answers, from 0 to 1: [low, high)."""
FEW_ANSWERS = 20
"""Below this many answers nobody can say how hard a question is."""


def for_exams(rows: QuerySet[Question]) -> QuerySet[Question]:
    """Those that an exam may ask: written by people, or machine-made and reviewed by one."""
    reviewed = DraftedQuestion.objects.filter(
        status=DraftStatus.APPROVED, question__bank_key=OuterRef("bank_key")
    )
    return rows.filter(~Q(origin=Origin.AI) | Exists(reviewed))


@dataclass(frozen=True, slots=True)
class BankFilter:
    """Which questions are asked for. Fields narrow each other; entries of one field widen it.

    `text` is looked for in the question, its explanation and the id it was imported with. `level`
    is one of `LEVELS`, or `unknown` for fewer than `FEW_ANSWERS` answers. A concept stands for all
    that were merged into the same one.
    """

    text: str = ""
    kinds: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    concepts: tuple[UUID, ...] = ()
    lessons: tuple[UUID, ...] = ()
    quizzes: tuple[UUID, ...] = ()
    state: str = "current"
    use: str = ""
    level: str = ""
    order: str = "reading"

    @property
    def is_plain(self) -> bool:
        """Whether nothing narrows the list."""
        return replace(self, order="reading") == BankFilter()

    def named(self) -> dict[str, Any]:
        """The fields that are not as they begin, for an address or a stored rule."""
        begins = BankFilter()
        return {
            one.name: getattr(self, one.name)
            for one in fields(self)
            if getattr(self, one.name) != getattr(begins, one.name)
        }


def bank_courses(viewer: User, *, course_id: UUID | None = None) -> list[Course]:
    """The courses whose bank the viewer sees: one of which they are staff, or all their own ones.

    Raises as `rights.require_results` for a course of which they are not.
    """
    if course_id is None:
        return list(Course.objects.filter(owner_id=viewer.pk).order_by("title", "pk"))
    rights.require_results(viewer, course_id)
    return _COURSE.all(course=course_id)


def found(course_ids: Collection[UUID], wanted: BankFilter) -> QuerySet[Question]:
    """The questions of these courses that the filter lets through, in its order."""
    rows = Question.objects.filter(quiz__lesson__course_id__in=course_ids)
    rows = _in_state(rows, wanted.state)
    if wanted.text:
        rows = rows.filter(
            Q(question_text__icontains=wanted.text)
            | Q(explanation__icontains=wanted.text)
            | Q(external_id=wanted.text)
        )
    if wanted.kinds:
        rows = rows.filter(kind__in=wanted.kinds)
    if wanted.lessons:
        rows = rows.filter(quiz__lesson_id__in=wanted.lessons)
    if wanted.quizzes:
        rows = rows.filter(quiz_id__in=wanted.quizzes)
    if wanted.tags:
        rows = rows.filter(_has(QuestionTag, tag__name__in=wanted.tags))
    if wanted.concepts:
        rows = rows.filter(_has(QuestionConcept, concept_id__in=same_as(wanted.concepts)))
    return _ordered(_of_level(_used(rows, wanted.use), wanted.level), wanted.order)


def _has(model: Any, **narrowed: Any) -> Exists:
    return Exists(model.objects.filter(question_id=OuterRef("pk"), **narrowed))


def _in_state(rows: QuerySet[Question], state: str) -> QuerySet[Question]:
    if state == "all":
        return rows
    if state == "retired":
        # What a newer version replaced is found at that version.
        return rows.filter(retired_at__isnull=False, replaced_by__isnull=True)
    rows = rows.filter(retired_at__isnull=True)
    if state in (QuestionStatus.APPROVED, QuestionStatus.DRAFT):
        rows = rows.filter(status=state)
    return rows


def _used(rows: QuerySet[Question], use: str) -> QuerySet[Question]:
    on_paper = _has(ExamQuestion)
    answered = _has(ItemStatistics, answers__gt=0)
    narrowed = {
        "exam": on_paper,
        "unused": ~on_paper,
        "answered": answered,
        "unanswered": ~answered,
    }
    return rows.filter(narrowed[use]) if use in narrowed else rows


def _of_level(rows: QuerySet[Question], level: str) -> QuerySet[Question]:
    if level == "unknown":
        return rows.filter(~_has(ItemStatistics, answers__gte=FEW_ANSWERS))
    if level not in LEVELS:
        return rows
    low, high = LEVELS[level]
    return rows.filter(
        _has(
            ItemStatistics,
            answers__gte=FEW_ANSWERS,
            share_sum__gte=F("answers") * low,
            share_sum__lt=F("answers") * high,
        )
    )


def _ordered(rows: QuerySet[Question], order: str) -> QuerySet[Question]:
    if order == "newest":
        return rows.order_by("-created_at", "-pk")
    if order in ("hardest", "easiest", "answers"):
        sums = ItemStatistics.objects.filter(question_id=OuterRef("pk"), answers__gt=0)
        share = ExpressionWrapper(
            Cast(F("share_sum"), FloatField()) / F("answers"), output_field=FloatField()
        )
        what = "answers" if order == "answers" else "share"
        rows = rows.annotate(by=Subquery(sums.annotate(share=share).values(what)[:1]))
        first = (
            F("by").asc(nulls_last=True) if order == "hardest" else F("by").desc(nulls_last=True)
        )
        return rows.order_by(first, "pk")
    return rows.order_by(
        "quiz__lesson__course__title",
        "quiz__lesson__course_id",
        "quiz__lesson__order_index",
        "quiz__position",
        "quiz_id",
        "position",
        "pk",
    )
