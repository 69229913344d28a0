"""`responses`: one immutable row per answered question, from practice and exams alike.

This is all that analytics reads. Beside it stand the queue of responses that analytics has not
taken in yet, and running sums per question and exam, updated in the same transaction so that a
page costs the same however many attempts there are.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.db.models.functions import Now

from studium.lib.db import between
from studium.lib.models import Row


def _ten_bins() -> list[int]:
    return [0] * 10


class Response(Row):
    """Somebody answered a question, and `share` of it was right. Holds no text of theirs.

    `lesson` and `concepts` are those of the time. `replaces` names the row a regrade corrects.
    """

    user = models.ForeignKey(
        "identity.User", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    course = models.ForeignKey("content.Course", on_delete=models.PROTECT, related_name="+")
    lesson = models.ForeignKey("content.Lesson", on_delete=models.PROTECT, related_name="+")
    question = models.ForeignKey("assessment.Question", on_delete=models.PROTECT, related_name="+")
    quiz_attempt = models.ForeignKey(
        "assessment.QuizAttempt", null=True, on_delete=models.PROTECT, related_name="+"
    )
    exam_attempt = models.ForeignKey(
        "assessment.ExamAttempt", null=True, on_delete=models.PROTECT, related_name="+"
    )
    practice_session = models.ForeignKey(
        "assessment.PracticeSession", null=True, on_delete=models.PROTECT, related_name="+"
    )
    share = models.DecimalField(max_digits=5, decimal_places=4)
    seconds = models.IntegerField(null=True)
    concepts: models.JSONField[Any, Any] = models.JSONField(default=list, db_default=[])
    occurred_at = models.DateTimeField(db_default=Now())
    received_at = models.DateTimeField(db_default=Now())
    replaces = models.OneToOneField(
        "assessment.Response", null=True, on_delete=models.PROTECT, related_name="replaced_by"
    )

    class Meta:
        db_table = "responses"
        indexes = [
            models.Index(fields=["user", "course", "occurred_at"], name="responses_by_user"),
        ]
        constraints = [
            CheckConstraint(condition=Q(share__gte=0, share__lte=1), name="responses_share"),
            between("seconds", 0, 1_000_000, name="responses_seconds"),
            CheckConstraint(
                condition=Q(
                    quiz_attempt__isnull=False,
                    exam_attempt__isnull=True,
                    practice_session__isnull=True,
                )
                | Q(
                    quiz_attempt__isnull=True,
                    exam_attempt__isnull=False,
                    practice_session__isnull=True,
                )
                | Q(
                    quiz_attempt__isnull=True,
                    exam_attempt__isnull=True,
                    practice_session__isnull=False,
                ),
                name="responses_from_one_attempt",
            ),
            UniqueConstraint(
                fields=["quiz_attempt", "question"],
                condition=Q(replaces__isnull=True, quiz_attempt__isnull=False),
                name="responses_once_per_quiz_attempt",
            ),
            UniqueConstraint(
                fields=["exam_attempt", "question"],
                condition=Q(replaces__isnull=True, exam_attempt__isnull=False),
                name="responses_once_per_exam_attempt",
            ),
            UniqueConstraint(
                fields=["practice_session", "question"],
                condition=Q(replaces__isnull=True, practice_session__isnull=False),
                name="responses_once_per_practice_session",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} on {self.question_id}"


class FoldQueue(models.Model):
    """Responses that analytics has still to take in for the student.

    `release_at` is when their correctness may be told: null means not before someone decides.
    """

    response = models.OneToOneField(
        "assessment.Response", primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    release_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "fold_queue"
        indexes = [models.Index(fields=["release_at"], name="fold_queue_by_release")]

    def __str__(self) -> str:
        return str(self.response_id)


class ItemStatistics(models.Model):
    """Running sums per question version: facility is `share_sum / answers`."""

    question = models.OneToOneField(
        "assessment.Question", primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    answers = models.IntegerField(db_default=0, default=0)
    share_sum = models.DecimalField(max_digits=16, decimal_places=4, db_default=0, default=0)

    class Meta:
        db_table = "item_statistics"
        constraints = [
            between("answers", 0, 2_000_000_000, name="item_statistics_answers"),
            CheckConstraint(
                condition=Q(share_sum__gte=0) & Q(share_sum__lte=models.F("answers")),
                name="item_statistics_share_sum",
            ),
        ]

    def __str__(self) -> str:
        return str(self.question_id)


class ExamStatistics(models.Model):
    """Running figures per exam over graded attempts; `histogram` counts scores by tens (10 bins,
    the last one 90 to 100)."""

    exam = models.OneToOneField(
        "assessment.Exam", primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    attempts = models.IntegerField(db_default=0, default=0)
    people = models.IntegerField(db_default=0, default=0)
    passed = models.IntegerField(db_default=0, default=0)
    score_sum = models.BigIntegerField(db_default=0, default=0)
    score_squares = models.BigIntegerField(db_default=0, default=0)
    histogram: models.JSONField[Any, Any] = models.JSONField(default=_ten_bins, db_default=[0] * 10)

    class Meta:
        db_table = "exam_statistics"
        constraints = [
            between("attempts", 0, 2_000_000_000, name="exam_statistics_attempts"),
            CheckConstraint(
                condition=Q(passed__gte=0, passed__lte=models.F("attempts")),
                name="exam_statistics_passed",
            ),
            CheckConstraint(
                condition=Q(people__gte=0, people__lte=models.F("attempts")),
                name="exam_statistics_people",
            ),
        ]

    def __str__(self) -> str:
        return str(self.exam_id)
