"""`make bench`: every figure that has a budget, measured in one run and printed as one table.

    python -m benchmarks                          # all of it, about ten minutes
    python -m benchmarks --only sqlite memory     # some parts, for work on them
    python -m benchmarks --only saves exam        # durable saves, and the cost of a whole exam
    python -m benchmarks --quick                  # fewer rounds and 100,000 responses

It leaves nothing behind: databases are temporary, PostgreSQL is found or installed as `make test`
does it. The exit code is 1 when a budget is missed.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import class_page, pages, processes, saves
from benchmarks.measure import Compared, Cost, Generator, compare
from benchmarks.processes import Server
from benchmarks.table import Line, Table

SETTLE = 12.0  # seconds after the start before memory is read


@dataclass
class Run:
    """What the parts of one run share."""

    table: Table
    folder: Path
    rounds: int
    seconds: float
    many: int

    def ground(self, name: str, address: str = "") -> tuple[Path, dict[str, Any]]:
        """A data folder of this name with its world, laid on first use."""
        place = self.folder / name
        world = place / "world.json"
        if not world.exists():
            place.mkdir()
            self.command(place, "world", str(world), address=address)
        return place, json.loads(world.read_text("utf-8"))

    def command(self, place: Path, *arguments: str, address: str = "", **more: str) -> str:
        env = processes.environment(place, address, **more)
        return processes.module("benchmarks.ground", *arguments, env=env)


# --- pages and saves against the floor ---------------------------------------------------------


def sqlite(run: Run) -> None:
    """Import, notes, then autosave and lesson page against the floor on SQLite."""
    place, world = run.ground("sqlite")
    run.table.add(_seconds("import of the Rust book", world["import_seconds"]))
    env = processes.environment(place)
    began = time.monotonic()
    slug = world["course"]["slug"]
    said = processes.studium_command("notes", "generate", slug, "--wait", env=env)
    run.table.add(_seconds("notes for all its chapters", time.monotonic() - began))
    run.table.remark(said.strip().splitlines()[-1])
    pages_and_saves(run, "SQLite", place)
    _trigger_line(run, "SQLite", place)


def postgresql(run: Run) -> None:
    """Autosave and lesson page against the floor on PostgreSQL."""
    from benchmarks.postgres import own_cluster

    with own_cluster() as cluster:
        address = cluster.create("bench")
        place, _ = run.ground("postgresql", address)
        pages_and_saves(run, "PostgreSQL", place, address, cluster.postmaster)
        _trigger_line(run, "PostgreSQL", place, address, cluster.postmaster)


def pages_and_saves(
    run: Run, database: str, place: Path, address: str = "", postmaster: int = 0
) -> None:
    """The three rows that stand against the floor, on one database."""
    world, record = place / "world.json", place / "record.pickle"
    run.command(place, "record", str(world), str(record), address=address)
    ours = processes.studium(place, address)
    floor = processes.floor(record, place, address)
    with ExitStack() as stack:
        stack.enter_context(processes.running(ours, floor))
        require_equal_pages(json.loads(world.read_text("utf-8")), ours, floor)
        generator = Generator(world)
        stack.callback(generator.close)

        def measured(what: str) -> Compared:
            return compare(
                (generator, generator), (ours, floor), what=what, postmaster=postmaster,
                rounds=run.rounds, seconds=run.seconds, report=lambda text: None,
            )  # fmt: skip

        saves = measured("autosave")
        run.table.add(_line(f"autosave, {database}", saves))
        run.table.add(_line(f"lesson page, {database}", measured("lesson")))
        run.table.add(_line(f"lesson page unchanged (304), {database}", measured("lesson_304")))
    run.table.remark(
        f"{database}: {median(saves.ours.per_second):.0f} saves/s with 8 clients, p99 "
        f"{median(saves.ours.p99_ms):.0f} ms (information: the machine is shared)"
    )


def require_equal_pages(world: dict[str, Any], ours: Server, floor: Server) -> None:
    """Both servers send the same lesson, but for the one-time token of its form."""
    pages = [_lesson(world, server.port) for server in (ours, floor)]
    if pages[0] != pages[1]:
        raise SystemExit("The floor sends another lesson page than the product; nothing measured.")


def _lesson(world: dict[str, Any], port: int) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    cookie = f"{world['session_cookie']}={world['scout']['token']}; csrftoken={world['csrf']}"
    connection.request("GET", world["paths"]["lesson"], headers={"Cookie": cookie})
    reply = connection.getresponse()
    text = reply.read().decode()
    connection.close()
    return f"{reply.status} " + re.sub(r'value="\w{64}"', "", text)


def _trigger_line(
    run: Run, database: str, place: Path, address: str = "", postmaster: int = 0
) -> None:
    said = run.command(
        place,
        *("triggers", str(place / "world.json")),
        address=address,
        BENCH_POSTMASTER=str(postmaster),
    )
    cost = json.loads(said.strip().splitlines()[-1])
    run.table.add(
        Line(
            f"one save with triggers, {database}",
            f"{cost['with']:.0f} us",
            f"{cost['without']:.0f} us",
            cost["with"] / cost["without"],
            "ratio",
            "floor: the same save without triggers",
        )
    )


# --- pages about progress ----------------------------------------------------------------------


def dashboards(run: Run) -> None:
    """The same pages over many responses and over few, by turns."""
    few, _ = run.ground("few")
    many = run.folder / "many"
    shutil.copytree(few, many)
    run.command(few, "fill", str(few / "world.json"), "10000")
    run.command(many, "fill", str(many / "world.json"), str(run.many))
    servers = (processes.studium(many), processes.studium(few))
    generators = (Generator(many / "world.json"), Generator(few / "world.json"))
    with ExitStack() as stack:
        stack.enter_context(processes.running(*servers))
        for generator in generators:
            stack.callback(generator.close)
        rows = (("a student's progress", "progress", "viewer"),
                ("everybody's results", "insight", "staff"))  # fmt: skip
        for name, what, who in rows:
            compared = compare(
                generators, servers, what=what, who=who, rounds=run.rounds,
                seconds=max(run.seconds, 2.0), report=lambda text: None,
            )  # fmt: skip
            run.table.add(_line(f"{name}, {run.many:,} responses to 10,000", compared))


# --- taking answers in -------------------------------------------------------------------------


def analytics(run: Run) -> None:
    """What an answer costs to take in, what the class page reads, and all answers again."""
    place = run.folder / "learning"
    place.mkdir()
    found = _learning(place, "update")
    for name, key in (("with 19 others", "twenty"), ("by itself", "single")):
        cost = found[key]
        line = f"an answer taken in {name}, SQLite"
        run.table.add(Line(line, f"{cost:.2f} ms", "", cost, "cpu_ms", "storage included"))
    whole = json.loads(
        processes.module(
            "benchmarks.class_page", "--json", env=processes.environment(place)
        ).splitlines()[-1]
    )
    for key in class_page.JUDGED:
        line = f"page of a class of 500 on 50 concepts: {key}"
        run.table.add(Line(line, f"{whole[key]:.1f} ms", "", whole[key], "cpu_ms", "made anew"))
    found = _learning(place, "pages")
    for name, key in (
        ("a class of 500 on 50 concepts", "class"),
        ("all of them in words", "words"),
        ("one student", "student"),
    ):
        cost = found[key]
        run.table.add(Line(f"the standing of {name}", f"{cost:.1f} ms", "", cost, "cpu_ms"))
    many, _ = run.ground("rebuilt")
    run.command(many, "fill", str(many / "world.json"), str(run.many))
    found = _learning(many, "rebuild")
    run.table.remark(
        f"{found['responses']:,} responses taken in again: {found['stored']:,.0f}/s with their "
        f"rows written, {found['memory']:,.0f}/s in memory alone (limited by Python: one "
        "answer moves about ten rows, and each is an object before it is a row)"
    )


def _learning(place: Path, part: str) -> dict[str, float]:
    said = processes.module("benchmarks.learning", part, env=processes.environment(place))
    found: dict[str, float] = json.loads(said.strip().splitlines()[-1])
    return found


# --- memory ------------------------------------------------------------------------------------


def memory(run: Run) -> None:
    """PSS of everything that `studium serve` starts, its job worker included, at rest."""
    place, world = run.ground("sqlite")
    server = processes.studium(place, worker=True)
    with processes.running(server):
        for path in (world["paths"]["lesson"], "/healthz"):
            _lesson({**world, "paths": {"lesson": path}}, server.port)
        time.sleep(SETTLE)
        pids = server.pids()
        used = processes.resident(pids) / 1e6
    remark = f"{len(pids)} processes"
    run.table.add(Line("all processes at rest", f"{used:.0f} MB", "", used, "megabytes", remark))


# --- the lines ---------------------------------------------------------------------------------


def _seconds(name: str, seconds: float) -> Line:
    return Line(name, f"{seconds:.1f} s", "", seconds, "seconds", "wall time")


def _line(name: str, compared: Compared) -> Line:
    low, high = compared.spread
    generator = median(compared.ours.generator_us), median(compared.floor.generator_us)
    remark = f"{low:.2f} to {high:.2f} by round; generator {generator[0]:.0f}/{generator[1]:.0f} us"
    return Line(name, _us(compared.ours), _us(compared.floor), compared.ratio, "ratio", remark)


def _us(cost: Cost) -> str:
    return f"{median(cost.cpu_us):,.0f} us"


# --- durable saves, a whole exam -----------------------------------------------------------------


def durable_saves(run: Run) -> None:
    """Saves a second, the slowest, and who is left behind, on both databases."""
    saves.saves(run.table, run.folder, runs=run.rounds)


def whole_exam(run: Run) -> None:
    """What one student's exam costs all processes of the server."""
    saves.exam(run.table, run.folder)


# --- every page ----------------------------------------------------------------------------------


def every_page(run: Run) -> None:
    """What each page of the demo costs beside the lesson page, and weighs at the first visit."""
    place = run.folder / "demo"
    place.mkdir()
    processes.studium_command("demo", env=processes.environment(place))
    found = pages.measure(place)
    lesson = found[0].cpu_us
    for one in found:
        remark = f"{one.own / 1000:.0f} KB, {one.first / 1000:.0f} KB at the first visit"
        remark += f"; after a write {one.written_us:,.0f}, after a change {one.changed_us:,.0f} us"
        ours, floor = f"{one.cpu_us:,.0f} us", f"{lesson:,.0f} us"
        line = f"page {one.name}, {one.role}"
        run.table.add(Line(line, ours, floor, one.cpu_us / lesson, "ratio", remark))
    over = [one.name for one in found if one.cpu_us > 3 * lesson]
    run.table.remark(f"pages over 3 x the lesson page: {', '.join(over) or 'none'}")


PARTS: dict[str, Callable[[Run], None]] = {
    "saves": durable_saves,
    "exam": whole_exam,
    "sqlite": sqlite,
    "postgresql": postgresql,
    "dashboards": dashboards,
    "analytics": analytics,
    "memory": memory,
    "pages": every_page,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--quick", action="store_true", help="fewer rounds, 100,000 responses")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="studium-bench-") as name:
        many = 100_000 if options.quick else 1_000_000
        run = Run(Table(), Path(name), 3 if options.quick else 5, 2.0, many)
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; CPU per request", flush=True)
        for part in options.only:
            print(part, flush=True)
            PARTS[part](run)
    print("\n" + run.table.text(), flush=True)
    return 1 if run.table.missed() else 0


if __name__ == "__main__":
    raise SystemExit(main())
