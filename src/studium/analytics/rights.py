"""Who may see whose figures: students their own, a course's staff all of its students'."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from studium.content import rights as course_rights
from studium.content.models import Course, CourseRole, Enrollment
from studium.identity.models import User
from studium.lib.errors import NotAllowed, NotFound
from studium.lib.prepared import Prepared


def has_own_progress(user: Any, course: Course) -> bool:
    """Whether progress is kept for the person in this course: they are its student."""
    return course_rights.role_in(user, course.pk) == CourseRole.STUDENT


def may_see_insight(user: Any, course: Course) -> bool:
    """Staff of the course and admins see everybody's figures."""
    return course_rights.is_course_staff(user, course.pk)


def require_own_progress(user: Any, course: Course) -> None:
    """Raises as `require_read_course`; staff are told that no progress is kept for them."""
    course_rights.require_read_course(user, course)
    if not has_own_progress(user, course):
        raise NotAllowed("Progress is kept for the students of this course only.")


def require_insight(user: Any, course: Course) -> None:
    """Raises `NotAllowed` for students, `NotFound` for those who may not know the course."""
    course_rights.require_course_staff(user, course)


def student_for_staff(user: Any, course: Course, student_id: UUID) -> User:
    """A student of the course, past ones too; others are `NotFound`, whether they exist or not."""
    require_insight(user, course)
    found = _STUDENT.first(course=course.pk, user=student_id)
    if found is None:
        raise NotFound
    return found.user


_STUDENT = Prepared(
    lambda course, user: Enrollment.objects.select_related("user").filter(
        user_id=user, course_id=course, role=CourseRole.STUDENT
    ),
    "course",
    "user",
)
