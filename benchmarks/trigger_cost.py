"""What the triggers cost one autosave: the same saves with them and without, by turns.

It calls the action that the page calls, in one process without a server, so that nothing else is
in the figure: CPU of this process, and on PostgreSQL of the server's processes, per save.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from statistics import median
from typing import Any
from uuid import UUID

from benchmarks.processes import family_cpu

BLOCKS = 6
SAVES = 400


def measure(world: Mapping[str, Any]) -> dict[str, float]:
    """CPU microseconds of one save `with` and `without` triggers."""
    from studium.lib import triggers

    student = world["students"][-1]
    revisions = _revisions(student)
    figures: dict[str, list[float]] = {"with": [], "without": []}
    try:
        for block in range(BLOCKS + 1):
            for kind in ("with", "without") if block % 2 else ("without", "with"):
                triggers.install() if kind == "with" else triggers.remove()
                used = _block(student, revisions)
                if block:  # the first warms up
                    figures[kind].append(used)
    finally:
        triggers.install()
    return {kind: median(values) for kind, values in figures.items()}


def _block(student: Mapping[str, Any], revisions: dict[str, int]) -> float:
    before = _cpu()
    for number in range(SAVES):
        question = student["questions"][number % len(student["questions"])]
        _save(student, question, revisions)
    return 1e6 * (_cpu() - before) / SAVES


def _save(
    student: Mapping[str, Any], question: Mapping[str, Any], revisions: dict[str, int]
) -> None:
    from studium.assessment.actions import sit
    from studium.lib import clock

    revision = revisions[question["id"]] = revisions[question["id"]] + 1
    sit.save_answer(
        by_id=UUID(student["id"]),
        attempt_id=UUID(student["attempt"]),
        question_id=UUID(question["id"]),
        response=question["responses"][revision % 2],
        revision=revision,
        now=clock.now(),
    )


def _revisions(student: Mapping[str, Any]) -> dict[str, int]:
    from studium.assessment.models import AttemptAnswer

    rows = AttemptAnswer.objects.filter(attempt_id=student["attempt"])
    return {str(row.question_id): row.revision for row in rows}


def _cpu() -> float:
    postmaster = int(os.environ.get("BENCH_POSTMASTER", "0"))
    return time.process_time() + (family_cpu(postmaster) if postmaster else 0.0)
