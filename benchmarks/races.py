"""Forty at once, over HTTP, on a real server: one row each.

    python -m benchmarks.races --database sqlite --rounds 20
    python -m benchmarks.races --database postgresql --rounds 20

Six things that people and programs do twice by accident or by design: begin an exam that allows one
attempt, hand in, save one answer, join a course, ask for notes, import a course under one key. In
each round forty connections send the same thing at the same moment; afterwards the tables are
counted by SQL. A reply of 5xx is a fault, and so is a row too many or none.
"""

from __future__ import annotations

import argparse
import http.client
import io
import json
import secrets
import tempfile
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from benchmarks import processes
from benchmarks.kill import DATABASES, Postgresql, Rows, Sqlite, require

AT_ONCE = 40


@dataclass(frozen=True, slots=True)
class Sent:
    """One request, ready to be sent by whoever is first."""

    method: str
    path: str
    token: str
    body: bytes = b""
    media: str = "application/json"
    key: str = ""


@dataclass(slots=True)
class Site:
    """A running site, its rows, and the people of `benchmarks.ground races`."""

    port: int
    rows: Rows
    given: dict[str, Any]

    def ask(self, sent: Sent) -> tuple[int, Any]:
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        headers = {"Content-Type": sent.media, "Authorization": f"Bearer {sent.token}"}
        if sent.key:
            headers["Idempotency-Key"] = sent.key
        try:
            connection.request(sent.method, sent.path, body=sent.body or None, headers=headers)
            reply = connection.getresponse()
            return reply.status, json.loads(reply.read() or b"null")
        finally:
            connection.close()

    def count(self, table: str, **equal: str) -> int:
        """Rows of a table with these ids or words in these columns."""
        sqlite = getattr(self.rows, "vendor", "") == "sqlite"
        where = " AND ".join(
            f"{name} = '{_hex(value) if sqlite else value}'" for name, value in equal.items()
        )
        return int(self.rows(f"SELECT count(*) FROM {table} WHERE {where}")[0][0])


def _hex(value: str) -> str:
    try:
        return UUID(value).hex
    except ValueError:
        return value


def all_at_once(site: Site, sent: list[Sent]) -> list[tuple[int, Any]]:
    """Send them together; gives status and body of each."""
    go = threading.Barrier(len(sent))
    replies: list[tuple[int, Any]] = [(0, None)] * len(sent)

    def run(number: int) -> None:
        go.wait(60)
        try:
            replies[number] = site.ask(sent[number])
        except (OSError, http.client.HTTPException) as error:
            replies[number] = (599, str(error))

    threads = [threading.Thread(target=run, args=[number]) for number in range(len(sent))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return replies


# --- the six races: each sends, counts, and gives its faults ----------------------------------


def start(site: Site, round_: dict[str, Any]) -> tuple[Counter[int], list[str]]:
    """Begin an exam that allows one attempt."""
    sent = Sent("POST", f"/api/v1/exams/{site.given['exam']}/attempts", round_["token"], b"{}")
    replies = all_at_once(site, [sent] * AT_ONCE)
    round_["attempts"] = {body["id"] for status, body in replies if status in (200, 201)}
    rows = site.count("exam_attempts", user_id=round_["id"], exam_id=site.given["exam"])
    return _judge(replies, {200, 201, 409}, {"attempts": rows, "ids": len(round_["attempts"])})


def save(site: Site, round_: dict[str, Any]) -> tuple[Counter[int], list[str]]:
    """Two different first answers to one question, twenty times each."""
    (attempt,) = round_["attempts"]
    _, shown = site.ask(Sent("GET", f"/api/v1/exam-attempts/{attempt}", round_["token"]))
    question = shown["questions"][0]
    path = f"/api/v1/exam-attempts/{attempt}/answers/{question['id']}"
    bodies = [
        json.dumps({"response": option["id"], "revision": 1}).encode()
        for option in question["options"][:2]
    ]
    sent = [Sent("PUT", path, round_["token"], bodies[n % 2]) for n in range(AT_ONCE)]
    replies = all_at_once(site, sent)
    counted = {
        "answers": site.count("attempt_answers", attempt_id=attempt),
        "journalled saves": site.count("attempt_events", attempt_id=attempt, kind="save"),
        "receipts": len({body["receipt"] for status, body in replies if status == 200}),
    }
    return _judge(replies, {200, 409}, counted)


def submit(site: Site, round_: dict[str, Any]) -> tuple[Counter[int], list[str]]:
    """Hand in, a third of them under one key, a third under keys of their own."""
    (attempt,) = round_["attempts"]
    path, one = f"/api/v1/exam-attempts/{attempt}/submit", secrets.token_hex(8)
    keys = [("", one, secrets.token_hex(8))[n % 3] for n in range(AT_ONCE)]
    sent = [Sent("POST", path, round_["token"], b"{}", key=key) for key in keys]
    replies = all_at_once(site, sent)
    counted = {
        "submit events": site.count("attempt_events", attempt_id=attempt, kind="submit"),
        "graded events": site.count("attempt_events", attempt_id=attempt, kind="graded"),
        "responses": site.count("responses", exam_attempt_id=attempt),
        "times": len({body["submitted_at"] for status, body in replies if status == 200}),
    }
    return _judge(replies, {200, 409}, counted)


def enroll(site: Site, round_: dict[str, Any]) -> tuple[Counter[int], list[str]]:
    """Join a course by its code."""
    body = json.dumps({"code": site.given["code"]}).encode()
    replies = all_at_once(
        site, [Sent("POST", "/api/v1/courses/join", round_["token"], body)] * AT_ONCE
    )
    course = site.given["open_course"]
    rows = site.count("enrollments", user_id=round_["id"], course_id=course)
    return _judge(replies, {200, 201, 409}, {"enrollments": rows})


def notes(site: Site, round_: dict[str, Any]) -> tuple[Counter[int], list[str]]:
    """Ask for the notes of one lesson."""
    path = f"/api/v1/lessons/{round_['lesson']}/notes/generate"
    replies = all_at_once(site, [Sent("POST", path, site.given["staff"], b"{}")] * AT_ONCE)
    jobs = {body["job"]["id"] for status, body in replies if status == 202}
    found = site.rows(f"SELECT count(*) FROM jobs WHERE target LIKE '%{round_['lesson']}%'")
    return _judge(replies, {202, 409}, {"jobs": int(found[0][0]), "job ids": len(jobs)})


def bring_in(site: Site, round_: dict[str, Any]) -> tuple[Counter[int], list[str]]:
    """Import one course under one key."""
    title = f"Race {secrets.token_hex(4)}"
    body, media = _upload(title)
    sent = Sent("POST", "/api/v1/imports", site.given["staff"], body, media, secrets.token_hex(8))
    replies = all_at_once(site, [sent] * AT_ONCE)
    return _judge(replies, {200, 201, 202, 409}, {"lessons": site.count("lessons", topic=title)})


RACES: dict[str, Callable[[Site, dict[str, Any]], tuple[Counter[int], list[str]]]] = {
    "start": start,
    "save": save,
    "submit": submit,
    "enroll": enroll,
    "notes": notes,
    "import": bring_in,
}


def _judge(
    replies: list[tuple[int, Any]], allowed: set[int], counted: dict[str, int]
) -> tuple[Counter[int], list[str]]:
    statuses = Counter(status for status, _ in replies)
    faults = [f"{count} replies of {status}" for status, count in statuses.items()
              if status not in allowed]  # fmt: skip
    faults += [f"{count} {what} instead of 1" for what, count in counted.items() if count != 1]
    return statuses, faults


def _upload(title: str) -> tuple[bytes, str]:
    """A course of one lesson of this title, as a zip in a form."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("one.md", f"# {title}\n\nA value has one owner at a time.\n")
    border = secrets.token_hex(16)
    head = (
        f'--{border}\r\nContent-Disposition: form-data; name="file"; filename="race.zip"\r\n'
        "Content-Type: application/zip\r\n\r\n"
    )
    body = head.encode() + packed.getvalue() + f"\r\n--{border}--\r\n".encode()
    return body, f"multipart/form-data; boundary={border}"


def trial(database: str, rounds: int, folder: Path, address: str = "") -> list[str]:
    """All rounds on one database; prints a line for each race, gives the faults."""
    world = folder / "world.json"
    env = processes.environment(folder, address)
    processes.module("benchmarks.ground", "races", str(world), str(rounds), env=env)
    given = json.loads(world.read_text("utf-8"))
    rows: Rows = Sqlite(folder / "studium.sqlite3") if not address else Postgresql(address)
    server = processes.studium(folder, address)
    faults: list[str] = []
    with processes.running(server):
        site = Site(server.port, rows, given)
        for name, race in RACES.items():
            began, statuses = time.monotonic(), Counter[int]()
            for number, round_ in enumerate(given["rounds"], start=1):
                seen, found = race(site, round_)
                statuses += seen
                faults += [f"{database} {name} {number}: {one}" for one in found]
            told = ", ".join(f"{count} x {status}" for status, count in sorted(statuses.items()))
            print(
                f"{database} {name}: {rounds} rounds of {AT_ONCE} ({told}), "
                f"{time.monotonic() - began:.0f} s",
                flush=True,
            )
    for fault in faults[:20]:
        print(f"FAULT {fault}", flush=True)
    return faults


def trials(database: str, *, rounds: int) -> bool:
    """Make the database, run, print the total; whether one row was made each time."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="studium-races-")))
        address = ""
        if database == "postgresql":
            from benchmarks.postgres import own_cluster

            address = stack.enter_context(own_cluster()).create("races")
        faults = trial(database, rounds, folder, address)
    print(f"{database}: {len(RACES)} races x {rounds} rounds x {AT_ONCE}: {len(faults)} faults")
    return not faults


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    require(options.rounds >= 1, "--rounds is at least 1.")
    return 0 if trials(options.database, rounds=options.rounds) else 1


if __name__ == "__main__":
    raise SystemExit(main())
