"""Virtual students: each one a connection on this machine that sits an exam like a browser does.

One asyncio program for all of them, without parsing pages and without streams: light enough to
leave the machine to the server. Every reply is looked at; what is not as expected is an error and
counts.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

CSRF = "r" * 32
_PATIENCE = 60.0  # seconds until a reply counts as never having come
_MOST_BYTES = 1 << 22
_END = b"\r\n\r\n"
_FORM = "application/x-www-form-urlencoded"
_QUESTION = re.compile(rb'data-question="([0-9a-f-]{36})"')
_OVER = ("deadline_passed", "already_submitted")

_chance = random.Random()  # noqa: S311 - spreads requests, guards no secret


@dataclass
class Tally:
    """What all students met: seconds by kind of request, errors, and what was acknowledged."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)
    saved: dict[str, dict[str, tuple[int, Any]]] = field(default_factory=dict)
    refused_late: int = 0
    ready: int = 0  # how many have their paper
    ready_at: float = 0.0  # monotonic, when the last one had the paper


@dataclass(frozen=True, slots=True)
class Plan:
    """Who sits what, when. They come to the lobby from `opens` on, begin from `starts` on within
    `spread` seconds; `opens`, `starts` and `deadline` are moments of `time.monotonic`, every
    `_every` is in seconds. They look at their results `look_within` seconds after the deadline."""

    port: int
    exam: str
    responses: dict[str, list[Any]]
    opens: float
    starts: float
    spread: float
    deadline: float
    save_every: float
    pulse_every: float
    state_every: float
    look_within: float


class Student:
    """One of them, with a connection of their own."""

    def __init__(self, plan: Plan, token: str, tally: Tally) -> None:
        self.plan = plan
        self.tally = tally
        self.attempt = ""
        self.questions: list[str] = []
        self.revisions: dict[str, int] = {}
        self.over = False
        self._cookies = f"Cookie: studium={token}; csrftoken={CSRF}\r\n"
        self._wire: Wire | None = None

    async def sit(self) -> None:
        """From the lobby to the result."""
        plan = self.plan
        await _until(_chance.uniform(plan.opens, plan.starts - 1.0))
        try:
            await self._ask("lobby", "GET", f"/exams/{plan.exam}/", 200)
            await _until(plan.starts + _chance.uniform(0, plan.spread))
            if await self._begin():
                await self._work()
                await _until(plan.deadline + 0.3 + _chance.uniform(0.0, plan.look_within))
                await self._ask("result", "GET", f"/exam-attempts/{self.attempt}/result/", 200)
        finally:
            self._hang_up()

    async def _begin(self) -> bool:
        form = f"csrfmiddlewaretoken={CSRF}&ready=on".encode()
        made = await self._ask("start", "POST", f"/exams/{self.plan.exam}/start/", 302, form)
        if made is None:
            return False
        self.attempt = made.place.strip("/").rpartition("/")[2]
        paper = await self._ask("paper", "GET", made.place, 200)
        self.questions = [one.decode() for one in _QUESTION.findall(paper.body if paper else b"")]
        if not self.questions:
            if paper is not None:
                self.tally.errors.append("paper: it has no questions")
            return False
        self.tally.ready += 1
        self.tally.ready_at = max(self.tally.ready_at, time.monotonic())
        return True

    async def _work(self) -> None:
        """Save, listen for the pulse and say that one is there, each at its own pace."""
        plan, now = self.plan, time.monotonic()
        due = {
            self._save: now + _chance.uniform(0, plan.save_every),
            self._pulse: now + _chance.uniform(0, plan.pulse_every),
            self._state: now + _chance.uniform(0, plan.state_every),
        }
        every = {
            self._save: plan.save_every,
            self._pulse: plan.pulse_every,
            self._state: plan.state_every,
        }
        last_save = plan.deadline - _chance.uniform(0.0, 1.0)
        while not self.over:
            act = min(due, key=lambda each: due[each])
            if due[act] >= last_save:
                break
            await _until(due[act])
            await act()
            due[act] += every[act] * _chance.uniform(0.8, 1.2)
        await _until(last_save)
        if not self.over:
            await self._save()  # everybody runs into the deadline

    async def _save(self) -> None:
        question = _chance.choice(self.questions)
        revision = self.revisions.get(question, 0) + 1
        choices = self.plan.responses[question]
        sent = {"response": choices[revision % len(choices)], "revision": revision}
        body = json.dumps(sent, separators=(",", ":")).encode()
        path = f"/api/v1/exam-attempts/{self.attempt}/answers/{question}"
        if await self._ask("save", "PUT", path, 200, body) is not None:
            self.revisions[question] = revision
            kept = self.tally.saved.setdefault(self.attempt, {})
            kept[question] = (revision, sent["response"])

    async def _pulse(self) -> None:
        await self._ask("pulse", "GET", f"/exams/{self.plan.exam}/pulse", 200)

    async def _state(self) -> None:
        await self._ask("state", "GET", f"/exam-attempts/{self.attempt}/state/", 200)

    # --- one request ---------------------------------------------------------------------------

    async def _ask(
        self, what: str, method: str, path: str, wanted: int, sent: bytes | None = None
    ) -> Reply | None:
        """The reply, None where it was not the one wanted."""
        began = time.monotonic()
        try:
            if self._wire is None:
                loop = asyncio.get_running_loop()
                _, self._wire = await loop.create_connection(Wire, "127.0.0.1", self.plan.port)
            reply = await self._wire.ask(self._request(method, path, sent))
        except (OSError, EOFError, TimeoutError, ValueError) as broken:
            self.tally.errors.append(f"{what}: {type(broken).__name__} {broken}")
            self._hang_up()
            return None
        if reply.status == 409 and what == "save" and json.loads(reply.body).get("code") in _OVER:
            self.tally.refused_late += 1
            self.over = True
            return None
        self.tally.seconds[what].append(time.monotonic() - began)
        if reply.status == wanted:
            return reply
        self.tally.errors.append(f"{what}: {reply.status} {reply.body[:200]!r}")
        return None

    def _request(self, method: str, path: str, sent: bytes | None) -> bytes:
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: rehearsal\r\n"
        if not path.endswith("/pulse"):
            head += self._cookies
        if sent is not None:
            kind = _FORM if method == "POST" else f"application/json\r\nX-CSRFToken: {CSRF}"
            head += f"Content-Type: {kind}\r\nContent-Length: {len(sent)}\r\n"
        return head.encode() + b"\r\n" + (sent or b"")

    def _hang_up(self) -> None:
        if self._wire is not None:
            self._wire.close()
            self._wire = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back; `place` is where a redirect leads."""

    status: int
    place: str
    body: bytes


class Wire(asyncio.Protocol):
    """A connection that sends one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._came = bytearray()
        self._needs = 0  # so many bytes make the reply whole, as far as that is known
        self._reply: asyncio.Future[Reply] | None = None

    async def ask(self, request: bytes) -> Reply:
        """Send, and give the whole reply. Raises `OSError`, `TimeoutError` or `ValueError`."""
        if self._transport is None:
            raise ConnectionError("the server hung up")
        loop = asyncio.get_running_loop()
        self._came.clear()
        self._needs = 0
        self._reply = loop.create_future()
        late = loop.call_later(_PATIENCE, self._fail, TimeoutError("no reply came"))
        self._transport.write(request)
        try:
            return await self._reply
        finally:
            late.cancel()

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._fail(exc if isinstance(exc, OSError) else ConnectionError("the server hung up"))

    def data_received(self, data: bytes) -> None:
        self._came += data
        if len(self._came) < self._needs or self._reply is None or self._reply.done():
            return
        try:
            reply = self._whole()
        except ValueError as wrong:
            self._fail(wrong)
            return
        if reply is not None:
            self._reply.set_result(reply)

    def _whole(self) -> Reply | None:
        """The reply, as soon as all of it is there."""
        came = self._came
        end = came.find(_END)
        if end < 0:
            return None
        head = came[:end].decode("latin-1")
        low = head.lower()
        start = end + len(_END)
        if "transfer-encoding: chunked" in low:
            if not came.endswith(b"0" + _END):
                return None
            unchunked = _unchunked(bytes(came[start:]))
            if unchunked is None:
                return None
            body = unchunked
        else:
            self._needs = start + int(_header(low, "content-length") or 0)
            if self._needs > _MOST_BYTES:
                raise ValueError("the reply is too large")
            if len(came) < self._needs:
                return None
            body = bytes(came[start : self._needs])
        at = low.find("\r\nlocation:")
        place = head[at + 11 :].partition("\r\n")[0].strip() if at >= 0 else ""
        return Reply(int(head.split(" ", 2)[1]), place, body)

    def _fail(self, why: Exception) -> None:
        if self._reply is not None and not self._reply.done():
            self._reply.set_exception(why)


def _header(head: str, name: str) -> str:
    return head.partition(f"\r\n{name}:")[2].partition("\r\n")[0].strip()


def _unchunked(text: bytes) -> bytes | None:
    """The body of a reply whose length was not told; None where its end is still to come."""
    found = b""
    while True:
        line, is_whole, text = text.partition(b"\r\n")
        size = int(line, 16) if is_whole else len(text)
        if not is_whole or len(text) < size + 2:
            return None
        if not size:
            return found
        found, text = found + text[:size], text[size + 2 :]


async def _until(moment: float) -> None:
    await asyncio.sleep(max(0.0, moment - time.monotonic()))


async def sit_all(plan: Plan, tokens: list[str], tally: Tally) -> None:
    """Let all of them sit the exam at once, and keep what they meet in `tally`."""
    await asyncio.gather(*(Student(plan, token, tally).sit() for token in tokens))
