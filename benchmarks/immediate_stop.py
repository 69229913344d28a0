"""PostgreSQL is stopped at once, without a checkpoint, while fifty students save.

    python -m benchmarks.immediate_stop --runs 10

`pg_ctl stop -m immediate` is a crash: it starts again from its log. Meanwhile a save may only be
told to come again (503, a problem document with Retry-After), at most fifteen seconds after the
database is back every student saves again, and nothing that was acknowledged is lost. Studium
itself is not restarted.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from pathlib import Path

from benchmarks.kill import Postgresql
from benchmarks.postgres import own_cluster
from benchmarks.savers import judged, saving, sitting, told, wait_for_more

CLIENTS, MOST_SECONDS = 50, 15.0
DOWN = 1.0  # seconds without a database


def trial(runs: int, clients: int, folder: Path, *, tables: str = "") -> list[str]:
    """Stop and start the database so often; the faults. `tables` is the address of a migrated
    database: its copy saves migrating."""
    with own_cluster() as cluster:
        address = cluster.create("stopped")
        if tables:
            cluster.fill(address, tables)
        server, savers = sitting(folder, address, clients)
        faults = []
        try:
            with saving(savers):
                for number in range(1, runs + 1):
                    wait_for_more(savers, seconds=30)
                    time.sleep(random.uniform(0.5, 1.5))
                    cluster.stop_at_once()
                    time.sleep(DOWN)
                    cluster.start_again()
                    took = wait_for_more(savers, seconds=3 * MOST_SECONDS)
                    print(f"stop {number}/{runs}: all {clients} save again {took:.1f} s after",
                          flush=True)  # fmt: skip
                    if took > MOST_SECONDS:
                        faults.append(f"stop {number}: some waited {took:.1f} s")
            faults += judged(savers, Postgresql(address))
            if not any(one.statuses["503"] for one in savers):
                faults.append("nobody met a database that was away: nothing was tried")
            print(told(savers), flush=True)
        finally:
            server.stop()
    return faults


def trials(*, runs: int, clients: int = CLIENTS) -> bool:
    """Run, print the faults; whether there are none."""
    with tempfile.TemporaryDirectory(prefix="studium-stop-") as name:
        faults = trial(runs, clients, Path(name))
    print(f"{runs} immediate stops, {clients} clients: {len(faults)} faults", *faults, sep="\n  ")
    return not faults


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--clients", type=int, default=CLIENTS)
    options = parser.parse_args()
    return 0 if trials(runs=options.runs, clients=options.clients) else 1


if __name__ == "__main__":
    raise SystemExit(main())
