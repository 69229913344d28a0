"""Practice across a course: `practice_sessions`, their answers, and `practice_offers`.

A session asks questions of published quizzes that were chosen for one person at one moment. What
was suggested to people, whether they took it and what came of it is kept beside it, so that one
can find out whether the suggestions are any good.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.db.models.functions import Now

from studium.lib.db import between, one_of
from studium.lib.models import Row


class SessionStatus(models.TextChoices):
    IN_PROGRESS = "in_progress"
    FINISHED = "finished"


class OfferKind(models.TextChoices):
    """Why something was suggested: a review is due, an exam gains by it, or it comes next."""

    REVIEW = "review"
    EXAM = "exam"
    COURSE = "course"


class PracticeSession(Row):
    """Questions of one course that were chosen for one person, asked one after the other.

    `planned` is fixed at the start: a list of `{question, reason, p}`, the question's id in 32 hex
    digits, the reason as a word, and the chance of a right answer then (null: unknown).
    """

    user = models.ForeignKey(
        "identity.User", on_delete=models.PROTECT, related_name="practice_sessions"
    )
    course = models.ForeignKey("content.Course", on_delete=models.PROTECT, related_name="+")
    concept = models.ForeignKey(
        "content.Concept", null=True, on_delete=models.PROTECT, related_name="+"
    )
    status = models.CharField(
        max_length=12,
        choices=SessionStatus,
        db_default=SessionStatus.IN_PROGRESS,
        default="in_progress",
    )
    planned: models.JSONField[Any, Any] = models.JSONField(default=list, db_default=[])
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "practice_sessions"
        indexes = [
            models.Index(fields=["user", "course", "created_at"], name="practice_sessions_by_user")
        ]
        constraints = [
            one_of("status", SessionStatus, name="practice_sessions_status"),
            UniqueConstraint(
                fields=["user", "course"],
                condition=Q(status="in_progress"),
                name="practice_sessions_one_running",
            ),
            CheckConstraint(
                condition=Q(status="finished", finished_at__isnull=False)
                | Q(status="in_progress", finished_at__isnull=True),
                name="practice_sessions_finished_has_time",
            ),
            CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(finished_at__gte=F("created_at")),
                name="practice_sessions_finished_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"practice of {self.user_id}"


class PracticeAnswer(Row):
    """What was answered at a place of the plan, and the share of it that was right (0 to 1).

    `was_shown`: the person looked at the solution instead, which counts as nothing right.
    """

    session = models.ForeignKey(
        "assessment.PracticeSession", on_delete=models.PROTECT, related_name="answers"
    )
    question = models.ForeignKey("assessment.Question", on_delete=models.PROTECT, related_name="+")
    position = models.IntegerField()
    response: models.JSONField[Any, Any] = models.JSONField(null=True)
    share = models.DecimalField(max_digits=5, decimal_places=4)
    was_shown = models.BooleanField(db_default=False, default=False)
    answered_at = models.DateTimeField(db_default=Now())
    seconds = models.IntegerField(null=True)

    class Meta:
        db_table = "practice_answers"
        constraints = [
            UniqueConstraint(fields=["session", "question"], name="practice_answers_once"),
            CheckConstraint(condition=Q(share__gte=0, share__lte=1), name="practice_answers_share"),
            CheckConstraint(
                condition=Q(was_shown=False) | Q(share=0, response__isnull=True),
                name="practice_answers_shown_is_nothing",
            ),
            between("position", 1, 1000, name="practice_answers_position"),
            between("seconds", 0, 1_000_000, name="practice_answers_seconds"),
        ]

    def __str__(self) -> str:
        return f"answer {self.position}"


class PracticeOffer(Row):
    """What was suggested to somebody on a day, with the figures it was suggested for.

    `day` counts days since 1970 in UTC. `points` are those of 100 expected to be gained in the
    exam, `p_before` and `p_expected` the chance on the concept then and after the practice.
    `session` is the one in which it was taken, `p_after` the chance when that ended:
    `p_after - p_before` is what came of it.
    """

    user = models.ForeignKey(
        "identity.User", on_delete=models.PROTECT, related_name="practice_offers"
    )
    course = models.ForeignKey("content.Course", on_delete=models.PROTECT, related_name="+")
    concept = models.ForeignKey("content.Concept", on_delete=models.PROTECT, related_name="+")
    day = models.IntegerField()
    kind = models.CharField(max_length=8, choices=OfferKind)
    minutes = models.IntegerField()
    points = models.FloatField(null=True)
    p_before = models.FloatField()
    p_expected = models.FloatField()
    offered_at = models.DateTimeField(db_default=Now())
    session = models.OneToOneField(
        "assessment.PracticeSession", null=True, on_delete=models.PROTECT, related_name="offer"
    )
    p_after = models.FloatField(null=True)

    class Meta:
        db_table = "practice_offers"
        constraints = [
            one_of("kind", OfferKind, name="practice_offers_kind"),
            UniqueConstraint(
                fields=["user", "course", "concept", "day"], name="practice_offers_once_a_day"
            ),
            between("day", 0, 1_000_000, name="practice_offers_day"),
            between("minutes", 1, 1000, name="practice_offers_minutes"),
            between("points", 0, 100, name="practice_offers_points"),
            CheckConstraint(
                condition=Q(p_before__gte=0, p_before__lte=1, p_expected__gte=0, p_expected__lte=1),
                name="practice_offers_chances",
            ),
            CheckConstraint(
                condition=Q(p_after__isnull=True)
                | Q(session__isnull=False, p_after__gte=0, p_after__lte=1),
                name="practice_offers_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"offer {self.day} to {self.user_id}"
