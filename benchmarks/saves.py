"""How many answers a second are stored for good, how long the slowest waits, who is left behind;
and what a whole exam costs the server.

    python -m benchmarks --only saves exam      # these rows alone
    python -m benchmarks.saves                  # the same figures in more detail, five runs each

The server is the one that people run, with its job worker. Each client saves as fast as it is
answered. Further measurements go on while pages are written, and while a course of 120 lessons is
imported too, again and again.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import processes
from benchmarks.browsing import Visitor, written_pages
from benchmarks.kill import Postgresql, Rows, Sqlite
from benchmarks.processes import Server, family_cpu
from benchmarks.table import Line, Table

SECONDS = 5.0
WARM_UP = 32  # students who sit the whole exam before its cost is counted
WARM = 208  # the first of the students who warm the server up
CROWD, FEW = (0, 200), (200, 8)  # first student and number of students
DATABASES = ("SQLite", "PostgreSQL")


@dataclass(frozen=True, slots=True)
class Site:
    """A served hall of students: its world, its server, and PostgreSQL's first process."""

    folder: Path
    world: dict[str, Any]
    server: Server
    address: str
    postmaster: int

    def cpu(self) -> float:
        """CPU seconds so far: all processes of the server, and of PostgreSQL."""
        return self.server.cpu() + (family_cpu(self.postmaster) if self.postmaster else 0.0)

    def settle(self, seconds: float = 60.0) -> None:
        """Wait until no job is waiting or running, for at most so long."""
        path = self.folder / "studium.sqlite3"
        rows: Rows = Postgresql(self.address) if self.address else Sqlite(path)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if not rows("SELECT 1 FROM jobs WHERE status IN ('queued', 'running') LIMIT 1"):
                return
            time.sleep(0.5)


@contextmanager
def site(database: str, folder: Path) -> Iterator[Site]:
    """A hall on this database, served with its job worker."""
    with ExitStack() as stack:
        address, postmaster = "", 0
        if database == "PostgreSQL":
            from benchmarks.postgres import own_cluster

            cluster = stack.enter_context(own_cluster())
            address, postmaster = cluster.create("hall"), cluster.postmaster
        folder.mkdir()
        env = processes.environment(folder, address)
        processes.module("benchmarks.ground", "hall", str(folder / "world.json"), env=env)
        server = processes.studium(folder, address, worker=True)
        stack.enter_context(processes.running(server))
        world = json.loads((folder / "world.json").read_text("utf-8"))
        yield Site(folder, world, server, address, postmaster)


def load(here: Site, clients: tuple[int, int], seconds: float) -> dict[str, Any]:
    """What the load generator counts; any failed save ends the measurement."""
    first, number = clients
    said = processes.module(
        "benchmarks.save_load",
        *(str(here.folder / "world.json"), str(here.server.port)),
        *(str(first), str(number), str(seconds)),
        env=processes.environment(here.folder),
    )
    found: dict[str, Any] = json.loads(said)
    if found["failed"]:
        raise SystemExit(f"{found['failed']} saves failed, first: {found['first_failure']}")
    return found


def measured(here: Site, clients: tuple[int, int], *, runs: int, seconds: float) -> dict[str, Any]:
    """The figures of several runs: the median rate, and the worst of the waits and shares."""
    found = [load(here, clients, seconds) for _ in range(runs)]
    return {
        "per_second": median(one["per_second"] for one in found),
        "p99_ms": max(one["p99_ms"] for one in found),
        "longest_ms": max(one["longest_ms"] for one in found),
        "share": min(one["fewest"] / one["median"] for one in found),
    }


@contextmanager
def other_writers(here: Site, *, importing: bool) -> Iterator[None]:
    """While inside, pages are read and written, and perhaps a course imported again and again."""
    over = threading.Event()
    env = processes.environment(here.folder, here.address)
    book = processes.ROOT / "src/studium/cli/demo/rust_book"
    command = [processes.PROGRAM, "import", str(book), "--owner", "bruno@bench.example"]

    def import_again() -> None:
        while not over.is_set():
            subprocess.run(command, env=env, capture_output=True, check=True)

    threads = [threading.Thread(target=written_pages, args=(here.server.port, here.world, over))]
    if importing:
        threads.append(threading.Thread(target=import_again))
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def lines(database: str, what: str, found: dict[str, Any]) -> list[Line]:
    """The rows of one measurement."""
    name = f"{database}, {what}"
    return [
        Line(f"saves a second, {name}", "", "", found["per_second"], "per_second"),
        Line(f"slowest save of a hundred, {name}", "", "", found["p99_ms"], "milliseconds"),
        Line(f"longest wait, {name}", "", "", found["longest_ms"], "milliseconds"),
        Line(f"least served to the median, {name}", "", "", found["share"], "share"),
    ]


def saves(table: Table, folder: Path, *, runs: int, seconds: float = SECONDS) -> None:
    """The rows of durable saves on both databases."""
    for database in DATABASES:
        with site(database, folder / f"saves-{database}") as here:
            load(here, (WARM, 8), 2.0)
            for what, clients in (("8 clients", FEW), ("200 clients", CROWD)):
                found = measured(here, clients, runs=runs, seconds=seconds)
                for line in lines(database, what, found):
                    table.add(line)
            for what, importing in (("pages write", False), ("a course is imported", True)):
                with other_writers(here, importing=importing):
                    found = measured(here, FEW, runs=1, seconds=2 * seconds)
                for line in lines(database, f"8 clients, {what}", found):
                    table.add(line)


def exam(table: Table, folder: Path) -> None:
    """The rows of the whole exam: CPU of all server processes, from the lobby to the result, with
    the jobs that follow. Each thread of a server has read its templates and opened its connection
    before the count begins, as on a day with more than a handful of students."""
    for database in DATABASES:
        with site(database, folder / f"exam-{database}") as here:
            people = here.world["newcomers"]
            for person in people[:WARM_UP]:
                Visitor(here.server.port, here.world, person).sit()
            here.settle()
            paces = [pace()]
            before = here.cpu()
            asked = [Visitor(here.server.port, here.world, one).sit() for one in people[WARM_UP:]]
            here.settle()
            used = 1000 * (here.cpu() - before) / len(asked)
            paces.append(pace())
            remark = f"{asked[0]} requests each, {len(asked)} students; pace of the machine "
            remark += " and ".join(f"{one:.0f} ms" for one in paces)
            name = f"a whole exam of 20 questions, {database}"
            table.add(Line(name, f"{used:.0f} ms", "", used, "cpu_ms", remark))


def pace() -> float:
    """CPU milliseconds of a fixed piece of Python, the least of three: on shared processors the
    same work takes half as long again at some times as at others."""
    took = []
    for _ in range(3):
        begun = time.process_time()
        sum(one * one % 7 for one in range(1_000_000))
        took.append(time.process_time() - begun)
    return 1000 * min(took)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    options = parser.parse_args()
    table = Table()
    with tempfile.TemporaryDirectory(prefix="studium-saves-") as name:
        saves(table, Path(name), runs=options.runs, seconds=options.seconds)
        exam(table, Path(name))
    print("\n" + table.text())
    return 1 if table.missed() else 0


if __name__ == "__main__":
    sys.exit(main())
