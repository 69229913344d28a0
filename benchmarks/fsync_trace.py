"""Show that every acknowledgement of a saved answer comes after a sync of its commit.

    python -m benchmarks.fsync_trace --database sqlite
    python -m benchmarks.fsync_trace --database postgresql
    python -m benchmarks.fsync_trace --database sqlite --loose      # the control: it must fail

A killed process loses nothing that the kernel has, so killing cannot show this: only the order of
system calls can. `strace` follows the real server while one client saves answers one by one.

SQLite: in the worker, between the write to the write-ahead log and the reply's send there is a
sync of that log which returned 0. PostgreSQL: a server process syncs its log, then reports that the
transaction is over, which is COMMIT or an INSERT by itself after which no transaction is open; then
the worker sends the reply. `--loose` turns the guarantee off (`synchronous=NORMAL`,
`synchronous_commit=off`) to prove that the trace can see its absence.
"""

from __future__ import annotations

import argparse
import http.client
import json
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import processes
from benchmarks.kill import Client, require, response_to
from benchmarks.processes import Server

SAVES = 200
# The second: the command's end, and "ready for a query" with the letter for "in no transaction".
OVER = (r"COMMIT\0", r"INSERT 0 1\0Z\0\0\0\5I")
CALLS = "write,writev,sendto,sendmsg,pwrite64,pwritev,pwritev2,fsync,fdatasync"
_LINE = re.compile(r"^(\d+\.\d+) (\w+)\((.*)\) += +(-?\d+).*<([\d.]+)>$")


@dataclass(frozen=True, slots=True, order=True)
class Call:
    """One system call: when it began and ended, which, on what, and its result."""

    began: float
    ended: float
    name: str
    arguments: str
    result: int


def calls(folder: Path) -> Iterator[Call]:
    """Every call of every traced thread, in the order of time."""
    found = []
    for path in folder.iterdir():
        for line in path.read_text("utf-8", "replace").splitlines():
            if parts := _LINE.match(line):
                began = float(parts[1])
                ended = began + float(parts[5])
                found.append(Call(began, ended, parts[2], parts[3], int(parts[4])))
    return iter(sorted(found))


def verdicts(traced: Iterator[Call], database: str) -> list[bool]:
    """For each acknowledgement in turn, whether its commit was synced before its send began."""
    found: list[bool] = []
    written = synced = committed = 0.0  # ends of the newest write, sync and COMMIT since the last
    syncs: list[float] = []  # on PostgreSQL others sync beside: which came before the COMMIT?
    for call in traced:
        if is_reply(call):
            first, second = (written, synced) if database == "sqlite" else (synced, committed)
            found.append(0 < first <= second <= call.began)
            written = synced = committed = 0.0
            syncs.clear()
        elif is_log(call, database) and call.name in ("fsync", "fdatasync"):
            syncs += [call.ended] if call.result == 0 else []
            if database == "sqlite":
                synced = call.ended if call.result == 0 else synced
        elif is_log(call, database):
            written = call.ended
            synced = 0.0 if database == "sqlite" else synced
        elif call.name == "sendto" and any(end in call.arguments for end in OVER):
            committed = call.began
            synced = max((ended for ended in syncs if ended <= committed), default=0.0)
    return found


def is_reply(call: Call) -> bool:
    """A worker begins to tell a client that its answer is stored: nothing else is asked for."""
    return "HTTP/1.1 200" in call.arguments


def is_log(call: Call, database: str) -> bool:
    """The call is on the write-ahead log of the database."""
    return ("-wal>" if database == "sqlite" else "/pg_wal/") in call.arguments.partition(",")[
        0
    ] + ">"


# --- the run ---------------------------------------------------------------------------------


def save_one_by_one(client: Client, count: int) -> int:
    """Save so many answers, each after the reply to the one before; on many connections, so that
    every worker gets some. Gives how many were acknowledged."""
    acknowledged = 0
    while acknowledged < count:
        connection = http.client.HTTPConnection("127.0.0.1", client.port, timeout=60)
        for _ in range(10):
            acknowledged += one_save(client, connection, acknowledged)
        connection.close()
    return acknowledged


def one_save(client: Client, connection: http.client.HTTPConnection, number: int) -> int:
    question = client.questions[number % len(client.questions)]
    revision = client.revisions.get(question["id"], 0) + 1
    response = response_to(question, f"traced {number}", number)
    connection.request(
        "PUT",
        f"/api/v1/exam-attempts/{client.attempt}/answers/{question['id']}",
        body=json.dumps({"response": response, "revision": revision}),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {client.token}"},
    )
    reply = connection.getresponse()
    body = reply.read()
    require(reply.status == 200, f"a save gave {reply.status}: {body!r}")
    client.revisions[question["id"]] = revision
    return 1


def tracer(folder: Path, pids: list[int]) -> subprocess.Popen[bytes]:
    """strace on these processes and their threads, one file per thread."""
    command = ["strace", "-ff", "-ttt", "-T", "-y", "-s", "1500", "-e", f"trace={CALLS}"]
    command += ["-o", str(folder / "calls")]
    for pid in pids:
        command += ["-p", str(pid)]
    started = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    time.sleep(2.0)  # it attaches thread by thread
    if started.poll() is not None:
        assert started.stderr is not None
        raise SystemExit(f"strace ended: {started.stderr.read().decode()}")
    return started


def traced_pids(server: Server, postmaster: int) -> list[int]:
    """The server's processes, and PostgreSQL's."""
    backends = [one.pid for one in processes.stats() if postmaster and one.parent == postmaster]
    return [*server.pids(), *([postmaster] if postmaster else []), *backends]


def trace(database: str, *, saves: int, loose: bool, folder: Path, stack: ExitStack) -> list[bool]:
    """Make the database, serve it, save under strace; the verdict on each acknowledgement."""
    address, postmaster = prepared(database, loose, stack)
    env = processes.environment(folder, address)
    world = folder / "world.json"
    processes.module("benchmarks.ground", "small", str(world), env=env)
    given: dict[str, Any] = json.loads(world.read_text("utf-8"))
    settings = "benchmarks.loose_settings" if loose and not address else ""
    server = processes.studium(folder, address, settings=settings)
    stack.callback(server.stop)
    client = Client(server.port, given["students"][0]["email"])
    client.sign_in(given["password"])
    client.begin(given["exam"])
    save_one_by_one(client, 20)  # so that connections and prepared statements are there
    (folder / "trace").mkdir()
    watching = tracer(folder / "trace", traced_pids(server, postmaster))
    try:
        sent = save_one_by_one(client, saves)
        time.sleep(0.5)  # the last call is written down when it has returned
    finally:
        watching.terminate()
        watching.wait(timeout=60)
    found = verdicts(calls(folder / "trace"), database)
    require(len(found) == sent, f"{sent} saves were acknowledged, the trace shows {len(found)}")
    return found


def prepared(database: str, loose: bool, stack: ExitStack) -> tuple[str, int]:
    """The address of the database and PostgreSQL's first process; nothing and 0 for SQLite."""
    if database == "sqlite":
        return "", 0
    import psycopg

    from benchmarks.postgres import own_cluster

    cluster = stack.enter_context(own_cluster())
    address = cluster.create("traced")
    if loose:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("ALTER DATABASE traced SET synchronous_commit = off")
    return address, cluster.postmaster


def report(database: str, *, saves: int, loose: bool) -> bool:
    """Trace, print the share; whether it is what it must be."""
    if shutil.which("strace") is None:
        raise SystemExit("strace is not here. On Debian or Ubuntu: apt-get install strace")
    with ExitStack() as stack:
        name = stack.enter_context(tempfile.TemporaryDirectory(prefix="studium-trace-"))
        found = trace(database, saves=saves, loose=loose, folder=Path(name), stack=stack)
    good = sum(found)
    guarantee = "turned off" if loose else "as shipped"
    print(
        f"{database}, durability {guarantee}: {good} of {len(found)} acknowledgements came after "
        f"a sync of their commit ({100 * good / len(found):.1f} %)"
    )
    if loose:
        print("the control is seen" if good < len(found) / 2 else "THE CONTROL WAS NOT SEEN")
    return good < len(found) / 2 if loose else good == len(found)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--saves", type=int, default=SAVES)
    parser.add_argument("--loose", action="store_true", help="the control, which must fail")
    options = parser.parse_args()
    return 0 if report(options.database, saves=options.saves, loose=options.loose) else 1


if __name__ == "__main__":
    raise SystemExit(main())
