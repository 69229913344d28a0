"""Keep what is to be expected of students at their next exam, ready for pages about a class."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("analytics", "0007_practice_points"),
        ("assessment", "0013_practice_sessions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations: ClassVar = [
        migrations.CreateModel(
            name="ExamForecast",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "epoch",
                        "exam_id",
                        "user_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("epoch", models.IntegerField()),
                ("answers", models.IntegerField()),
                ("paper", models.CharField(max_length=32)),
                ("made_at", models.DateTimeField()),
                ("mean", models.FloatField(null=True)),
                ("low", models.FloatField(null=True)),
                ("high", models.FloatField(null=True)),
                ("p_pass", models.FloatField(null=True)),
                (
                    "exam",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="assessment.exam",
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
                "db_table": "exam_forecasts",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("epoch__gte", 0), ("epoch__lte", 2000000000)),
                        name="exam_forecasts_epoch",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("answers__gte", 0)), name="exam_forecasts_answers"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("high__isnull", True),
                                ("low__isnull", True),
                                ("mean__isnull", True),
                                ("p_pass__isnull", True),
                            ),
                            models.Q(
                                ("high__isnull", False),
                                ("high__lte", 1),
                                ("low__gte", 0),
                                ("low__isnull", False),
                                ("low__lte", models.F("mean")),
                                ("mean__isnull", False),
                                ("mean__lte", models.F("high")),
                                ("p_pass__gte", 0),
                                ("p_pass__isnull", False),
                                ("p_pass__lte", 1),
                            ),
                            _connector="OR",
                        ),
                        name="exam_forecasts_whole",
                    ),
                ],
            },
        ),
    ]
