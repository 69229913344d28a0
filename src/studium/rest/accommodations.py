"""`/accommodations/{id}`: one profile."""

from __future__ import annotations

from ninja import Router

from studium.assessment import queries
from studium.assessment.actions import accommodate
from studium.lib import clock
from studium.rest.accommodation_shapes import Accommodation
from studium.rest.auth import Request
from studium.rest.describe import says
from studium.rest.fields import Id

router = Router(tags=["accommodations"])


@router.get("/{accommodation_id}", response=Accommodation, openapi_extra=says("not_allowed"))
def read_accommodation(request: Request, accommodation_id: Id) -> Accommodation:
    """One profile, in force or ended."""
    return Accommodation.model_validate(
        queries.accommodation_for_author(viewer=request.auth, accommodation_id=accommodation_id)
    )


@router.delete("/{accommodation_id}", response={204: None}, openapi_extra=says("not_allowed"))
def revoke_accommodation(request: Request, accommodation_id: Id) -> None:
    """End a profile. Attempts that run keep the time they have."""
    accommodate.revoke(by=request.auth, accommodation_id=accommodation_id, now=clock.now())
