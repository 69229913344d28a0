"""Kinds of jobs for the tests, and a worker that knows them: `python -m tests.lib.job_kinds`."""

from __future__ import annotations

import time
from typing import Any

import django

if __name__ == "__main__":
    django.setup()

from django.db import OperationalError

from studium.lib.errors import Refused
from studium.lib.jobs import JobContext, Part, job, with_parts


@job("test.count", title="Count")
def count(context: JobContext, steps: int = 3, pause: float = 0.0) -> dict[str, Any]:
    for step in range(steps):
        context.progress(step, steps, f"Step {step + 1} of {steps}")
        time.sleep(pause)
    return {"counted": steps}


@job("test.break", title="Break")
def break_down(context: JobContext) -> None:
    raise ValueError("secret insides")


@job("test.refuse", title="Refuse")
def refuse(context: JobContext) -> None:
    raise Refused("The lesson is gone. Choose another one.")


@job("test.busy", title="Meet a busy database")
def busy(context: JobContext) -> None:
    raise OperationalError("database is locked")


@job("test.slow", title="Never end", timeout_seconds=1)
def slow(context: JobContext) -> None:
    time.sleep(30)


BROKEN: set[str] = set()
"""Names of the parts that shall fail."""


@job("test.part", title="A part")
def part(context: JobContext, name: str) -> dict[str, Any]:
    if name in BROKEN:
        raise Refused("This part is broken.")
    return {"name": name}


@job("test.whole", title="The whole")
def whole(context: JobContext, names: str) -> dict[str, Any]:
    parts = with_parts(
        context, lambda: [Part("test.part", one, f"Part {one}", {"name": one}) for one in names]
    )
    failed = sum(one.status == "failed" for one in parts)
    if failed:
        raise Refused(f"{failed} of {len(parts)} parts failed.")
    return {"parts": len(parts), "done": sum(one.status == "done" for one in parts)}


if __name__ == "__main__":
    from studium.lib.jobs import run_worker

    run_worker()
