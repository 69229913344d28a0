"""Kill the process that takes answers in, after every statement of `catch_up()`.

    python -m benchmarks.folds                # every statement, on SQLite and on PostgreSQL
    python -m benchmarks.folds --every 5      # every fifth

Each child process is killed (SIGKILL) right after one statement, or a commit. What it leaves must
be what a replay gives; taken on by another process it must come to what an undisturbed run comes
to, bit for bit.
"""

from __future__ import annotations

import argparse
import os
import signal
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any

BATCH = 5
BATCHES = (BATCH, 1)
"""Several answers at a time, and each by itself."""


class _Counted:
    """Calls `after(text)` when a statement or a commit is done."""

    def __init__(self, after: Callable[[str], None]) -> None:
        self._after = after

    def __call__(self, execute: Any, sql: str, *rest: Any) -> Any:
        result = execute(sql, *rest)
        self._after(sql)
        return result


def watched(now: datetime, after: Callable[[str], None], batch: int) -> None:
    """Catch up; `after` hears of each statement and each commit once it is done."""
    from django.db import connection, connections

    from studium.analytics.catching_up import catch_up

    connection.ensure_connection()
    backend: Any = connections["default"]
    commit = backend._commit

    def told() -> None:
        commit()
        after("COMMIT")

    backend._commit = told
    try:
        with connection.execute_wrapper(_Counted(after)):
            catch_up(now=now, batch=batch)
    finally:
        del backend._commit


def statements(now: datetime, batch: int) -> list[str]:
    """Catch up undisturbed; gives the statements and commits in their order."""
    found: list[str] = []
    watched(now, lambda sql: found.append(" ".join(sql.split())[:60]), batch)
    return found


def killed_after(number: int, now: datetime, batch: int) -> bool:
    """A process of its own catches up and is killed after so many statements; whether it was."""
    from django.db import connections

    connections.close_all()
    child = os.fork()
    if child == 0:  # pragma: no cover - the process that dies
        left = number

        def count(_sql: str) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            watched(now, count, batch)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def kill_each(
    now: datetime, *, every: int = 1, first: int = 1, batch: int = BATCH
) -> tuple[list[str], list[str]]:
    """Kill after each statement in turn; gives the list of statements, and what went wrong.

    `batch`: so many answers are taken in at a time.
    There must be answers that wait, and nothing taken in yet.
    """
    from tests.analytics.kept import stored, unfold

    from studium.analytics import actions
    from studium.analytics.catching_up import catch_up

    statements(now, batch)  # the concepts of the lessons are made once and stay
    unfold(now)
    names = statements(now, batch)
    whole, faults = stored(), []
    for number in range(first, len(names) + 1, every):
        unfold(now)
        place = f"after statement {number} ({names[number - 1]})"
        if not killed_after(number, now, batch):
            faults.append(f"{place}: the process was not killed")
            continue
        report = actions.rebuild(check=True, now=now)
        faults += [f"{place}: {one}" for one in report.differences]
        catch_up(now=now, batch=batch)
        if stored() != whole:
            faults.append(f"{place}: what another process goes on to is not the same")
    return names, faults


def lay(now: datetime) -> None:
    """A student with practice, an exam and a correction, nothing of it taken in yet."""
    from tests import factories
    from tests.analytics.answers import correct, practise, sit

    from studium.assessment.models import Response
    from studium.lib import hooks

    hooks.responses_recorded._listeners.clear()
    bruno = factories.person("Bruno Berg", role="INSTRUCTOR")
    course: Any = factories.course(owner=bruno)
    ada = factories.person("Ada Alm")
    factories.enrollment(user=ada, course=course)
    for lesson in course.lessons.all():
        practise(ada, factories.quiz(lesson=lesson, questions=3), [1, 0.5, 0], at=now)
    sit(ada, factories.exam(course=course), [1, 0, 1], at=now)
    correct(Response.objects.filter(share=0).earliest("pk"), 1, at=now + timedelta(hours=1))


def kill_trials(database: str, every: int = 1) -> bool:
    """Every statement on one database, in a process and a database of its own."""
    import subprocess
    import sys
    import tempfile

    from benchmarks.processes import ROOT

    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="studium-folds-"))
        env = {**os.environ, "STUDIUM_DATA_DIR": folder,
               "DJANGO_SETTINGS_MODULE": "studium.project.settings"}  # fmt: skip
        env.pop("DATABASE_URL", None)
        if database == "postgresql":
            from benchmarks.postgres import own_cluster

            env["DATABASE_URL"] = stack.enter_context(own_cluster()).create("folds")
        command = [sys.executable, "-m", "benchmarks.folds", "--inside", "--every", str(every)]
        return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode == 0


def inside(every: int) -> int:
    """The trial in this process, on the database that the environment names."""
    import django

    django.setup()
    from django.core.management import call_command

    from studium.lib import clock

    call_command("migrate", verbosity=0)
    now = clock.now()
    lay(now - timedelta(days=2))
    faults = []
    for batch in BATCHES:
        names, found = kill_each(now, every=every, batch=batch)
        for number, name in enumerate(names, 1):
            print(f"  {number:3} {name}")
        print(f"{batch} answers at a time: killed after {len(range(1, len(names) + 1, every))} of "
              f"{len(names)} statements, {len(found)} faults")  # fmt: skip
        faults += found
    for fault in faults:
        print(f"  {fault}")
    return 1 if faults else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--inside", action="store_true", help="on the database of the environment")
    options = parser.parse_args()
    if options.inside:
        return inside(options.every)
    good = [kill_trials(database, options.every) for database in ("sqlite", "postgresql")]
    return 0 if all(good) else 1


if __name__ == "__main__":
    raise SystemExit(main())
