"""The words between an engine that asks a model and the dialects models are asked in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from pydantic import BaseModel

Mode = Literal["json_schema", "json_object", "tool", "prompted"]
"""How a model is held to JSON: by schema, as any object, as the arguments of a tool that does not
exist, or by asking for it."""
MODES: tuple[Mode, ...] = ("json_schema", "json_object", "tool", "prompted")

Check = Callable[[], None]
"""Called while an answer is awaited; ends the call by raising."""
Piece = Callable[[str], None]
"""Told each piece of an answer as it comes. A piece proves nothing: only the whole is checked."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One request. ``shape`` is what the answer must be; ``prompt`` names prompt and version.

    ``again`` counts how often the same was asked before because the answer had another shape.
    """

    prompt: str
    system: str
    user: str
    shape: type[BaseModel]
    most_tokens: int = 2_000
    again: int = 0


@dataclass(frozen=True, slots=True)
class Said:
    """What a model answered, whole: the text of a JSON object, and the tokens it was billed."""

    text: str
    tokens_in: int | None = None
    tokens_out: int | None = None


class Chat(Protocol):
    """A model that answers one request at a time and remembers nothing."""

    @property
    def dialect(self) -> str: ...

    @property
    def model(self) -> str: ...

    def ask(self, ask: Ask, *, check: Check | None = None, piece: Piece | None = None) -> Said:
        """The whole answer; with `piece`, streamed. Raises `EngineFailed` for anything less."""
        ...
