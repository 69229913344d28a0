"""The disk fills up in the middle of an exam, and is freed again.

    python -m benchmarks.full_disk --database sqlite
    python -m benchmarks.full_disk --database postgresql

The data lie on a small file system of their own (tmpfs), which a file fills. Nothing may be
acknowledged that is not stored; saves are told to come again with 503; once there is room they go
on without a restart, and the database finds itself whole. PostgreSQL's tables lie on the small file
system, its log does not: a full log ends PostgreSQL itself, whoever uses it.

Mounting takes root. Without it SQLite's files are limited by RLIMIT_FSIZE of the server's
processes instead: the same refusal of the same write. On PostgreSQL root is needed.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import processes
from benchmarks.kill import DATABASES, Postgresql, Rows, Sqlite
from benchmarks.savers import Saver, judged, saving, sitting, told, wait_for_more

if TYPE_CHECKING:
    from benchmarks.postgres import Cluster

CLIENTS, MEGABYTES = 8, 48


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """While inside, the folder is a file system of `MEGABYTES`."""
    options = f"size={MEGABYTES}m,mode=0777"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def can_mount(folder: Path) -> bool:
    """Whether this user may mount here."""
    if os.geteuid() != 0:
        return False
    try:
        with small_disk(folder):
            return True
    except (OSError, subprocess.CalledProcessError):
        return False


def filled(folder: Path) -> None:
    """Take all the room there is."""
    with (folder / "filler").open("ab", buffering=0) as file:
        for size in (1 << 20, 4096, 1):
            try:
                while file.write(b"\0" * size):
                    pass
            except OSError:
                continue


def freed(folder: Path) -> None:
    (folder / "filler").unlink()


def limit_files(server: processes.Server, size: int) -> None:
    """No process of the server may write a file beyond this size any more."""
    for pid in server.pids():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def disturbed(
    savers: list[Saver], rounds: int, fill: Callable[[], None], free: Callable[[], None]
) -> list[str]:
    """Fill and free the disk so often while all save; the faults of the waits."""
    faults = []
    with saving(savers):
        for number in range(1, rounds + 1):
            wait_for_more(savers, seconds=30)
            time.sleep(1.0)
            refused = sum(one.statuses["503"] for one in savers)
            fill()
            until = time.monotonic() + 60
            while sum(one.statuses["503"] for one in savers) < refused + 2 * len(savers):
                if time.monotonic() > until:
                    faults.append("the disk was never full for anybody")
                    break
                time.sleep(0.05)
            free()
            took = wait_for_more(savers, seconds=30)
            print(f"{number}/{rounds}: all save again {took:.1f} s after", flush=True)
            if took > 15:
                faults.append(f"after there was room some waited {took:.1f} s")
    return faults


def on_sqlite(folder: Path, rounds: int) -> list[str]:
    """The proof on SQLite."""
    data = folder / "data"
    data.mkdir()
    with ExitStack() as stack:
        mounted = can_mount(data)
        if mounted:
            stack.enter_context(small_disk(data))
        server, savers = sitting(data, "", CLIENTS)
        stack.callback(server.stop)
        path = data / "studium.sqlite3"
        if mounted:
            faults = disturbed(savers, rounds, lambda: filled(data), lambda: freed(data))
        else:
            print("no file system could be mounted: RLIMIT_FSIZE stands for the full disk")
            faults = disturbed(
                savers, rounds,
                lambda: limit_files(server, 64 * 1024),
                lambda: limit_files(server, resource.RLIM_INFINITY),
            )  # fmt: skip
        faults += judged(savers, Sqlite(path))
        print(told(savers), flush=True)
        said = Sqlite(path)("PRAGMA integrity_check")
        return faults if said == [("ok",)] else [*faults, f"integrity_check: {said[:3]}"]


def on_postgresql(folder: Path, rounds: int, cluster: Cluster) -> list[str]:
    """The proof on PostgreSQL."""
    small = cluster.folder / "small"
    small.mkdir()
    with ExitStack() as stack:
        stack.enter_context(small_disk(small))
        address = cluster.create("filled", tablespace=small)
        server, savers = sitting(folder, address, CLIENTS)
        stack.callback(server.stop)
        faults = disturbed(savers, rounds, lambda: filled(small), lambda: freed(small))
        rows: Rows = Postgresql(address)
        faults += judged(savers, rows)
        print(told(savers), flush=True)
        server.stop()
        cluster.drop("filled")
    return faults


def trials(database: str, *, rounds: int) -> bool:
    """Make the database, run, print the faults; whether there are none."""
    with tempfile.TemporaryDirectory(prefix="studium-full-") as name:
        if database == "postgresql":
            from benchmarks.postgres import own_cluster

            with own_cluster() as cluster:
                faults = on_postgresql(Path(name), rounds, cluster)
        else:
            faults = on_sqlite(Path(name), rounds)
    print(f"{database}: disk filled {rounds} times: {len(faults)} faults", *faults, sep="\n  ")
    return not faults


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    return 0 if trials(options.database, rounds=options.rounds) else 1


if __name__ == "__main__":
    raise SystemExit(main())
