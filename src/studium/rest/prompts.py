"""`/courses/{id}/prompts`: what a model is asked about the lessons of a course."""

from __future__ import annotations

from typing import Annotated

from ninja import Router
from pydantic import Field

from studium.content import queries as content
from studium.lib import clock
from studium.notes import models_seen as seen
from studium.notes.actions import prompts as actions
from studium.rest.auth import Request
from studium.rest.describe import says
from studium.rest.fields import Id, Sent, Shown, Text
from studium.rest.paging import Items

router = Router()
Named = Annotated[str, Field(pattern="^[a-z_]{1,20}$", examples=["notes"])]
Words = Annotated[
    Text, Field(min_length=1, max_length=8_000, examples=["Note what {{topic}} says: {{lesson}}"])
]


class Prompt(Shown):
    """A prompt: its words, whether they are the course's own, and the places that are filled."""

    name: Named
    version: Annotated[str, Field(examples=["notes-1"])]
    text: str
    editable: bool
    is_own: bool
    data: list[str]
    words: list[str]


class PromptChange(Sent):
    """The words of a prompt, with its places in double braces."""

    text: Words


class Preview(Shown):
    """What a model would get."""

    text: str


@router.get(
    "/{course_id}/prompts", response=Items[Prompt], openapi_extra=says("not_allowed", "not_found")
)
def list_prompts(request: Request, course_id: Id) -> Items[Prompt]:
    """Every prompt the lessons of a course are asked with, for its staff."""
    rows = seen.prompts_for(request.auth, content.course_by_id(course_id))
    return Items[Prompt](items=[Prompt.model_validate(one) for one in rows], count=len(rows))


@router.put("/{course_id}/prompts/{prompt}", response=Prompt, openapi_extra=says("not_allowed"))
def set_prompt(request: Request, course_id: Id, prompt: Named, sent: PromptChange) -> Prompt:
    """Word a prompt anew for the course."""
    actions.set_prompt(
        by=request.auth, course_id=course_id, name=prompt, text=sent.text, now=clock.now()
    )
    return _shown(request, course_id, prompt)


@router.delete("/{course_id}/prompts/{prompt}", response=Prompt, openapi_extra=says("not_allowed"))
def reset_prompt(request: Request, course_id: Id, prompt: Named) -> Prompt:
    """Go back to the usual words."""
    actions.reset_prompt(by=request.auth, course_id=course_id, name=prompt, now=clock.now())
    return _shown(request, course_id, prompt)


@router.post(
    "/{course_id}/prompts/{prompt}/preview", response=Preview, openapi_extra=says("not_allowed")
)
def preview_prompt(request: Request, course_id: Id, prompt: Named, sent: PromptChange) -> Preview:
    """What a model would get for the first lesson; nothing is sent and nothing is saved."""
    course = content.course_by_id(course_id)
    return Preview(text=seen.preview(request.auth, course, prompt, sent.text))


def _shown(request: Request, course_id: Id, name: str) -> Prompt:
    course = content.course_by_id(course_id)
    return Prompt.model_validate(seen.prompt_for(request.auth, course, name))
