"""A model by its dialect: the one place that knows which dialects there are."""

from __future__ import annotations

from typing import Literal, get_args

from studium.ai.chat import Chat, Mode
from studium.ai.engines.anthropic import AnthropicChat
from studium.ai.engines.openai import OpenAIChat
from studium.ai.engines.openai.chat import LimitField
from studium.ai.wire.address import Resolve, parse
from studium.ai.wire.guard import Limits
from studium.ai.wire.http import Wire

Dialect = Literal["openai", "anthropic"]
DIALECTS: tuple[Dialect, ...] = get_args(Dialect)


def wire_to(
    dialect: Dialect,
    address: str,
    *,
    key: str = "",
    limits: Limits | None = None,
    private_ok: bool = False,
    resolve: Resolve | None = None,
) -> Wire:
    """The client of a model server; the key goes into the header its dialect wants."""
    if dialect == "anthropic":
        headers = {"anthropic-version": "2023-06-01", **({"x-api-key": key} if key else {})}
    else:
        headers = {"authorization": f"Bearer {key}"} if key else {}
    return Wire(
        parse(address),
        headers=headers,
        secret=key,
        limits=limits or Limits(),
        private_ok=private_ok,
        resolve=resolve,
    )


def chat_over(
    wire: Wire, dialect: Dialect, model: str, *, mode: Mode, limit_field: LimitField = "max_tokens"
) -> Chat:
    """The model of that name, held to JSON in that mode."""
    if dialect == "anthropic":
        return AnthropicChat(wire, model, mode="tool" if mode == "tool" else "prompted")
    return OpenAIChat(wire, model, mode=mode, limit_field=limit_field)
