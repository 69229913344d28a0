"""Anthropic's messages (docs.anthropic.com/en/api/messages): the answer is a tool's input."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from studium.ai.chat import Ask, Check, Mode, Piece, Said
from studium.ai.engines.modelled.shapes import schema_of
from studium.ai.engines.openai.chat import count
from studium.ai.wire.faults import EngineFailed
from studium.ai.wire.http import Wire, read_object

VERSION = "2023-06-01"
_TOOL = "answer"


@dataclass(frozen=True, slots=True)
class AnthropicChat:
    """A model behind the messages API. `mode` is "tool" or "prompted"."""

    wire: Wire
    model: str
    mode: Mode = "tool"
    dialect: str = "anthropic"

    @property
    def path(self) -> str:
        """Where messages go: the address may end in /v1 or not."""
        return "/messages" if self.wire.address.path.endswith("/v1") else "/v1/messages"

    def ask(self, ask: Ask, *, check: Check | None = None, piece: Piece | None = None) -> Said:
        """The whole answer; raises `EngineFailed` when it was cut, withheld or of no use."""
        body = self.body(ask)
        if piece is None:
            return self.read(self.wire.ask(self.path, body, check=check))
        with self.wire.stream(self.path, body | {"stream": True}, check=check) as events:
            return self._streamed(events, piece)

    def body(self, ask: Ask) -> dict[str, Any]:
        """The request as JSON."""
        schema = schema_of(ask.shape)
        user = ask.user
        if self.mode != "tool":
            user += "\n\nThe JSON object has this schema:\n" + json.dumps(schema)
        body: dict[str, Any] = {
            "model": self.model,
            "max_tokens": ask.most_tokens,
            "temperature": 0.0 if not ask.again else 0.4,
            "system": ask.system,
            "messages": [{"role": "user", "content": user}],
        }
        if self.mode == "tool":
            tool = {"name": _TOOL, "description": "Give the answer.", "input_schema": schema}
            body |= {"tools": [tool], "tool_choice": {"type": "tool", "name": _TOOL}}
        return body

    def read(self, found: dict[str, Any]) -> Said:
        """The text of a message; raises where it is not a whole one."""
        self._require_whole(found.get("stop_reason"))
        content = found.get("content")
        blocks = (
            [one for one in content if isinstance(one, dict)] if isinstance(content, list) else []
        )
        if any(one.get("type") == "tool_use" and not self._ours(one) for one in blocks):
            raise EngineFailed("wrong_shape", "The model asks for a tool that does not exist.")
        if self.mode == "tool":
            inputs = [one["input"] for one in blocks if self._ours(one)]
            texts = [json.dumps(one) for one in inputs if isinstance(one, dict)]
        else:
            texts = ["".join(str(one.get("text", "")) for one in blocks)]
        if not texts or not texts[0].strip():
            raise EngineFailed("wrong_shape", "The model server's reply holds no answer.")
        return Said(texts[0], *_usage(found))

    def _ours(self, block: dict[str, Any]) -> bool:
        right = block.get("type") == "tool_use" and block.get("name") == _TOOL
        return right and self.mode == "tool" and "input" in block

    def _require_whole(self, stop: Any) -> None:
        if stop in ("max_tokens", "model_context_window_exceeded"):
            raise EngineFailed(
                "truncated", "The model ran into its limit of tokens before it was done."
            )
        if stop == "refusal":
            raise EngineFailed("withheld", "The model refused to answer.")
        if stop not in ("end_turn", "tool_use", "stop_sequence"):
            raise EngineFailed("broken_off", "The model did not say that its answer is whole.")

    def _streamed(self, events: Iterator[tuple[str, str]], piece: Piece) -> Said:
        parts: list[str] = []
        stop: Any = None
        tokens: dict[str, Any] = {}
        for _, data in events:
            found = read_object(data.encode())
            kind = found.get("type")
            if kind == "error":
                raise EngineFailed("server_error", "The model server failed within its answer.")
            if kind == "message_start" and isinstance(found.get("message"), dict):
                tokens |= found["message"].get("usage") or {}
            change = found.get("delta")
            if kind == "content_block_delta" and isinstance(change, dict):
                text = change.get("partial_json" if self.mode == "tool" else "text")
                if isinstance(text, str) and text:
                    parts.append(text)
                    piece(text)
            if kind == "message_delta" and isinstance(change, dict):
                stop = change.get("stop_reason") or stop
                tokens |= found.get("usage") or {}
            if kind == "message_stop":
                break
        self._require_whole(stop)
        if not "".join(parts).strip():
            raise EngineFailed("wrong_shape", "The model server's reply holds no answer.")
        return Said("".join(parts), *_usage({"usage": tokens}))


def _usage(found: dict[str, Any]) -> tuple[int | None, int | None]:
    usage = found.get("usage")
    told = usage if isinstance(usage, dict) else {}
    return count(told.get("input_tokens")), count(told.get("output_tokens"))
