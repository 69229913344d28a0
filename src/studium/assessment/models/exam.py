"""`exams` and the questions on their paper."""

from __future__ import annotations

from typing import Any, ClassVar

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
    """When a student may see the score; `on_date` is the exam's `release_on`."""

    AT_ONCE = "at_once"
    AFTER_CLOSE = "after_close"
    ON_DATE = "on_date"
    NEVER = "never"


class PartRelease(models.TextChoices):
    """When a student may see correctness, keys or explanations."""

    WITH_SCORE = "with_score"
    AT_ONCE = "at_once"
    AFTER_CLOSE = "after_close"
    ON_DATE = "on_date"
    NEVER = "never"


class Counts(models.TextChoices):
    """Which of several attempts makes the result of the exam."""

    BEST = "best"
    LAST = "last"
    FIRST = "first"
    MEAN = "mean"


class Closing(models.TextChoices):
    """What closing time does to attempts that run: ends them, or lets them have their full time."""

    CUT = "cut"
    FULL_TIME = "full_time"


def _part_release() -> models.CharField[str, str]:
    return models.CharField(
        max_length=12,
        choices=PartRelease,
        db_default=PartRelease.WITH_SCORE,
        default="with_score",
    )


class Exam(Row):
    """A timed test of a course. Its terms are copied onto each attempt when that begins.

    `networks` lists the addresses it may be begun from (CIDR; empty: from everywhere), `late_tiers`
    what handing in after `due_at` costs: [{"minutes": 60, "penalty_percent": 10}, …]. `last_end_at`
    is when the last person's time is over where that is later than `closes_at`; it is computed.
    """

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
    release_on = models.DateTimeField(null=True)
    release_correctness = _part_release()
    release_key = _part_release()
    release_explanation = _part_release()
    retry_delay_minutes = models.IntegerField(db_default=0, default=0)
    password_hash = models.CharField(max_length=200, db_default="", default="")
    networks: models.JSONField[Any, Any] = models.JSONField(default=list, db_default=[])
    due_at = models.DateTimeField(null=True)
    late_tiers: models.JSONField[Any, Any] = models.JSONField(default=list, db_default=[])
    counts = models.CharField(max_length=6, choices=Counts, db_default=Counts.BEST, default="best")
    closing = models.CharField(
        max_length=10, choices=Closing, db_default=Closing.CUT, default="cut"
    )
    last_end_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "exams"
        constraints = [
            not_blank("title", name="exams_title_not_blank"),
            one_of("status", ExamStatus, name="exams_status"),
            one_of("release", Release, name="exams_release"),
            one_of("release_correctness", PartRelease, name="exams_release_correctness"),
            one_of("release_key", PartRelease, name="exams_release_key"),
            one_of("release_explanation", PartRelease, name="exams_release_explanation"),
            one_of("counts", Counts, name="exams_counts"),
            one_of("closing", Closing, name="exams_closing"),
            between("retry_delay_minutes", 0, 43_200, name="exams_retry_delay_minutes"),
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
            CheckConstraint(
                condition=Q(closes_at__isnull=False)
                | ~Q(release_correctness="after_close")
                & ~Q(release_key="after_close")
                & ~Q(release_explanation="after_close"),
                name="exams_parts_after_close_have_close",
            ),
            CheckConstraint(
                condition=Q(release_on__isnull=False)
                | ~Q(release="on_date")
                & ~Q(release_correctness="on_date")
                & ~Q(release_key="on_date")
                & ~Q(release_explanation="on_date"),
                name="exams_on_date_has_date",
            ),
            CheckConstraint(
                condition=Q(due_at__isnull=True)
                | Q(opens_at__isnull=True)
                | Q(due_at__gt=F("opens_at")),
                name="exams_due_after_opens",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ExamQuestion(Row):
    """A question version on an exam's paper. The paper is frozen once the first attempt exists.

    With a `pool` it is a candidate: only the attempts that drew it are asked.
    """

    exam = models.ForeignKey("assessment.Exam", on_delete=models.PROTECT, related_name="paper")
    question = models.ForeignKey(
        "assessment.Question", on_delete=models.PROTECT, related_name="used_in"
    )
    pool = models.ForeignKey(
        "assessment.ExamPool", null=True, on_delete=models.PROTECT, related_name="candidates"
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
