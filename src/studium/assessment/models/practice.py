"""Practice: `quiz_attempts` and their answers, each scored the moment it is given."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.db.models.functions import Now

from studium.lib.db import between, one_of
from studium.lib.models import Row


class QuizAttemptStatus(models.TextChoices):
    IN_PROGRESS = "in_progress"
    FINISHED = "finished"


class QuizAttempt(Row):
    """One run through a practice quiz. An answer given in it is final; trying again is a new run.

    `paper` is the list of question ids in the order shown, fixed at the start.
    """

    quiz = models.ForeignKey("assessment.Quiz", on_delete=models.PROTECT, related_name="attempts")
    user = models.ForeignKey(
        "identity.User", on_delete=models.PROTECT, related_name="quiz_attempts"
    )
    attempt_no = models.IntegerField(db_default=1, default=1)
    status = models.CharField(
        max_length=12,
        choices=QuizAttemptStatus,
        db_default=QuizAttemptStatus.IN_PROGRESS,
        default="in_progress",
    )
    paper: models.JSONField[Any, Any] = models.JSONField(default=list, db_default=[])
    started_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)
    points = models.DecimalField(max_digits=10, decimal_places=3, null=True)
    max_points = models.DecimalField(max_digits=10, decimal_places=3, null=True)
    score = models.IntegerField(null=True)
    shuffle_seed = models.BigIntegerField(null=True)

    class Meta:
        db_table = "quiz_attempts"
        indexes = [models.Index(fields=["user", "quiz"], name="quiz_attempts_by_user")]
        constraints = [
            one_of("status", QuizAttemptStatus, name="quiz_attempts_status"),
            UniqueConstraint(fields=["quiz", "user", "attempt_no"], name="quiz_attempts_once"),
            UniqueConstraint(
                fields=["quiz", "user"],
                condition=Q(status="in_progress"),
                name="quiz_attempts_one_running",
            ),
            between("attempt_no", 1, 100_000, name="quiz_attempts_attempt_no"),
            between("score", 0, 100, name="quiz_attempts_score"),
            CheckConstraint(
                condition=Q(
                    status="finished",
                    finished_at__isnull=False,
                    score__isnull=False,
                    points__isnull=False,
                    max_points__isnull=False,
                )
                | Q(
                    status="in_progress",
                    finished_at__isnull=True,
                    score__isnull=True,
                    points__isnull=True,
                ),
                name="quiz_attempts_finished_has_score",
            ),
            CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(finished_at__gte=F("started_at")),
                name="quiz_attempts_finished_after_start",
            ),
            CheckConstraint(
                condition=Q(points__isnull=True)
                | Q(points__gte=0, max_points__gt=0, points__lte=F("max_points")),
                name="quiz_attempts_points_within",
            ),
        ]

    def __str__(self) -> str:
        return f"run {self.attempt_no} of {self.user_id}"


class QuizAnswer(Row):
    """What was answered to one question of a run, and the share of it that was right (0 to 1)."""

    attempt = models.ForeignKey(
        "assessment.QuizAttempt", on_delete=models.PROTECT, related_name="answers"
    )
    question = models.ForeignKey("assessment.Question", on_delete=models.PROTECT, related_name="+")
    response: models.JSONField[Any, Any] = models.JSONField(null=True)
    share = models.DecimalField(max_digits=5, decimal_places=4)
    answered_at = models.DateTimeField(db_default=Now())
    seconds = models.IntegerField(null=True)

    class Meta:
        db_table = "quiz_answers"
        constraints = [
            UniqueConstraint(fields=["attempt", "question"], name="quiz_answers_once"),
            CheckConstraint(condition=Q(share__gte=0, share__lte=1), name="quiz_answers_share"),
            between("seconds", 0, 1_000_000, name="quiz_answers_seconds"),
        ]

    def __str__(self) -> str:
        return f"answer {self.question_id}"
