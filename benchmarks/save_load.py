"""A load generator for saves alone, as cheap as Python allows: one process, epoll, no coroutines.

    python -m benchmarks.save_load WORLD.json PORT FIRST CLIENTS SECONDS

Clients are that many of the world's students, from the FIRST on. Each has a connection of their
own and reads there which change of each answer is stored, as a paper does when it is opened. Then,
from one moment on, each sends the next change as soon as the one before is acknowledged. Prints one
line of JSON: how many were acknowledged, each latency's place, what each client got, and the CPU
this process took.
"""

from __future__ import annotations

import json
import select
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

_END = b"\r\n\r\n"


class Student:
    """One student's connection: what is sent next and what came back."""

    def __init__(self, world: dict[str, Any], person: dict[str, Any], port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        cookies = f"{world['session_cookie']}={person['token']}; csrftoken={world['csrf']}"
        self._head = (
            f"Host: 127.0.0.1\r\nCookie: {cookies}\r\nUser-Agent: benchmark\r\n"
            f"X-CSRFToken: {world['csrf']}\r\nContent-Type: application/json\r\n"
        )
        attempt = f"/api/v1/exam-attempts/{person['attempt']}"
        base = f"{attempt}/answers/"
        self._heads = [
            f"PUT {base}{one['id']} HTTP/1.1\r\n{self._head}" for one in person["questions"]
        ]
        self._responses = [
            [json.dumps(response) for response in one["responses"]] for one in person["questions"]
        ]
        stored = self._stored(attempt)
        self._revisions = [stored.get(one["id"], 0) for one in person["questions"]]
        self._place = 0
        self.began = 0.0
        self.times: list[float] = []
        self.failures: list[str] = []

    def _stored(self, attempt: str) -> dict[str, int]:
        """Question -> which change of its answer the server holds."""
        self.socket.sendall(f"GET {attempt} HTTP/1.1\r\n{self._head}\r\n".encode())
        with self.socket.makefile("rb") as reply:
            status, length = reply.readline(), None
            for line in iter(reply.readline, b"\r\n"):
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            body = b"".join(_chunks(reply)) if length is None else reply.read(length)
        if b" 200 " not in status:
            raise SystemExit(f"GET {attempt} gave {status!r}: {body[:300]!r}")
        asked = json.loads(body)["questions"]
        return {one["id"]: one["answer"]["revision"] for one in asked if "answer" in one}

    def send(self, now: float) -> None:
        """Send the next change."""
        place = self._place = (self._place + 1) % len(self._heads)
        revision = self._revisions[place] + 1
        responses = self._responses[place]
        body = f'{{"response":{responses[revision % len(responses)]},"revision":{revision}}}'
        self.began = now
        self.socket.sendall(
            f"{self._heads[place]}Content-Length: {len(body.encode())}\r\n\r\n{body}".encode()
        )

    def receive(self, now: float) -> None:
        """Take the reply; they are small and come in one piece, nearly always."""
        reply = self.socket.recv(65536)
        while not _is_whole(reply):
            more = self.socket.recv(65536)
            if not more:
                raise ConnectionError(f"the server hung up: {reply[:200]!r}")
            reply += more
        self.times.append(now - self.began)
        if reply.startswith(b"HTTP/1.1 200"):
            self._revisions[self._place] += 1
        else:
            self.failures.append(repr(reply[:400]))


def _chunks(reply: IO[bytes]) -> Iterator[bytes]:
    """The pieces of a body whose length was not told."""
    while size := int(reply.readline(), 16):
        yield reply.read(size)
        reply.readline()
    reply.readline()


def _is_whole(reply: bytes) -> bool:
    head, found, body = reply.partition(_END)
    if not found:
        return False
    at = head.lower().find(b"content-length:")
    if at < 0:
        return body.endswith(b"0\r\n\r\n")
    return len(body) >= int(head[at + 15 :].split(b"\r\n", 1)[0])


def run(students: list[Student], seconds: float) -> dict[str, Any]:
    """All save for this long."""
    poll = select.epoll()
    by_number = {one.socket.fileno(): one for one in students}
    clock = time.perf_counter
    began = clock()
    cpu = time.process_time()
    until = began + seconds
    for number, one in by_number.items():
        poll.register(number, select.EPOLLIN)
        one.send(clock())
    waiting = len(students)
    while waiting:
        for number, _ in poll.poll(30) or _silent():
            one = by_number[number]
            one.receive(clock())
            if (now := clock()) < until:
                one.send(now)
            else:
                waiting -= 1
    wall = clock() - began
    times = sorted(value for one in students for value in one.times)
    served = sorted(len(one.times) for one in students)
    failures = [text for one in students for text in one.failures]
    return {
        "saves": len(times),
        "failed": len(failures),
        "first_failure": failures[0] if failures else "",
        "wall_s": wall,
        "per_second": len(times) / wall,
        "p50_ms": 1000 * times[len(times) // 2],
        "p99_ms": 1000 * times[int(len(times) * 0.99)],
        "longest_ms": 1000 * times[-1],
        "fewest": served[0],
        "median": served[len(served) // 2],
        "cpu_s": time.process_time() - cpu,
    }


def _silent() -> list[tuple[int, int]]:
    raise TimeoutError("no reply came for 30 seconds")


def main(path: str, port: str, first: str, clients: str, seconds: str) -> None:
    world = json.loads(Path(path).read_text("utf-8"))
    people = world["students"][int(first) : int(first) + int(clients)]
    students = [Student(world, person, int(port)) for person in people]
    print(json.dumps(run(students, float(seconds))))


if __name__ == "__main__":
    main(*sys.argv[1:])
