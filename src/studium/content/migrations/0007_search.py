"""What is found by words beside lessons, and the full-text index over it.

The rows are written by triggers, which `entry_index.after_migrate` makes and fills them through.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations, models

from studium.content import entry_index


def make_index(apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        entry_index.make(cursor, vendor=schema_editor.connection.vendor)


def drop_index(apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        entry_index.drop(cursor, vendor=schema_editor.connection.vendor)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("content", "0006_groups")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("note", "Note"),
                            ("own_note", "Own Note"),
                            ("question", "Question"),
                            ("person", "Person"),
                        ],
                        max_length=10,
                    ),
                ),
                ("object_id", models.UUIDField()),
                ("lesson_id", models.UUIDField(null=True)),
                ("owner_id", models.UUIDField(null=True)),
                ("is_draft", models.BooleanField(db_default=False, default=False)),
                ("language", models.CharField(db_default="", default="", max_length=12)),
                ("title", models.TextField(db_default="", default="")),
                ("text", models.TextField(db_default="", default="")),
            ],
            options={
                "db_table": "search_entries",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["note", "own_note", "question", "person"])
                        ),
                        name="search_entries_kind",
                    ),
                    models.UniqueConstraint(
                        fields=("kind", "object_id"), name="search_entries_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "person"), ("lesson_id__isnull", True)),
                            models.Q(
                                models.Q(("kind", "person"), _negated=True),
                                ("lesson_id__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="search_entries_lesson",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "own_note"), ("owner_id__isnull", False)),
                            models.Q(
                                models.Q(("kind", "own_note"), _negated=True),
                                ("owner_id__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="search_entries_owner",
                    ),
                ],
            },
        ),
        migrations.RunPython(make_index, drop_index),
    ]
