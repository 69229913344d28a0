"""A large class: 500 students start within two seconds, save every ten, and end at one deadline.

    python -m benchmarks.large_class [--students 500] [--database sqlite postgresql]

It is `studium rehearse` on an exam of twelve questions of every kind the ground has. Good is: no
error, nothing lost, the p95 of saves within its limit, everything closed and graded in a minute.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks import kill
from benchmarks.processes import PROGRAM, ROOT, environment, module

STUDENTS = 500
SECONDS = 60
LIMITS = {"sqlite": 1.5, "postgresql": 0.5}  # seconds, p95 of saves


def trial(database: str, *, students: int = STUDENTS) -> bool:
    """One rehearsal on a site of its own; says what it came to."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="studium-class-")))
        env = environment(folder / "data")
        ground = folder / "ground.json"
        module("benchmarks.ground", "small", str(ground), "1", env=env)
        where = "sqlite"
        if database == "postgresql":
            from benchmarks.postgres import own_cluster

            where = stack.enter_context(own_cluster()).create("rehearsed")
        exam = json.loads(ground.read_text("utf-8"))["exam"]
        rehearse = ["rehearse", exam, "--students", str(students), "--seconds", str(SECONDS)]
        done = subprocess.run(
            [PROGRAM, *rehearse, "--database", where, "--json"],
            cwd=ROOT, env=env, capture_output=True, text=True, check=False,
        )  # fmt: skip
    if done.stderr:  # what the server said about errors
        print(done.stderr[-4000:])
    if not done.stdout:
        return False
    return _judged(json.loads(done.stdout))


def _judged(report: dict[str, Any]) -> bool:
    requests, database = report["requests"], str(report["database"])
    assert isinstance(requests, dict)
    p95 = requests["save"]["p95_s"]
    graded = report["graded_after_s"]
    good = (
        not report["errors"]
        and not report["lost_answers"]
        and p95 <= LIMITS[database]
        and isinstance(graded, float)
        and graded <= 60
    )
    print(
        f"{database}: {report['students']} students, {report['errors']} errors, "
        f"{report['lost_answers']} of {report['acknowledged_answers']} answers lost, "
        f"saves p95 {p95} s (limit {LIMITS[database]}), all had the paper after "
        f"{report['all_had_the_paper_after_s']} s, graded {graded} s after the deadline, "
        f"capacity {report['capacity_students']} students: {'good' if good else 'NOT GOOD'}",
        flush=True,
    )
    for error in report["first_errors"]:
        print(f"  {error}")
    return good


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--students", type=int, default=STUDENTS)
    parser.add_argument("--database", nargs="+", choices=kill.DATABASES, default=kill.DATABASES)
    options = parser.parse_args()
    good = [trial(each, students=options.students) for each in options.database]
    return 0 if all(good) else 1


if __name__ == "__main__":
    raise SystemExit(main())
