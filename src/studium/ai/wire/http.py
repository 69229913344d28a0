"""One model server: ask it for JSON, or for a stream of events."""

from __future__ import annotations

import contextlib
import json
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx

from studium.ai.wire import sse
from studium.ai.wire.address import Address, Resolve, pinned
from studium.ai.wire.faults import MAY_PASS, Code, EngineFailed
from studium.ai.wire.guard import Check, Guard, Limits
from studium.ai.wire.redact import redacted
from studium.ai.wire.retry import read_retry_after, wait_before
from studium.ai.wire.transport import PinnedTransport

T = TypeVar("T")
_SAID = 200  # characters of a server's own words that are passed on
_STATUS: dict[int, Code] = {
    401: "key_refused",
    403: "key_refused",
    404: "no_such_model",
    408: "timeout",
    425: "busy",
    429: "busy",
}
_WORDS: dict[Code, str] = {
    "key_refused": "The model server does not accept the key.",
    "no_such_model": "The model server knows no such model or address.",
    "timeout": "The model server gave up waiting.",
    "busy": "The model server has too many requests at present.",
    "redirect": "The model server sends elsewhere; set the address it means.",
    "server_error": "The model server failed.",
    "request_refused": "The model server does not take the request.",
}


@dataclass(frozen=True, slots=True)
class Wire:
    """An address with what every request to it carries. `headers` may hold the key: never shown."""

    address: Address
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    secret: str = field(default="", repr=False)
    limits: Limits = field(default_factory=Limits)
    private_ok: bool = False
    resolve: Resolve | None = None
    chance: Callable[[], float] = random.random

    def get(self, path: str, *, check: Check | None = None) -> dict[str, Any]:
        """The JSON object of an address."""
        return self._with_tries(lambda guard: self._whole("GET", path, None, guard), check)

    def ask(
        self, path: str, body: Mapping[str, Any], *, check: Check | None = None
    ) -> dict[str, Any]:
        """The JSON object the server answers; raises `EngineFailed` for anything else."""
        return self._with_tries(lambda guard: self._whole("POST", path, body, guard), check)

    @contextlib.contextmanager
    def stream(
        self, path: str, body: Mapping[str, Any], *, check: Check | None = None
    ) -> Iterator[Iterator[tuple[str, str]]]:
        """The events of an answer as they come. Only opening is tried again: what has begun to
        arrive is not begun anew behind the reader's back.
        """
        guard = Guard(self.limits, check)
        with contextlib.ExitStack() as stack:

            def opened(guard: Guard) -> httpx.Response:
                return self._open(stack, "POST", path, body, guard)

            response = self._tried(opened, guard)
            kind = response.headers.get("content-type", "")
            if "text/event-stream" not in kind:
                raise EngineFailed("wrong_shape", "The model server does not stream its answer.")
            with _broken_off():
                yield sse.events(response.iter_raw())

    def _with_tries(
        self, act: Callable[[Guard], dict[str, Any]], check: Check | None
    ) -> dict[str, Any]:
        return self._tried(act, Guard(self.limits, check))

    def _tried(self, act: Callable[[Guard], T], guard: Guard) -> T:
        """Try until it works, cannot work, or the deadline leaves no time for another try."""
        tried = 0
        while True:
            tried += 1
            guard.begin()
            try:
                with _broken_off():
                    return act(guard)
            except EngineFailed as failure:
                wait = self._wait(failure, tried, guard)
                if wait is None:
                    raise
            guard.wait(wait)

    def _wait(self, failure: EngineFailed, tried: int, guard: Guard) -> float | None:
        if failure.fault not in MAY_PASS or tried >= self.limits.tries:
            return None
        try:
            left = guard.left()
        except EngineFailed:
            return None
        return wait_before(tried, retry_after=failure.retry_after, left=left, chance=self.chance)

    def _whole(
        self, method: str, path: str, body: Mapping[str, Any] | None, guard: Guard
    ) -> dict[str, Any]:
        with contextlib.ExitStack() as stack:
            response = self._open(stack, method, path, body, guard)
            return read_object(b"".join(response.iter_raw()))

    def _open(
        self,
        stack: contextlib.ExitStack,
        method: str,
        path: str,
        body: Mapping[str, Any] | None,
        guard: Guard,
    ) -> httpx.Response:
        """Send one request, to the machine the name stands for now; raises unless it is a 200."""
        machine = pinned(
            self.address,
            private_ok=self.private_ok,
            seconds=min(self.limits.connect, guard.left()),
            resolve=self.resolve,
        )
        client = stack.enter_context(
            httpx.Client(
                transport=PinnedTransport(machine, guard),
                trust_env=False,
                follow_redirects=False,
                timeout=None,  # noqa: S113 - the guard of the transport holds every limit
            )
        )
        sent = None if body is None else json.dumps(body, allow_nan=False).encode()
        headers = {
            "accept-encoding": "identity",
            "content-type": "application/json",
            "user-agent": "studium",
            **self.headers,
        }
        request = client.build_request(
            method, f"{self.address}{path}", content=sent, headers=headers
        )
        response = client.send(request, stream=True)
        stack.callback(response.close)
        self._require_fine(response)
        return response

    def _require_fine(self, response: httpx.Response) -> None:
        status = response.status_code
        if response.headers.get("content-encoding", "identity") != "identity":
            raise EngineFailed(
                "not_text", "The model server sent a packed answer nobody asked for."
            )
        if 200 <= status < 300:
            return
        fault: Code = _STATUS.get(status, "request_refused")
        if 300 <= status < 400 or status < 200:
            fault = "redirect"
        elif status >= 500:
            fault = "server_error"
        said = "" if fault == "redirect" else self._said(response)
        after = read_retry_after(response.headers.get("retry-after"))
        words = f"{_WORDS[fault]} (HTTP {status}{': ' + said if said else ''})"
        raise EngineFailed(fault, words, retry_after=after)

    def _said(self, response: httpx.Response) -> str:
        """What the server says of its refusal: short, on one line, without the key."""
        data = b""
        with contextlib.suppress(httpx.HTTPError):  # the status tells enough
            for piece in response.iter_raw():
                data += piece
                if len(data) > 4_000:
                    break
        try:
            told = json.loads(data)
            error = told.get("error", told) if isinstance(told, dict) else ""
            text = error.get("message", "") if isinstance(error, dict) else error
        except (ValueError, RecursionError):
            text = ""
        plain = " ".join(str(text).split()) if isinstance(text, str) else ""
        return redacted("".join(c for c in plain if c.isprintable()), self.secret)[:_SAID]


@contextlib.contextmanager
def _broken_off() -> Iterator[None]:
    """httpx's errors as ours; their own words stay out, as they may hold parts of the request."""
    try:
        yield
    except httpx.ConnectError:
        raise EngineFailed("absent", "No model server answers at this address.") from None
    except httpx.TimeoutException:
        raise EngineFailed("timeout", "The model server took too long.") from None
    except httpx.HTTPError:
        raise EngineFailed("broken_off", "The model server broke off its answer.") from None


def read_object(data: bytes) -> dict[str, Any]:
    """The JSON object in some bytes; raises "not_text", "not_json" or "wrong_shape"."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise EngineFailed("not_text", "The model server sent bytes that are not UTF-8.") from None
    try:
        found = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise EngineFailed(
            "not_json", "The model server sent something that is not JSON."
        ) from None
    if not isinstance(found, dict):
        raise EngineFailed("wrong_shape", "The model server sent JSON of another shape.")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(name)
