"""`/courses/{id}/accommodations`: profiles for all exams of a course, and lists of them."""

from __future__ import annotations

from ninja import Query, Router

from studium.assessment import queries
from studium.assessment.actions import accommodate
from studium.lib import clock
from studium.rest.accommodation_shapes import (
    Accommodation,
    AccommodationList,
    AccommodationProfile,
    ListedLine,
    listed_shown,
    values_of,
)
from studium.rest.auth import Request
from studium.rest.describe import says
from studium.rest.fields import Id
from studium.rest.paging import Items, Page

router = Router(tags=["accommodations"])


class Filter(Page):
    """Whether profiles that have ended are asked for too."""

    ended: bool = False


@router.get(
    "/{course_id}/accommodations",
    response=Items[Accommodation],
    openapi_extra=says("not_allowed"),
)
def list_accommodations(
    request: Request, course_id: Id, page: Query[Filter]
) -> Items[Accommodation]:
    """The profiles of a course, for one exam or for all, by name; for its staff."""
    found = queries.accommodations_of(viewer=request.auth, course_id=course_id, ended=page.ended)
    rows, count = page.cut(found)
    return Items[Accommodation](
        items=[Accommodation.model_validate(one) for one in rows], count=count
    )


@router.post(
    "/{course_id}/accommodations",
    response={201: Accommodation},
    openapi_extra=says("not_allowed", location="/accommodations/{id}"),
)
def give_accommodation(
    request: Request, course_id: Id, sent: AccommodationProfile
) -> Accommodation:
    """Give a student a profile at all exams of the course, in place of the one they have.

    Attempts that run get their later deadline at once.
    """
    by = request.auth
    made = accommodate.give(
        by=by,
        course_id=course_id,
        user_id=sent.user_id,
        profile=values_of(sent),
        now=clock.now(),
    )
    return Accommodation.model_validate(
        queries.accommodation_for_author(viewer=by, accommodation_id=made.pk)
    )


@router.post(
    "/{course_id}/accommodations/list",
    response=Items[ListedLine],
    openapi_extra=says("not_allowed"),
)
def give_accommodation_list(
    request: Request, course_id: Id, sent: AccommodationList
) -> Items[ListedLine]:
    """Check a list line by line, or give what it says: all lines or, with a problem, none."""
    by, data = request.auth, sent.csv.encode()
    if sent.check:
        lines = accommodate.check_list(by=by, course_id=course_id, data=data)
    else:
        lines = accommodate.give_list(by=by, course_id=course_id, data=data, now=clock.now())
    return Items[ListedLine](items=[listed_shown(one) for one in lines], count=len(lines))
