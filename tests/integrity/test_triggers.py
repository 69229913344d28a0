"""The triggers of a database stay in step with their list.

Apart from the invalid states, whose open transaction on PostgreSQL would keep these from changing
a table.
"""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection

from studium.lib import triggers

pytestmark = pytest.mark.django_db


def test_the_database_has_exactly_the_listed_triggers() -> None:
    assert triggers.differences() == []


def test_a_missing_a_foreign_and_a_changed_trigger_are_reported() -> None:
    expected = triggers.expected(connection.vendor)
    name = "st_exam_attempts_status_forward_update"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"DROP TRIGGER {name}")
            cursor.execute("CREATE TRIGGER st_stray AFTER DELETE ON jobs BEGIN SELECT 1; END")
        else:
            cursor.execute(f"DROP FUNCTION {name}() CASCADE")
            cursor.execute("ALTER TABLE exam_attempts DISABLE TRIGGER "
                           "st_exam_attempts_no_delete_delete")  # fmt: skip
    found = triggers.differences()
    assert f"The trigger {name} is missing." in found
    assert len(found) == 2
    triggers.install()
    assert triggers.differences() == []
    assert set(triggers.installed()) == set(expected)


def test_where_nothing_is_pending_and_nothing_differs_migrating_makes_no_trigger_anew() -> None:
    before = _made()
    call_command("migrate", verbosity=0, interactive=False)
    assert _made() == before


def _made() -> list[tuple[object, ...]]:
    """What changes with every change of a trigger, also with one to the same text."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA schema_version")
        else:
            cursor.execute("SELECT oid, xmin FROM pg_trigger ORDER BY oid")
        return list(cursor.fetchall())
