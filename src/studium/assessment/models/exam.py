"""`exams` and the questions on their paper."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.db.models.functions import Now

from studium.lib.db import between, not_blank, one_of
from studium.lib.models import Row


class ExamStatus(models.TextChoices):
    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class Release(models.TextChoices):
    """When a student may see score, correctness, keys and explanations."""

    AT_ONCE = "at_once"
    AFTER_CLOSE = "after_close"
    NEVER = "never"


class Exam(Row):
    """A timed test of a course. Its terms are copied onto each attempt when that begins."""

    Status: ClassVar[type[ExamStatus]] = ExamStatus

    course = models.ForeignKey("content.Course", on_delete=models.PROTECT, related_name="exams")
    title = models.CharField(max_length=200)
    duration_minutes = models.IntegerField()
    description = models.TextField(db_default="", default="")
    status = models.CharField(
        max_length=10, choices=ExamStatus, db_default=ExamStatus.DRAFT, default="draft"
    )
    pass_mark = models.IntegerField(db_default=60, default=60)
    attempts_allowed = models.IntegerField(db_default=1, default=1)
    opens_at = models.DateTimeField(null=True)
    closes_at = models.DateTimeField(null=True)
    grace_seconds = models.IntegerField(db_default=0, default=0)
    shuffle = models.BooleanField(db_default=False, default=False)
    release = models.CharField(
        max_length=12, choices=Release, db_default=Release.AT_ONCE, default="at_once"
    )
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "exams"
        constraints = [
            not_blank("title", name="exams_title_not_blank"),
            one_of("status", ExamStatus, name="exams_status"),
            one_of("release", Release, name="exams_release"),
            between("duration_minutes", 1, 1440, name="exams_duration_minutes"),
            between("pass_mark", 0, 100, name="exams_pass_mark"),
            between("attempts_allowed", 1, 1000, name="exams_attempts_allowed"),
            between("grace_seconds", 0, 600, name="exams_grace_seconds"),
            CheckConstraint(
                condition=Q(opens_at__isnull=True)
                | Q(closes_at__isnull=True)
                | Q(closes_at__gt=F("opens_at")),
                name="exams_closes_after_opens",
            ),
            CheckConstraint(
                condition=~Q(release=Release.AFTER_CLOSE) | Q(closes_at__isnull=False),
                name="exams_after_close_has_close",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ExamQuestion(Row):
    """A question version on an exam's paper. The paper is frozen once the first attempt exists."""

    exam = models.ForeignKey("assessment.Exam", on_delete=models.PROTECT, related_name="paper")
    question = models.ForeignKey(
        "assessment.Question", on_delete=models.PROTECT, related_name="used_in"
    )
    position = models.IntegerField()
    points = models.IntegerField(db_default=1, default=1)

    class Meta:
        db_table = "exam_questions"
        constraints = [
            UniqueConstraint(fields=["exam", "question"], name="exam_questions_once"),
            UniqueConstraint(fields=["exam", "position"], name="exam_questions_one_per_place"),
            between("position", 1, 100_000, name="exam_questions_position"),
            between("points", 1, 1000, name="exam_questions_points"),
        ]

    def __str__(self) -> str:
        return f"{self.position} of {self.exam_id}"
