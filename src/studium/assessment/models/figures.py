"""`item_figures`: running sums per question of an exam, for the item analysis."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import UniqueConstraint

from studium.lib.db import between
from studium.lib.models import Row


class ItemFigures(Row):
    """Running sums of one question in one exam, over first attempts that were graded.

    `sums` is what `items.Sums` holds, in whole numbers, so that it does not depend on the order of
    the attempts; every figure of the item analysis is computed from it.
    """

    exam = models.ForeignKey(
        "assessment.Exam", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    question = models.ForeignKey("assessment.Question", on_delete=models.PROTECT, related_name="+")
    attempts = models.IntegerField()
    sums: models.JSONField[Any, Any] = models.JSONField()

    class Meta:
        db_table = "item_figures"
        constraints = [
            UniqueConstraint(fields=["exam", "question"], name="item_figures_once"),
            between("attempts", 0, 2_000_000_000, name="item_figures_attempts"),
        ]

    def __str__(self) -> str:
        return f"{self.question_id} in {self.exam_id}"
