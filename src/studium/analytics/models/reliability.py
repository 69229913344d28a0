"""How far off the site's predictions were, measured now and then."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import CheckConstraint, Q
from django.db.models.functions import Now

from studium.lib.models import Row


class ReliabilityReport(Row):
    """What the newest predictions up to the fold `last_seq` were worth; see
    `evaluation.reliability`. `bins` are lists of low, high, n, predicted, observed."""

    last_seq = models.BigIntegerField(unique=True)
    made_at: models.DateTimeField[datetime, datetime] = models.DateTimeField(db_default=Now())
    n = models.IntegerField()
    ece = models.FloatField()
    by_chance = models.FloatField()
    log_loss = models.FloatField()
    bins: models.JSONField[Any, Any] = models.JSONField()

    class Meta:
        db_table = "reliability_reports"
        constraints = [
            CheckConstraint(condition=Q(last_seq__gte=1), name="reliability_reports_last_seq"),
            CheckConstraint(condition=Q(n__gte=1, n__lte=10_000), name="reliability_reports_n"),
            CheckConstraint(condition=Q(ece__gte=0, ece__lte=1), name="reliability_reports_ece"),
            CheckConstraint(
                condition=Q(by_chance__gte=0, by_chance__lte=1),
                name="reliability_reports_by_chance",
            ),
            CheckConstraint(
                condition=Q(log_loss__gte=0, log_loss__lte=14),
                name="reliability_reports_log_loss",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.n} predictions, off by {self.ece:.3f}"
