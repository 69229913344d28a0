"""Who may see and change courses. In a course only `enrollments.role` counts; admins may all.

What a person may not know of is answered as if it did not exist.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from studium.content.models import (
    Course,
    CourseRole,
    CourseStatus,
    Enrollment,
    Lesson,
    LessonStatus,
    SelfEnrolment,
)
from studium.lib.db import read_rows, uuid_param
from studium.lib.errors import NotAllowed, NotFound, NotSignedIn
from studium.lib.looks import once
from studium.lib.words import phrase

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from studium.identity.models import User

    Person = User | AnonymousUser

STAFF = (CourseRole.ASSISTANT, CourseRole.INSTRUCTOR)
READABLE = (CourseStatus.PUBLISHED, CourseStatus.ARCHIVED)
_ROLE = "SELECT role FROM enrollments WHERE user_id = %s AND course_id = %s AND ended_at IS NULL"
_MAY_CREATE = ("INSTRUCTOR", "ADMIN")


def is_active(user: Person | None) -> bool:
    """Whether this is somebody who is signed in and not switched off."""
    return bool(user is not None and user.is_authenticated and user.is_active)


def is_admin(user: Any) -> bool:
    """Whether this person runs the site."""
    return is_active(user) and bool(user.is_admin)


def role_in(user: Any, course_id: uuid.UUID) -> str | None:
    """The role of a person in a course while they take part in it, or None."""
    if not is_active(user):
        return None
    return _role(uuid_param(user.pk), uuid_param(course_id))


@once
def _role(user: Any, course: Any) -> str | None:
    # Asked at nearly every request: by hand it costs a fifth of what a query set does.
    rows = read_rows(_ROLE, [user, course])
    return str(rows[0][0]) if rows else None


def roles_of(user: Any) -> dict[uuid.UUID, str]:
    """All courses a person takes part in, with their role."""
    if not is_active(user):
        return {}
    rows = Enrollment.objects.filter(user_id=user.pk, ended_at__isnull=True)
    return dict(rows.values_list("course_id", "role"))


def is_course_staff(user: Any, course_id: uuid.UUID) -> bool:
    """Whether a person teaches in a course: its instructors and assistants, and admins."""
    return is_admin(user) or role_in(user, course_id) in STAFF


def may_create_course(user: Any) -> bool:
    """Instructors of the site and admins may."""
    return is_active(user) and user.role in _MAY_CREATE


def may_edit_course(user: Any, course: Course) -> bool:
    """Its instructors and admins may change a course; assistants may only look."""
    return is_admin(user) or role_in(user, course.pk) == CourseRole.INSTRUCTOR


def may_know_course(user: Any, course: Course, role: str | None) -> bool:
    """Whether a course page may be shown, given the person's role in the course."""
    if is_admin(user) or role in STAFF:
        return True
    if role is not None:
        return course.status in READABLE
    return (
        is_active(user)
        and course.status == CourseStatus.PUBLISHED
        and course.self_enrolment != SelfEnrolment.CLOSED
    )


def may_see_course(user: Any, course: Course) -> bool:
    """Staff see every state; members see what is or was published; others what they may join."""
    return may_know_course(user, course, role_in(user, course.pk))


def may_read_course(user: Any, course: Course) -> bool:
    """Whether a person may open what is inside: lessons, files, quizzes, exams."""
    role = role_in(user, course.pk)
    return is_admin(user) or role in STAFF or (role is not None and course.status in READABLE)


def may_study(user: Any, course: Course) -> bool:
    """Whether progress is kept and tests may be taken: not in drafts nor archived courses."""
    return course.status == CourseStatus.PUBLISHED and role_in(user, course.pk) is not None


def may_see_lesson(user: Any, lesson: Lesson) -> bool:
    """Members read published lessons; staff read all."""
    if is_course_staff(user, lesson.course_id):
        return True
    return lesson.status == LessonStatus.PUBLISHED and may_read_course(user, lesson.course)


def require_person(user: Any) -> None:
    """Raises `NotSignedIn` for nobody."""
    if not is_active(user):
        raise NotSignedIn("Sign in to go on.")


def require_see_course(user: Any, course: Course) -> None:
    """Raises `NotFound`, also for what exists and is none of the person's business."""
    if not may_see_course(user, course):
        raise NotFound


def require_read_course(user: Any, course: Course) -> None:
    """Raises `NotAllowed` where the person may know of the course, else `NotFound`."""
    if not may_read_course(user, course):
        require_see_course(user, course)
        raise NotAllowed(
            phrase("Enrol in “%(title)s” to open this.", title=course.title),
            code="not_enrolled",
        )


def require_see_lesson(user: Any, lesson: Lesson) -> None:
    """Raises as `require_read_course`; drafts and archived lessons do not exist for readers."""
    if not may_see_lesson(user, lesson):
        require_read_course(user, lesson.course)
        raise NotFound


def require_course_staff(user: Any, course: Course) -> None:
    """Raises `NotAllowed` for members, `NotFound` for those who may not know the course."""
    if not is_course_staff(user, course.pk):
        require_see_course(user, course)
        raise NotAllowed(
            phrase("Only the teaching staff of “%(title)s” may open this.", title=course.title)
        )


def require_edit_course(user: Any, course: Course) -> None:
    """Raises as `require_course_staff`."""
    if not may_edit_course(user, course):
        require_see_course(user, course)
        raise NotAllowed(
            phrase(
                "Only instructors of “%(title)s” may change it. Ask one of them.",
                title=course.title,
            )
        )


def require_create_course(user: Any) -> None:
    """Raises `NotAllowed`."""
    if not may_create_course(user):
        raise NotAllowed(
            "Only instructors may make courses. An administrator can give you that role."
        )
