"""`make soak`: the long forms of the proofs; minutes and hours, not seconds.

    python -m benchmarks.soak                       # every proof on both databases
    python -m benchmarks.soak --only kill races     # some of them
    python -m benchmarks.soak --database sqlite     # one database
    python -m benchmarks.soak --list                # what there is

`make test` runs a short form of each. docs/faults.md says which fault each one is for.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack

from benchmarks import (
    folds,
    fsync_trace,
    full_disk,
    held_lock,
    immediate_stop,
    kill,
    large_class,
    notes_jobs,
    races,
    regrade,
)
from benchmarks.processes import ROOT

KILLS, STOPS, ROUNDS, EXAMPLES = 200, 20, 20, "500x50"


def killed(database: str) -> bool:
    """Nothing acknowledged is lost when every process of the server dies at once."""
    return kill.trials(database, runs=KILLS, clients=4)


def traced(database: str) -> bool:
    """Every acknowledgement follows a sync of its commit; without the guarantee the trace fails."""
    return all(
        fsync_trace.report(database, saves=fsync_trace.SAVES, loose=loose)
        for loose in (False, True)
    )


def raced(database: str) -> bool:
    """Forty at once make one row."""
    return races.trials(database, rounds=ROUNDS)


def stopped(database: str) -> bool:
    """PostgreSQL crashes while fifty save: back within 15 s, nothing lost (no SQLite part)."""
    return database != "postgresql" or immediate_stop.trials(runs=STOPS)


def locked(database: str) -> bool:
    """Another program holds a lock for ten seconds: saves wait or get 503."""
    return held_lock.trials(database, seconds=10.0, rounds=5)


def filled(database: str) -> bool:
    """The disk is full and freed again: nothing is acknowledged that is not stored."""
    return full_disk.trials(database, rounds=5)


def any_order(database: str) -> bool:
    """Any order of starts, saves, crashes, clocks and hand-ins gives what the contract says."""
    return _pytest(database, "tests/durability/test_machine.py", EXAM_MACHINE=EXAMPLES)


def hostile(database: str) -> bool:
    """Every hostile value in every field of every form and operation, and every damaged upload."""
    tests = (
        "tests/security/test_hostile_pages.py",
        "tests/security/test_hostile_imports.py",
        "tests/rest/test_hostile.py",
    )
    return _pytest(database, *tests, EVERY_HOSTILE_VALUE="1")


def drafted(database: str) -> bool:
    """Two hundred examples of anything an author sends for each kind (no database is asked)."""
    if database == "postgresql":
        return True
    return _pytest(database, "tests/assessment/kinds/test_any_draft.py", QUESTION_EXAMPLES="200")


def above(database: str) -> bool:
    """What `make test` runs on SQLite alone, on PostgreSQL as well."""
    if database == "sqlite":
        return True
    sys.path.insert(0, str(ROOT / "tools"))
    import run_tests  # it stands beside what it starts, outside any package

    files = set(run_tests.ABOVE_THE_DATABASE) - {"tests/cli/test_commands.py"}  # of SQLite's file
    return _pytest(database, "-m", "not browser", *sorted(files))


def looks(database: str) -> bool:
    """axe with every rule on every page, wide and narrow, light and dark; every page of a course
    of attacks for each kind of person (no PostgreSQL part)."""
    if database == "postgresql":
        return True  # a page is the same on both
    sys.path.insert(0, str(ROOT / "tools"))
    import find_browser  # it stands beside the test runner, outside any package

    return _pytest(
        database,
        "tests/journeys/test_every_page.py",
        "tests/journeys/test_stored_scripts.py",
        EVERY_RULE="1",
        STUDIUM_CHROMIUM=find_browser.find_or_install(),
        **find_browser.for_driver(),
    )


def large(database: str) -> bool:
    """Five hundred start at once, save, and end at one deadline without an error."""
    return large_class.trial(database)


def page(database: str) -> bool:
    """The exam page loses nothing while network, tab, browser and server fail; half an hour."""
    from benchmarks import player_soak

    return player_soak.play_all(database)


def regraded(database: str) -> bool:
    """Ten thousand attempts are regraded and back: every table of marks is byte-equal."""
    return regrade.trial(database)


def notes(database: str) -> bool:
    """Workers are killed at 20 points of making notes; readers beside a book's job do not wait."""
    return notes_jobs.kill_trials(database) and notes_jobs.beside(database)


def folded(database: str) -> bool:
    """The fold is killed after each of its statements; 500 orders of events equal their replay."""
    return folds.kill_trials(database) and _pytest(
        database, "tests/analytics/test_fold.py", FOLD_SEEDS="500"
    )


PROOFS: dict[str, Callable[[str], bool]] = {
    "kill": killed,
    "trace": traced,
    "stop": stopped,
    "lock": locked,
    "disk": filled,
    "races": raced,
    "regrade": regraded,
    "folds": folded,
    "notes": notes,
    "machine": any_order,
    "hostile": hostile,
    "drafts": drafted,
    "above": above,
    "pages": looks,
    "class": large,
    "page": page,
}


def _pytest(database: str, *tests: str, **more: str) -> bool:
    """Run some tests of the suite in their long form on one database."""
    with ExitStack() as stack:
        env = {**os.environ, **more}
        env.pop("DATABASE_URL", None)
        if database == "postgresql":
            from benchmarks.postgres import own_cluster

            env["DATABASE_URL"] = stack.enter_context(own_cluster()).create("soak")
        command = [sys.executable, "-m", "pytest", *tests, "-q", "-p", "no:cacheprovider"]
        return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode == 0


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=PROOFS, default=list(PROOFS))
    parser.add_argument("--database", nargs="+", choices=kill.DATABASES, default=kill.DATABASES)
    parser.add_argument("--list", action="store_true", help="name the proofs and end")
    options = parser.parse_args()
    if options.list:
        for name, proof in PROOFS.items():
            print(f"{name:10} {(proof.__doc__ or '').splitlines()[0]}")
        return 0
    failed = []
    for name in options.only:
        for database in options.database:
            began = time.monotonic()
            good = PROOFS[name](database)
            failed += [] if good else [f"{name} on {database}"]
            print(
                f"== {name} on {database}: {'holds' if good else 'FAILED'}, "
                f"{time.monotonic() - began:.0f} s",
                flush=True,
            )
    print("all proofs hold" if not failed else f"FAILED: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
