"""The commands: help for each, sentences instead of tracebacks, and a doctor that finds things."""

from __future__ import annotations

import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection
from django.urls import clear_url_caches, get_resolver

from studium import cli
from studium.cli import _processes, _running, _web
from tests.cli.program import free_port, studium, within

pytestmark = pytest.mark.django_db


def execute(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / "studium.sqlite3")) as database:
        for one in statements:
            database.execute(one)
        database.commit()


def test_every_command_says_what_it_is_for() -> None:
    for name, module in cli.commands().items():
        assert len(module.HELP) > 10, name
        with pytest.raises(SystemExit) as end:
            cli.main([name, "--help"])
        assert end.value.code == 0


def test_the_commands_that_people_rely_on_are_there() -> None:
    assert set(cli.commands()) >= {"serve", "worker", "migrate", "doctor", "user", "notes"}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("STUDIUM_DEMO", "perhaps", "STUDIUM_DEMO is 'perhaps'"),
        ("STUDIUM_JOB_LEASE_SECONDS", "1", "from 2 to 3600"),
        ("DATABASE_URL", "mysql://x/y", "DATABASE_URL"),
        ("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none", "Check DATABASE_URL"),
    ],
)
def test_a_wrong_setting_stops_with_a_sentence(
    migrated: Path, name: str, value: str, said: str
) -> None:
    ended = studium(migrated, "doctor", **{name: value})
    assert ended.returncode == 1
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_database_that_was_never_migrated_gets_a_sentence(tmp_path: Path) -> None:
    ended = studium(tmp_path, "notes", "generate", "x")
    assert ended.returncode == 1
    assert "Run `studium migrate` first." in ended.stderr


def test_a_taken_port_is_named(migrated: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = studium(migrated, "serve", "--port", str(port))
    assert ended.returncode == 2
    assert f"Port {port} on 127.0.0.1 cannot be used" in ended.stderr
    assert free_port() != port


def test_a_person_is_added_with_a_password_from_standard_input(folder: Path) -> None:
    arguments = ("user", "add", "ada@example.org", "--name", "Ada Alm", "--role", "instructor")
    added = studium(folder, *arguments, "--password-stdin", given="a long enough one\n")
    assert added.stdout == "Added Ada Alm (ada@example.org) as instructor.\n"
    with closing(sqlite3.connect(folder / "studium.sqlite3")) as database:
        row = database.execute("SELECT role, password_hash FROM users").fetchone()
    assert row[0] == "INSTRUCTOR"
    assert row[1].startswith("argon2")


def test_a_person_is_not_added_twice_nor_without_a_sound_password() -> None:
    arguments = ("user", "add", "ada@example.org", "--name", "Ada Alm", "--no-password")
    assert within(*arguments).returncode == 0
    again = within(*arguments)
    assert again.returncode == 1
    assert "already" in again.stderr
    short = within("user", "add", "b@example.org", "--name", "B", "--password-stdin")
    assert short.returncode == 1
    unasked = within("user", "add", "c@example.org", "--name", "C")
    assert unasked.returncode == 1
    assert "--password-stdin" in unasked.stderr
    with connection.cursor() as cursor:
        cursor.execute("SELECT email FROM users")
        assert cursor.fetchall() == [("ada@example.org",)]


def test_the_doctor_is_content_with_a_fresh_database() -> None:
    ended = within("doctor")
    assert ended.returncode == 0, ended.stdout
    assert "wrong" not in ended.stdout


@pytest.mark.parametrize(
    ("harm", "found"),
    [
        (["DROP TRIGGER st_courses_types_insert"], "st_courses_types_insert is missing"),
        (["DROP INDEX jobs_one_live_per_target"], "jobs_one_live_per_target of jobs is missing"),
        (
            [
                "DELETE FROM django_migrations WHERE app = 'notes'",
            ],
            "notes.0001_initial has not run",
        ),
        (
            [
                "INSERT INTO jobs (id, kind, target, title, created_at) VALUES"
                " ('00000000000000000000000000000001', 'k', 't', 'x', '2020-01-01 00:00:00')",
            ],
            "1 jobs have waited for more than ten minutes",
        ),
    ],
)
def test_the_doctor_finds_what_is_wrong(harm: list[str], found: str) -> None:
    with connection.cursor() as cursor:
        for one in harm:
            cursor.execute(one)
    ended = within("doctor", "--quiet")
    assert ended.returncode == 1
    assert found in ended.stdout


def test_the_doctor_finds_a_row_that_points_nowhere(folder: Path) -> None:
    nobody = "0" * 31 + "1"
    execute(
        folder,
        "PRAGMA foreign_keys = OFF",
        "DROP TRIGGER IF EXISTS st_idempotency_keys_types_insert",
        "INSERT INTO idempotency_keys (id, key, fingerprint, created_at, user_id) VALUES"
        f" ('{nobody}', 'k', 'f', '2020-01-01 00:00:00', '{nobody}')",
    )
    ended = studium(folder, "doctor", "--quiet")
    assert "A row of idempotency_keys points to a users that is gone." in ended.stdout


def schema(folder: Path) -> set[tuple[str, ...]]:
    with closing(sqlite3.connect(folder / "studium.sqlite3")) as database:
        return set(database.execute("SELECT type, name, sql FROM sqlite_master"))


def test_migrating_puts_triggers_back_and_says_so(folder: Path) -> None:
    before = schema(folder)
    execute(folder, "DROP TRIGGER st_courses_types_insert")
    assert schema(folder) != before
    mended = studium(folder, "migrate")
    assert "Mended: The trigger st_courses_types_insert is missing." in mended.stdout
    assert schema(folder) == before


def test_what_migrating_would_do_can_be_asked() -> None:
    assert within("migrate", "--check").returncode == 0
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'django_q'")
    pending = within("migrate", "--check")
    assert pending.returncode == 1
    assert "Pending: django_q.0001_initial." in pending.stdout


def test_migrating_copies_an_sqlite_database_first(folder: Path) -> None:
    execute(folder, "DELETE FROM django_migrations WHERE app = 'django_q'")
    studium(folder, "migrate")
    copies = list((folder / "backups").glob("before-migration-*.sqlite3"))
    assert len(copies) == 1
    with closing(sqlite3.connect(copies[0])) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_worker_knows_the_addresses_before_it_takes_a_job(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known: list[bool] = []

    class Family:
        def __init__(self, children: object) -> None:
            known.append(bool(get_resolver().__dict__["_reverse_dict"]))

        def run(self) -> int:
            return 0

    monkeypatch.setattr(_processes, "Family", Family)
    monkeypatch.setattr(_running, "hold", lambda _folder: None)
    clear_url_caches()
    assert not get_resolver().__dict__["_reverse_dict"]
    assert cli.main(["worker", "--processes", "1"]) == 0
    clear_url_caches()
    _web.preload()
    assert get_resolver().__dict__["_reverse_dict"]
    assert known == [True]
