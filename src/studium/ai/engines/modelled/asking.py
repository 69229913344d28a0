"""Ask a model once, and once more when its answer has another shape."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from pydantic import BaseModel

from studium.ai.chat import Ask, Chat, Check, Piece
from studium.ai.engines.modelled.shapes import read
from studium.ai.prompts import Prompt, filled, frame
from studium.ai.wire.faults import EngineFailed

S = TypeVar("S", bound=BaseModel)


def answered(
    chat: Chat,
    shape: type[S],
    prompt: Prompt,
    *,
    data: dict[str, str],
    words: dict[str, str] | None = None,
    most_tokens: int = 2_000,
    check: Check | None = None,
    piece: Piece | None = None,
) -> S:
    """The model's answer to a filled prompt; raises `EngineFailed`, and then nothing is kept."""
    user = filled(prompt, data=data, words=words or {})
    ask = Ask(prompt.version, frame(), user, shape, most_tokens)
    try:
        return read(shape, chat.ask(ask, check=check, piece=piece).text)
    except EngineFailed as failure:
        if failure.fault != "wrong_shape":
            raise
    return read(shape, chat.ask(replace(ask, again=1), check=check, piece=piece).text)
