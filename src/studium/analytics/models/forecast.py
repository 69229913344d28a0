"""`exam_forecasts`: what is to be expected of each student at the next exam, ready to be read."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import CheckConstraint, F, Q

from studium.lib.db import between


class ExamForecast(models.Model):
    """What was to be expected of one person at one exam, by the engine's rows of an epoch.

    `mean` with its 80 % range `low` to `high` (shares of the marks) and the chance `p_pass`; all
    are null while it is too early to say. It holds for so many `answers` in the course and for
    the paper whose digest is `paper`.
    """

    pk = models.CompositePrimaryKey("epoch", "exam_id", "user_id")
    epoch = models.IntegerField()
    exam = models.ForeignKey(
        "assessment.Exam", on_delete=models.CASCADE, related_name="+", db_index=True
    )
    user = models.ForeignKey(
        "identity.User", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    answers = models.IntegerField()
    paper = models.CharField(max_length=32)
    made_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    mean = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    p_pass = models.FloatField(null=True)

    class Meta:
        db_table = "exam_forecasts"
        constraints = [
            between("epoch", 0, 2_000_000_000, name="exam_forecasts_epoch"),
            CheckConstraint(condition=Q(answers__gte=0), name="exam_forecasts_answers"),
            CheckConstraint(
                condition=Q(
                    mean__isnull=True, low__isnull=True, high__isnull=True, p_pass__isnull=True
                )
                | Q(
                    mean__isnull=False,
                    low__isnull=False,
                    high__isnull=False,
                    p_pass__isnull=False,
                    low__gte=0,
                    low__lte=F("mean"),
                    mean__lte=F("high"),
                    high__lte=1,
                    p_pass__gte=0,
                    p_pass__lte=1,
                ),
                name="exam_forecasts_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.exam_id}"
