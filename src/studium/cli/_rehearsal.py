"""Where a rehearsal happens: a database of its own, a server on it, and nothing left afterwards."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

_LOAD = "from studium.cli._rehearsal import load; load()"
_STUDIUM = "from studium.cli import main; raise SystemExit(main({arguments!r}))"
_GRACE = 30.0
_NAMED = "studium_rehearsal_"


@dataclass
class Stage:
    """A folder with a database that holds the copy. `url` is empty for SQLite."""

    folder: Path
    url: str
    server: subprocess.Popen[bytes] | None = None
    port: int = 0
    ground: dict[str, Any] = field(default_factory=dict)

    def load(self, text: str, *, students: int) -> None:
        """Bring the database to this version and put the copy and its students there."""
        (self.folder / "copy.json").write_text(text, "utf-8")
        if not self.url:
            _copy_schema(self.folder / "studium.sqlite3")
        done = subprocess.run(  # noqa: S603 - ours
            [sys.executable, "-c", _LOAD, str(self.folder), str(students)],
            env=self._environment(),
            check=False,
            capture_output=True,
            start_new_session=True,
        )
        if done.returncode:
            raise StageFailed("The copy could not be made.", done.stderr.decode(errors="replace"))
        self.ground = json.loads((self.folder / "ground.json").read_text("utf-8"))

    def serve(self, *, workers: int) -> None:
        """Start the server with its job worker on a free port, and wait until it answers."""
        self.port = _free_port()
        arguments = ["serve", "--port", str(self.port), "--workers", str(workers)]
        with (self.folder / "server.log").open("wb") as log:
            self.server = subprocess.Popen(  # noqa: S603 - ours
                [sys.executable, "-c", _STUDIUM.format(arguments=arguments)],
                env=self._environment(),
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C comes to us; we end it in order
            )
        until = time.monotonic() + 60
        while not _answers(self.port):
            if self.server.poll() is not None or time.monotonic() > until:
                raise StageFailed("The server did not start.", self.log())
            time.sleep(0.1)

    def log(self) -> str:
        """The last lines that the server wrote."""
        lines = (self.folder / "server.log").read_text("utf-8", "replace").splitlines()
        return "\n".join(lines[-12:])

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What a SELECT finds in the copy's database."""
        if self.url:
            import psycopg

            with psycopg.connect(self.url, autocommit=True) as connection:
                return list(connection.execute(sql))
        import sqlite3

        with closing(sqlite3.connect(self.folder / "studium.sqlite3", timeout=20)) as connection:
            return list(connection.execute(sql))

    def change(self, sql: str) -> None:
        """Change the copy's database before anybody sits there."""
        if self.url:
            import psycopg

            with psycopg.connect(self.url, autocommit=True) as connection:
                connection.execute(sql)
            return
        import sqlite3

        with closing(sqlite3.connect(self.folder / "studium.sqlite3", timeout=20)) as connection:
            connection.execute(sql)
            connection.commit()

    def cpu(self) -> float | None:
        """CPU seconds that the server's processes have used so far; None where nobody can tell."""
        if self.server is None or not os.path.isdir("/proc/self"):
            return None
        group = os.getsid(self.server.pid)
        return sum(used for session, used in _processes() if session == group)

    def end(self) -> None:
        """End the server, in order or else by force."""
        if self.server is None or self.server.poll() is not None:
            return
        self.server.send_signal(signal.SIGTERM)
        try:
            self.server.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self.server.kill()
            self.server.wait()

    def _environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("STUDIUM_") and name != "DATABASE_URL"
        }
        own = {"STUDIUM_DATA_DIR": str(self.folder)}
        return kept | own | ({"DATABASE_URL": self.url} if self.url else {})


class StageFailed(Exception):
    """The rehearsal could not be held; `said` is what the failing part wrote last."""

    def __init__(self, sentence: str, said: str) -> None:
        super().__init__(sentence)
        self.said = "\n".join(said.splitlines()[-12:])


@contextmanager
def stage(url: str) -> Iterator[Stage]:
    """A stage that is gone afterwards, whatever happens; `url` names a PostgreSQL server, on which
    a database of its own is made, or is empty for SQLite."""
    folder = Path(tempfile.mkdtemp(prefix="studium-rehearsal-"))
    name = _NAMED + uuid4().hex[:12]
    made = Stage(folder, _with_database(url, name) if url else "")
    try:
        if url:
            _run_on(url, f"CREATE DATABASE {name}")
        yield made
    finally:
        # A second Ctrl-C must not stop the tidying up.
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            made.end()
            if url:
                _run_on(url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            signal.signal(signal.SIGINT, before)


def load() -> None:
    """In a process of its own, on the stage's database: `folder students` are the arguments."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studium.project.settings")
    import django
    from django.core.management import call_command

    django.setup()
    from studium.assessment.actions import rehearsal
    from studium.lib import clock

    folder, students = Path(sys.argv[1]), int(sys.argv[2])
    call_command("migrate", verbosity=0, interactive=False)
    text = (folder / "copy.json").read_text("utf-8")
    ground = rehearsal.load_copy(text, students=students, now=clock.now())
    (folder / "ground.json").write_text(json.dumps(ground), "utf-8")


def _copy_schema(place: Path) -> None:
    """The tables of the site's own SQLite database, without a row: making them by every migration
    takes ten seconds. What is missing is still migrated; triggers come with the rows."""
    import sqlite3

    from django.db import connection

    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor, closing(sqlite3.connect(place)) as made:
        cursor.execute(
            "SELECT sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL "
            "AND name NOT LIKE 'sqlite~_%' ESCAPE '~' "
            # The tables behind a search index come with it.
            "AND name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow') "
            "ORDER BY type DESC, rowid"
        )
        for (sql,) in cursor.fetchall():
            made.execute(sql)
        cursor.execute("SELECT id, app, name, applied FROM django_migrations")
        rows = [(id_, app, name, str(applied)) for id_, app, name, applied in cursor.fetchall()]
        made.executemany("INSERT INTO django_migrations VALUES (?, ?, ?, ?)", rows)
        made.commit()


def _run_on(url: str, sql: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql)


def _with_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as wire:
            wire.sendall(b"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            return wire.recv(12) == b"HTTP/1.1 200"
    except OSError:
        return False


def _processes() -> Iterator[tuple[int, float]]:
    """Session and CPU seconds of every process; the ended children of each are counted with it."""
    tick = os.sysconf("SC_CLK_TCK")
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                text = Path(entry.path, "stat").read_text("utf-8", "replace")
            except (FileNotFoundError, ProcessLookupError):
                continue
            fields = text.rpartition(")")[2].split()
            yield int(fields[3]), sum(map(int, fields[11:13])) / tick
