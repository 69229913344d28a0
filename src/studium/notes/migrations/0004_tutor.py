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
        ("content", "0004_search"),
        ("notes", "0003_models"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TutorSwitch",
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
                ("is_on", models.BooleanField(db_default=True, default=True)),
                (
                    "changed_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "changed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "course",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="content.course",
                    ),
                ),
            ],
            options={"db_table": "tutor_switches"},
        ),
        migrations.CreateModel(
            name="TutorMessage",
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
                    "asked_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[("hint", "Hint"), ("explain", "Explain"), ("check", "Check")],
                        max_length=8,
                    ),
                ),
                ("question", models.CharField(max_length=2000)),
                ("own_answer", models.CharField(db_default="", default="", max_length=4000)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("answered", "Answered"),
                            ("related", "Related"),
                            ("absent", "Absent"),
                        ],
                        max_length=8,
                    ),
                ),
                ("reply", models.JSONField(db_default={}, default=dict)),
                (
                    "engine",
                    models.CharField(db_default="extractive", default="extractive", max_length=120),
                ),
                (
                    "wording",
                    models.CharField(
                        choices=[
                            ("none", "None"),
                            ("pending", "Pending"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                        ],
                        db_default="none",
                        default="none",
                        max_length=8,
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
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "tutor_messages",
                "indexes": [
                    models.Index(
                        fields=["user", "lesson", "asked_at"], name="tutor_messages_history"
                    ),
                    models.Index(fields=["user", "asked_at"], name="tutor_messages_rate"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("mode__in", ["hint", "explain", "check"])),
                        name="tutor_messages_mode",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["answered", "related", "absent"])),
                        name="tutor_messages_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("wording__in", ["none", "pending", "done", "failed"])),
                        name="tutor_messages_wording",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.GreaterThan(
                            django.db.models.functions.text.Length(
                                studium.lib.db.Stripped("question")
                            ),
                            0,
                        ),
                        name="tutor_messages_asks",
                    ),
                ],
            },
        ),
    ]
