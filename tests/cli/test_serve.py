"""One command runs the whole site, keeps it running, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import pytest

from studium.lib.memory import megabytes
from tests import migrated
from tests.cli.program import (
    ROOT,
    alive,
    answers,
    descendants,
    environment,
    free_port,
    start_server,
    wait_until,
)

pytestmark = pytest.mark.slow
MOST_MEGABYTES = 300


@pytest.fixture
def port() -> int:
    return free_port()


@contextlib.contextmanager
def served(folder: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """A server on a fresh database; killed with its children afterwards."""
    process = start_server(folder, port)
    family = [process.pid, *descendants(process.pid)]
    yield process
    for pid in alive([*family, *descendants(process.pid)]):
        with contextlib.suppress(ProcessLookupError):  # it went with its parent
            os.kill(pid, signal.SIGKILL)
    process.wait()


@pytest.fixture
def server(folder: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """A server of one's own, to be ended."""
    with served(folder, port) as process:
        yield process


@dataclass(frozen=True)
class Standing:
    """A server that goes on after a test, in its data folder."""

    process: subprocess.Popen[str]
    folder: Path
    port: int


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    """One server for the tests that leave it running."""
    folder, port = tmp_path_factory.mktemp("standing") / "data", free_port()
    migrated.copy_folder(folder)
    with served(folder, port) as process:
        yield Standing(process, folder, port)


def test_it_serves_and_rests_in_little_memory(standing: Standing) -> None:
    port = standing.port
    with urlopen(f"http://127.0.0.1:{port}/readyz") as reply:
        assert json.load(reply) == {"status": "ready", "problems": []}
    for _ in range(20):
        answers(port, "account/login/")
    family = [standing.process.pid, *descendants(standing.process.pid)]
    assert len(family) == 5  # this one, the web server with two workers, one job worker
    total = sum(megabytes(pid) for pid in family)
    print(f"All processes at rest: {total:.0f} MB PSS.")
    assert total <= MOST_MEGABYTES
    said = (standing.folder / "serve.log").read_text()
    assert f"Studium is at http://127.0.0.1:{port}/" in said
    assert f"Open http://127.0.0.1:{port}/welcome/ to create the administrator." in said


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_all_of_it(
    server: subprocess.Popen[str], port: int, how: signal.Signals
) -> None:
    family = descendants(server.pid)
    assert len(family) == 4
    server.send_signal(how)
    assert server.wait(timeout=20) == 0
    wait_until(lambda: not alive(family), seconds=5)
    assert not answers(port)


def test_killing_the_parent_leaves_no_orphans(server: subprocess.Popen[str], port: int) -> None:
    family = descendants(server.pid)
    server.kill()
    server.wait()
    wait_until(lambda: not alive(family), seconds=15)
    assert not answers(port)


def test_every_process_that_is_killed_comes_back(standing: Standing) -> None:
    server, port = standing.process, standing.port
    for _ in range(4):
        before = descendants(server.pid)
        victim = before[-1]
        os.kill(victim, signal.SIGKILL)
        wait_until(
            lambda gone=victim: (
                len(descendants(server.pid)) == 4 and gone not in descendants(server.pid)
            ),
            seconds=20,
        )
        wait_until(lambda: answers(port), seconds=20)
        time.sleep(0.5)
    assert server.poll() is None


def test_a_job_is_run_by_the_same_command(standing: Standing) -> None:
    script = (
        "import django, time; django.setup();"
        "from datetime import datetime, UTC;"
        "from tests import factories;"
        "from studium.notes import actions;"
        "bruno = factories.person('Bruno Berg', role='INSTRUCTOR');"
        "course = factories.course(owner=bruno);"
        "job = actions.request_notes_for_course(by=bruno, course_id=course.pk,"
        " now=datetime.now(UTC));"
        "end = time.monotonic() + 30\n"
        "while job.status != 'done' and time.monotonic() < end:\n"
        "    time.sleep(0.2); job.refresh_from_db()\n"
        "print(job.status, job.result['lessons'])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        env=environment(
            standing.folder,
            DJANGO_SETTINGS_MODULE="studium.project.settings",
            PYTHONPATH=str(ROOT),
        ),
        cwd=ROOT,
    )
    assert ended.stdout == "done 2\n", ended.stderr


def test_it_brings_its_database_to_this_version_and_runs_no_jobs_when_told_so(
    folder: Path, port: int
) -> None:
    # An empty database is brought there by the same steps: test_run.py, and whatever the others
    # copy (tests/migrated.py).
    with contextlib.closing(sqlite3.connect(folder / migrated.DATABASE)) as database:
        known = database.execute("SELECT name FROM sqlite_master WHERE name LIKE 'django_q%'")
        tables = [name for (name,) in known]
        for name in tables:
            database.execute(f"DROP TABLE {name}")
        database.execute("DELETE FROM django_migrations WHERE app = 'django_q'")
        database.commit()
    process = start_server(folder, port, "--no-worker", "--workers", "1")
    try:
        assert len(descendants(process.pid)) == 2
        assert answers(port, "readyz")
        assert "Bringing the database to this version" in (folder / "serve.log").read_text()
    finally:
        process.terminate()
        process.wait(timeout=20)
    with contextlib.closing(sqlite3.connect(folder / migrated.DATABASE)) as database:
        found = database.execute("SELECT name FROM sqlite_master WHERE name LIKE 'django_q%'")
        assert tables
        assert {name for (name,) in found} == set(tables)
