"""`practice_points`: what the answers of a practice run come to, as far as they were taken in."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, F, Q


class PracticePoints(models.Model):
    """The points of the answers of one run through a quiz that were taken in, of `max_points`.

    Kept so that the summary of a person costs the same however many answers their runs have.
    """

    quiz_attempt = models.OneToOneField(
        "assessment.QuizAttempt", primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    user = models.ForeignKey(
        "identity.User", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    course = models.ForeignKey(
        "content.Course", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    points = models.DecimalField(max_digits=12, decimal_places=3)
    max_points = models.DecimalField(max_digits=12, decimal_places=3)

    class Meta:
        db_table = "practice_points"
        verbose_name_plural = "practice points"
        indexes = [models.Index(fields=["user", "course"], name="practice_points_by_user")]
        constraints = [
            CheckConstraint(
                condition=Q(points__gte=0, points__lte=F("max_points")),
                name="practice_points_within",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.points} of {self.max_points}"
