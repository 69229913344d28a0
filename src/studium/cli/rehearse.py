"""`studium rehearse`: an exam sat by virtual students on this machine, before people sit it.

Nothing of the site is touched: the exam is copied into a database of its own, a server is started
on that, and both are gone afterwards, also after Ctrl-C.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import FrameType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from studium.cli._rehearsal import Stage
    from studium.cli._students import Plan, Tally

HELP = "let virtual students sit a copy of an exam on this machine, and say what it carries"
MORE = "Exit code 1 when there was an error, an answer was lost, or grading took over a minute."

_SAVE, _PULSE, _STATE = 10.0, 2.0, 30.0  # seconds between two of a student's at pace 1
_RESULTS = 5.0  # seconds within which all look at their results, at pace 1
_LOBBIES_PER_SECOND = 20  # people come one by one; they start all at once
_FULL = 0.7  # the share of the processors at which a server counts as full
_GRADED_WITHIN = 60.0
_LIMITS = {"sqlite": 1.5, "postgresql": 0.5}  # seconds, p95 of saves


def configure(parser: ArgumentParser) -> None:
    """Which exam, how many students, how fast, and on which database."""
    parser.add_argument("exam", metavar="EXAM", help="id of the exam, or words of its title")
    parser.add_argument("--students", type=int, default=100, help="how many (default: 100)")
    parser.add_argument(
        "--seconds", type=int, default=60, help="from the first start to the deadline (default: 60)"
    )
    parser.add_argument(
        "--pace", type=float, default=1.0, help="how much faster than people they work (default: 1)"
    )
    parser.add_argument(
        "--spread", type=float, default=2.0, help="seconds within which all start (default: 2)"
    )
    parser.add_argument("--workers", type=int, default=2, help="web processes (default: 2)")
    parser.add_argument(
        "--database",
        metavar="URL",
        help="rehearse on this PostgreSQL server, or on `sqlite` (default: the site's own kind)",
    )
    parser.add_argument("--json", action="store_true", help="print the figures as one JSON object")


_DATABASES = ("sqlite", "postgresql://", "postgres://")


def before_setup(options: Namespace) -> None:
    """Numbers and addresses that make no sense end here."""
    wrong = {
        "--students": not 1 <= options.students <= 5000,
        "--seconds": not 5 <= options.seconds <= 7200,
        "--pace": not 0.1 <= options.pace <= 100,
        "--spread": not 0 <= options.spread <= options.seconds / 2,
        "--workers": not 1 <= options.workers <= 64,
        "--database": not (options.database or "sqlite").startswith(_DATABASES),
    }
    for name in (name for name, is_wrong in wrong.items() if is_wrong):
        print(f"{name} is nothing it can be; see `studium rehearse --help`.", file=sys.stderr)
        raise SystemExit(2)


def run(options: Namespace) -> int:
    """Copy, serve, sit, count, tidy up, report."""
    from studium.assessment.actions import rehearsal
    from studium.assessment.queries import exam_conflicts
    from studium.cli._rehearsal import StageFailed, stage
    from studium.lib import clock

    found = rehearsal.find_exam(options.exam)
    tell = _quiet if options.json else _print
    tell(f"“{found.title}” of {found.course_title}: {found.questions} places on the paper.")
    conflicts = [
        ("To mend: " if one.blocks else "To know: ") + one.message
        for one in exam_conflicts(found.id, now=clock.now())
    ]
    tell(*conflicts or ["Nothing stands against its set-up."])
    text = rehearsal.exam_copy(found.id)
    signal.signal(signal.SIGTERM, _as_interrupt)
    try:
        with stage(_server_url(options)) as here:
            tell("Making the copy …")
            here.load(text, students=options.students)
            here.serve(workers=options.workers)
            tell(f"{options.students} students sit it for {options.seconds} s …")
            figures = _hold(here, options)
            if figures["errors"]:
                print("The server said:", here.log()[-4000:], sep="\n", file=sys.stderr)
    except StageFailed as failed:
        print(failed, failed.said, sep="\n", file=sys.stderr)
        return 1
    report = {"exam": str(found.id), "conflicts": conflicts, **figures}
    print(json.dumps(report) if options.json else _words(report))
    return 0 if _is_good(report) else 1


# --- holding it --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Load:
    """CPU seconds of the server in some seconds."""

    cpu: float
    seconds: float


@dataclass(frozen=True, slots=True)
class _Rush:
    """CPU seconds of the server and of the virtual students while all begin."""

    server: float
    students: float


def _hold(here: Stage, options: Namespace) -> dict[str, Any]:
    plan = _plan(here, options)
    asked = _sit(here, plan, options)
    tally, rush, load, graded = asyncio.run(asked)
    names = {name: _spread_of(times) for name, times in sorted(tally.seconds.items())}
    return {
        "database": "postgresql" if here.url else "sqlite",
        "students": options.students,
        "pace": options.pace,
        "processors": os.cpu_count() or 1,
        "requests": names,
        "all_had_the_paper_after_s": round(tally.ready_at - plan.starts, 2),
        **_start_cpu(rush),
        "refused_after_the_deadline": tally.refused_late,
        "errors": len(tally.errors),
        "first_errors": tally.errors[:5],
        "lost_answers": _lost(here, tally),
        "acknowledged_answers": sum(len(each) for each in tally.saved.values()),
        "graded_after_s": graded,
        **_capacity(options, load),
    }


def _plan(here: Stage, options: Namespace) -> Plan:
    """All have the same deadline: the closing time of the copy."""
    from studium.cli._students import Plan

    opens = time.monotonic() + 0.5
    before = 2.0 + options.students / _LOBBIES_PER_SECOND
    starts = opens + before
    closes = datetime.now(UTC) + timedelta(seconds=0.5 + before + options.seconds)
    minutes = options.seconds // 60 + 2
    zone = "+00" if here.url else ""
    here.change(
        f"UPDATE exams SET closes_at = '{closes:%Y-%m-%d %H:%M:%S.%f}{zone}', "
        f"duration_minutes = {minutes}, grace_seconds = 0"
    )
    return Plan(
        port=here.port,
        exam=here.ground["exam"],
        responses=here.ground["responses"],
        opens=opens,
        starts=starts,
        spread=options.spread,
        deadline=starts + options.seconds,
        save_every=_SAVE / options.pace,
        pulse_every=_PULSE / options.pace,
        state_every=_STATE / options.pace,
        look_within=_RESULTS / options.pace,
    )


async def _sit(
    here: Stage, plan: Plan, options: Namespace
) -> tuple[Tally, _Rush | None, _Load | None, float | None]:
    from studium.cli._students import Tally, sit_all

    tally = Tally()
    starting = asyncio.create_task(_watch_start(here, plan, tally, options.students))
    watching = asyncio.create_task(_watch(here, plan, options))
    closing = asyncio.create_task(_wait_for_grades(here, plan, options.students))
    await sit_all(plan, here.ground["tokens"], tally)
    return tally, await starting, await watching, await closing


async def _watch_start(here: Stage, plan: Plan, tally: Tally, students: int) -> _Rush | None:
    """The CPU of both sides from the first start until all have their paper, or the deadline."""
    await asyncio.sleep(max(0.0, plan.starts - time.monotonic()))
    before, began = here.cpu(), time.process_time()
    while tally.ready < students and time.monotonic() < plan.deadline:
        await asyncio.sleep(0.1)
    after, ended = here.cpu(), time.process_time()
    return None if before is None or after is None else _Rush(after - before, ended - began)


async def _watch(here: Stage, plan: Plan, options: Namespace) -> _Load | None:
    """The server's CPU between the rush of the start and the rush of the end."""
    first = plan.starts + options.spread + (plan.deadline - plan.starts - options.spread) * 0.4
    await asyncio.sleep(max(0.0, first - time.monotonic()))
    before, began = here.cpu(), time.monotonic()
    await asyncio.sleep(max(0.0, plan.deadline - 2.0 - time.monotonic()))
    after, ended = here.cpu(), time.monotonic()
    if before is None or after is None or ended <= began:
        return None
    return _Load(after - before, ended - began)


async def _wait_for_grades(here: Stage, plan: Plan, students: int) -> float | None:
    """Seconds from the deadline until every attempt is graded, or None after three minutes."""
    await asyncio.sleep(max(0.0, plan.deadline - time.monotonic()))
    loop = asyncio.get_running_loop()
    sql = "SELECT count(*) FROM exam_attempts WHERE status <> 'in_progress'"
    while time.monotonic() < plan.deadline + 180:
        rows = await loop.run_in_executor(None, here.rows, sql)
        if rows[0][0] >= students:
            return round(time.monotonic() - plan.deadline, 1)
        await asyncio.sleep(0.5)
    return None


# --- figures -----------------------------------------------------------------------------------


def _spread_of(times: list[float]) -> dict[str, float]:
    """Count, median, p95, p99 and longest of some seconds."""
    ordered = sorted(times)

    def at(share: float) -> float:
        return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 3)

    return {
        "count": len(ordered),
        "p50_s": at(0.5),
        "p95_s": at(0.95),
        "p99_s": at(0.99),
        "longest_s": round(ordered[-1], 3),
    }


def _lost(here: Stage, tally: Tally) -> int:
    """Acknowledged answers that the database does not hold, at that revision or a later one."""
    rows = here.rows("SELECT attempt_id, question_id, revision FROM attempt_answers")
    kept = {(str(one).replace("-", ""), str(two).replace("-", "")): rev for one, two, rev in rows}
    return sum(
        kept.get((attempt.replace("-", ""), question.replace("-", "")), 0) < revision
        for attempt, answers in tally.saved.items()
        for question, (revision, _response) in answers.items()
    )


def _start_cpu(rush: _Rush | None) -> dict[str, Any]:
    return {
        "start_cpu_server_s": round(rush.server, 2) if rush else None,
        "start_cpu_students_s": round(rush.students, 2) if rush else None,
    }


def _capacity(options: Namespace, load: _Load | None) -> dict[str, Any]:
    """How many students, working at this pace, take the server to its full share of this machine.

    A straight line through what was measured: users times full share over share used.
    """
    if load is None or load.cpu <= 0:
        return {"processors_used": None, "capacity_students": None}
    used = load.cpu / load.seconds
    full = _FULL * (os.cpu_count() or 1)
    return {
        "processors_used": round(used, 2),
        "capacity_students": int(options.students * full / used * options.pace),
    }


def _is_good(report: dict[str, Any]) -> bool:
    graded = report["graded_after_s"]
    return not (
        report["errors"] or report["lost_answers"] or graded is None or graded > _GRADED_WITHIN
    )


def _words(report: dict[str, Any]) -> str:
    lines = [f"{'':10}{'requests':>9}{'median':>9}{'p95':>9}{'p99':>9}{'longest':>9}"]
    for name, one in report["requests"].items():
        lines.append(
            f"{name:10}{one['count']:>9,}{one['p50_s']:>8.3f}s{one['p95_s']:>8.3f}s"
            f"{one['p99_s']:>8.3f}s{one['longest_s']:>8.3f}s"
        )
    save = report["requests"].get("save", {"p95_s": float("nan")})
    limit = _LIMITS[report["database"]]
    graded = report["graded_after_s"]
    lines += [
        f"Errors: {report['errors']}." + "".join(f"\n  {one}" for one in report["first_errors"]),
        f"Acknowledged answers: {report['acknowledged_answers']:,}, "
        f"lost: {report['lost_answers']}.",
        f"Refused because the time was over: {report['refused_after_the_deadline']:,}.",
        f"All had the paper {report['all_had_the_paper_after_s']} s after the first start."
        + _rush_words(report),
        "Not everything was closed and graded three minutes after the deadline."
        if graded is None
        else f"All closed and graded {graded} s after the deadline (limit {_GRADED_WITHIN:.0f} s).",
        f"p95 of saves: {save['p95_s']:.3f} s on {report['database']} (limit {limit} s).",
    ]
    if report["capacity_students"] is not None:
        lines.append(
            f"Capacity: {report['students']} students used {report['processors_used']} of "
            f"{report['processors']} processors; {_FULL:.0%} of them carry about "
            f"{report['capacity_students']:,} students who save every {_SAVE:.0f} s."
        )
    return "\n".join(lines)


def _rush_words(report: dict[str, Any]) -> str:
    server, students = report["start_cpu_server_s"], report["start_cpu_students_s"]
    if server is None:
        return ""
    return f" That took {server} s of CPU, and the virtual students {students} s."


def _server_url(options: Namespace) -> str:
    """The PostgreSQL server to rehearse on; empty for SQLite."""
    if options.database == "sqlite":
        return ""
    return options.database or _own_server()


def _own_server() -> str:
    from django.db import connection

    return os.environ.get("DATABASE_URL", "") if connection.vendor == "postgresql" else ""


def _as_interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _print(*lines: str) -> None:
    print(*lines, sep="\n", flush=True)


def _quiet(*lines: str) -> None:
    """With --json only the figures are printed."""
