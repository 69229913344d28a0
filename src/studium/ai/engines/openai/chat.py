"""OpenAI's chat completions (platform.openai.com/docs/api-reference/chat), as many speak it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from studium.ai.chat import Ask, Check, Mode, Piece, Said
from studium.ai.engines.modelled.shapes import schema_of
from studium.ai.wire.faults import EngineFailed
from studium.ai.wire.http import Wire, read_object

_PATH = "/chat/completions"
_TOOL = "answer"
LimitField = Literal["max_tokens", "max_completion_tokens"]


@dataclass(frozen=True, slots=True)
class OpenAIChat:
    """A model behind an OpenAI-compatible address. `mode` is how it is held to JSON.

    Newer hosted models know `max_completion_tokens` only, and no temperature but their own.
    """

    wire: Wire
    model: str
    mode: Mode = "prompted"
    limit_field: LimitField = "max_tokens"
    dialect: str = "openai"

    def ask(self, ask: Ask, *, check: Check | None = None, piece: Piece | None = None) -> Said:
        """The whole answer; raises `EngineFailed` when it was cut, withheld or of no use."""
        body = self.body(ask)
        if piece is None:
            return self.read(self.wire.ask(_PATH, body, check=check))
        body |= {"stream": True, "stream_options": {"include_usage": True}}
        with self.wire.stream(_PATH, body, check=check) as events:
            return self._streamed(events, piece)

    def body(self, ask: Ask) -> dict[str, Any]:
        """The request as JSON."""
        schema = schema_of(ask.shape)
        user = ask.user
        if self.mode in ("json_object", "prompted"):
            user += "\n\nThe JSON object has this schema:\n" + json.dumps(schema)
        body: dict[str, Any] = {
            "model": self.model,
            "messages": [
                {"role": "system", "content": ask.system},
                {"role": "user", "content": user},
            ],
            self.limit_field: ask.most_tokens,
        }
        if self.limit_field == "max_tokens":
            body["temperature"] = 0.0 if not ask.again else 0.4
        return body | self._held(schema)

    def _held(self, schema: dict[str, Any]) -> dict[str, Any]:
        """What holds the model to JSON."""
        if self.mode == "json_schema":
            named = {"name": _TOOL, "strict": True, "schema": schema}
            return {"response_format": {"type": "json_schema", "json_schema": named}}
        if self.mode == "json_object":
            return {"response_format": {"type": "json_object"}}
        if self.mode == "tool":
            function = {"name": _TOOL, "description": "Give the answer.", "parameters": schema}
            return {
                "tools": [{"type": "function", "function": function}],
                "tool_choice": {"type": "function", "function": {"name": _TOOL}},
            }
        return {}

    def read(self, found: dict[str, Any]) -> Said:
        """The text of a completion; raises where it is not a whole one."""
        choice = _first(found)
        message = choice.get("message")
        if not isinstance(message, dict):
            raise _no_answer()
        calls = message.get("tool_calls")
        text = _arguments(calls) if self.mode == "tool" and calls else message.get("content")
        self._require_whole(choice.get("finish_reason"), has_calls=bool(calls))
        if not isinstance(text, str) or not text.strip():
            raise _no_answer()
        return Said(text, *_usage(found))

    def _require_whole(self, finish: Any, *, has_calls: bool) -> None:
        if finish == "length":
            raise EngineFailed(
                "truncated", "The model ran into its limit of tokens before it was done."
            )
        if finish == "content_filter":
            raise EngineFailed("withheld", "The provider's filter kept the answer back.")
        if has_calls and self.mode != "tool":
            raise EngineFailed("wrong_shape", "The model asks for a tool; it has none.")
        if finish not in ("stop", "tool_calls", "function_call"):
            raise EngineFailed("broken_off", "The model did not say that its answer is whole.")

    def _streamed(self, events: Iterator[tuple[str, str]], piece: Piece) -> Said:
        parts: list[str] = []
        finish: Any = None
        usage: tuple[int | None, int | None] = (None, None)
        has_calls = False
        for _, data in events:
            if data.strip() == "[DONE]":
                break
            found = read_object(data.encode())
            if found.get("error"):
                raise EngineFailed("server_error", "The model server failed within its answer.")
            if found.get("usage"):
                usage = _usage(found)
            if not found.get("choices"):
                continue
            choice = _first(found)
            change = choice.get("delta")
            if isinstance(change, dict):
                has_calls = has_calls or bool(change.get("tool_calls"))
                text = _piece(change, calls=self.mode == "tool")
                if text:
                    parts.append(text)
                    piece(text)
            finish = choice.get("finish_reason") or finish
        self._require_whole(finish, has_calls=has_calls)
        if not "".join(parts).strip():
            raise _no_answer()
        return Said("".join(parts), *usage)


def _first(found: dict[str, Any]) -> dict[str, Any]:
    choices = found.get("choices")
    if isinstance(choices, list) and choices and isinstance(choices[0], dict):
        return choices[0]
    raise _no_answer()


def _arguments(calls: Any) -> Any:
    """The arguments of the one tool there is; a call of any other is no answer."""
    try:
        function = calls[0]["function"]
        name, arguments = function["name"], function["arguments"]
    except (LookupError, TypeError):
        raise _no_answer() from None
    if name != _TOOL:
        raise EngineFailed("wrong_shape", "The model asks for a tool that does not exist.")
    return json.dumps(arguments) if isinstance(arguments, dict) else arguments


def _piece(change: dict[str, Any], *, calls: bool) -> str:
    if not calls:
        content = change.get("content")
        return content if isinstance(content, str) else ""
    try:
        text = change["tool_calls"][0]["function"]["arguments"]
    except (LookupError, TypeError):
        return ""
    return text if isinstance(text, str) else ""


def _usage(found: dict[str, Any]) -> tuple[int | None, int | None]:
    usage = found.get("usage")
    told = usage if isinstance(usage, dict) else {}
    return count(told.get("prompt_tokens")), count(told.get("completion_tokens"))


def count(value: Any) -> int | None:
    """A number of tokens that makes sense, or None."""
    sound = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 100_000_000
    return value if sound else None


def _no_answer() -> EngineFailed:
    return EngineFailed("wrong_shape", "The model server's reply holds no answer.")
