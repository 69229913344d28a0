"""One migrated database for all processes of a run: each takes a copy instead of migrating.

Running every migration on an empty database takes seconds of CPU, and a run has some twenty of
them. The first who asks has the program itself do it; the result is kept under a name that changes
with the code of models and migrations, so that a copy is what migrating would give. That
`studium migrate` and `studium run` do it from nothing has its own tests.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path

import django
import psycopg
from psycopg import sql

from tests.cli.program import PROGRAM, ROOT, environment

SOURCE = ROOT / "src" / "studium"
DATABASE = "studium.sqlite3"
A_DAY = 24 * 60 * 60
MAKES_TABLES = ("lib/**/*.py", "*/models/*.py", "*/models/**/*.py", "*/migrations/*.py")


def database() -> Path:
    """The file of a migrated SQLite database, for programs that make their own copy of it."""
    with _alone() as kept:
        return _folder(kept) / DATABASE


def copy_folder(place: Path) -> None:
    """A data folder of this name, which must not exist yet, with a migrated SQLite database."""
    with _alone() as kept:
        shutil.copytree(_folder(kept), place)


def copy_sqlite(place: Path) -> None:
    """A migrated database in this file, whatever was there before."""
    for ending in ("", "-wal", "-shm"):
        place.with_name(place.name + ending).unlink(missing_ok=True)
    with (
        _alone() as kept,
        closing(sqlite3.connect(_folder(kept) / DATABASE)) as old,
        closing(sqlite3.connect(place)) as new,
    ):
        old.backup(new)


def copy_postgresql(address: str, name: str) -> None:
    """A migrated database of this name on the server of `address`; one that was there goes."""
    kept = f"studium_migrated_{_key()}"
    with _alone() as folder, psycopg.connect(address, autocommit=True) as server:
        known = "SELECT datname FROM pg_database WHERE datname LIKE 'studium\\_migrated\\_%'"
        databases = [found for (found,) in server.execute(known)]
        if kept not in databases:
            for former in databases:
                _drop(server, former)
            _drop(server, f"{kept}_part")
            server.execute(_named("CREATE DATABASE {}", f"{kept}_part"))
            with tempfile.TemporaryDirectory(dir=folder) as data:
                _migrate(Path(data), DATABASE_URL=f"{address.rpartition('/')[0]}/{kept}_part")
            rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            names = (sql.Identifier(f"{kept}_part"), sql.Identifier(kept))
            server.execute(rename.format(*names))
        _drop(server, name)
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        server.execute(create.format(sql.Identifier(name), sql.Identifier(kept)))


def drop_postgresql(address: str, name: str) -> None:
    """Remove a database, with whoever is still connected to it."""
    with psycopg.connect(address, autocommit=True) as server:
        _drop(server, name)


def _drop(server: psycopg.Connection, name: str) -> None:
    server.execute(_named("DROP DATABASE IF EXISTS {} WITH (FORCE)", name))


def _named(statement: str, name: str) -> sql.Composed:
    return sql.SQL(statement).format(sql.Identifier(name))


def _folder(kept: Path) -> Path:
    """The data folder that is copied; made now where this code had none yet."""
    made = kept / f"sqlite-{_key()}"
    if not made.exists():
        part = Path(tempfile.mkdtemp(dir=kept))
        _migrate(part)
        with closing(sqlite3.connect(part / DATABASE)) as whole:
            whole.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # a copy of the one file is enough
        part.replace(made)
    made.touch()
    return made


def _migrate(folder: Path, **more: str) -> None:
    done = subprocess.run(
        [*PROGRAM, "migrate"],
        env=environment(folder, **more),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@contextmanager
def _alone() -> Iterator[Path]:
    """The folder of what is kept, with every other process kept out until the block ends."""
    given = os.environ.get("STUDIUM_DATA_DIR")  # of the run, where tools/run_tests.py made one
    place = Path(given or tempfile.gettempdir()) / f"studium-migrated-{os.geteuid()}"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for former in place.glob("sqlite-*"):
            if former.stat().st_mtime < time.time() - A_DAY:
                shutil.rmtree(former, ignore_errors=True)
        yield place


@cache
def _key() -> str:
    """A short name of everything that decides what the tables are."""
    digest = hashlib.sha256(f"{sys.version}{django.VERSION}".encode())
    for pattern in MAKES_TABLES:
        for path in sorted(SOURCE.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
