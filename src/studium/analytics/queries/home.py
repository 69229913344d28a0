"""What the first page says of progress after it has loaded: reviews due, and who needs help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from studium.analytics.queries.class_help import HelpLine, HelpPage, class_help
from studium.analytics.queries.class_people import Narrowed
from studium.analytics.queries.standing import standings
from studium.assessment.queries import running_exam
from studium.content.models import Course, CourseStatus, Enrollment
from studium.content.models import CourseRole as Role
from studium.content.rights import STAFF

if TYPE_CHECKING:
    from studium.identity.models import User

COURSES = 4
"""So many courses are looked at, those entered last; the others have their own pages."""
NAMES = 3


@dataclass(frozen=True, slots=True)
class DueReviews:
    """How many topics of a course are due for review."""

    course: Course
    topics: int


@dataclass(frozen=True, slots=True)
class CourseHelp:
    """The first of those who need help in a course; `page` is what the words are made from."""

    course: Course
    page: HelpPage
    lines: tuple[HelpLine, ...]


def due_reviews(user: User, *, now: datetime) -> list[DueReviews]:
    """Courses with topics due for review; none during an exam of one's own, when practice rests."""
    courses = _courses(user, [Role.STUDENT])
    if not courses or running_exam(user, now) is not None:
        return []
    found = []
    for course in courses:
        known = standings(course.pk, [user.pk], now=now)[user.pk]
        due = sum(1 for one in known if one.due_at is not None and one.due_at <= now)
        if due:
            found.append(DueReviews(course, due))
    return found


def first_to_help(user: User, *, now: datetime) -> list[CourseHelp]:
    """The courses one teaches in which somebody seems to need help, with the first names."""
    found = []
    for course in _courses(user, STAFF):
        page = class_help(course, Narrowed(), now=now, limit=NAMES)
        lines = tuple(one for one in page.lines if one.reasons and not one.is_early)
        if lines:
            found.append(CourseHelp(course, page, lines))
    return found


def _courses(user: User, roles: Sequence[str]) -> list[Course]:
    rows = Enrollment.objects.filter(
        user_id=user.pk,
        role__in=roles,
        ended_at__isnull=True,
        course__status=CourseStatus.PUBLISHED,
    )
    ordered = rows.select_related("course").order_by("-created_at", "-pk")[:COURSES]
    return [one.course for one in ordered]
