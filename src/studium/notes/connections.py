"""Which engine works for a course: the site's model where it may be used, else the built-in one."""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from django.conf import settings

from studium.ai.engines import engine
from studium.ai.model import Engine
from studium.lib import clock
from studium.notes import rules, sealing
from studium.notes.models import CoursePrompt, ModelConnection

if TYPE_CHECKING:
    from studium.ai.prompts import Prompt
    from studium.ai.verify.judge import Judge
    from studium.ai.wire.http import Wire
    from studium.content.models import Course
    from studium.notes.calls import RecordedChat

log = logging.getLogger(__name__)


@lru_cache(maxsize=1)
def built_in() -> Engine:
    """The built-in engine, made once in a process; it needs no network and no key."""
    return engine(rules.ENGINE)


def model_works(course: Course, *, by_id: UUID | None = None) -> bool:
    """Whether `engine_for` would give a model, told without loading what asks one.

    For web processes, which only say what a job will do.
    """
    return _usable(course, by_id) is not None


def engine_for(course: Course, *, by_id: UUID | None = None) -> Engine:
    """The engine that proposes for this course; never raises and never waits for a network.

    The built-in one when no model is chosen, its key cannot be opened, its breaker is open, or a
    budget is spent (that of the person `by_id`, of the course, or of the site). A model that fails
    later raises `EngineFailed`, a refusal: the job ends with its sentence and stores nothing.
    """
    held = _usable(course, by_id)
    chat = chat_to(held, course_id=course.pk, by_id=by_id) if held else None
    if held is None or chat is None:
        return built_in()
    from studium.ai.engines.modelled.engine import ModelEngine

    return ModelEngine(chat, _words_of(course), most_characters(held.context_tokens))


def _usable(course: Course, by_id: UUID | None) -> ModelConnection | None:
    """The chosen model, if its breaker, the budgets and its key let it be asked."""
    from studium.notes.calls import breaker_of, refusal

    held = ModelConnection.objects.filter(is_chosen=True).first()
    now = clock.now()
    if held is None or not breaker_of(held).may_ask(now):
        return None
    if refusal(user_id=by_id, course_id=course.pk, now=now):
        return None
    return held if sealing.opened(held.key_sealed) is not None else None


def judge_for(course: Course, *, by_id: UUID | None = None) -> Judge | None:
    """The second reader of what a model proposed: the same model, asked alone each time.

    None where `engine_for` would give the built-in engine: its proposals need no second reader.
    """
    judge: Judge | None = getattr(engine_for(course, by_id=by_id), "judge", None)
    return judge


def chat_to(
    held: ModelConnection, *, course_id: UUID | None, by_id: UUID | None
) -> RecordedChat | None:
    """The model of a connection with its calls recorded; None when it cannot be used."""
    from studium.ai.chat import MODES, Mode
    from studium.ai.engines.dialects import chat_over
    from studium.ai.wire.faults import EngineFailed
    from studium.notes.calls import RecordedChat

    try:
        wire = wire_of(held)
    except EngineFailed as failure:
        log.warning("The model %s cannot be used: %s", held.name, failure.message)
        return None
    mode: Mode = next((one for one in MODES if one in held.modes), "prompted")
    chat = chat_over(wire, _dialect(held), held.model, mode=mode, limit_field=_limit_field(held))
    return RecordedChat(chat, held.pk, by_id, course_id)


def wire_of(held: ModelConnection) -> Wire:
    """The client of a connection, with its key; `EngineFailed` when that cannot be opened."""
    from studium.ai.engines.dialects import wire_to
    from studium.ai.wire.faults import EngineFailed

    key = sealing.opened(held.key_sealed)
    if key is None:
        raise EngineFailed(
            "key_refused",
            "The stored key cannot be opened, as SECRET_KEY has changed. Add the model again.",
        )
    return wire_to(
        _dialect(held), held.address, key=key, private_ok=settings.MODEL_PRIVATE_ADDRESSES
    )


def most_characters(context_tokens: int) -> int:
    """How much of a lesson a model is shown at once."""
    from studium.ai.engines.probe import Capabilities

    return Capabilities(context_tokens=context_tokens).most_characters


def _dialect(held: ModelConnection) -> Literal["openai", "anthropic"]:
    return "anthropic" if held.dialect == "anthropic" else "openai"


def _limit_field(held: ModelConnection) -> Literal["max_tokens", "max_completion_tokens"]:
    newer = held.limit_field == "max_completion_tokens"
    return "max_completion_tokens" if newer else "max_tokens"


def _words_of(course: Course) -> dict[str, Prompt]:
    """The course's own prompts; one that does not fit this version any more is left out."""
    from studium.ai.prompts import worded
    from studium.lib.errors import Invalid

    found = {}
    for one in CoursePrompt.objects.filter(course_id=course.pk):
        try:
            found[one.name] = worded(one.name, one.text)
        except Invalid as wrong:
            log.warning("A prompt of course %s is not used: %s", course.pk, wrong.message)
    return found
