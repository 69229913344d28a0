import django.db.models.deletion
import django.db.models.functions.datetime
import studium.lib.ids
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessment", "0006_kinds"),
    ]

    operations = [
        migrations.CreateModel(
            name="Accommodation",
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
                    "factor",
                    models.DecimalField(
                        db_default=1, decimal_places=2, default=Decimal("1"), max_digits=4
                    ),
                ),
                ("extra_minutes", models.IntegerField(db_default=0, default=0)),
                ("break_minutes", models.IntegerField(db_default=0, default=0)),
                ("opens_at", models.DateTimeField(null=True)),
                ("closes_at", models.DateTimeField(null=True)),
                ("extra_attempts", models.IntegerField(db_default=0, default=0)),
                ("reason", models.TextField(db_default="", default="")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("revoked_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "accommodations",
            },
        ),
        migrations.RemoveConstraint(
            model_name="exam",
            name="exams_release",
        ),
        migrations.RemoveConstraint(
            model_name="examattempt",
            name="exam_attempts_attempt_no",
        ),
        migrations.RemoveConstraint(
            model_name="examattempt",
            name="exam_attempts_attempts_allowed",
        ),
        migrations.AddField(
            model_name="exam",
            name="closing",
            field=models.CharField(
                choices=[("cut", "Cut"), ("full_time", "Full Time")],
                db_default="cut",
                default="cut",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="exam",
            name="counts",
            field=models.CharField(
                choices=[("best", "Best"), ("last", "Last"), ("first", "First"), ("mean", "Mean")],
                db_default="best",
                default="best",
                max_length=6,
            ),
        ),
        migrations.AddField(
            model_name="exam",
            name="due_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="exam",
            name="last_end_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="exam",
            name="late_tiers",
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.AddField(
            model_name="exam",
            name="networks",
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.AddField(
            model_name="exam",
            name="password_hash",
            field=models.CharField(db_default="", default="", max_length=200),
        ),
        migrations.AddField(
            model_name="exam",
            name="release_correctness",
            field=models.CharField(
                choices=[
                    ("with_score", "With Score"),
                    ("at_once", "At Once"),
                    ("after_close", "After Close"),
                    ("on_date", "On Date"),
                    ("never", "Never"),
                ],
                db_default="with_score",
                default="with_score",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="exam",
            name="release_explanation",
            field=models.CharField(
                choices=[
                    ("with_score", "With Score"),
                    ("at_once", "At Once"),
                    ("after_close", "After Close"),
                    ("on_date", "On Date"),
                    ("never", "Never"),
                ],
                db_default="with_score",
                default="with_score",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="exam",
            name="release_key",
            field=models.CharField(
                choices=[
                    ("with_score", "With Score"),
                    ("at_once", "At Once"),
                    ("after_close", "After Close"),
                    ("on_date", "On Date"),
                    ("never", "Never"),
                ],
                db_default="with_score",
                default="with_score",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="exam",
            name="release_on",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="exam",
            name="retry_delay_minutes",
            field=models.IntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="examattempt",
            name="due_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="examattempt",
            name="late_tiers",
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.AlterField(
            model_name="exam",
            name="release",
            field=models.CharField(
                choices=[
                    ("at_once", "At Once"),
                    ("after_close", "After Close"),
                    ("on_date", "On Date"),
                    ("never", "Never"),
                ],
                db_default="at_once",
                default="at_once",
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="exam",
            constraint=models.CheckConstraint(
                condition=models.Q(("release__in", ["at_once", "after_close", "on_date", "never"])),
                name="exams_release",
            ),
        ),
        migrations.AddConstraint(
            model_name="exam",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "release_correctness__in",
                        ["with_score", "at_once", "after_close", "on_date", "never"],
                    )
                ),
                name="exams_release_correctness",
            ),
        ),
        migrations.AddConstraint(
            model_name="exam",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "release_key__in",
                        ["with_score", "at_once", "after_close", "on_date", "never"],
                    )
                ),
                name="exams_release_key",
            ),
        ),
        migrations.AddConstraint(
            model_name="exam",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "release_explanation__in",
                        ["with_score", "at_once", "after_close", "on_date", "never"],
                    )
                ),
                name="exams_release_explanation",
            ),
        ),
        migrations.AddConstraint(
            model_name="exam",
            constraint=models.CheckConstraint(
                condition=models.Q(("counts__in", ["best", "last", "first", "mean"])),
                name="exams_counts",
            ),
        ),
        migrations.AddConstraint(
            model_name="exam",
            constraint=models.CheckConstraint(
                condition=models.Q(("closing__in", ["cut", "full_time"])), name="exams_closing"
            ),
        ),
        migrations.AddConstraint(
            model_name="exam",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("retry_delay_minutes__gte", 0), ("retry_delay_minutes__lte", 43200)
                ),
                name="exams_retry_delay_minutes",
            ),
        ),
        migrations.AddConstraint(
            model_name="exam",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("closes_at__isnull", False),
                    models.Q(
                        models.Q(("release_correctness", "after_close"), _negated=True),
                        models.Q(("release_key", "after_close"), _negated=True),
                        models.Q(("release_explanation", "after_close"), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="exams_parts_after_close_have_close",
            ),
        ),
        migrations.AddConstraint(
            model_name="exam",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("release_on__isnull", False),
                    models.Q(
                        models.Q(("release", "on_date"), _negated=True),
                        models.Q(("release_correctness", "on_date"), _negated=True),
                        models.Q(("release_key", "on_date"), _negated=True),
                        models.Q(("release_explanation", "on_date"), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="exams_on_date_has_date",
            ),
        ),
        migrations.AddConstraint(
            model_name="exam",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("due_at__isnull", True),
                    ("opens_at__isnull", True),
                    ("due_at__gt", models.F("opens_at")),
                    _connector="OR",
                ),
                name="exams_due_after_opens",
            ),
        ),
        migrations.AddConstraint(
            model_name="examattempt",
            constraint=models.CheckConstraint(
                condition=models.Q(("attempt_no__gte", 1), ("attempt_no__lte", 1100)),
                name="exam_attempts_attempt_no",
            ),
        ),
        migrations.AddConstraint(
            model_name="examattempt",
            constraint=models.CheckConstraint(
                condition=models.Q(("attempts_allowed__gte", 1), ("attempts_allowed__lte", 1100)),
                name="exam_attempts_attempts_allowed",
            ),
        ),
        migrations.AddField(
            model_name="accommodation",
            name="course",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="accommodations",
                to="content.course",
            ),
        ),
        migrations.AddField(
            model_name="accommodation",
            name="created_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="accommodation",
            name="exam",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="accommodations",
                to="assessment.exam",
            ),
        ),
        migrations.AddField(
            model_name="accommodation",
            name="revoked_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="accommodation",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="accommodations",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="accommodation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("exam__isnull", True), ("revoked_at__isnull", True)),
                fields=("course", "user"),
                name="accommodations_one_for_course",
            ),
        ),
        migrations.AddConstraint(
            model_name="accommodation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("exam__isnull", False), ("revoked_at__isnull", True)),
                fields=("exam", "user"),
                name="accommodations_one_for_exam",
            ),
        ),
        migrations.AddConstraint(
            model_name="accommodation",
            constraint=models.CheckConstraint(
                condition=models.Q(("factor__gte", 1), ("factor__lte", 10)),
                name="accommodations_factor",
            ),
        ),
        migrations.AddConstraint(
            model_name="accommodation",
            constraint=models.CheckConstraint(
                condition=models.Q(("extra_minutes__gte", 0), ("extra_minutes__lte", 1440)),
                name="accommodations_extra_minutes",
            ),
        ),
        migrations.AddConstraint(
            model_name="accommodation",
            constraint=models.CheckConstraint(
                condition=models.Q(("break_minutes__gte", 0), ("break_minutes__lte", 1440)),
                name="accommodations_break_minutes",
            ),
        ),
        migrations.AddConstraint(
            model_name="accommodation",
            constraint=models.CheckConstraint(
                condition=models.Q(("extra_attempts__gte", 0), ("extra_attempts__lte", 100)),
                name="accommodations_extra_attempts",
            ),
        ),
        migrations.AddConstraint(
            model_name="accommodation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("opens_at__isnull", True),
                    ("closes_at__isnull", True),
                    ("closes_at__gt", models.F("opens_at")),
                    _connector="OR",
                ),
                name="accommodations_closes_after_opens",
            ),
        ),
        migrations.AddConstraint(
            model_name="accommodation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("revoked_at__isnull", True), ("revoked_by__isnull", True)),
                    models.Q(
                        ("revoked_at__gte", models.F("created_at")), ("revoked_by__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="accommodations_revoked_by_somebody",
            ),
        ),
    ]
