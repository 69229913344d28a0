"""`/responses/{id}/slip`: what one says beside an answer of one's own. It changes no figure."""

from __future__ import annotations

from typing import Annotated

from ninja import Router
from pydantic import Field

from studium.analytics import actions
from studium.lib import clock
from studium.rest.auth import Request
from studium.rest.fields import Id, Moment, Sent, Shown, Text

router = Router(tags=["analytics"])
Words = Annotated[Text, Field(max_length=300, examples=["I misread the question."])]


class SlipSent(Sent):
    """A note beside an answer; the words may be left out."""

    words: Words = ""


class Slip(Shown):
    """That an answer was a slip, as its owner says."""

    response_id: Id
    words: Words
    noted_at: Moment


@router.put("/{response_id}/slip", response=Slip)
def note_slip(request: Request, response_id: Id, sent: SlipSent) -> Slip:
    """Call an answer of one's own a slip; said again, the later words stand."""
    row = actions.note_slip(
        by=request.auth, response_id=response_id, words=sent.words, now=clock.now()
    )
    return Slip.model_validate(row)


@router.delete("/{response_id}/slip", response={204: None})
def take_back_slip(request: Request, response_id: Id) -> None:
    """Take the note away again; fine where there is none."""
    actions.take_back_slip(by=request.auth, response_id=response_id, now=clock.now())
