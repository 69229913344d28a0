"""Who is given what, for the staff of a course, and the table that proves each student's terms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from studium.assessment import rights
from studium.assessment.effective import NOTHING, EffectiveTerms, effective_terms, given_to
from studium.assessment.models import Accommodation, AttemptStatus, Exam
from studium.content.models import CourseRole, Enrollment
from studium.lib.db import read_rows, time_value, uuid_param, uuid_value
from studium.lib.errors import NotFound
from studium.lib.prepared import Prepared

if TYPE_CHECKING:
    from studium.identity.models import User


@dataclass(frozen=True, slots=True)
class AccommodationLine:
    """A profile as its staff see it; `exam_id` None is for all exams of the course."""

    id: UUID
    course_id: UUID
    user_id: UUID
    user_name: str
    user_email: str
    exam_id: UUID | None
    exam_title: str
    factor: Decimal
    extra_minutes: int
    break_minutes: int
    opens_at: datetime | None
    closes_at: datetime | None
    extra_attempts: int
    reason: str
    created_by: str
    created_at: datetime
    revoked_at: datetime | None


class _Made(NamedTuple):
    id: UUID
    status: str
    deadline_at: Any


_ATTEMPTS = "SELECT id, user_id, status, deadline_at FROM exam_attempts WHERE exam_id = %s"
_STUDENTS = Prepared(
    lambda course: (
        Enrollment.objects.filter(course_id=course, role=CourseRole.STUDENT, ended_at__isnull=True)
        .select_related("user")
        .order_by("user__name", "user_id")
    ),
    "course",
)


@dataclass(frozen=True, slots=True)
class TermsLine:
    """One student's terms at an exam. `ends_at` is the latest end their attempt can have,
    `deadline_at` that of the attempt that runs now, `attempts` how many they have made."""

    user_id: UUID
    user_name: str
    user_email: str
    terms: EffectiveTerms
    is_own: bool
    ends_at: datetime | None
    attempts: int
    running_id: UUID | None
    deadline_at: datetime | None


def accommodations_of(
    *, viewer: User, course_id: UUID, exam_id: UUID | None = None, ended: bool = False
) -> list[AccommodationLine]:
    """The profiles of a course in force, or with `ended` all there ever were, by name.

    With `exam_id` those that hold at this exam: its own and those for all. For the staff.
    """
    rights.require_results(viewer, course_id)
    rows = Accommodation.objects.filter(course_id=course_id)
    if not ended:
        rows = rows.filter(revoked_at__isnull=True)
    listed = rows.select_related("user", "exam", "created_by").order_by(
        "user__name", "user_id", "created_at"
    )
    return [_line(row) for row in listed if exam_id is None or row.exam_id in (None, exam_id)]


def accommodation_for_author(*, viewer: User, accommodation_id: UUID) -> AccommodationLine:
    """One profile, for who may change it."""
    rows = Accommodation.objects.select_related("user", "exam", "created_by")
    row = rows.filter(pk=accommodation_id).first()
    if row is None:
        raise NotFound
    rights.require_author(viewer, row.course_id, known=False)
    return _line(row)


def terms_table(*, viewer: User, exam_id: UUID, now: datetime) -> list[TermsLine]:
    """Every student of the exam's course with their terms, by name; four queries for any number.

    For the staff.
    """
    exam, _role = rights.exam_for_reader(viewer, exam_id)
    rights.require_results(viewer, exam.course_id)
    given = given_to(exam)
    made: dict[UUID, list[_Made]] = {}
    for attempt, user, status, deadline in read_rows(_ATTEMPTS, [uuid_param(exam.pk)]):
        one = _Made(uuid_value(attempt), status, deadline)
        made.setdefault(uuid_value(user), []).append(one)
    return [
        _terms(
            exam,
            row.user,
            effective_terms(exam, given.get(row.user_id, NOTHING), now=now),
            row.user_id in given,
            made.get(row.user_id, []),
        )
        for row in _STUDENTS.all(course=exam.course_id)
    ]


def _terms(
    exam: Exam, user: User, terms: EffectiveTerms, is_own: bool, made: list[_Made]
) -> TermsLine:
    running = next((one for one in made if one.status == AttemptStatus.IN_PROGRESS), None)
    return TermsLine(
        user_id=user.pk,
        user_name=user.name,
        user_email=user.email,
        terms=terms,
        is_own=is_own,
        ends_at=terms.last_end_at,
        attempts=len(made),
        running_id=running.id if running else None,
        deadline_at=time_value(running.deadline_at) if running else None,
    )


def _line(row: Accommodation) -> AccommodationLine:
    return AccommodationLine(
        id=row.pk,
        course_id=row.course_id,
        user_id=row.user_id,
        user_name=row.user.name,
        user_email=row.user.email,
        exam_id=row.exam_id,
        exam_title=row.exam.title if row.exam else "",
        factor=row.factor,
        extra_minutes=row.extra_minutes,
        break_minutes=row.break_minutes,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        extra_attempts=row.extra_attempts,
        reason=row.reason,
        created_by=row.created_by.name,
        created_at=row.created_at,
        revoked_at=row.revoked_at,
    )


def accommodated_count(exam_id: UUID) -> int:
    """How many students have terms of their own at an exam. Asks no rights."""
    exam = rights.exam_of(exam_id)
    return len(given_to(exam)) if exam else 0


def students_of(*, viewer: User, course_id: UUID) -> list[User]:
    """The students of a course by name, for its staff."""
    rights.require_results(viewer, course_id)
    return [row.user for row in _STUDENTS.all(course=course_id)]
