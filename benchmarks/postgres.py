"""A PostgreSQL server of our own that keeps what it has acknowledged, and its processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from benchmarks.processes import ROOT

sys.path.insert(0, str(ROOT / "tools"))
import find_postgres  # it stands beside the test runner, outside any package

# What `make test` turns off, turned on again: here every commit is on the disk before its reply.
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
LARGER = {"shared_buffers": "256MB", "random_page_cost": "1.1"}


@dataclass(slots=True)
class Cluster:
    """A running server: its address without a database, its first process, its command and what
    that was given as environment."""

    address: str
    postmaster: int
    command: tuple[str, ...]
    folder: Path
    owner: int
    environment: dict[str, str]
    again: subprocess.Popen[bytes] | None = None

    def create(self, name: str, *, tablespace: Path | None = None) -> str:
        """Make a database anew, perhaps with its tables in another folder; gives its address."""
        where = ""
        if tablespace is not None:
            os.chown(tablespace, self.owner, -1)
            with self._as_superuser() as connection:
                place = str(tablespace).replace("'", "''")
                connection.execute(f"CREATE TABLESPACE {name} OWNER studium LOCATION '{place}'")
            where = f" TABLESPACE {name}"
        with psycopg.connect(f"{self.address}/studium", autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {name}{where}")
        return f"{self.address}/{name}"

    def fill(self, address: str, source: str) -> None:
        """Copy the tables of another database into an empty one, where this server's `pg_dump` is
        there and reads it: they are there in a second, and by migrating in ten."""
        dump = Path(self.command[0]).with_name("pg_dump")
        if not dump.exists():
            return
        done = subprocess.run(
            [str(dump), "--no-owner", "--no-privileges", "--inserts", source],
            env=self.environment, capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode == 0:
            lines = (one for one in done.stdout.splitlines() if not one.startswith("\\"))
            with psycopg.connect(address) as connection:
                connection.execute("\n".join(lines).encode())

    def drop(self, name: str) -> None:
        """Remove a database and its tablespace."""
        with self._as_superuser() as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
            connection.execute(f"DROP TABLESPACE IF EXISTS {name}")

    def stop_at_once(self) -> None:
        """`pg_ctl stop -m immediate`: no checkpoint, no farewell; like a crash."""
        os.kill(self.postmaster, signal.SIGQUIT)
        if self.again is not None:
            self.again.wait(timeout=60)
        else:  # the child that was started by `borrowed_server`, which looks at it again
            os.waitid(os.P_PID, self.postmaster, os.WEXITED | os.WNOWAIT)

    def start_again(self) -> None:
        """Start the stopped server on the same data and port, with the same settings."""
        started = self.again = subprocess.Popen(
            self.command, cwd=self.folder, env=self.environment,
            user=self.owner if os.geteuid() == 0 else None,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.postmaster = started.pid
        until = time.monotonic() + 60
        while "ready" not in find_postgres.status_of(self.folder / "data"):
            if time.monotonic() > until or started.poll() is not None:
                raise SystemExit("PostgreSQL did not start again.")
            time.sleep(0.02)

    def _as_superuser(self) -> psycopg.Connection[Any]:
        address = self.address.replace("//studium:", "//postgres:")
        return psycopg.connect(f"{address}/postgres", autocommit=True)


@contextmanager
def own_cluster() -> Iterator[Cluster]:
    """A private PostgreSQL with `fsync` and `synchronous_commit` on, gone at the end."""
    find_postgres.SETTINGS.update(DURABLE | LARGER)
    with find_postgres.borrowed_server() as address:
        postmaster = postmaster_on(urlsplit(address).port or 5432)
        process = Path(f"/proc/{postmaster}")
        command = tuple(process.joinpath("cmdline").read_text("utf-8").split("\0")[:-1])
        folder = Path(command[command.index("-D") + 1]).parent
        # An unpacked server finds its libraries by it (tools/debian_packages.py).
        given = process.joinpath("environ").read_text("utf-8").split("\0")
        environment = dict(one.split("=", 1) for one in given if "=" in one)
        owner = process.stat().st_uid
        cluster = Cluster(
            address.rpartition("/")[0], postmaster, command, folder, owner, environment
        )
        try:
            yield cluster
        finally:
            if cluster.again is not None:  # ours to end
                cluster.stop_at_once()


def postmaster_on(port: int) -> int:
    """The first process of the PostgreSQL server that was started for this port."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except (FileNotFoundError, ProcessLookupError):
                continue
            if words[0].endswith(b"/postgres") and str(port).encode() in words:
                return int(entry.name)
    raise SystemExit(f"No PostgreSQL process was found for port {port}.")
