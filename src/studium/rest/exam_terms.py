"""`/exams/{id}/accommodations`, `…/terms` and `…/conflicts`: who has which terms, and why."""

from __future__ import annotations

from ninja import Query, Router

from studium.assessment import queries, rights
from studium.assessment.actions import accommodate
from studium.lib import clock
from studium.rest.accommodation_shapes import (
    Accommodation,
    AccommodationProfile,
    ExamConflict,
    StudentTerms,
    student_shown,
    values_of,
)
from studium.rest.auth import Request
from studium.rest.describe import says
from studium.rest.fields import Id
from studium.rest.paging import Items, Page

router = Router(tags=["accommodations"])


@router.get(
    "/{exam_id}/accommodations",
    response=Items[Accommodation],
    openapi_extra=says("not_allowed"),
)
def list_exam_accommodations(
    request: Request, exam_id: Id, page: Query[Page]
) -> Items[Accommodation]:
    """The profiles that hold at an exam, those for all exams of its course included."""
    exam, _role = rights.exam_for_reader(request.auth, exam_id)
    found = queries.accommodations_of(
        viewer=request.auth, course_id=exam.course_id, exam_id=exam_id
    )
    rows, count = page.cut(found)
    return Items[Accommodation](
        items=[Accommodation.model_validate(one) for one in rows], count=count
    )


@router.post(
    "/{exam_id}/accommodations",
    response={201: Accommodation},
    openapi_extra=says("not_allowed", location="/accommodations/{id}"),
)
def give_exam_accommodation(
    request: Request, exam_id: Id, sent: AccommodationProfile
) -> Accommodation:
    """Give a student a profile at this exam, in place of the one they have for it.

    An attempt that runs gets its later deadline at once.
    """
    by = request.auth
    exam, _role = rights.exam_for_reader(by, exam_id)
    made = accommodate.give(
        by=by,
        course_id=exam.course_id,
        exam_id=exam_id,
        user_id=sent.user_id,
        profile=values_of(sent),
        now=clock.now(),
    )
    return Accommodation.model_validate(
        queries.accommodation_for_author(viewer=by, accommodation_id=made.pk)
    )


@router.get("/{exam_id}/terms", response=Items[StudentTerms], openapi_extra=says("not_allowed"))
def list_exam_terms(request: Request, exam_id: Id, page: Query[Page]) -> Items[StudentTerms]:
    """Each student's own start, end and minutes at the exam, and why they are so."""
    found = queries.terms_table(viewer=request.auth, exam_id=exam_id, now=clock.now())
    rows, count = page.cut(found)
    return Items[StudentTerms](items=[student_shown(one) for one in rows], count=count)


@router.get("/{exam_id}/conflicts", response=Items[ExamConflict], openapi_extra=says("not_allowed"))
def list_exam_conflicts(request: Request, exam_id: Id, page: Query[Page]) -> Items[ExamConflict]:
    """What stands against giving the exam as it is set, what blocks it first."""
    exam, _role = rights.exam_for_reader(request.auth, exam_id)
    rights.require_results(request.auth, exam.course_id)
    rows, count = page.cut(queries.exam_conflicts(exam_id))
    return Items[ExamConflict](
        items=[ExamConflict.model_validate(one) for one in rows], count=count
    )
