"""What waits for somebody who teaches, over all their courses: papers, questions, running exams."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from studium.assessment.kinds import NEED_PERSON
from studium.assessment.models import Appeal, AttemptStatus, Exam, ExamAttempt, ExamQuestion
from studium.content import rights as course_rights
from studium.content.models import Enrollment

if TYPE_CHECKING:
    from studium.identity.models import User


@dataclass(frozen=True, slots=True)
class ExamWork:
    """An exam with papers to mark or with people at work in it."""

    id: UUID
    title: str
    course: str
    slug: str
    count: int


@dataclass(frozen=True, slots=True)
class AppealWork:
    """A course in which questions about marks wait for an answer."""

    course: str
    slug: str
    count: int


@dataclass(frozen=True, slots=True)
class StaffWork:
    """What waits for a person in the courses they teach; each part may be empty."""

    to_mark: tuple[ExamWork, ...]
    running: tuple[ExamWork, ...]
    appeals: tuple[AppealWork, ...]


def staff_work(*, viewer: User, now: datetime) -> StaffWork:
    """What waits in the courses the viewer is staff of. Three statements, whatever there is."""
    taught = Enrollment.objects.filter(
        user_id=viewer.pk, ended_at__isnull=True, role__in=course_rights.STAFF
    ).values("course_id")
    by_people = ExamQuestion.objects.filter(
        question__kind__in=NEED_PERSON, exam__course_id__in=taught
    ).values("exam_id")
    exams = Exam.objects.filter(course_id__in=taught)
    handed_in = Q(exam_id__in=by_people, status=AttemptStatus.SUBMITTED)
    at_work = Q(
        exam_id__in=exams.values("pk"), status=AttemptStatus.IN_PROGRESS, deadline_at__gt=now
    )
    return StaffWork(_counted(handed_in), _counted(at_work), _appeals(taught))


def _counted(where: Q) -> tuple[ExamWork, ...]:
    fields = ("exam_id", "exam__title", "exam__course__title", "exam__course__slug")
    rows = ExamAttempt.objects.filter(where).order_by("exam__title", "exam_id").values_list(*fields)
    return tuple(ExamWork(*row) for row in rows.annotate(n=Count("pk")))


def _appeals(taught: QuerySet[Any]) -> tuple[AppealWork, ...]:
    fields = ("attempt__exam__course__title", "attempt__exam__course__slug")
    rows = Appeal.objects.filter(status="open", attempt__exam__course_id__in=taught)
    ordered = rows.order_by(*fields).values_list(*fields)
    return tuple(AppealWork(*row) for row in ordered.annotate(n=Count("pk")))
