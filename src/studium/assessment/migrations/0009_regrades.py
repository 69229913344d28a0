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
        ("assessment", "0008_bank"),
        ("identity", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Regrade",
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
                ("reason", models.CharField(max_length=1000)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("applied_at", models.DateTimeField(null=True)),
                ("attempts", models.IntegerField(null=True)),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "applied_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "exam",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="regrades",
                        to="assessment.exam",
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "regrades",
                "constraints": [
                    models.CheckConstraint(
                        condition=django.db.models.lookups.GreaterThan(
                            django.db.models.functions.text.Length(
                                studium.lib.db.Stripped("reason")
                            ),
                            0,
                        ),
                        name="regrades_reason_not_blank",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("attempts__gte", 0), ("attempts__lte", 2000000000)),
                        name="regrades_attempts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("applied_at__isnull", True),
                                ("applied_by__isnull", True),
                                ("attempts__isnull", True),
                            ),
                            models.Q(
                                ("applied_at__isnull", False),
                                ("applied_by__isnull", False),
                                ("attempts__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="regrades_applied_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("undone_at__isnull", True), ("undone_by__isnull", True)),
                            models.Q(
                                ("applied_at__isnull", False),
                                ("undone_at__gte", models.F("applied_at")),
                                ("undone_at__isnull", False),
                                ("undone_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="regrades_undone_after_applied",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Correction",
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("key", "Key"),
                            ("accept", "Accept"),
                            ("points", "Points"),
                            ("full_marks", "Full Marks"),
                            ("drop", "Drop"),
                        ],
                        max_length=10,
                    ),
                ),
                ("value", models.JSONField(null=True)),
                ("position", models.IntegerField(db_default=1, default=1)),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessment.question",
                    ),
                ),
                (
                    "regrade",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="corrections",
                        to="assessment.regrade",
                    ),
                ),
            ],
            options={
                "db_table": "corrections",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["key", "accept", "points", "full_marks", "drop"])
                        ),
                        name="corrections_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("position__gte", 1), ("position__lte", 1000)),
                        name="corrections_position",
                    ),
                    models.UniqueConstraint(
                        fields=("regrade", "position"), name="corrections_one_per_place"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind__in", ["key", "accept", "points"]), ("value__isnull", False)
                            ),
                            models.Q(("kind__in", ["full_marks", "drop"]), ("value__isnull", True)),
                            _connector="OR",
                        ),
                        name="corrections_value_where_needed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RegradeMove",
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
                ("score_before", models.IntegerField()),
                ("score_after", models.IntegerField()),
                ("points_before", models.DecimalField(decimal_places=3, max_digits=10)),
                ("points_after", models.DecimalField(decimal_places=3, max_digits=10)),
                ("max_before", models.DecimalField(decimal_places=3, max_digits=10)),
                ("max_after", models.DecimalField(decimal_places=3, max_digits=10)),
                ("answers", models.JSONField(db_default=[], default=list)),
                (
                    "attempt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="regrade_moves",
                        to="assessment.examattempt",
                    ),
                ),
                (
                    "regrade",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moves",
                        to="assessment.regrade",
                    ),
                ),
            ],
            options={
                "db_table": "regrade_moves",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("regrade", "attempt"), name="regrade_moves_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("score_before__gte", 0), ("score_before__lte", 100)),
                        name="regrade_moves_score_before",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("score_after__gte", 0), ("score_after__lte", 100)),
                        name="regrade_moves_score_after",
                    ),
                ],
            },
        ),
    ]
