"""The queue of writers before SQLite: in turn, in one commit where possible, and never stuck."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from studium.lib.models import IdempotencyKey
from studium.lib.sqlite.base import DatabaseWrapper
from studium.lib.sqlite.gate import Gate, Late
from studium.lib.sqlite.together import Together

# Only so that connections may be opened; most tests have a database of their own.
pytestmark = pytest.mark.django_db

HOLDER = """
import sys, time
from studium.lib.sqlite.gate import Gate
gate = Gate(sys.argv[1])
gate.enter(5)
print("in", flush=True)
time.sleep(float(sys.argv[2]))
"""


@pytest.fixture
def wrapper(tmp_path: Path) -> DatabaseWrapper:
    """A connection of our backend to a database of its own."""
    settings = {
        "ENGINE": "studium.lib.sqlite", "NAME": str(tmp_path / "some.sqlite3"), "TIME_ZONE": None,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 0.3,
                    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL"},
        "CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": False, "AUTOCOMMIT": True,
        "ATOMIC_REQUESTS": False,
    }  # fmt: skip
    made = DatabaseWrapper(settings, alias="default")
    made.inc_thread_sharing()
    with made.cursor() as cursor:
        cursor.execute("CREATE TABLE t (n INTEGER UNIQUE)")
    return made


def copy_of(wrapper: DatabaseWrapper) -> DatabaseWrapper:
    """A second connection to the same database."""
    made = DatabaseWrapper(wrapper.settings_dict, alias="default")
    made.inc_thread_sharing()
    return made


def _write(wrapper: DatabaseWrapper, how: str) -> None:
    if how == "transaction":
        wrapper._start_transaction_under_autocommit()
    with wrapper.cursor() as cursor:
        cursor.execute("INSERT INTO t VALUES (1)")


@contextmanager
def held(path: str) -> Iterator[subprocess.Popen[str]]:
    """While inside, another process holds the gate; it is killed at the end."""
    env = {**os.environ, "PYTHONPATH": "src"}
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, path, "60"], stdout=subprocess.PIPE, text=True, env=env
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "in\n"
        try:
            yield process
        finally:
            process.kill()


def test_who_waits_too_long_is_told_and_can_come_again(tmp_path: Path) -> None:
    first, second = Gate(str(tmp_path / "db")), Gate(str(tmp_path / "db"))
    first.enter(1)
    began = time.monotonic()
    with pytest.raises(Late):
        second.enter(0.2)
    assert 0.15 < time.monotonic() - began < 2
    first.leave()
    second.enter(0.2)
    second.leave()


def test_a_process_that_is_killed_leaves_the_gate(tmp_path: Path) -> None:
    gate = Gate(str(tmp_path / "db"))
    with held(str(tmp_path / "db")), pytest.raises(Late):
        gate.enter(0.1)
    gate.enter(1)
    gate.leave()


def test_nobody_is_overtaken_again_and_again(tmp_path: Path) -> None:
    """Two gates stand for two processes that each want to write all the time."""
    gates = [Gate(str(tmp_path / "db")) for _ in range(2)]
    turns: list[int] = []
    until = time.monotonic() + 0.8

    def write(number: int) -> None:
        while time.monotonic() < until:
            gates[number].enter(5)
            turns.append(number)
            time.sleep(0.001)
            gates[number].leave()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = "".join(map(str, turns[2:-2])).replace("01", "0 1").replace("10", "1 0").split()
    # A thread that the machine has not let run cannot ask for its turn: a few may slip by.
    assert sum(len(row) > 3 for row in rows) <= len(rows) / 50 + 2
    assert len(turns) > 50


@pytest.mark.parametrize("write", ["transaction", "single"])
def test_a_write_waits_for_the_gate_and_gives_up_as_busy(
    wrapper: DatabaseWrapper, write: str
) -> None:
    with held(str(wrapper.settings_dict["NAME"])):
        with pytest.raises(OperationalError, match="locked"):
            _write(wrapper, write)
        with wrapper.cursor() as cursor:  # reading needs no turn
            assert cursor.execute("SELECT count(*) FROM t").fetchone() == (0,)
    with wrapper.cursor() as cursor:
        cursor.execute("INSERT INTO t VALUES (1)")


def test_the_gate_is_free_after_a_commit_a_rollback_and_a_closed_connection(
    wrapper: DatabaseWrapper,
) -> None:
    other = copy_of(wrapper)
    for end in (wrapper._commit, wrapper._rollback, wrapper.close):
        wrapper.ensure_connection()
        wrapper._start_transaction_under_autocommit()
        with pytest.raises(OperationalError), other.cursor() as cursor:
            cursor.execute("INSERT INTO t VALUES (1)")
        end()
        with other.cursor() as cursor:
            cursor.execute("DELETE FROM t")


def test_works_that_meet_share_a_commit_and_a_failing_one_fails_alone(
    wrapper: DatabaseWrapper,
) -> None:
    together, commits = Together(), []
    inside, go = threading.Event(), threading.Event()
    results: dict[int, object] = {}

    def insert(raw: sqlite3.Connection, number: int) -> int:
        if number == 0:  # the first one holds the others up, so that they meet
            raw.set_trace_callback(lambda text: commits.append(text == "COMMIT"))
            inside.set()
            go.wait(5)
        raw.execute("INSERT INTO t VALUES (?)", [100 + number])
        raw.execute("INSERT INTO t VALUES (?)", [7 if number == 5 else number])
        return number

    def work(number: int) -> None:
        own = copy_of(wrapper)
        try:
            results[number] = together.run(own, lambda raw: insert(raw, number))
        except Exception as error:
            results[number] = error

    threads = [threading.Thread(target=work, args=(number,)) for number in (0, 7, 5, 1, 2, 3)]
    threads[0].start()
    inside.wait(5)
    for thread in threads[1:]:
        thread.start()
    while len(together._waiting) < 5:
        time.sleep(0.001)
    go.set()
    for thread in threads:
        thread.join(5)
    assert type(results.pop(5)).__name__ == "IntegrityError"
    assert results == {number: number for number in (0, 1, 2, 3, 7)}
    with wrapper.cursor() as cursor:
        stored = {row[0] for row in cursor.execute("SELECT n FROM t").fetchall()}
    assert stored == {*(0, 1, 2, 3, 7), *(100, 101, 102, 103, 107)}


def test_a_transaction_that_fails_acknowledges_nothing_and_the_next_one_works(
    wrapper: DatabaseWrapper,
) -> None:
    together = Together()
    with wrapper.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 3")
    with pytest.raises(OperationalError, match="full"):
        together.run(
            wrapper,
            lambda raw: raw.executemany(
                "INSERT INTO t VALUES (?)", ((number,) for number in range(9000))
            ),
        )
    with wrapper.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 1000000")
    together.run(wrapper, lambda raw: raw.execute("INSERT INTO t VALUES (1)"))
    with wrapper.cursor() as cursor:
        assert cursor.execute("SELECT count(*) FROM t").fetchone() == (1,)


def test_late_works_fail_together_and_leave_nobody_waiting(wrapper: DatabaseWrapper) -> None:
    together, errors = Together(), []

    def work() -> None:
        try:
            together.run(copy_of(wrapper), lambda raw: raw.execute("INSERT INTO t VALUES (1)"))
        except OperationalError as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(6)]
    with held(str(wrapper.settings_dict["NAME"])):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
    assert len(errors) == 6
    together.run(wrapper, lambda raw: raw.execute("INSERT INTO t VALUES (2)"))


@pytest.mark.django_db(transaction=True)
def test_the_sites_own_connection_passes_the_gate() -> None:
    if connection.vendor != "sqlite":
        assert not hasattr(connection, "enter_gate")
        return
    with CaptureQueriesContext(connection):
        assert not IdempotencyKey.objects.exists()
    assert isinstance(connection._gate, Gate)
