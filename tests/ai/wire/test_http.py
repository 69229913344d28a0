"""The client against a server that misbehaves: an answer or a fault in time, nothing else."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import Any

import pytest

from studium.ai.wire.address import parse
from studium.ai.wire.faults import EngineFailed
from studium.ai.wire.guard import Limits
from studium.ai.wire.http import Wire
from tests.ai import model_server as server
from tests.ai.model_server import ModelServer, model_server

PATIENT = Limits(connect=5, write=5, silence=10, total=20, most_bytes=1_000_000, tries=3)
QUICK = Limits(connect=0.5, write=0.5, silence=0.25, total=0.7, most_bytes=1_000_000, tries=3)
KEY = "sk-very-secret-key-1234"


def wire(one: ModelServer, **changed: Any) -> Wire:
    values: dict[str, Any] = {"limits": PATIENT, "private_ok": True, "chance": lambda: 0.01}
    headers = {"authorization": f"Bearer {KEY}"}
    return Wire(parse(one.address), headers=headers, secret=KEY, **(values | changed))


def fault(one: ModelServer, **changed: Any) -> EngineFailed:
    begun = time.monotonic()
    with pytest.raises(EngineFailed) as caught:
        wire(one, **changed).ask("/chat/completions", {})
    assert time.monotonic() - begun < 10
    assert KEY not in str(caught.value)
    return caught.value


def test_a_good_answer_is_read() -> None:
    with model_server(server.says({"hello": "world"})) as one:
        assert wire(one).ask("/chat/completions", {"a": 1}) == {"hello": "world"}
    assert one.asked[0].path == "/v1/chat/completions"
    assert one.asked[0].body == {"a": 1}
    assert one.asked[0].headers["authorization"] == f"Bearer {KEY}"
    assert one.asked[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    ("act", "code", "tries"),
    [
        (server.error("500 Oops"), "server_error", 3),
        (server.error("429 Slow down"), "busy", 3),
        (server.error("401 Who?", f"Incorrect API key: {KEY}"), "key_refused", 1),
        (server.error("404 Not Found"), "no_such_model", 1),
        (server.error("400 Bad Request"), "request_refused", 1),
        (server.says({}, "302 Found", location="http://169.254.169.254/"), "redirect", 1),
        (server.sends(server.http(b'{"a": "\xff"}')), "not_text", 1),
        (server.sends(server.http(b"<html>")), "not_json", 1),
        (server.sends(server.http(b"[" * 100_000)), "not_json", 1),
        (server.sends(server.http(b'{"a": NaN}')), "not_json", 1),
        (server.sends(server.http(b"[1]")), "wrong_shape", 1),
        (server.sends(server.http(b"{}", content_encoding="gzip")), "not_text", 1),
        (server.sends(b"SSH-2.0-OpenSSH\r\n"), "broken_off", 3),
        (server.sends(b""), "broken_off", 3),
        (server.closes_midway, "broken_off", 3),
        (server.ten_megabytes, "too_large", 1),
        (server.endless, "too_large", 1),
        (server.drips, "timeout", 1),
        (server.drips_body, "timeout", 1),
    ],
)
def test_what_a_server_may_do_ends_in_a_fault_in_time(
    act: server.Act, code: str, tries: int
) -> None:
    with model_server(act) as one:
        assert fault(one, limits=QUICK if code == "timeout" else PATIENT).fault == code
    assert len(one.asked) == tries


def test_silence_ends_and_is_tried_again_while_there_is_time() -> None:
    with model_server(server.hangs) as one:
        assert fault(one, limits=replace(QUICK, total=5)).fault == "timeout"
    assert 2 <= len(one.asked) <= 3


def test_nobody_there_is_absent() -> None:
    with model_server(server.hangs) as one:
        pass
    assert fault(one).fault == "absent"


def test_a_fault_that_passes_is_tried_again() -> None:
    with model_server(server.error("503 Wait"), server.sends(b""), server.says({"a": 1})) as one:
        assert wire(one).ask("/x", {}) == {"a": 1}


def test_retry_after_is_waited_for_and_one_past_the_deadline_ends_at_once() -> None:
    with model_server(server.error("429 No", retry_after="0"), server.says({})) as one:
        assert wire(one).ask("/x", {}) == {}
    with model_server(server.error("429 No", retry_after="60")) as one:
        begun = time.monotonic()
        assert fault(one).retry_after == 60
        assert time.monotonic() - begun < 5
    assert len(one.asked) == 1


def test_it_ends_when_the_caller_wants_it() -> None:
    class Enough(Exception):
        pass

    stop = threading.Event()

    def check() -> None:
        if stop.is_set():
            raise Enough

    threading.Timer(0.1, stop.set).start()
    limits = Limits(silence=30, total=30)
    with model_server(server.hangs) as one:
        begun = time.monotonic()
        with pytest.raises(Enough):
            wire(one, limits=limits).ask("/x", {}, check=check)
        assert time.monotonic() - begun < 1


def test_proxies_and_password_files_of_the_environment_are_not_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    with model_server(server.says({})) as one:
        assert wire(one).ask("/x", {}) == {}


def test_a39_a_connection_goes_to_the_machine_that_was_looked_at() -> None:
    answers = iter([["127.0.0.1"], ["10.9.9.9"]])
    with model_server(server.says({})) as one:
        address = parse(f"http://model.example:{one.port}/v1")
        asking = Wire(
            address, private_ok=True, limits=PATIENT, resolve=lambda host, port: next(answers)
        )
        assert asking.ask("/x", {}) == {}
    assert one.asked[0].headers["host"] == f"model.example:{one.port}"
    assert next(answers) == ["10.9.9.9"], "the name was asked for once"


def test_the_key_is_not_in_the_client_as_text() -> None:
    with model_server(server.says({})) as one:
        assert KEY not in repr(wire(one))


def test_a_stream_is_read_as_it_comes() -> None:
    with (
        model_server(server.streams({"a": 1}, "[DONE]")) as one,
        wire(one).stream("/x", {}) as found,
    ):
        assert [data for _, data in found] == ['{"a": 1}', "[DONE]"]


def test_an_endless_stream_ends_at_the_limit_of_bytes() -> None:
    with (
        model_server(server.endless_events) as one,
        pytest.raises(EngineFailed, match="1,000,000 bytes"),
        wire(one).stream("/x", {}) as found,
    ):
        list(found)


def test_an_answer_that_is_no_stream_is_refused() -> None:
    with (
        model_server(server.says({})) as one,
        pytest.raises(EngineFailed, match="does not stream"),
        wire(one).stream("/x", {}),
    ):
        pass
