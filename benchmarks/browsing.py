"""Pages as a browser asks for them: one student's whole exam, and pages that write something."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

READERS = 8  # people who read while others save


class Visitor:
    """A signed-in browser on one connection."""

    def __init__(self, port: int, world: Mapping[str, Any], person: Mapping[str, Any]) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.world = world
        self.cookies = f"{world['session_cookie']}={person['token']}; csrftoken={world['csrf']}"
        self.asked = 0

    def ask(self, method: str, path: str, body: str = "", kind: str = "") -> tuple[int, str, bytes]:
        """Status, the address that it leads to, and the body."""
        headers = {"Cookie": self.cookies, "User-Agent": "benchmark", "Accept": "text/html"}
        if method != "GET":
            headers |= {"X-CSRFToken": self.world["csrf"], "Content-Type": kind}
        self.connection.request(method, path, body=body.encode() or None, headers=headers)
        reply = self.connection.getresponse()
        content = reply.read()
        self.asked += 1
        return reply.status, reply.headers.get("Location", ""), content

    def page(self, path: str) -> bytes:
        """A page, which must be there."""
        status, _, content = self.ask("GET", path)
        _require(status == 200, f"GET {path} gave {status}")
        return content

    def send(self, path: str, **fields: str) -> str:
        """Send a form; gives where it leads."""
        fields["csrfmiddlewaretoken"] = self.world["csrf"]
        kind = "application/x-www-form-urlencoded"
        status, place, content = self.ask("POST", path, urlencode(fields), kind)
        _require(status == 302, f"POST {path} gave {status}: {content[:300]!r}")
        return place

    def sit(self) -> int:
        """The lobby, the start, the paper, a save of every answer, handing in, the result; gives
        how many requests that were."""
        exam = f"/exams/{self.world['exam']}/"
        self.page(exam)
        paper = self.send(f"{exam}start/", ready="yes")
        self.page(paper)
        attempt = paper.strip("/").split("/")[-1]
        for one in self.world["students"][0]["questions"]:  # everybody has the same paper
            body = json.dumps({"response": one["responses"][0], "revision": 1})
            path = f"/api/v1/exam-attempts/{attempt}/answers/{one['id']}"
            status, _, content = self.ask("PUT", path, body, "application/json")
            _require(status == 200, f"a save gave {status}: {content[:300]!r}")
        self.page(self.send(f"{paper}submit/"))
        self.connection.close()
        return self.asked


def written_pages(port: int, world: Mapping[str, Any], over: threading.Event) -> None:
    """Read pages and mark lessons done, again and again, until it is over."""
    people = [Visitor(port, world, person) for person in world["newcomers"][:READERS]]
    course = f"/courses/{world['course']['slug']}/"
    while not over.is_set():
        for one in people:
            one.page(course)
            for lesson in world["lessons"]:
                one.send(f"{course}lessons/{lesson}/done/")


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise SystemExit(otherwise)
