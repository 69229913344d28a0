"""Rebuilds `exam_attempts` in the migrated database of the environment, and prints its schema.

Run as a program of its own, because it needs a database that no test framework holds.
"""

from __future__ import annotations

import json

import django
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import connection, models
from django.db.migrations import Migration


def main() -> None:
    django.setup()
    from studium.assessment.models import ExamAttempt
    from studium.lib import triggers
    from tests.integrity.raw import sqlite_schema

    migration = Migration("0999_rebuilds", "assessment")
    emit_pre_migrate_signal(0, False, "default", plan=[(migration, False)])
    taken_away = triggers.installed() == {}
    with connection.schema_editor() as editor:
        old = ExamAttempt._meta.get_field("shuffle_seed")
        new = models.BigIntegerField(null=True, db_default=5)
        new.set_attributes_from_name("shuffle_seed")
        new.model = ExamAttempt
        editor.alter_field(ExamAttempt, old, new, strict=True)
    emit_post_migrate_signal(0, False, "default")
    ddl = [sql for _, _, sql in sqlite_schema()]
    print(json.dumps([taken_away, triggers.differences(), ddl]))


if __name__ == "__main__":
    main()
