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
        ("assessment", "0004_journal"),
        ("identity", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExamPulse",
            fields=[
                (
                    "exam",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="assessment.exam",
                    ),
                ),
                ("number", models.IntegerField(db_default=1, default=1)),
            ],
            options={
                "db_table": "exam_pulses",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1), ("number__lte", 2000000000)),
                        name="exam_pulses_number",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ExamMessage",
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
                    "exam",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessment.exam",
                    ),
                ),
                (
                    "attempt",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessment.examattempt",
                    ),
                ),
                ("text", models.CharField(max_length=1000)),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sent_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={
                "db_table": "exam_messages",
                "constraints": [
                    models.CheckConstraint(
                        condition=django.db.models.lookups.GreaterThan(
                            django.db.models.functions.text.Length(studium.lib.db.Stripped("text")),
                            0,
                        ),
                        name="exam_messages_text_not_blank",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AttemptPresence",
            fields=[
                (
                    "attempt",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="presence",
                        serialize=False,
                        to="assessment.examattempt",
                    ),
                ),
                (
                    "seen_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("origins", models.JSONField(db_default=[], default=list)),
                ("signals", models.IntegerField(db_default=0, default=0)),
            ],
            options={
                "db_table": "attempt_presence",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("signals__gte", 0), ("signals__lte", 1000000)),
                        name="attempt_presence_signals",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="examattempt",
            name="paused_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name="examattempt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("paused_at__isnull", True), ("status", "in_progress"), _connector="OR"
                ),
                name="exam_attempts_paused_is_running",
            ),
        ),
    ]
