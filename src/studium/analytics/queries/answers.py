"""The answers behind a figure: every one that counts for a concept, newest first.

Figures rest on what was taken in, so that is what is listed. Whether an exam's marks may still be
told is asked again at every reading, and while its owner sits an exam no answers are shown.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast

from studium.analytics.models import ResponseFold, ResponseSlip
from studium.assessment.asked import headline
from studium.assessment.models import Response
from studium.assessment.queries import is_released
from studium.assessment.release import CORRECTNESS
from studium.content.models import Concept, Course

if TYPE_CHECKING:
    from studium.identity.models import User

MOST_DOTS = 200
_SOURCES = ("exam_attempt__exam", "quiz_attempt__quiz", "practice_session", "question", "lesson")


@dataclass(frozen=True, slots=True)
class Slip:
    """What its owner says beside an answer."""

    words: str
    noted_at: datetime


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """An answer and what share of it was right, corrections included.

    `kind` is exam, quiz or practice; `attempt_id` is that of its exam attempt, run or session.
    """

    id: UUID
    kind: str
    attempt_id: UUID
    title: str
    attempt_no: int | None
    question: str
    lesson: str
    share: float
    at: datetime
    corrected: bool
    slip: Slip | None


@dataclass(frozen=True, slots=True)
class AnswerDot:
    """An answer as a dot of a chart."""

    at: datetime
    share: float


def answers_behind(
    *,
    student: User,
    course: Course,
    concept_ids: Collection[UUID] | None,
    now: datetime,
    as_staff: bool,
    offset: int = 0,
    limit: int = 25,
) -> tuple[list[AnswerLine], bool]:
    """A page of the answers that count for some concepts, newest first, and whether more follow.

    None for `concept_ids`: all of the course. What may not be told any more is left out, so a page
    can be shorter than `limit`. Check the right to see the student's figures before.
    """
    rows = _rows(student, course, concept_ids).select_related(*_SOURCES)
    page = list(rows.order_by("-occurred_at", "-pk")[offset : offset + limit + 1])
    told = [row for row in page[:limit] if _is_told(row, now, as_staff=as_staff)]
    corrections = _corrections(student, course)
    slips = {
        row.response_id: Slip(row.words, row.noted_at)
        for row in ResponseSlip.objects.filter(response_id__in=[row.pk for row in told])
    }
    lines = [_line(row, corrections, slips.get(row.pk)) for row in told]
    return lines, len(page) > limit


def answer_dots(
    *, student: User, course: Course, concept_ids: Collection[UUID], now: datetime, as_staff: bool
) -> list[AnswerDot]:
    """The newest answers that count for some concepts as dots, oldest first."""
    rows = _rows(student, course, concept_ids).select_related("exam_attempt__exam")
    newest = list(rows.order_by("-occurred_at", "-pk")[:MOST_DOTS])
    corrections = _corrections(student, course)
    return [
        AnswerDot(row.occurred_at, corrections.get(row.pk, float(row.share)))
        for row in reversed(newest)
        if _is_told(row, now, as_staff=as_staff)
    ]


def _rows(
    student: User, course: Course, concept_ids: Collection[UUID] | None
) -> QuerySet[Response]:
    """The student's own answers as first recorded, walked by the index of person and course."""
    folded = ResponseFold.objects.filter(response=OuterRef("pk"))
    rows = Response.objects.filter(
        Exists(folded), user_id=student.pk, course=course, replaces__isnull=True
    )
    return rows if concept_ids is None else _about(rows, concept_ids)


def _about(rows: QuerySet[Response], concept_ids: Collection[UUID]) -> QuerySet[Response]:
    """Those that name one of the concepts, or no concept in a lesson that is one of them."""
    lessons = Concept.objects.filter(pk__in=concept_ids, lesson__isnull=False)
    named = Q(named="[]", lesson_id__in=lessons.values("lesson_id"))
    for one in concept_ids:
        # JSON as text: no lookup into a list of JSON works on both databases.
        named |= Q(named__contains=str(one)) | Q(named__contains=one.hex)
    return rows.annotate(named=Cast("concepts", TextField())).filter(named)


def _is_told(row: Response, now: datetime, *, as_staff: bool) -> bool:
    attempt = row.exam_attempt
    if attempt is None or as_staff:
        return True
    return is_released(attempt, attempt.exam, now, part=CORRECTNESS)


def _corrections(student: User, course: Course) -> dict[UUID, float]:
    """Answer as first recorded -> the share that counts since it was put right, if it was."""
    rows = Response.objects.filter(
        Exists(ResponseFold.objects.filter(response=OuterRef("pk"))),
        user_id=student.pk,
        course=course,
        replaces__isnull=False,
    ).order_by("received_at", "pk")
    first: dict[UUID, UUID] = {}
    found: dict[UUID, float] = {}
    for pk, replaces_id, share in rows.values_list("pk", "replaces_id", "share"):
        assert replaces_id is not None
        first[pk] = first.get(replaces_id, replaces_id)
        found[first[pk]] = float(share)
    return found


def _line(row: Response, corrections: dict[UUID, float], slip: Slip | None) -> AnswerLine:
    kind, attempt_id, title, number = _source(row)
    return AnswerLine(
        id=row.pk,
        kind=kind,
        attempt_id=attempt_id,
        title=title,
        attempt_no=number,
        question=headline(row.question.question_text),
        lesson=row.lesson.topic,
        share=corrections.get(row.pk, float(row.share)),
        at=row.occurred_at,
        corrected=row.pk in corrections,
        slip=slip,
    )


def _source(row: Response) -> tuple[str, UUID, str, int | None]:
    if row.exam_attempt is not None:
        return "exam", row.exam_attempt.pk, row.exam_attempt.exam.title, row.exam_attempt.attempt_no
    if row.quiz_attempt is not None:
        return "quiz", row.quiz_attempt.pk, row.quiz_attempt.quiz.title, row.quiz_attempt.attempt_no
    assert row.practice_session is not None
    return "practice", row.practice_session.pk, "", None
