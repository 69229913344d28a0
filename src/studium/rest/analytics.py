"""`/courses/{id}/analytics`: how the students of a course are doing."""

from __future__ import annotations

from typing import Annotated

from ninja import Query, Router
from pydantic import Field

from studium.analytics import queries
from studium.content import queries as content
from studium.lib import clock
from studium.rest.auth import Request
from studium.rest.describe import says
from studium.rest.fields import Email, Id, Moment, Name, Percent, Search, Shown
from studium.rest.paging import Items, Page
from studium.rest.progress import ConceptProgress, Progress, concept_shown, progress_shown

router = Router()


class Student(Shown):
    """A student of the course: lessons done in per cent, attempts, what came last."""

    id: Id
    name: Name
    email: Email
    progress: Percent
    exams: Annotated[int, Field(examples=[2])]
    practice: Annotated[int, Field(examples=[5])]
    last_at: Moment | None
    latest_score: Percent | None
    latest_passed: bool | None


class Filter(Page):
    """Which students are asked for, by name or address, or in a group."""

    search: Search = ""
    group_id: Id | None = None


@router.get(
    "/courses/{course_id}/analytics", response=Items[Student], openapi_extra=says("not_allowed")
)
def course_analytics(request: Request, course_id: Id, page: Query[Filter]) -> Items[Student]:
    """The students of a course by name, for its staff."""
    slug = content.course_by_id(course_id).slug
    course = queries.course_for_insight(viewer=request.auth, slug=slug)
    rows, count = queries.students_page(
        course, search=page.search, group=page.group_id, offset=page.offset, limit=page.limit
    )
    return Items[Student](items=[Student.model_validate(row) for row in rows], count=count)


@router.get(
    "/courses/{course_id}/analytics/{user_id}",
    response=Progress,
    openapi_extra=says("not_allowed", "not_enrolled"),
)
def student_analytics(request: Request, course_id: Id, user_id: Id) -> Progress:
    """One student in one course: one's own figures, or anybody's for the staff."""
    user, now = request.auth, clock.now()
    slug = content.course_by_id(course_id).slug
    if user_id == user.pk:
        return progress_shown(queries.own_picture(viewer=user, slug=slug, now=now))
    found, _student = queries.student_picture(viewer=user, slug=slug, student_id=user_id, now=now)
    return progress_shown(found)


@router.get(
    "/courses/{course_id}/analytics/{user_id}/concepts/{concept_id}",
    response=ConceptProgress,
    openapi_extra=says("not_allowed", "not_enrolled"),
)
def student_concept(
    request: Request, course_id: Id, user_id: Id, concept_id: Id, page: Query[Page]
) -> ConceptProgress:
    """One student on one concept, and why: one's own, or anybody's for the staff.

    `offset` pages through the answers, 25 at a time.
    """
    user, now = request.auth, clock.now()
    slug = content.course_by_id(course_id).slug
    if user_id == user.pk:
        own = queries.own_concept(
            viewer=user, slug=slug, concept_id=concept_id, now=now, offset=page.offset
        )
        return concept_shown(own, now)
    found, _student = queries.student_concept(
        viewer=user, slug=slug, student_id=user_id, concept_id=concept_id, now=now,
        offset=page.offset,
    )  # fmt: skip
    return concept_shown(found, now)
