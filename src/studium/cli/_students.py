"""Virtual students: each one a connection on this machine that sits an exam like a browser does.

One asyncio program for all of them, without parsing pages: light enough to leave the machine to
the server. Every reply is looked at; what is not as expected is an error and counts.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

CSRF = "r" * 32
_PATIENCE = 60.0  # seconds until a reply counts as never having come
_OVER = ("deadline_passed", "already_submitted")

_chance = random.Random()  # noqa: S311 - spreads requests, guards no secret


@dataclass
class Tally:
    """What all students met: seconds by kind of request, errors, and what was acknowledged."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)
    saved: dict[str, dict[str, tuple[int, Any]]] = field(default_factory=dict)
    refused_late: int = 0
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
        self._wire: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

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
        path = f"/api/v1/exams/{self.plan.exam}/attempts"
        body = await self._ask("start", "POST", path, 201, {})
        if body is None:
            return False
        made = json.loads(body)
        self.attempt = made["id"]
        self.questions = [one["id"] for one in made["questions"]]
        await self._ask("paper", "GET", f"/exam-attempts/{self.attempt}/", 200)
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
        path = f"/api/v1/exam-attempts/{self.attempt}/answers/{question}"
        if await self._ask("save", "PUT", path, 200, sent) is not None:
            self.revisions[question] = revision
            kept = self.tally.saved.setdefault(self.attempt, {})
            kept[question] = (revision, sent["response"])

    async def _pulse(self) -> None:
        await self._ask("pulse", "GET", f"/exams/{self.plan.exam}/pulse", 200)

    async def _state(self) -> None:
        await self._ask("state", "GET", f"/exam-attempts/{self.attempt}/state/", 200)

    # --- one request ---------------------------------------------------------------------------

    async def _ask(
        self, what: str, method: str, path: str, wanted: int, sent: Any = None
    ) -> bytes | None:
        """The body of the reply, None where it was not the one wanted."""
        began = time.monotonic()
        try:
            status, body = await asyncio.wait_for(self._reply(method, path, sent), _PATIENCE)
        except (OSError, EOFError, TimeoutError, ValueError) as broken:
            self.tally.errors.append(f"{what}: {type(broken).__name__} {broken}")
            self._hang_up()
            return None
        if status == 409 and what == "save" and json.loads(body).get("code") in _OVER:
            self.tally.refused_late += 1
            self.over = True
            return None
        self.tally.seconds[what].append(time.monotonic() - began)
        if status == wanted:
            return body
        self.tally.errors.append(f"{what}: {status} {body[:200]!r}")
        return None

    async def _reply(self, method: str, path: str, sent: Any) -> tuple[int, bytes]:
        if self._wire is None:
            self._wire = await asyncio.open_connection("127.0.0.1", self.plan.port, limit=1 << 22)
        reader, writer = self._wire
        writer.write(self._request(method, path, sent))
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        status = int(head.split(" ", 2)[1])
        if "transfer-encoding: chunked" in head:
            body = await _chunks(reader)
        else:
            length = head.partition("content-length:")[2].partition("\r\n")[0].strip()
            body = await reader.readexactly(int(length or 0))
        return status, body

    def _request(self, method: str, path: str, sent: Any) -> bytes:
        body = b"" if sent is None else json.dumps(sent, separators=(",", ":")).encode()
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: rehearsal\r\n"
        if not path.endswith("/pulse"):
            head += self._cookies
        if sent is not None:
            head += f"X-CSRFToken: {CSRF}\r\nContent-Type: application/json\r\n"
            head += f"Content-Length: {len(body)}\r\n"
        return head.encode() + b"\r\n" + body

    def _hang_up(self) -> None:
        if self._wire is not None:
            self._wire[1].close()
            self._wire = None


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    found = b""
    while size := int(await reader.readuntil(b"\r\n"), 16):
        found += (await reader.readexactly(size + 2))[:-2]
    await reader.readuntil(b"\r\n")
    return found


async def _until(moment: float) -> None:
    await asyncio.sleep(max(0.0, moment - time.monotonic()))


async def sit_all(plan: Plan, tokens: list[str]) -> Tally:
    """Let all of them sit the exam at once; gives what they met."""
    tally = Tally()
    await asyncio.gather(*(Student(plan, token, tally).sit() for token in tokens))
    return tally
