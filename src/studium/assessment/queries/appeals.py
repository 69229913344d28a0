"""Questions of students about their marks, as the two sides see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from studium.assessment import rights
from studium.assessment.asked import Asked, asked, content_of, headline, variant_seed
from studium.assessment.kinds import Response
from studium.assessment.kinds.rubric import rubric_of
from studium.assessment.models import (
    Appeal,
    AppealMessage,
    AttemptAnswer,
    Exam,
    ExamAttempt,
    ExamQuestion,
)
from studium.lib.db import read_rows, uuid_param
from studium.lib.errors import NotFound
from studium.lib.prepared import Prepared

if TYPE_CHECKING:
    from studium.identity.models import User


@dataclass(frozen=True, slots=True)
class AppealLine:
    """An appeal in a list of the staff."""

    id: UUID
    exam_title: str
    user_name: str
    question: str
    number: int
    status: str
    text: str
    created_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class AppealView:
    """An appeal with its talk and the answer it is about; `regrade_id` is a planned correction."""

    appeal: Appeal
    attempt: ExamAttempt
    exam: Exam
    user_name: str
    number: int
    asked: Asked
    response: Response
    points: Decimal
    possible: Decimal
    has_rubric: bool
    messages: tuple[AppealMessage, ...]
    as_staff: bool
    may_correct: bool


def appeal_view(*, viewer: User, appeal_id: UUID) -> AppealView:
    """One appeal, for the student who asks and for the staff of the course."""
    rows = Appeal.objects.select_related(
        "attempt__exam__course", "attempt__user", "question", "answered_by", "regrade"
    )
    appeal = rows.filter(pk=appeal_id).first()
    if appeal is None:
        raise NotFound
    attempt, as_staff = rights.exam_attempt_for_reader(viewer, appeal.attempt_id)
    question, seed = appeal.question, variant_seed(attempt)
    place = ExamQuestion.objects.get(exam_id=attempt.exam_id, question_id=question.pk)
    answer = AttemptAnswer.objects.filter(attempt=attempt, question=question).first()
    said = AppealMessage.objects.filter(appeal=appeal).select_related("author")
    return AppealView(
        appeal=appeal,
        attempt=attempt,
        exam=attempt.exam,
        user_name=attempt.user.name,
        number=place.position,
        asked=asked(question, points=place.points, seed=seed),
        response=answer.response if answer else None,
        points=(answer.points_awarded if answer else None) or Decimal(0),
        possible=answer.points_possible if answer else Decimal(place.points),
        has_rubric=bool(rubric_of(content_of(question, seed=seed))),
        messages=tuple(said.order_by("created_at", "pk")),
        as_staff=as_staff,
        may_correct=as_staff and rights.may_write(viewer, attempt.exam.course_id),
    )


def appeals_of_course(*, viewer: User, course_id: UUID, status: str = "") -> list[AppealLine]:
    """The appeals of a course, open ones first, the longest waiting first, for its staff."""
    rights.require_results(viewer, course_id)
    rows = Appeal.objects.filter(attempt__exam__course_id=course_id)
    if status:
        rows = rows.filter(status=status)
    rows = rows.select_related("attempt__exam", "attempt__user", "question")
    numbers = _numbers(course_id)
    listed = sorted(rows, key=lambda one: (one.status != "open", one.created_at, one.pk))
    return [
        AppealLine(
            id=one.pk,
            exam_title=one.attempt.exam.title,
            user_name=one.attempt.user.name,
            question=headline(one.question.question_text),
            number=numbers.get((one.attempt.exam_id, one.question_id), 0),
            status=one.status,
            text=one.text,
            created_at=one.created_at,
            closed_at=one.closed_at,
        )
        for one in listed
    ]


def open_appeals(course_id: UUID) -> int:
    """How many questions about marks wait for the staff. Check rights first."""
    return int(read_rows(_OPEN, [uuid_param(course_id)])[0][0])


_OPEN = """
SELECT COUNT(*) FROM appeals p JOIN exam_attempts a ON a.id = p.attempt_id
JOIN exams e ON e.id = a.exam_id WHERE e.course_id = %s AND p.status = 'open'
"""
OF_ATTEMPT = Prepared(
    lambda attempt: Appeal.objects.filter(attempt_id=attempt).order_by("created_at", "pk"),
    "attempt",
)
"""The appeals of an attempt, the latest about a question last."""


def _numbers(course_id: UUID) -> dict[tuple[UUID, UUID], int]:
    rows = ExamQuestion.objects.filter(exam__course_id=course_id)
    fields = ("exam_id", "question_id", "position")
    return {(exam, question): place for exam, question, place in rows.values_list(*fields)}
