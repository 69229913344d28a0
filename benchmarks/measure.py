"""Measure two servers by turns under the same load, and compare what a request costs each.

The order is reversed from round to round and the first round is thrown away, so that what the
machine does beside it falls on both. The figure is CPU per request: user and system time of all
processes of a server (on PostgreSQL with those of the database) divided by the requests answered.
It is what one machine can be trusted to repeat while others use it too; requests per second is not.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.processes import ROOT, Server, environment, family_cpu

ROUNDS = 5
SECONDS = 2.0


class Generator:
    """The load generator's process, see `benchmarks.load`."""

    def __init__(self, world: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.load", str(world)],
            cwd=ROOT,
            env=environment(world.parent),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def order(self, **order: Any) -> dict[str, Any]:
        """Have it done; the counts. Any failed request ends the measurement."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(json.dumps(order), file=self.process.stdin, flush=True)
        reply: dict[str, Any] = json.loads(self.process.stdout.readline())
        if reply["failed"] or not reply["requests"]:
            raise SystemExit(
                f"{order}: {reply['failed']} of {reply['requests']} failed, first: "
                f"{reply['first_failure']}"
            )
        return reply

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(timeout=30)


@dataclass
class Cost:
    """What one server's requests cost, one entry per round."""

    cpu_us: list[float] = field(default_factory=list)
    generator_us: list[float] = field(default_factory=list)
    per_second: list[float] = field(default_factory=list)
    p50_ms: list[float] = field(default_factory=list)
    p99_ms: list[float] = field(default_factory=list)
    requests: int = 0

    def add(self, reply: Mapping[str, Any], cpu: float) -> None:
        self.requests += reply["requests"]
        self.cpu_us.append(1e6 * cpu / reply["requests"])
        self.generator_us.append(1e6 * reply["cpu_s"] / reply["requests"])
        self.per_second.append(reply["requests"] / reply["wall_s"])
        self.p50_ms.append(reply["p50_ms"])
        self.p99_ms.append(reply["p99_ms"])


@dataclass(frozen=True, slots=True)
class Compared:
    """Two costs, and how the first stands to the second: of the medians, and round by round."""

    ours: Cost
    floor: Cost

    @property
    def ratio(self) -> float:
        return median(self.ours.cpu_us) / median(self.floor.cpu_us)

    @property
    def spread(self) -> tuple[float, float]:
        """The smallest and the largest ratio of a round."""
        each = [a / b for a, b in zip(self.ours.cpu_us, self.floor.cpu_us, strict=True)]
        return min(each), max(each)


def compare(
    generators: tuple[Generator, Generator],
    servers: tuple[Server, Server],
    *,
    what: str,
    who: str = "students",
    postmaster: int = 0,
    rounds: int = ROUNDS,
    seconds: float = SECONDS,
    report: Callable[[str], None] = print,
) -> Compared:
    """Load both by turns. `postmaster` is PostgreSQL's first process, whose CPU counts too."""
    costs = (Cost(), Cost())
    for number in range(rounds + 1):
        order = (1, 0) if number % 2 else (0, 1)
        for index in order:
            server = servers[index]
            before = _cpu(server, postmaster)
            reply = generators[index].order(
                port=server.port, what=what, who=who, seconds=seconds if number else 1.0
            )
            used = _cpu(server, postmaster) - before
            if number:  # round 0 warms up
                costs[index].add(reply, used)
    compared = Compared(*costs)
    low, high = compared.spread
    report(f"    {what}: ratio {compared.ratio:.2f} ({low:.2f} to {high:.2f} by round)")
    return compared


def _cpu(server: Server, postmaster: int) -> float:
    return server.cpu() + (family_cpu(postmaster) if postmaster else 0.0)
