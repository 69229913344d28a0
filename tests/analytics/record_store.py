"""A small learning record store: the statements resource of xAPI 1.0.3, strict about statements.

It checks what the specification asks of a statement (part two, 2.2 to 2.4 and 4; part three, 2.1)
and refuses what a strict store refuses. Nothing of it is in the product.
"""

from __future__ import annotations

import json
import re
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

VOIDED = "http://adlnet.gov/expapi/verbs/voided"
_KNOWN = {
    "id", "actor", "verb", "object", "result", "context", "timestamp", "version", "attachments",
}  # fmt: skip
_RESULT = {"score", "success", "completion", "response", "duration", "extensions"}
_CONTEXT = {
    "registration", "instructor", "team", "contextActivities", "revision", "platform", "language",
    "statement", "extensions",
}  # fmt: skip
_DEFINITION = {
    "name", "description", "type", "moreInfo", "extensions", "interactionType",
    "correctResponsesPattern", "choices", "scale", "source", "target", "steps",
}  # fmt: skip
_INTERACTIONS = {
    "true-false", "choice", "fill-in", "long-fill-in", "matching", "performance", "sequencing",
    "likert", "numeric", "other",
}  # fmt: skip
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)")
_DURATION = re.compile(r"P(?=.)(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?")
_IRI = re.compile(r"[a-z][a-z0-9+.-]*:\S+")


class Wrong(Exception):
    """What is wrong with a statement."""


def require(fine: bool, words: str) -> None:
    if not fine:
        raise Wrong(words)


def check(statement: dict[str, Any]) -> None:
    """Raises `Wrong` for a statement that a strict store would refuse with 400."""
    require(isinstance(statement, dict), "a statement is an object")
    require(set(statement) <= _KNOWN, f"unknown: {set(statement) - _KNOWN}")
    require(not _has_null(statement), "null is no value outside of extensions")
    require(str(UUID(statement["id"])) == statement["id"], "id is a UUID")
    _agent(statement["actor"])
    verb = statement["verb"]
    require(bool(_IRI.fullmatch(verb["id"])), "a verb has an IRI")
    _words(verb["display"])
    thing = statement["object"]
    if verb["id"] == VOIDED:
        require(thing["objectType"] == "StatementRef", "a voiding statement names a statement")
        UUID(thing["id"])
        return
    _activity(thing)
    _result(statement.get("result", {}))
    _context(statement.get("context", {}))
    require(bool(_MOMENT.fullmatch(statement["timestamp"])), "timestamp is ISO 8601")


def _has_null(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_has_null(one) for one in value.values())
    return any(map(_has_null, value)) if isinstance(value, list) else value is None


def _agent(agent: dict[str, Any]) -> None:
    require(set(agent) <= {"objectType", "name", "account"}, "one identifier and a name")
    require(agent.get("objectType", "Agent") == "Agent", "an agent")
    require(set(agent["account"]) == {"homePage", "name"}, "an account has homePage and name")
    require(bool(_IRI.fullmatch(agent["account"]["homePage"])), "homePage is an IRL")


def _words(words: dict[str, str]) -> None:
    require(bool(words), "a language map has a language")
    require(all(_LANGUAGE.fullmatch(one) for one in words), "keys are languages of RFC 5646")
    require(all(isinstance(one, str) for one in words.values()), "values are texts")


def _activity(activity: dict[str, Any]) -> None:
    require(set(activity) <= {"objectType", "id", "definition"}, "an activity")
    require(activity.get("objectType", "Activity") == "Activity", "an activity")
    require(bool(_IRI.fullmatch(activity["id"])), "an activity has an IRI")
    definition = activity.get("definition", {})
    require(set(definition) <= _DEFINITION, "definition")
    for name in ("name", "description"):
        if name in definition:
            _words(definition[name])
    if definition.get("type", "").endswith("/cmi.interaction"):
        require(definition["interactionType"] in _INTERACTIONS, "a known interactionType")


def _result(result: dict[str, Any]) -> None:
    require(set(result) <= _RESULT, "result")
    for name in ("success", "completion"):
        require(isinstance(result.get(name, True), bool), f"{name} is a boolean")
    require(isinstance(result.get("response", ""), str), "response is a text")
    if "duration" in result:
        require(bool(_DURATION.fullmatch(result["duration"])), "duration is ISO 8601")
    score = result.get("score", {})
    require(set(score) <= {"scaled", "raw", "min", "max"}, "score")
    require(-1 <= score.get("scaled", 0) <= 1, "scaled is from -1 to 1")
    if {"raw", "min", "max"} <= set(score):
        require(score["min"] <= score["raw"] <= score["max"], "raw is within")


def _context(context: dict[str, Any]) -> None:
    require(set(context) <= _CONTEXT, "context")
    if "registration" in context:
        UUID(context["registration"])
    around = context.get("contextActivities", {})
    require(set(around) <= {"parent", "grouping", "category", "other"}, "contextActivities")
    for activities in around.values():
        require(isinstance(activities, list), "lists of activities")
        for one in activities:
            _activity(one)


class RecordStore:
    """What the store has, how it was asked, and what it is told to answer next."""

    def __init__(self) -> None:
        self.statements: dict[str, dict[str, Any]] = {}
        self.requests: list[dict[str, str]] = []
        self.batches: list[int] = []
        self.answers: deque[tuple[int, dict[str, str]]] = deque()
        """Answers to be given before anything is stored, with their headers."""
        self.after_storing: deque[int] = deque()
        """Answers to be given although everything was stored."""
        self.wanted_proof = ""
        self.address = ""
        self._lock = threading.Lock()

    def voided(self) -> set[str]:
        """The ids of statements that no longer hold."""
        of_all = self.statements.values()
        return {one["object"]["id"] for one in of_all if one["verb"]["id"] == VOIDED}

    def take(self, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str], Any]:
        """One POST: its status, headers and body."""
        with self._lock:
            self.requests.append(headers)
            if self.answers:
                status, more = self.answers.popleft()
                return status, more, {"error": "as told"}
            if headers.get("x-experience-api-version", "") != "1.0.3":
                return 400, {}, {"error": "no version"}
            if self.wanted_proof and headers.get("authorization") != self.wanted_proof:
                return 401, {}, {"error": "who are you?"}
            return self._store(json.loads(body))

    def _store(self, sent: Any) -> tuple[int, dict[str, str], Any]:
        told = sent if isinstance(sent, list) else [sent]
        self.batches.append(len(told))
        if len({one["id"] for one in told}) < len(told):
            return 400, {}, {"error": "an id twice"}
        try:
            for one in told:
                check(one)
        except (Wrong, KeyError, ValueError, TypeError) as wrong:
            return 400, {}, {"error": str(wrong)}
        for one in told:
            if one["id"] in self.statements and self.statements[one["id"]] != one:
                return 409, {}, {"error": "another statement of this id"}
        self.statements |= {one["id"]: one for one in told}
        if self.after_storing:
            return self.after_storing.popleft(), {}, {"error": "too late"}
        return 200, {}, [one["id"] for one in told]


@contextmanager
def running() -> Iterator[RecordStore]:
    """A store that listens on this machine."""
    store = RecordStore()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            if self.path != "/xapi/statements":
                return self._answer(404, {}, {})
            body = self.rfile.read(int(self.headers["content-length"]))
            named = {name.lower(): value for name, value in self.headers.items()}
            return self._answer(*store.take(body, named))

        def _answer(self, status: int, headers: dict[str, str], body: Any) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    store.address = f"http://127.0.0.1:{server.server_address[1]}/xapi"
    try:
        yield store
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
