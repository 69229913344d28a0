import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
import studium.lib.db
import studium.lib.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessment", "0011_item_figures"),
        ("notes", "0002_history"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DraftRun",
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
                ("source_hash", models.CharField(max_length=64)),
                ("wish", models.CharField(max_length=64)),
                ("engine", models.CharField(max_length=100)),
                ("engine_version", models.CharField(max_length=100)),
                ("kept", models.IntegerField()),
                ("flagged", models.IntegerField()),
                ("rejected", models.JSONField(db_default={}, default=dict)),
                ("report", models.JSONField(db_default={}, default=dict)),
                ("reason", models.TextField(db_default="", default="")),
                (
                    "made_at",
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
            ],
            options={
                "db_table": "draft_runs",
            },
        ),
        migrations.CreateModel(
            name="DraftedQuestion",
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
                ("place", models.IntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("single_choice", "Single Choice"),
                            ("multiple_choice", "Multiple Choice"),
                            ("true_false", "True False"),
                            ("short_text", "Short Text"),
                        ],
                        max_length=20,
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("source_hash", models.CharField(max_length=64)),
                ("item", models.JSONField()),
                ("flags", models.JSONField(db_default=[], default=list)),
                ("is_flagged", models.BooleanField(db_default=False, default=False)),
                ("is_edited", models.BooleanField(db_default=False, default=False)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("approved", "Approved"),
                            ("rejected", "Rejected"),
                            ("stale", "Stale"),
                        ],
                        db_default="draft",
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("reviewed_at", models.DateTimeField(null=True)),
                ("reject_reason", models.CharField(db_default="", default="", max_length=500)),
                (
                    "made_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "exam",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="question_drafts",
                        to="assessment.exam",
                    ),
                ),
                (
                    "lesson",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="question_drafts",
                        to="content.lesson",
                    ),
                ),
                (
                    "question",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="draft",
                        to="assessment.question",
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drafts",
                        to="assessment.draftrun",
                    ),
                ),
            ],
            options={
                "db_table": "question_drafts",
            },
        ),
        migrations.AddConstraint(
            model_name="draftrun",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.GreaterThan(
                    django.db.models.functions.text.Length(studium.lib.db.Stripped("engine")), 0
                ),
                name="draft_runs_engine_not_blank",
            ),
        ),
        migrations.AddConstraint(
            model_name="draftrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("flagged__gte", 0), ("flagged__lte", models.F("kept"))),
                name="draft_runs_flagged",
            ),
        ),
        migrations.AddConstraint(
            model_name="draftrun",
            constraint=models.UniqueConstraint(
                fields=("lesson", "source_hash", "wish", "engine", "engine_version"),
                name="draft_runs_once",
            ),
        ),
        migrations.AddIndex(
            model_name="draftedquestion",
            index=models.Index(
                condition=models.Q(("status__in", ["draft", "stale"])),
                fields=["lesson", "place"],
                name="question_drafts_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="draftedquestion",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["draft", "approved", "rejected", "stale"])),
                name="question_drafts_status",
            ),
        ),
        migrations.AddConstraint(
            model_name="draftedquestion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["single_choice", "multiple_choice", "true_false", "short_text"])
                ),
                name="question_drafts_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="draftedquestion",
            constraint=models.UniqueConstraint(
                fields=("lesson", "digest"), name="question_drafts_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="draftedquestion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("question__isnull", True),
                        ("reject_reason", ""),
                        ("reviewed_at__isnull", True),
                        ("reviewed_by__isnull", True),
                        ("status__in", ["draft", "stale"]),
                    ),
                    models.Q(
                        ("question__isnull", False),
                        ("reject_reason", ""),
                        ("reviewed_at__isnull", False),
                        ("reviewed_by__isnull", False),
                        ("status", "approved"),
                    ),
                    models.Q(
                        ("question__isnull", True),
                        ("reviewed_at__isnull", False),
                        ("reviewed_by__isnull", False),
                        ("status", "rejected"),
                        models.Q(("reject_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="question_drafts_decided_by_person",
            ),
        ),
    ]
