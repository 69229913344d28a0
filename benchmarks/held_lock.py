"""Another program holds a lock for ten seconds while students save.

    python -m benchmarks.held_lock --database sqlite --seconds 10
    python -m benchmarks.held_lock --database postgresql --seconds 10

SQLite: the write lock of the whole database, taken past our queue. PostgreSQL: the rows of the
attempts. A save waits or is told to come again with 503; never anything else, and nothing that was
acknowledged is lost or doubled.
"""

from __future__ import annotations

import argparse
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.kill import DATABASES, Postgresql, Rows, Sqlite
from benchmarks.savers import judged, saving, sitting, told, wait_for_more

CLIENTS = 8


@contextmanager
def lock_held(folder: Path, address: str) -> Iterator[None]:
    """While inside, the lock is held by this process."""
    if address:
        import psycopg

        with psycopg.connect(address) as connection:
            connection.execute("SELECT id FROM exam_attempts FOR UPDATE")
            yield
            connection.rollback()
        return
    raw = sqlite3.connect(folder / "studium.sqlite3", timeout=30, isolation_level=None)
    try:
        raw.execute("BEGIN IMMEDIATE")
        yield
        raw.execute("ROLLBACK")
    finally:
        raw.close()


def trial(seconds: float, rounds: int, folder: Path, address: str = "") -> list[str]:
    """Hold the lock so often; the faults."""
    server, savers = sitting(folder, address, CLIENTS)
    faults = []
    try:
        with saving(savers):
            for number in range(1, rounds + 1):
                wait_for_more(savers, seconds=30)
                time.sleep(0.5)
                acks = sum(one.acks for one in savers)
                with lock_held(folder, address):
                    time.sleep(0.3)  # what was under way is done
                    held = sum(one.acks for one in savers)
                    time.sleep(seconds)
                    if sum(one.acks for one in savers) != held:
                        faults.append("a save was acknowledged while the lock was held")
                took = wait_for_more(savers, seconds=30)
                print(
                    f"{number}/{rounds}: {held - acks} saved before, all again {took:.1f} s after"
                )
                if took > 15:
                    faults.append(f"after the lock some waited {took:.1f} s")
        rows: Rows = Postgresql(address) if address else Sqlite(folder / "studium.sqlite3")
        faults += judged(savers, rows)
        print(told(savers), flush=True)
    finally:
        server.stop()
    return faults


def trials(database: str, *, seconds: float, rounds: int) -> bool:
    """Make the database, run, print the faults; whether there are none."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="studium-lock-")))
        address = ""
        if database == "postgresql":
            from benchmarks.postgres import own_cluster

            address = stack.enter_context(own_cluster()).create("locked")
        faults = trial(seconds, rounds, folder, address)
    print(f"{database}: lock held {rounds} x {seconds:g} s: {len(faults)} faults", *faults,
          sep="\n  ")  # fmt: skip
    return not faults


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    good = trials(options.database, seconds=options.seconds, rounds=options.rounds)
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
