"""`exam_pools`: a part of a paper that each attempt draws for itself from its candidates."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import UniqueConstraint

from studium.lib.db import between, not_blank
from studium.lib.models import Row


class ExamPool(Row):
    """`pick` of the questions that fit `rule`, each worth `points`.

    The candidates are the rows of `exam_questions` that name the pool; which of them an attempt
    got stands in `exam_attempts.drawn`. `rule` is an object of `pools.RULE_FIELDS`; one that is
    empty takes every question of the owner's bank. Pools come after the fixed questions, in the
    order of `position`.
    """

    exam = models.ForeignKey("assessment.Exam", on_delete=models.PROTECT, related_name="pools")
    title = models.CharField(max_length=200)
    pick = models.IntegerField()
    points = models.IntegerField(db_default=1, default=1)
    rule: models.JSONField[Any, Any] = models.JSONField(default=dict, db_default={})
    position = models.IntegerField(db_default=1, default=1)

    class Meta:
        db_table = "exam_pools"
        constraints = [
            not_blank("title", name="exam_pools_title_not_blank"),
            between("pick", 1, 500, name="exam_pools_pick"),
            between("points", 1, 1000, name="exam_pools_points"),
            between("position", 1, 100, name="exam_pools_position"),
            UniqueConstraint(fields=["exam", "position"], name="exam_pools_one_per_place"),
        ]

    def __str__(self) -> str:
        return self.title
