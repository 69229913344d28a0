"""An index that holds what lists of a course say of a lesson, beside its long text."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("content", "0009_editor")]

    operations: ClassVar[list[migrations.operations.base.Operation]] = [
        migrations.AddIndex(
            model_name="lesson",
            index=models.Index(
                fields=[
                    "course",
                    "order_index",
                    "id",
                    "status",
                    "minutes",
                    "topic",
                    "part_title",
                    "parent",
                ],
                name="lessons_listed",
            ),
        ),
    ]
