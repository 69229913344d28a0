"""A PostgreSQL server of our own that keeps what it has acknowledged, and its processes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from benchmarks.processes import ROOT

sys.path.insert(0, str(ROOT / "tools"))
import find_postgres  # it stands beside the test runner, outside any package

# What `make test` turns off, turned on again: here every commit is on the disk before its reply.
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
LARGER = {"shared_buffers": "256MB", "random_page_cost": "1.1"}


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running server: its address without a database, and its first process."""

    address: str
    postmaster: int

    def create(self, name: str) -> str:
        """Make a database anew; gives its address."""
        with psycopg.connect(f"{self.address}/studium", autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {name}")
        return f"{self.address}/{name}"


@contextmanager
def own_cluster() -> Iterator[Cluster]:
    """A private PostgreSQL with `fsync` and `synchronous_commit` on, gone at the end."""
    find_postgres.SETTINGS.update(DURABLE | LARGER)
    with find_postgres.borrowed_server() as address:
        parts = urlsplit(address)
        yield Cluster(address.rpartition("/")[0], postmaster_on(parts.port or 5432))


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
