"""Where imported lessons come from: the document's name and the pages of its blocks."""

import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
import studium.lib.db
import studium.lib.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("content", "0002_concept")]

    operations = [
        migrations.CreateModel(
            name="LessonOrigin",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=studium.lib.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("file_name", models.CharField(max_length=200)),
                (
                    "format",
                    models.CharField(
                        choices=[
                            ("pdf", "Pdf"),
                            ("docx", "Docx"),
                            ("pptx", "Pptx"),
                            ("html", "Html"),
                            ("epub", "Epub"),
                        ],
                        max_length=10,
                    ),
                ),
                ("pages", models.JSONField(db_default=[], default=list)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "lesson",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="origin",
                        to="content.lesson",
                    ),
                ),
            ],
            options={
                "db_table": "lesson_origins",
                "constraints": [
                    models.CheckConstraint(
                        condition=django.db.models.lookups.GreaterThan(
                            django.db.models.functions.text.Length(
                                studium.lib.db.Stripped("file_name")
                            ),
                            0,
                        ),
                        name="lesson_origins_file_name_not_blank",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("format__in", ["pdf", "docx", "pptx", "html", "epub"])),
                        name="lesson_origins_format",
                    ),
                ],
            },
        ),
    ]
