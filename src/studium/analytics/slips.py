"""Slips: a note of one's own beside an answer, which changes nothing that is counted."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from studium.analytics.models import ResponseFold, ResponseSlip
from studium.assessment.models import Response
from studium.lib.errors import Invalid, NotFound

if TYPE_CHECKING:
    from studium.identity.models import User

LONGEST = 300


@transaction.atomic
def note_slip(*, by: User, response_id: UUID, words: str = "", now: datetime) -> ResponseSlip:
    """Call an answer of one's own a slip; said again, the later words stand.

    Raises `NotFound` for answers of others and for those that are not released, `Invalid` for
    words that are too long.
    """
    response = _own(by, response_id)
    words = " ".join(words.replace("\x00", "").split())
    if len(words) > LONGEST:
        raise Invalid(f"The note may have {LONGEST} characters; this one has {len(words)}.")
    row, _made = ResponseSlip.objects.update_or_create(
        response=response, defaults={"words": words, "noted_at": now}
    )
    return row


@transaction.atomic
def take_back_slip(*, by: User, response_id: UUID, now: datetime) -> None:
    """Take the note away again; nothing happens where there is none. Raises as `note_slip`."""
    ResponseSlip.objects.filter(response=_own(by, response_id)).delete()


def forget_slips(*, user_id: UUID) -> None:
    """Blank what a person wrote, for their erasure; runs in the transaction of that."""
    ResponseSlip.objects.filter(response__user_id=user_id).delete()


def _own(by: User, response_id: UUID) -> Response:
    """An answer that the person may know of: their own, and taken in, so released."""
    row = Response.objects.filter(pk=response_id, user_id=by.pk, replaces__isnull=True).first()
    if row is None or not by.is_active or not ResponseFold.objects.filter(response=row).exists():
        raise NotFound
    return row
