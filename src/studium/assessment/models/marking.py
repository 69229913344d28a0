"""What people decide about answers: marks, how an exam is marked, and appeals against a mark."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.db.models.functions import Now

from studium.lib.db import between, not_blank, one_of
from studium.lib.models import Row


class MarkRound(models.TextChoices):
    """Which look at an answer a mark comes from; a final mark stands above the others."""

    FIRST = "first"
    SECOND = "second"
    FINAL = "final"


class SecondMarker(models.TextChoices):
    """Which attempts get a second, independent mark."""

    NONE = "none"
    ALL = "all"
    NTH = "nth"


class ExamMarking(models.Model):
    """How the answers of an exam are marked by people; an exam without a row has the defaults.

    `tolerance` is the largest difference of two marks, in per cent of the points of the question,
    that needs no final mark. `appeal_days` after grading a student may ask about a mark; 0 closes
    appeals.
    """

    exam = models.OneToOneField(
        "assessment.Exam", primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    blind = models.BooleanField(db_default=False, default=False)
    second = models.CharField(
        max_length=4, choices=SecondMarker, db_default=SecondMarker.NONE, default="none"
    )
    every = models.IntegerField(db_default=5, default=5)
    tolerance = models.IntegerField(db_default=20, default=20)
    appeal_days = models.IntegerField(db_default=7, default=7)

    class Meta:
        db_table = "exam_marking"
        constraints = [
            one_of("second", SecondMarker, name="exam_marking_second"),
            between("every", 2, 100, name="exam_marking_every"),
            between("tolerance", 0, 100, name="exam_marking_tolerance"),
            between("appeal_days", 0, 365, name="exam_marking_appeal_days"),
        ]

    def __str__(self) -> str:
        return str(self.exam_id)


class Mark(Row):
    """Points that a person gave to one answer; append-only, the latest of each round counts.

    `levels` names the chosen level of each criterion of the rubric: `{criterion id: level id}`.
    """

    attempt = models.ForeignKey(
        "assessment.ExamAttempt", on_delete=models.PROTECT, related_name="marks"
    )
    question = models.ForeignKey("assessment.Question", on_delete=models.PROTECT, related_name="+")
    marker = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+")
    round = models.CharField(max_length=6, choices=MarkRound)
    points = models.DecimalField(max_digits=8, decimal_places=3)
    levels: models.JSONField[Any, Any] = models.JSONField(default=dict, db_default={})
    comment = models.TextField(db_default="", default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "marks"
        indexes = [models.Index(fields=["attempt", "question"], name="marks_by_answer")]
        constraints = [
            one_of("round", MarkRound, name="marks_round"),
            CheckConstraint(condition=Q(points__gte=0), name="marks_points"),
            CheckConstraint(
                condition=~Q(round="final") | ~Q(comment=""), name="marks_final_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round} {self.points}"


class AppealStatus(models.TextChoices):
    """Open until staff answer: refused, this mark changed, or corrected for all alike."""

    OPEN = "open"
    REFUSED = "refused"
    CHANGED = "changed"
    CORRECTED = "corrected"


class Appeal(Row):
    """A student asks about the mark of one question; `answer` is the outcome in words.

    `regrade` is the correction for everybody who answered so, planned while the appeal is open.
    """

    attempt = models.ForeignKey(
        "assessment.ExamAttempt", on_delete=models.PROTECT, related_name="appeals"
    )
    question = models.ForeignKey("assessment.Question", on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    status = models.CharField(
        max_length=10, choices=AppealStatus, db_default=AppealStatus.OPEN, default="open"
    )
    answer = models.TextField(db_default="", default="")
    answered_by = models.ForeignKey(
        "identity.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    mark = models.ForeignKey(
        "assessment.Mark", null=True, on_delete=models.PROTECT, related_name="+"
    )
    regrade = models.ForeignKey(
        "assessment.Regrade", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "appeals"
        indexes = [
            models.Index(fields=["created_at"], condition=Q(status="open"), name="appeals_waiting"),
        ]
        constraints = [
            not_blank("text", name="appeals_text_not_blank"),
            one_of("status", AppealStatus, name="appeals_status"),
            UniqueConstraint(
                fields=["attempt", "question"],
                condition=Q(status="open"),
                name="appeals_one_open",
            ),
            CheckConstraint(
                condition=Q(
                    status="open", answer="", answered_by__isnull=True, closed_at__isnull=True
                )
                | (
                    ~Q(status="open")
                    & ~Q(answer="")
                    & Q(answered_by__isnull=False, closed_at__isnull=False)
                ),
                name="appeals_closed_has_answer",
            ),
            CheckConstraint(
                condition=(Q(status="changed") & Q(mark__isnull=False))
                | (~Q(status="changed") & Q(mark__isnull=True)),
                name="appeals_changed_has_mark",
            ),
            CheckConstraint(
                condition=~Q(status="corrected") | Q(regrade__isnull=False),
                name="appeals_corrected_has_regrade",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.status} {self.question_id}"


class AppealMessage(Row):
    """A line of the talk about an appeal, between the student and the staff; append-only."""

    appeal = models.ForeignKey(
        "assessment.Appeal", on_delete=models.PROTECT, related_name="messages"
    )
    author = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "appeal_messages"
        constraints = [not_blank("text", name="appeal_messages_text_not_blank")]

    def __str__(self) -> str:
        return str(self.appeal_id)
