"""`analytics`, and the state it is rendered from.

`responses` are the only input. `response_folds` fixes the order in which they were taken in, so a
rebuild from zero replays exactly that. `lesson_tallies` is the state; `analytics.progress_data` is
its rendering and is never read back by the fold.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.db.models.functions import Now

from studium.lib.db import between
from studium.lib.models import Row


class Analytics(Row):
    """What is known of one student in one course, rendered: `{schema_version, seq, lessons,
    concepts, attempts, next}`."""

    user = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="analytics")
    progress_data: models.JSONField[Any, Any] = models.JSONField()
    last_updated = models.DateTimeField(db_default=Now())
    course = models.ForeignKey(
        "content.Course", null=True, on_delete=models.PROTECT, related_name="+"
    )
    schema_version = models.IntegerField(db_default=1, default=1)

    class Meta:
        db_table = "analytics"
        verbose_name_plural = "analytics"
        indexes = [models.Index(fields=["course"], name="analytics_by_course")]
        constraints = [
            UniqueConstraint(fields=["user", "course"], name="analytics_once_per_course"),
            UniqueConstraint(
                fields=["user"],
                condition=Q(course__isnull=True),
                name="analytics_once_without_course",
            ),
            between("schema_version", 1, 1000, name="analytics_schema_version"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.course_id}"


class ResponseFold(models.Model):
    """That a response was taken in, as the `seq`-th of the whole site (from 1, without gaps)."""

    response = models.OneToOneField(
        "assessment.Response", primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    seq = models.BigIntegerField(unique=True)
    p_before = models.FloatField(null=True)

    class Meta:
        db_table = "response_folds"
        constraints = [
            CheckConstraint(condition=Q(seq__gte=1), name="response_folds_seq"),
            CheckConstraint(
                condition=Q(p_before__isnull=True) | Q(p_before__gte=0, p_before__lte=1),
                name="response_folds_p_before",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seq}"


class LessonTally(Row):
    """How one student answered the questions of one lesson: how many, and the sum of shares."""

    user = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+")
    course = models.ForeignKey("content.Course", on_delete=models.PROTECT, related_name="+")
    lesson = models.ForeignKey("content.Lesson", on_delete=models.PROTECT, related_name="+")
    answers = models.IntegerField()
    share_sum = models.DecimalField(max_digits=16, decimal_places=4)
    last_at = models.DateTimeField()
    last_seq = models.BigIntegerField()

    class Meta:
        db_table = "lesson_tallies"
        constraints = [
            UniqueConstraint(fields=["user", "lesson"], name="lesson_tallies_once"),
            CheckConstraint(condition=Q(answers__gte=1), name="lesson_tallies_answers"),
            CheckConstraint(
                condition=Q(share_sum__gte=0) & Q(share_sum__lte=F("answers")),
                name="lesson_tallies_share_sum",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} on {self.lesson_id}"
