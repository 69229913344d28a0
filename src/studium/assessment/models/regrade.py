"""`regrades`: what was put right after an exam, what it changed for whom, and what was undone."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.db.models.functions import Now

from studium.lib.db import between, not_blank, one_of
from studium.lib.models import Row


class CorrectionKind(models.TextChoices):
    """What is put right about a question, see `scoring.Correction`."""

    KEY = "key"
    ACCEPT = "accept"
    POINTS = "points"
    FULL_MARKS = "full_marks"
    DROP = "drop"


class Regrade(Row):
    """Corrections of an exam that are applied and undone together, with the reason for them.

    It is planned first (`applied_at` is null); a plan can be thrown away, the others stay.
    `attempts` is how many it moved when it was applied.
    """

    exam = models.ForeignKey("assessment.Exam", on_delete=models.PROTECT, related_name="regrades")
    reason = models.CharField(max_length=1000)
    created_by = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    applied_by = models.ForeignKey(
        "identity.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    applied_at = models.DateTimeField(null=True)
    attempts = models.IntegerField(null=True)
    undone_by = models.ForeignKey(
        "identity.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "regrades"
        constraints = [
            not_blank("reason", name="regrades_reason_not_blank"),
            between("attempts", 0, 2_000_000_000, name="regrades_attempts"),
            CheckConstraint(
                condition=Q(applied_at__isnull=True, applied_by__isnull=True, attempts__isnull=True)
                | Q(applied_at__isnull=False, applied_by__isnull=False, attempts__isnull=False),
                name="regrades_applied_by_somebody",
            ),
            CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(
                    undone_at__isnull=False,
                    undone_by__isnull=False,
                    applied_at__isnull=False,
                    undone_at__gte=F("applied_at"),
                ),
                name="regrades_undone_after_applied",
            ),
        ]

    def __str__(self) -> str:
        return self.reason


class Correction(Row):
    """One thing put right about one question, see `scoring.Correction` for `kind` and `value`."""

    regrade = models.ForeignKey(
        "assessment.Regrade", on_delete=models.CASCADE, related_name="corrections"
    )
    question = models.ForeignKey("assessment.Question", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=CorrectionKind)
    value: models.JSONField[Any, Any] = models.JSONField(null=True)
    position = models.IntegerField(db_default=1, default=1)

    class Meta:
        db_table = "corrections"
        constraints = [
            one_of("kind", CorrectionKind, name="corrections_kind"),
            between("position", 1, 1000, name="corrections_position"),
            UniqueConstraint(fields=["regrade", "position"], name="corrections_one_per_place"),
            CheckConstraint(
                condition=Q(kind__in=["key", "accept", "points"], value__isnull=False)
                | Q(kind__in=["full_marks", "drop"], value__isnull=True),
                name="corrections_value_where_needed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.question_id}"


class RegradeMove(Row):
    """What a regrade changed in one attempt: everything before and after, so that undoing it needs
    no computing. `answers` lists `{question, points: [before, after], possible: [before, after]}`.
    """

    regrade = models.ForeignKey(
        "assessment.Regrade", on_delete=models.PROTECT, related_name="moves"
    )
    attempt = models.ForeignKey(
        "assessment.ExamAttempt", on_delete=models.PROTECT, related_name="regrade_moves"
    )
    score_before = models.IntegerField()
    score_after = models.IntegerField()
    points_before = models.DecimalField(max_digits=10, decimal_places=3)
    points_after = models.DecimalField(max_digits=10, decimal_places=3)
    max_before = models.DecimalField(max_digits=10, decimal_places=3)
    max_after = models.DecimalField(max_digits=10, decimal_places=3)
    answers: models.JSONField[Any, Any] = models.JSONField(default=list, db_default=[])

    class Meta:
        db_table = "regrade_moves"
        constraints = [
            UniqueConstraint(fields=["regrade", "attempt"], name="regrade_moves_once"),
            between("score_before", 0, 100, name="regrade_moves_score_before"),
            between("score_after", 0, 100, name="regrade_moves_score_after"),
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id}: {self.score_before} to {self.score_after}"
