"""Hand-written statements give and refuse the same each time they are asked, prepared or not.

On PostgreSQL psycopg runs the first few and libpq those that are prepared (`lib/libpq.py`), which
the last test makes sure of; on SQLite the same holds without either.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from studium.identity.models import User
from studium.lib import clock
from studium.lib.db import (
    on_postgresql,
    read_rows,
    time_param,
    time_value,
    uuid_param,
    uuid_value,
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
