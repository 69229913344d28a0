"""Kill the server while answers are saved, and look whether any that was acknowledged is lost.

    python -m benchmarks.kill --database sqlite --runs 50
    python -m benchmarks.kill --database postgresql --runs 50

One run: students save answers over HTTP, each its own, and note every acknowledgement; at a random
moment after at least twenty of them all processes of the server get SIGKILL; the server is started
again; answers are read back over HTTP and, with the journal, by SQL. What was acknowledged must be
there once. What was under way when the server died may be there or not, once as well.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from benchmarks import processes
from benchmarks.processes import Server

FEWEST = 20  # acknowledgements before the kill
LONGEST_WAIT = 1.5  # seconds of saving after those
DATABASES = ("sqlite", "postgresql")
Rows = Callable[[str], list[tuple[Any, ...]]]


@dataclass
class Client:
    """One student at work: what is acknowledged and what is under way, by question."""

    port: int
    email: str
    token: str = ""
    attempt: str = ""
    questions: list[dict[str, Any]] = field(default_factory=list)
    revisions: dict[str, int] = field(default_factory=dict)
    acknowledged: dict[tuple[str, int], Any] = field(default_factory=dict)
    under_way: tuple[str, int, Any] | None = None
    refused: list[str] = field(default_factory=list)

    def ask(self, method: str, path: str, sent: Any = None) -> tuple[int, Any]:
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            return self._on(connection, method, path, sent)
        finally:
            connection.close()

    def sign_in(self, password: str) -> None:
        status, body = self.ask(
            "POST", "/api/v1/tokens", {"email": self.email, "password": password}
        )
        require(status == 201, f"signing in gave {status}: {body}")
        self.token = body["token"]

    def begin(self, exam: str) -> None:
        """Begin the attempt, or go on with the one that runs."""
        status, body = self.ask("POST", f"/api/v1/exams/{exam}/attempts", {})
        require(status in (200, 201), f"beginning gave {status}: {body}")
        self.attempt = body["id"]
        self.read_back()

    def read_back(self) -> dict[str, tuple[int, Any]]:
        """What the server shows of each answer: revision and response, by question."""
        status, body = self.ask("GET", f"/api/v1/exam-attempts/{self.attempt}")
        require(status == 200, f"reading back gave {status}: {body}")
        self.questions = body["questions"]
        shown = {one["id"]: answer(one) for one in self.questions}
        self.revisions = {question: revision for question, (revision, _) in shown.items()}
        return shown

    def save_until_it_breaks(self, mark: str) -> None:
        """Save change after change; ends when the server is gone, or refuses one."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        number = 0
        try:
            while True:
                number += 1
                question = self.questions[number % len(self.questions)]
                if not self._save(connection, question, f"{mark} {number}", number):
                    return
        except (OSError, http.client.HTTPException):
            return  # the kill
        finally:
            connection.close()

    def _save(
        self, connection: http.client.HTTPConnection, question: dict[str, Any], mark: str, n: int
    ) -> bool:
        name, response = question["id"], response_to(question, mark, n)
        revision = self.revisions.get(name, 0) + 1
        self.under_way = (name, revision, response)
        path = f"/api/v1/exam-attempts/{self.attempt}/answers/{name}"
        status, body = self._on(
            connection, "PUT", path, {"response": response, "revision": revision}
        )
        if status != 200 or body["revision"] != revision:
            self.refused.append(f"{status} {body}")
            return False
        self.acknowledged[name, revision] = response
        self.revisions[name] = revision
        self.under_way = None
        return True

    def _on(
        self, connection: http.client.HTTPConnection, method: str, path: str, sent: Any
    ) -> tuple[int, Any]:
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        body = None if sent is None else json.dumps(sent)
        connection.request(method, path, body=body, headers=headers)
        reply = connection.getresponse()
        return reply.status, json.loads(reply.read() or b"null")


def answer(question: dict[str, Any]) -> tuple[int, Any]:
    saved = question.get("answer")
    return (saved["revision"], saved["response"]) if saved else (0, None)


def response_to(question: dict[str, Any], mark: str, number: int) -> Any:
    """A valid response that, where the kind allows it, no other save has."""
    options = [option["id"] for option in question["options"] or ()]
    match question["kind"]:
        case "single_choice":
            return options[number % len(options)]
        case "multiple_choice":
            return options[: 1 + number % len(options)]
        case "true_false":
            return number % 2 == 0
        case "numeric":
            return str(number)
        case "tracing":
            return {"compiles": True, "output": mark}
    return mark


def require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise SystemExit(otherwise)


# --- one run ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to; `faults` is a sentence for each thing that must not be."""

    acknowledged: int
    killed: int
    stored_unanswered: int
    faults: list[str]


def run(server: Server, clients: list[Client], number: int) -> int:
    """Let all save, kill the server at a random moment; gives how many processes were killed."""
    for client in clients:
        client.port, client.under_way = server.port, None
        client.acknowledged.clear()
        client.read_back()
    threads = [
        threading.Thread(target=one.save_until_it_breaks, args=(f"run {number}",))
        for one in clients
    ]
    for thread in threads:
        thread.start()
    until = time.monotonic() + 60
    while sum(len(one.acknowledged) for one in clients) < FEWEST and time.monotonic() < until:
        time.sleep(0.001)
    time.sleep(random.uniform(0, LONGEST_WAIT))
    killed = server.kill()
    for thread in threads:
        thread.join(timeout=60)
    return killed


def judge(clients: list[Client], rows: Rows, killed: int) -> Outcome:
    """Compare what was acknowledged with what the server shows and the tables hold."""
    faults: list[str] = []
    stored = 0
    for client in clients:
        faults += [f"{client.email}: refused with {one}" for one in client.refused]
        waiting = client.under_way
        client.under_way = None
        shown = client.read_back()
        found, extra = compare(client, waiting, shown, rows)
        faults += [f"{client.email}: {one}" for one in found]
        stored += extra
    acknowledged = sum(len(one.acknowledged) for one in clients)
    if acknowledged < FEWEST:
        faults.append(f"only {acknowledged} acknowledgements before the kill")
    return Outcome(acknowledged, killed, stored, faults)


def compare(
    client: Client,
    waiting: tuple[str, int, Any] | None,
    shown: dict[str, tuple[int, Any]],
    rows: Rows,
) -> tuple[list[str], int]:
    """The faults of one student's attempt, and whether the save under way was stored."""
    faults = []
    attempt = UUID(client.attempt)
    journal = journal_of(attempt, rows)
    if [seq for seq, *_ in journal] != list(range(1, len(journal) + 1)):
        faults.append("the journal has a gap or counts a line twice")
    saves: dict[str, list[tuple[int, Any]]] = {}
    for _, kind, question, revision, response in journal:
        if kind == "save":
            saves.setdefault(question, []).append((revision, response))
    for (question, revision), response in client.acknowledged.items():
        if saves.get(question, []).count((revision, response)) != 1:
            faults.append(f"acknowledged revision {revision} of {question} is not there once")
    for question, lines in saves.items():
        if [revision for revision, _ in lines] != list(range(1, len(lines) + 1)):
            faults.append(f"revisions of {question} are not 1, 2, 3 … once each")
    kept = answers_of(attempt, rows)
    last = {question: lines[-1] for question, lines in saves.items()}
    if kept != last:
        faults.append("the answers are not the last ones of the journal")
    if {question: pair for question, pair in shown.items() if pair[0]} != last:
        faults.append("the server shows other answers than the journal has")
    newest = dict(sorted(client.acknowledged))
    extra = 0
    for question, revision in newest.items():
        ahead = last.get(question, (0, None))[0] - revision
        mine = waiting is not None and waiting[0] == question
        if ahead == 1 and mine and waiting is not None and last[question] == waiting[1:]:
            extra = 1
        elif ahead != 0:
            faults.append(f"{question} is {ahead} revisions ahead of its acknowledgement")
    return faults, extra


def journal_of(attempt: UUID, rows: Rows) -> list[tuple[int, str, str, int, Any]]:
    text = (
        "SELECT seq, kind, question_id, revision, response FROM attempt_events "
        f"WHERE attempt_id = '{_key(attempt, rows)}' ORDER BY seq"
    )
    return [
        (seq, kind, name(question), revision, decoded(response))
        for seq, kind, question, revision, response in rows(text)
    ]


def answers_of(attempt: UUID, rows: Rows) -> dict[str, tuple[int, Any]]:
    text = (
        "SELECT question_id, revision, response FROM attempt_answers "
        f"WHERE attempt_id = '{_key(attempt, rows)}'"
    )
    return {
        name(question): (revision, decoded(response)) for question, revision, response in rows(text)
    }


def _key(value: UUID, rows: Rows) -> str:
    return value.hex if getattr(rows, "vendor", "") == "sqlite" else str(value)


def name(value: Any) -> str:
    return "" if value is None else str(value if isinstance(value, UUID) else UUID(value))


def decoded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


# --- the two databases -----------------------------------------------------------------------


class Sqlite:
    """Rows of a database file, read by the driver alone."""

    vendor = "sqlite"

    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self, text: str) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(self.path, timeout=10)
        try:
            return connection.execute(text).fetchall()
        finally:
            connection.close()


class Postgresql:
    """Rows of a PostgreSQL database, read by the driver alone."""

    vendor = "postgresql"

    def __init__(self, address: str) -> None:
        self.address = address

    def __call__(self, text: str) -> list[tuple[Any, ...]]:
        import psycopg
        from psycopg.types.json import set_json_loads

        # As text, so that both databases are decoded here.
        set_json_loads(lambda data: bytes(data).decode() if not isinstance(data, str) else data)
        with psycopg.connect(self.address) as connection:
            return connection.execute(text.encode()).fetchall()


def trial(database: str, runs: int, clients: int, folder: Path, address: str = "") -> list[Outcome]:
    """All runs on one database; prints a line for each."""
    world = folder / "world.json"
    env = processes.environment(folder, address)
    processes.module("benchmarks.ground", "small", str(world), env=env)
    given = json.loads(world.read_text("utf-8"))
    rows: Rows = Sqlite(folder / "studium.sqlite3") if not address else Postgresql(address)
    server = processes.studium(folder, address)
    people = [Client(server.port, one["email"]) for one in given["students"][:clients]]
    outcomes = []
    try:
        for person in people:
            person.sign_in(given["password"])
            person.begin(given["exam"])
        for number in range(1, runs + 1):
            killed = run(server, people, number)
            server = processes.studium(folder, address)
            for person in people:
                person.port = server.port
            outcome = judge(people, rows, killed)
            outcomes.append(outcome)
            print(line(database, number, runs, outcome), flush=True)
            if outcome.faults:
                break
    finally:
        server.stop()
    return outcomes


def line(database: str, number: int, runs: int, outcome: Outcome) -> str:
    verdict = "0 lost, 0 doubled" if not outcome.faults else "; ".join(outcome.faults[:5])
    return (
        f"{database} {number}/{runs}: {outcome.acknowledged} acknowledged, {outcome.killed} "
        f"processes killed, {outcome.stored_unanswered} stored without a reply: {verdict}"
    )


def trials(database: str, *, runs: int, clients: int) -> bool:
    """Make the database, run, print the totals; whether all is well."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="studium-kill-")))
        address = ""
        if database == "postgresql":
            from benchmarks.postgres import own_cluster

            address = stack.enter_context(own_cluster()).create("kill")
        began = time.monotonic()
        outcomes = trial(database, runs, clients, folder, address)
    faults = sum(len(one.faults) for one in outcomes)
    acknowledged = sum(one.acknowledged for one in outcomes)
    fewest = min(one.acknowledged for one in outcomes)
    print(
        f"{database}: {len(outcomes)} kills, {acknowledged} acknowledged saves (at least {fewest} "
        f"before each kill), {faults} faults, {time.monotonic() - began:.0f} s"
    )
    return not faults and len(outcomes) == runs


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--clients", type=int, default=4, choices=range(1, 9))
    options = parser.parse_args()
    return 0 if trials(options.database, runs=options.runs, clients=options.clients) else 1


if __name__ == "__main__":
    raise SystemExit(main())
