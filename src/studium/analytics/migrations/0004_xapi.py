import uuid

import django.db.models.deletion
import studium.analytics.models.xapi
import studium.lib.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0003_outcomes"),
        ("assessment", "0013_practice_sessions"),
    ]

    operations = [
        migrations.CreateModel(
            name="XapiSettings",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("namespace", models.UUIDField(default=uuid.uuid4)),
                (
                    "pseudonym_secret",
                    models.CharField(
                        default=studium.analytics.models.xapi.new_secret, max_length=64
                    ),
                ),
                ("address", models.CharField(db_default="", default="", max_length=500)),
                (
                    "auth",
                    models.CharField(
                        choices=[("none", "None"), ("basic", "Basic"), ("bearer", "Bearer")],
                        db_default="none",
                        default="none",
                        max_length=10,
                    ),
                ),
                ("user_name", models.CharField(db_default="", default="", max_length=200)),
                ("credential_sealed", models.TextField(db_default="", default="")),
                ("is_on", models.BooleanField(db_default=False, default=False)),
                ("with_responses", models.BooleanField(db_default=False, default=False)),
                ("cursor", models.BigIntegerField(db_default=0, default=0)),
                ("sent", models.BigIntegerField(db_default=0, default=0)),
                ("sent_at", models.DateTimeField(null=True)),
                ("not_before", models.DateTimeField(null=True)),
                ("problem", models.CharField(db_default="", default="", max_length=300)),
            ],
            options={
                "db_table": "xapi_settings",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)), name="xapi_settings_one_row"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pseudonym_secret", ""), _negated=True),
                        name="xapi_settings_secret",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("auth__in", ["none", "basic", "bearer"])),
                        name="xapi_settings_auth",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("cursor__gte", 0), ("cursor__lte", 4611686018427387904)
                        ),
                        name="xapi_settings_cursor",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sent__gte", 0), ("sent__lte", 4611686018427387904)),
                        name="xapi_settings_sent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_on", False),
                            models.Q(("address", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="xapi_settings_on_has_address",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("auth", "none"), _negated=True),
                            ("credential_sealed", ""),
                            _connector="OR",
                        ),
                        name="xapi_settings_credential_used",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="XapiTold",
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
                ("is_told", models.BooleanField(db_default=False, default=False)),
                ("score", models.IntegerField(null=True)),
                (
                    "exam_attempt",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessment.examattempt",
                    ),
                ),
                (
                    "practice_session",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessment.practicesession",
                    ),
                ),
                (
                    "quiz_attempt",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessment.quizattempt",
                    ),
                ),
            ],
            options={
                "db_table": "xapi_told",
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_told", False)),
                        fields=["id"],
                        name="xapi_told_waiting",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("exam_attempt__isnull", False),
                                ("practice_session__isnull", True),
                                ("quiz_attempt__isnull", True),
                            ),
                            models.Q(
                                ("exam_attempt__isnull", True),
                                ("practice_session__isnull", True),
                                ("quiz_attempt__isnull", False),
                            ),
                            models.Q(
                                ("exam_attempt__isnull", True),
                                ("practice_session__isnull", False),
                                ("quiz_attempt__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="xapi_told_one_attempt",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("score__isnull", True),
                            models.Q(
                                ("exam_attempt__isnull", False),
                                ("is_told", True),
                                ("score__gte", 0),
                                ("score__lte", 100),
                            ),
                            _connector="OR",
                        ),
                        name="xapi_told_score",
                    ),
                ],
            },
        ),
    ]
