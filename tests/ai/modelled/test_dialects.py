"""Anthropic's messages, the test of a connection, and the search for servers on this machine."""

from __future__ import annotations

import json
import re
import socket
from typing import Any

import pytest

from studium.ai.engines.dialects import chat_over, wire_to
from studium.ai.engines.discovery import FoundServer, look
from studium.ai.engines.modelled.engine import ModelEngine
from studium.ai.engines.probe import Capabilities, probe
from studium.ai.wire.faults import EngineFailed
from studium.ai.wire.guard import Limits
from tests.ai import model_server as server
from tests.ai.model_server import Asked, ModelServer, model_server
from tests.ai.modelled.test_engine import LESSON, NOTES, QUOTE

QUICK = Limits(connect=5, silence=10, total=20, most_bytes=500_000, tries=1)


def message(*content: Any, stop: str = "tool_use") -> server.Act:
    usage = {"input_tokens": 300, "output_tokens": 40}
    return server.says({"content": list(content), "stop_reason": stop, "usage": usage})


def tool(value: Any, name: str = "answer") -> dict[str, Any]:
    return {"type": "tool_use", "name": name, "input": value}


def anthropic(one: ModelServer) -> ModelEngine:
    wire = wire_to("anthropic", one.address, key="sk-ant-77777", limits=QUICK, private_ok=True)
    return ModelEngine(chat_over(wire, "anthropic", "large-model", mode="tool"))


def test_messages_are_asked_natively_and_answered_as_a_tools_input() -> None:
    with model_server(message({"type": "text", "text": "Here."}, tool(NOTES))) as one:
        assert len(anthropic(one).propose_notes(LESSON).sentences) == 2
    asked = one.asked[0]
    assert asked.path == "/v1/messages"
    assert asked.headers["x-api-key"] == "sk-ant-77777"
    assert asked.headers["anthropic-version"] == "2023-06-01"
    assert asked.body["tool_choice"] == {"type": "tool", "name": "answer"}
    assert asked.body["system"]
    assert asked.body["max_tokens"] > 0


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (message(tool(NOTES), stop="max_tokens"), "truncated"),
        (message(tool(NOTES), stop="refusal"), "withheld"),
        (message(tool(NOTES), stop="pause_turn"), "broken_off"),
        (message(tool(NOTES, "bash")), "wrong_shape"),
        (message({"type": "text", "text": "No."}, stop="end_turn"), "wrong_shape"),
        (message(tool("text")), "wrong_shape"),
        (server.says({"content": 7, "stop_reason": "end_turn"}), "wrong_shape"),
        (server.error("529 Overloaded"), "server_error"),
        (server.error("401 No", "invalid x-api-key sk-ant-77777"), "key_refused"),
    ],
)
def test_messages_that_are_not_whole_are_no_answer(act: server.Act, code: str) -> None:
    with model_server(act) as one, pytest.raises(EngineFailed) as caught:
        anthropic(one).propose_notes(LESSON)
    assert caught.value.fault == code
    assert "77777" not in caught.value.message


def test_messages_are_streamed() -> None:
    text = json.dumps({"sentences": [{"text": "Land.", "quotes": [QUOTE]}]})
    values: list[Any] = [
        {"type": "message_start", "message": {"usage": {"input_tokens": 9}}},
        {"type": "ping"},
        *(
            {"type": "content_block_delta", "delta": {"partial_json": part}}
            for part in (text[:9], text[9:])
        ),
        {"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {}},
        {"type": "message_stop"},
    ]
    pieces: list[str] = []
    with model_server(server.streams(*values)) as one:
        (sentence,) = anthropic(one).answer("What?", [QUOTE], piece=pieces.append)
    assert sentence.text == "Land."
    assert len(pieces) == 2
    with model_server(server.streams(*values[:-2])) as one, pytest.raises(EngineFailed):
        anthropic(one).answer("What?", [QUOTE], piece=pieces.append)


# --- the test of a connection ------------------------------------------------------------------


def small_model(
    *,
    modes: tuple[str, ...],
    context: int = 100_000,
    streams: bool = True,
    ignores: bool = False,
    drops_the_end: bool = False,
) -> server.Act:
    """A server that reads as much as its context holds and answers what it has read."""

    def act(connection: socket.socket, asked: Asked) -> None:
        kind = (asked.body.get("response_format") or {}).get("type")
        mode = kind or ("tool" if "tools" in asked.body else "prompted")
        if mode not in modes and not ignores:
            return server.error("400 Bad", "response_format is not known")(connection, asked)
        whole = asked.body["messages"][1]["content"]
        text = whole[: context * 4] if drops_the_end else whole[-context * 4 :]
        found = re.search(r"box is (\w+). The number on it is (\d+)", text)
        value: Any = {"colour": found[1], "number": int(found[2])} if found else {}
        if mode not in modes:
            value = {"farbe": "violett"}
        if asked.body.get("stream") and streams:
            said = server.delta(json.dumps(value), "stop")
            return server.streams(said, "[DONE]")(connection, asked)
        if mode == "tool":
            call = {"function": {"name": "answer", "arguments": json.dumps(value)}}
            return server.completion(None, "tool_calls", tool_calls=[call])(connection, asked)
        server.completion(value, prompt_tokens=len(text) // 4)(connection, asked)
        return None

    return act


def probed(act: server.Act) -> Capabilities:
    with model_server(act) as one:
        wire = wire_to("openai", one.address, limits=QUICK, private_ok=True)
        return probe(wire, "openai", "small-model")


def test_a_good_server_can_do_everything() -> None:
    found = probed(small_model(modes=("json_schema", "json_object", "tool", "prompted")))
    assert found.modes == ("json_schema", "json_object", "tool", "prompted")
    assert found.streams
    assert found.context_tokens == 12_000
    assert found.usable
    assert found.remarks == ()


def test_what_is_refused_is_remarked_and_the_next_way_is_taken() -> None:
    found = probed(small_model(modes=("json_object", "prompted"), streams=False))
    assert found.modes == ("json_object", "prompted")
    assert not found.streams
    assert len(found.remarks) == 3


def test_a_schema_that_is_accepted_and_ignored_does_not_pass() -> None:
    found = probed(small_model(modes=("prompted",), ignores=True))
    assert found.modes == ("prompted",)


def test_a_prompt_that_is_cut_without_a_word_is_noticed() -> None:
    found = probed(small_model(modes=("prompted",), context=4_096))
    assert found.context_tokens == 3_000
    assert "12,000 tokens" in found.remarks[-1]
    assert found.most_characters < 10_000
    headless = small_model(modes=("prompted",), context=4_096, drops_the_end=True)
    assert probed(headless).context_tokens == 3_000, "seen by the count of tokens alone"
    tiny = probed(small_model(modes=("prompted",), context=500))
    assert tiny.context_tokens == 0
    assert not tiny.usable


def test_a_key_that_is_refused_ends_the_test_at_once() -> None:
    with model_server(server.error("401 No")) as one, pytest.raises(EngineFailed) as caught:
        probe(wire_to("openai", one.address, limits=QUICK, private_ok=True), "openai", "m")
    assert caught.value.fault == "key_refused"
    assert len(one.asked) == 1


def test_a_server_that_talks_nonsense_is_not_usable() -> None:
    found = probed(server.completion("Hello!"))
    assert not found.usable
    assert len(found.remarks) == 4


# --- servers on this machine -------------------------------------------------------------------


def test_servers_that_run_are_found_and_others_are_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    quick = Limits(connect=0.5, silence=0.3, total=0.5, tries=1)
    monkeypatch.setattr("studium.ai.engines.discovery._QUICK", quick)
    good = server.says({"data": [{"id": "qwen:7b"}, {"id": 7}, "x", {"id": "a" * 200}]})
    with (
        model_server(good) as first,
        model_server(server.says({"hello": "web"})) as second,
        model_server(server.hangs) as third,
    ):
        places = [(f"Server {n}", s.address) for n, s in enumerate((first, second, third))]
        assert look([*places, ("None", "http://127.0.0.1:1/v1")]) == [
            FoundServer("Server 0", first.address, ("qwen:7b",))
        ]
    assert first.asked[0].path == "/v1/models"
