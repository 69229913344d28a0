import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

import studium.lib.db
import studium.lib.ids

# Readers know the text that stood there when they opened the lesson last.
_SEEN = """
UPDATE lesson_progress SET seen_version = (
  SELECT MAX(r.version) FROM lesson_revisions r
  WHERE r.lesson_id = lesson_progress.lesson_id
    AND r.created_at <= lesson_progress.last_opened_at)"""

_CONSTRAINTS = [
    models.CheckConstraint(
        condition=models.Q(("kind__in", ["highlight", "note"])), name="own_notes_kind"
    ),
    models.CheckConstraint(
        condition=models.Q(("begins__gte", 0), ("begins__lte", 2000000)), name="own_notes_begins"
    ),
    models.CheckConstraint(
        condition=models.Q(("ends__gte", models.F("begins"))), name="own_notes_range"
    ),
    models.CheckConstraint(
        condition=models.Q(
            ("block_id__isnull", True),
            models.Q(
                models.Q(("block_id", ""), _negated=True),
                ("ends__gt", models.F("begins")),
                models.Q(("quote", ""), _negated=True),
            ),
            _connector="OR",
        ),
        name="own_notes_at_passage",
    ),
    models.CheckConstraint(
        condition=models.Q(
            models.Q(("body", ""), ("kind", "highlight"), models.Q(("quote", ""), _negated=True)),
            models.Q(
                django.db.models.lookups.GreaterThan(
                    django.db.models.functions.text.Length(studium.lib.db.Stripped("body")), 0
                ),
                ("kind", "note"),
            ),
            _connector="OR",
        ),
        name="own_notes_say_something",
    ),
    models.CheckConstraint(
        condition=django.db.models.lookups.LessThanOrEqual(
            django.db.models.functions.text.Length("quote"), 2000
        ),
        name="own_notes_quote_length",
    ),
    models.CheckConstraint(
        condition=django.db.models.lookups.LessThanOrEqual(
            django.db.models.functions.text.Length("body"), 20000
        ),
        name="own_notes_body_length",
    ),
]


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0007_search"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="lessonprogress",
            name="seen_version",
            field=models.IntegerField(null=True),
        ),
        migrations.RunSQL(_SEEN, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="OwnNote",
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
                ("block_id", models.CharField(max_length=80, null=True)),
                ("quote", models.TextField(db_default="", default="")),
                ("begins", models.IntegerField(db_default=0, default=0)),
                ("ends", models.IntegerField(db_default=0, default=0)),
                ("body", models.TextField(db_default="", default="")),
                (
                    "kind",
                    models.CharField(
                        choices=[("highlight", "Highlight"), ("note", "Note")], max_length=10
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "updated_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "lesson",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="content.lesson",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "own_notes",
                "indexes": [models.Index(fields=["user", "lesson"], name="own_notes_of_reader")],
                "constraints": _CONSTRAINTS,
            },
        ),
    ]
