"""Students who save through a disturbance: each change is sent again until it is acknowledged."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import kill, processes
from benchmarks.kill import Client, Rows, response_to


@dataclass
class Saver(Client):
    """One student. `statuses` counts the replies, `wrong` tells of those that must not be."""

    statuses: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    last_ack: float = 0.0
    longest_gap: float = 0.0
    acks: int = 0

    def save_until(self, over: threading.Event, pause: float) -> None:
        """Change answer after answer until it is over; the last change is finished."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        self.last_ack = time.monotonic()
        number = 0
        while not over.is_set() and len(self.wrong) < 5:
            number += 1
            question = self.questions[number % len(self.questions)]
            response = response_to(question, f"change {number} by {self.email}", number)
            self._save_at_last(connection, question["id"], response)
            time.sleep(pause)
        connection.close()

    def _save_at_last(
        self, connection: http.client.HTTPConnection, question: str, response: Any
    ) -> None:
        """Send one change until it is stored; what is stored once is acknowledged once more."""
        revision = self.revisions.get(question, 0) + 1
        until = time.monotonic() + 120
        while time.monotonic() < until and len(self.wrong) < 5:
            if self._try(connection, question, revision, response):
                self.acknowledged[question, revision] = response
                self.revisions[question] = revision
                self.acks += 1
                now = time.monotonic()
                self.longest_gap = max(self.longest_gap, now - self.last_ack)
                self.last_ack = now
                return
            time.sleep(0.1)
        self.wrong.append(f"revision {revision} of {question} was never acknowledged")

    def _try(
        self, connection: http.client.HTTPConnection, question: str, revision: int, response: Any
    ) -> bool:
        path = f"/api/v1/exam-attempts/{self.attempt}/answers/{question}"
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        body = json.dumps({"response": response, "revision": revision})
        try:
            connection.request("PUT", path, body=body, headers=headers)
            reply = connection.getresponse()
            content = reply.read()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            self.statuses["no reply"] += 1
            self.wrong.append(f"no reply: {error!r}")
            return False
        self.statuses[str(reply.status)] += 1
        if reply.status == 503:
            self._look_at(reply, content)
        elif reply.status != 200:
            self.wrong.append(f"{reply.status}: {content[:300]!r}")
        return reply.status == 200

    def _look_at(self, reply: http.client.HTTPResponse, content: bytes) -> None:
        """A refusal for now is a problem document that says when to come again."""
        if not reply.headers.get("Retry-After"):
            self.wrong.append("503 without Retry-After")
        if reply.headers.get("Content-Type") != "application/problem+json":
            self.wrong.append(f"503 that is no problem document: {content[:100]!r}")


def sitting(folder: Path, address: str, count: int) -> tuple[processes.Server, list[Saver]]:
    """A served exam with so many students who have begun."""
    env = processes.environment(folder, address)
    world = folder / "world.json"
    processes.module("benchmarks.ground", "small", str(world), str(count), env=env)
    given = json.loads(world.read_text("utf-8"))
    server = processes.studium(folder, address)
    savers = [Saver(server.port, one["email"]) for one in given["students"]]
    for one in savers:
        one.sign_in(given["password"])
        one.begin(given["exam"])
    return server, savers


@contextmanager
def saving(savers: list[Saver], *, pause: float = 0.05) -> Iterator[None]:
    """While inside, all of them save; at the end each has finished its last change."""
    over = threading.Event()
    threads = [threading.Thread(target=one.save_until, args=(over, pause)) for one in savers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join(timeout=180)


def wait_for_more(savers: list[Saver], *, seconds: float) -> float:
    """Wait until every one has got another acknowledgement; how long that took, at most so long."""
    began = time.monotonic()
    before = [one.acks for one in savers]
    while time.monotonic() - began < seconds:
        if all(one.acks > acks for one, acks in zip(savers, before, strict=True)):
            break
        time.sleep(0.02)
    return time.monotonic() - began


def judged(savers: list[Saver], rows: Rows) -> list[str]:
    """Every fault: wrong replies, and acknowledged changes that are not stored exactly once."""
    faults = []
    for one in savers:
        faults += [f"{one.email}: {said}" for said in one.wrong[:3]]
        found, _ = kill.compare(one, None, one.read_back(), rows)
        faults += [f"{one.email}: {said}" for said in found[:3]]
    return faults


def told(savers: list[Saver]) -> str:
    """The replies of all, counted."""
    total: Counter[str] = Counter()
    for one in savers:
        total += one.statuses
    return ", ".join(f"{count} x {status}" for status, count in sorted(total.items()))
