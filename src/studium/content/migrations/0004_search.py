"""Passages of lessons and the full-text index over them, filled from the lessons there are."""

import django.db.models.deletion
from django.db import migrations, models

from studium.content import passage_index


def make_index(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        passage_index.make(cursor, vendor=schema_editor.connection.vendor)


def drop_index(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        passage_index.drop(cursor, vendor=schema_editor.connection.vendor)


def fill(apps, schema_editor):
    from studium.content.passages import rows_of

    Lesson, Passage = apps.get_model("content", "Lesson"), apps.get_model("content", "Passage")
    rows = Lesson.objects.select_related("course").defer("content_html", "outline").order_by("pk")
    for lesson in rows.iterator(chunk_size=50):
        made = rows_of(lesson, language=lesson.course.language)
        Passage.objects.bulk_create([Passage(**one) for one in made], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("content", "0003_documents")]

    operations = [
        migrations.CreateModel(
            name="Passage",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("place", models.IntegerField()),
                ("version", models.IntegerField()),
                ("language", models.CharField(db_default="en", default="en", max_length=12)),
                ("is_prose", models.BooleanField(db_default=True, default=True)),
                ("block_id", models.CharField(max_length=120)),
                ("begins", models.IntegerField()),
                ("ends", models.IntegerField()),
                ("title", models.CharField(max_length=300)),
                ("heading", models.CharField(db_default="", default="", max_length=300)),
                ("text", models.TextField()),
                ("told", models.JSONField(db_default=[], default=list)),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="content.course",
                    ),
                ),
                (
                    "lesson",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="content.lesson",
                    ),
                ),
            ],
            options={
                "db_table": "passages",
                "constraints": [
                    models.UniqueConstraint(fields=("lesson", "place"), name="passages_once"),
                    models.CheckConstraint(
                        condition=models.Q(("place__gte", 1), ("place__lte", 1000000)),
                        name="passages_place",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("begins__gte", 0), ("ends__gte", models.F("begins"))),
                        name="passages_range",
                    ),
                ],
            },
        ),
        migrations.RunPython(make_index, drop_index),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
