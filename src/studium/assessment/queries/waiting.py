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
from studium.lib.prepared import Prepared

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


def _taught(user: UUID) -> QuerySet[Any, Any]:
    """The courses in which the person is staff."""
    rows = Enrollment.objects.filter(
        user_id=user, ended_at__isnull=True, role__in=course_rights.STAFF
    )
    return rows.values("course_id")


def _counted(where: Q) -> QuerySet[ExamAttempt, tuple[Any, ...]]:
    fields = ("exam_id", "exam__title", "exam__course__title", "exam__course__slug")
    rows = ExamAttempt.objects.filter(where).order_by("exam__title", "exam_id").values_list(*fields)
    return rows.annotate(n=Count("pk"))


def _handed_in(user: UUID) -> QuerySet[ExamAttempt, tuple[Any, ...]]:
    by_people = ExamQuestion.objects.filter(
        question__kind__in=NEED_PERSON, exam__course_id__in=_taught(user)
    )
    return _counted(Q(exam_id__in=by_people.values("exam_id"), status=AttemptStatus.SUBMITTED))


def _at_work(user: UUID, now: datetime) -> QuerySet[ExamAttempt, tuple[Any, ...]]:
    exams = Exam.objects.filter(course_id__in=_taught(user)).values("pk")
    running = Q(exam_id__in=exams, status=AttemptStatus.IN_PROGRESS, deadline_at__gt=now)
    return _counted(running)


def _open_appeals(user: UUID) -> QuerySet[Appeal, tuple[Any, ...]]:
    fields = ("attempt__exam__course__title", "attempt__exam__course__slug")
    rows = Appeal.objects.filter(status="open", attempt__exam__course_id__in=_taught(user))
    return rows.order_by(*fields).values_list(*fields).annotate(n=Count("pk"))


_TO_MARK = Prepared(_handed_in, "user")
_RUNNING = Prepared(_at_work, "user", moments=["now"])
_APPEALS = Prepared(_open_appeals, "user")


def staff_work(*, viewer: User, now: datetime) -> StaffWork:
    """What waits in the courses the viewer is staff of. Three statements, whatever there is."""
    return StaffWork(
        tuple(ExamWork(*row) for row in _TO_MARK.all(user=viewer.pk)),
        tuple(ExamWork(*row) for row in _RUNNING.all(user=viewer.pk, now=now)),
        tuple(AppealWork(*row) for row in _APPEALS.all(user=viewer.pk)),
    )
