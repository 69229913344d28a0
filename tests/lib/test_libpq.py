"""Hand-written statements give and refuse the same each time they are asked, prepared or not.

On PostgreSQL psycopg runs the first few and libpq those that are prepared (`lib/libpq.py`), which
the last test makes sure of; on SQLite the same holds without either.
"""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction
from django.test import Client

from studium.identity.models import User
from studium.lib import clock
from studium.lib.db import (
    on_postgresql,
    read_each,
    read_rows,
    time_param,
    time_value,
    uuid_param,
    uuid_value,
    write_and_read,
    write_each,
    write_returning,
    write_rows,
)
from tests import factories

_PERSON = "SELECT id, name, created_at, is_active FROM users WHERE id = %s AND created_at < %s"
_RENAME = "UPDATE users SET name = %s WHERE id = %s"
_MOVE = "UPDATE users SET email = %s, email_canonical = %s WHERE id = %s"
TIMES = 6
"""So often that the later ones are prepared."""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("within", [False, True])
def test_a_statement_gives_the_same_each_time(within: bool) -> None:
    person, later = factories.person("Ada Alm"), clock.now() + timedelta(days=1)
    found = []
    for number in range(TIMES):
        person.name = f"Ada {number}"
        if within:
            with transaction.atomic():
                write_rows(_RENAME, [(person.name, uuid_param(person.pk))])
                found += read_rows(_PERSON, [uuid_param(person.pk), time_param(later)])
        else:
            write_returning(f"{_RENAME} RETURNING id", [person.name, uuid_param(person.pk)])
            found += read_rows(_PERSON, [uuid_param(person.pk), time_param(later)])
    wanted = [(person.pk, f"Ada {n}", person.created_at, True) for n in range(TIMES)]
    assert [(uuid_value(a), b, time_value(c), bool(d)) for a, b, c, d in found] == wanted
    assert read_rows(_PERSON, [uuid_param(person.pk), time_param(later - timedelta(days=2))]) == []


@pytest.mark.django_db
def test_values_of_each_kind_go_and_come() -> None:
    asked = "SELECT %s || '%%', 1.5 * %s, %s IS NULL, name FROM users WHERE id = %s"
    if on_postgresql():
        asked = asked.replace("%s || ", "%s::text || ").replace("%s IS", "%s::int IS")
    person = factories.person("Zoë \N{SNOWMAN}")
    for number in (1, 70_000, 3_000_000_000) * 3:
        rows = read_rows(asked, ["ten", number, None, uuid_param(person.pk)])
        assert [(a, Decimal(b), bool(c), d) for a, b, c, d in rows] == [
            ("ten%", Decimal(number) * Decimal("1.5"), True, "Zoë \N{SNOWMAN}")
        ]


@pytest.mark.django_db(transaction=True)
def test_what_the_database_refuses_is_an_error_of_the_same_kind_each_time() -> None:
    one, other = factories.person("Ada Alm"), factories.person("Bruno Berg")
    key = uuid_param(other.pk)
    for number in range(TIMES):
        address = f"moved{number}@example.org"
        with transaction.atomic():
            write_rows(_MOVE, [(address, address, key)])
        with pytest.raises(IntegrityError), transaction.atomic():
            write_rows(_MOVE, [(one.email, one.email_canonical, key)])
        # After a rollback psycopg forgets what was prepared; asked again it is prepared again.
        kept = read_rows("SELECT email_canonical FROM users WHERE id = %s", [key])
        assert kept == [(address,)]


@pytest.mark.django_db
def test_a_failed_transaction_stays_failed() -> None:
    one = "SELECT 1 FROM users WHERE is_active = %s AND id = %s"
    person = factories.person()
    for _ in range(TIMES):
        assert read_rows(one, [True, uuid_param(person.pk)]) == [(1,)]
    with transaction.atomic():
        with pytest.raises(DatabaseError):
            read_rows("SELECT there_is_no_such_function(%s)", [1])
        if on_postgresql():  # SQLite goes on after a failed statement
            with pytest.raises(DatabaseError):
                read_rows(one, [True, uuid_param(person.pk)])
        transaction.set_rollback(True)
    assert read_rows(one, [True, uuid_param(person.pk)]) == [(1,)]


@pytest.mark.django_db
def test_what_is_prepared_passes_psycopg_by(monkeypatch: pytest.MonkeyPatch) -> None:
    person = User.objects.get(pk=factories.person().pk)
    asked = [uuid_param(person.pk), time_param(clock.now() + timedelta(days=1))]
    rows = [read_rows(_PERSON, asked) for _ in range(TIMES)]
    assert rows == rows[:1] * TIMES
    if connection.vendor == "sqlite":
        return
    import psycopg

    def waits(*_: Any, **__: Any) -> Any:
        raise AssertionError("psycopg ran it")

    monkeypatch.setattr(psycopg.Cursor, "execute", waits)
    assert read_rows(_PERSON, asked) == rows[0]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("together", [1, 2])
def test_what_begins_a_transaction_goes_with_its_first_statement(
    together: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = uuid_param(factories.person("Ada Alm").pk)

    def rename(name: str, *, kept: bool) -> None:
        with transaction.atomic():
            write_each([(_RENAME, [(name, key)])] * together)
            transaction.set_rollback(not kept)

    for number in range(TIMES):
        rename(f"Ada {number}", kept=True)
        assert read_rows(_NAME, [key]) == [(f"Ada {number}",)]
    with monkeypatch.context() as patched:
        if on_postgresql():
            import psycopg

            def waits(*_: Any, **__: Any) -> Any:
                raise AssertionError("psycopg ran it")

            patched.setattr(psycopg.Cursor, "execute", waits)
            patched.setattr(psycopg.Connection, "_start_query", waits)
        rename("Eve", kept=False)
    assert read_rows(_NAME, [key]) == [("Ada 5",)]


_NAME = "SELECT name FROM users WHERE id = %s"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("within", [False, True])
def test_statements_asked_together_give_what_each_gives(within: bool) -> None:
    people = [uuid_param(factories.person(f"Ada{number}").pk) for number in range(5)]
    asked = [(_NAME, [one]) for one in people]
    asked[2:2] = [("SELECT email FROM users WHERE name = %s", ["nobody"])]
    wanted = [[("Ada0",)], [("Ada1",)], [], [("Ada2",)], [("Ada3",)], [("Ada4",)]]
    for _ in range(TIMES):
        if within:
            with transaction.atomic():
                assert read_each(asked) == wanted
        else:
            assert read_each(asked) == wanted
    assert read_each([]) == []


@pytest.mark.django_db(transaction=True)
def test_of_changes_sent_together_the_first_that_is_refused_is_told_and_none_stays() -> None:
    one, other = factories.person("Ada Alm"), factories.person("Bruno Berg")
    mine, key = uuid_param(one.pk), uuid_param(other.pk)
    taken = (one.email, one.email_canonical, key)
    for _ in range(2):
        for number in range(TIMES):  # a rollback makes psycopg forget what was prepared
            name, address = f"Ada {number}", f"moved{number}@example.org"
            with transaction.atomic():
                write_each([(_RENAME, [(name, mine)]), (_MOVE, [(address, address, key)])])
        with pytest.raises(IntegrityError), transaction.atomic():
            write_each([(_RENAME, [("Eve", mine)]), (_MOVE, [taken]), (_RENAME, [("Eve", key)])])
        assert read_each([(_NAME, [mine]), (_NAME, [key])]) == [[(name,)], [("Bruno Berg",)]]


@pytest.mark.django_db(transaction=True)
def test_what_is_read_along_with_changes_is_as_they_left_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one, other = factories.person("Ada Alm"), factories.person("Bruno Berg")
    mine, key = uuid_param(one.pk), uuid_param(other.pk)
    asked = [(_NAME, [mine]), (_NAME, [key])]

    def change(name: str) -> list[list[tuple[Any, ...]]]:
        with transaction.atomic():
            others = [("Cleo", key), ("Dora", key)]
            writes = [(_RENAME, [(name, mine)]), (_RENAME, []), (_RENAME, others)]
            return write_and_read(writes, asked)

    for number in range(TIMES):
        assert change(f"Ada {number}") == [[(f"Ada {number}",)], [("Dora",)]]
    if on_postgresql():
        from studium.lib import libpq

        sent: list[int] = []
        run = libpq._run_together
        monkeypatch.setattr(
            libpq, "_run_together", lambda *given: [sent.append(len(given[1])), run(*given)][1]
        )
        assert change("Eve") == [[("Eve",)], [("Dora",)]]
        assert sent == [5]
    taken = (one.email, one.email_canonical, key)
    with pytest.raises(IntegrityError), transaction.atomic():
        write_and_read([(_RENAME, [("Fay", mine)]), (_MOVE, [taken])], asked)
    assert read_rows(_NAME, [mine]) == [("Eve" if on_postgresql() else "Ada 5",)]


@pytest.mark.django_db(transaction=True)
def test_more_than_the_connection_holds_goes_and_comes_together() -> None:
    text = "ö" * 400_000
    asked = ("SELECT %s || ''" if not on_postgresql() else "SELECT %s::text || ''", [text])
    for _ in range(3):
        assert read_each([asked] * 12) == [[(text,)]] * 12


@pytest.mark.django_db(transaction=True)
def test_who_waits_for_changes_sent_together_lets_other_threads_run() -> None:
    """Here the other thread holds the row, and lets go only when it gets to run."""
    key = uuid_param(factories.person("Ada Alm").pk)
    for number in range(TIMES):
        with transaction.atomic():
            write_each([(_RENAME, [(f"Ada {number}", key)])] * 2)
    held = threading.Event()

    def hold() -> None:
        with transaction.atomic():
            write_rows(_RENAME, [("Bruno", key)])
            held.set()
            for _ in range(20):
                time.sleep(0.01)  # each time it needs to be let in again
        connection.close()

    other = threading.Thread(target=hold)
    other.start()
    held.wait()
    with transaction.atomic():
        write_each([(_RENAME, [("Cleo", key)]), (_RENAME, [("Dora", key)])])
    other.join()
    assert read_rows(_NAME, [key]) == [("Dora",)]


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_is_lost_is_told_and_replaced() -> None:
    person = uuid_param(factories.person("Ada Alm").pk)
    asked = [(_NAME, [person])] * 3
    for _ in range(TIMES):
        assert read_each(asked) == [[("Ada Alm",)]] * 3
    if on_postgresql():  # SQLite's file cannot go away
        with pytest.raises(OperationalError):
            read_each([*asked, ("SELECT pg_terminate_backend(pg_backend_pid())", []), *asked])
        connection.close_if_unusable_or_obsolete()
    assert read_each(asked) == [[("Ada Alm",)]] * 3


@pytest.mark.django_db(transaction=True)
def test_a_request_after_a_restart_of_the_database_is_answered(client: Client) -> None:
    """The connections of before are gone, as this one is, and no request has met that yet."""
    if not on_postgresql():
        return  # the file of SQLite has no server
    client.force_login(factories.person("Ada Alm"))
    assert client.get("/").status_code == 200
    (gone,) = read_rows("SELECT pg_backend_pid()", [])
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", gone)
    finally:
        other.close()
    assert client.get("/").status_code == 200
    assert read_rows("SELECT pg_backend_pid()", []) != [gone]
