"""The load generator: one process, keep-alive connections on the loopback, no dependency.

It reads one order per line from standard input and answers each with one line of JSON:

    {"port": 8200, "what": "autosave", "seconds": 2}
    {"requests": 4210, "failed": 0, "first_failure": "", "p50_ms": …, "p99_ms": …, "cpu_s": …}

Each connection is one student. A student saves answer after answer to their own attempt; the
revisions go on from order to order, because all servers stand on one database.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any


class Student:
    """One connection's person: what they send next, and what was acknowledged."""

    def __init__(self, world: dict[str, Any], person: dict[str, Any]) -> None:
        self.world = world
        self.person = person
        self.etag = ""
        self.revisions: dict[str, int] = {}
        self._next = cycle(range(len(person.get("questions", ())) or 1))
        self._asked = ""
        cookies = f"{world['session_cookie']}={person['token']}; csrftoken={world['csrf']}"
        self.head = (
            f"Host: 127.0.0.1\r\nCookie: {cookies}\r\nUser-Agent: benchmark\r\nAccept: */*\r\n"
        )

    def request(self, what: str) -> bytes:
        """The bytes of the next request of this kind."""
        if what == "autosave":
            return self._save()
        match = f"If-None-Match: {self.etag}\r\n" if what == "lesson_304" and self.etag else ""
        path = self.world["paths"]["lesson" if what == "lesson_304" else what]
        return f"GET {path} HTTP/1.1\r\n{self.head}{match}\r\n".encode()

    def _save(self) -> bytes:
        question = self.person["questions"][next(self._next)]
        self._asked = question["id"]
        revision = self.revisions.get(self._asked, question["revision"]) + 1
        responses = question["responses"]
        sent = {"response": responses[revision % len(responses)], "revision": revision}
        body = json.dumps(sent, separators=(",", ":"))
        path = f"/api/v1/exam-attempts/{self.person['attempt']}/answers/{self._asked}"
        return (
            f"PUT {path} HTTP/1.1\r\n{self.head}X-CSRFToken: {self.world['csrf']}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body.encode())}\r\n\r\n{body}"
        ).encode()

    def take(self, what: str, status: int, headers: dict[str, str], body: bytes) -> bool:
        """Look at the reply; whether it is what this request should get."""
        if what == "autosave":
            if status == 200:
                self.revisions[self._asked] = json.loads(body)["revision"]
            elif status == 409 and self._asked not in self.revisions:
                # An earlier measurement went on from here; take over where it stopped.
                self.revisions[self._asked] = json.loads(body)["answer"]["revision"]
                return True
            return status == 200
        if what == "lesson_304":
            first, self.etag = not self.etag, headers.get("etag", "")
            return status == (200 if first else 304)
        return status == 200


class Wire:
    """A keep-alive connection that sends one request at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def ask(self, request: bytes) -> tuple[int, dict[str, str], bytes]:
        """Send, and read the whole reply: status, headers in lower case, body."""
        self.writer.write(request)
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(head[0].split()[1])
        headers = dict(_header(line) for line in head[1:] if line)
        if headers.get("transfer-encoding") == "chunked":
            return status, headers, await self._chunks()
        length = int(headers.get("content-length", "0")) if status not in (204, 304) else 0
        return status, headers, await self.reader.readexactly(length) if length else b""

    async def _chunks(self) -> bytes:
        found = b""
        while size := int(await self.reader.readuntil(b"\r\n"), 16):
            found += (await self.reader.readexactly(size + 2))[:-2]
        await self.reader.readuntil(b"\r\n")
        return found


def _header(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.lower(), value.strip()


async def keep_asking(
    student: Student, order: dict[str, Any], times: list[float], failures: list[str]
) -> None:
    """Ask one request after the other until the order's time is over."""
    reader, writer = await asyncio.open_connection("127.0.0.1", order["port"], limit=1 << 20)
    wire, what = Wire(reader, writer), order["what"]
    student.etag = ""
    until = time.perf_counter() + order["seconds"]
    try:
        while (began := time.perf_counter()) < until:
            status, headers, body = await asyncio.wait_for(wire.ask(student.request(what)), 60)
            times.append(time.perf_counter() - began)
            if not student.take(what, status, headers, body):
                failures.append(f"{status} {body[:300]!r}")
    except (OSError, asyncio.IncompleteReadError) as broken:
        failures.append(repr(broken))
    finally:
        writer.close()


async def carry_out(students: list[Student], order: dict[str, Any]) -> dict[str, Any]:
    """All students at once; counts, latencies, and the CPU this process took for it."""
    times: list[float] = []
    failures: list[str] = []
    cpu = time.process_time()
    began = time.perf_counter()
    await asyncio.gather(*(keep_asking(one, order, times, failures) for one in students))
    times.sort()
    return {
        "requests": len(times),
        "failed": len(failures),
        "first_failure": failures[0] if failures else "",
        "p50_ms": 1000 * times[len(times) // 2] if times else 0.0,
        "p99_ms": 1000 * times[int(len(times) * 0.99)] if times else 0.0,
        "cpu_s": time.process_time() - cpu,
        "wall_s": time.perf_counter() - began,
    }


def orders() -> Iterator[dict[str, Any]]:
    for line in sys.stdin:
        yield json.loads(line)


def main(path: str) -> None:
    world = json.loads(Path(path).read_text("utf-8"))
    groups = {
        name: [Student(world, person) for person in world[name]]
        for name in ("students", "staff", "viewer")
    }
    for order in orders():
        reply = asyncio.run(carry_out(groups[order.get("who", "students")], order))
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
