"""`exam_attempts`, their answers, and the journal of everything that happened in them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import CheckConstraint, F, GeneratedField, Q, UniqueConstraint
from django.db.models.functions import Now

from studium.lib.db import between, one_of
from studium.lib.models import Row


class AttemptStatus(models.TextChoices):
    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    GRADED = "graded"


class ClosedBy(models.TextChoices):
    USER = "user"
    DEADLINE = "deadline"
    STAFF = "staff"


class ExamAttempt(Row):
    """One sitting of one exam by one person, kept for ever.

    The terms (`attempts_allowed`, `pass_mark`, `grace_seconds`, `deadline_at`, `shuffle_seed`,
    `due_at`, `late_tiers`) are those of the exam and the person's accommodation when it begins.
    `attempted_at` is the beginning. `score` is floor(100 * points / max_points); `passed` is
    computed by the database, so the two agree.
    `drawn` lists the candidates (32 hex digits each) that `draw_seed` gave it from the exam's
    pools; null where the exam has none.
    `paused_at` is set while the staff have stopped the clock; the deadline moves when it goes on.
    """

    Status: ClassVar[type[AttemptStatus]] = AttemptStatus

    # Both, as others below, are found by an index that begins with them, so need none alone.
    exam = models.ForeignKey(
        "assessment.Exam", on_delete=models.PROTECT, related_name="attempts", db_index=False
    )
    user = models.ForeignKey(
        "identity.User", on_delete=models.PROTECT, related_name="exam_attempts", db_index=False
    )
    score = models.IntegerField(null=True)
    passed = GeneratedField(
        # A condition is an expression to Django; its type stubs do not know.
        expression=Q(score__gte=F("pass_mark")),  # type: ignore[arg-type]
        output_field=models.BooleanField(null=True),
        db_persist=True,
    )
    attempted_at = models.DateTimeField(db_default=Now())
    attempt_no = models.IntegerField(db_default=1, default=1)
    attempts_allowed = models.IntegerField(db_default=1, default=1)
    status = models.CharField(
        max_length=12,
        choices=AttemptStatus,
        db_default=AttemptStatus.IN_PROGRESS,
        default="in_progress",
    )
    closed_by = models.CharField(max_length=10, choices=ClosedBy, null=True)
    deadline_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    graded_at = models.DateTimeField(null=True)
    points = models.DecimalField(max_digits=10, decimal_places=3, null=True)
    max_points = models.DecimalField(max_digits=10, decimal_places=3, null=True)
    pass_mark = models.IntegerField(db_default=60, default=60)
    grace_seconds = models.IntegerField(db_default=0, default=0)
    shuffle_seed = models.BigIntegerField(null=True)
    draw_seed = models.BigIntegerField(null=True)
    drawn: models.JSONField[Any, Any] = models.JSONField(null=True)
    due_at = models.DateTimeField(null=True)
    late_tiers: models.JSONField[Any, Any] = models.JSONField(default=list, db_default=[])
    grading_version = models.IntegerField(db_default=1, default=1)

    class Meta:
        db_table = "exam_attempts"
        indexes = [
            models.Index(fields=["user", "exam"], name="exam_attempts_by_user"),
            models.Index(
                fields=["deadline_at"],
                condition=Q(status="in_progress"),
                name="exam_attempts_running",
            ),
        ]
        constraints = [
            one_of("status", AttemptStatus, name="exam_attempts_status"),
            one_of("closed_by", ClosedBy, name="exam_attempts_closed_by"),
            between("score", 0, 100, name="exam_attempts_score"),
            between("pass_mark", 0, 100, name="exam_attempts_pass_mark"),
            between("attempt_no", 1, 1100, name="exam_attempts_attempt_no"),
            between("attempts_allowed", 1, 1100, name="exam_attempts_attempts_allowed"),
            between("grace_seconds", 0, 600, name="exam_attempts_grace_seconds"),
            UniqueConstraint(fields=["exam", "user", "attempt_no"], name="exam_attempts_once"),
            UniqueConstraint(
                fields=["exam", "user"],
                condition=Q(status="in_progress"),
                name="exam_attempts_one_running",
            ),
            CheckConstraint(
                condition=Q(attempt_no__lte=F("attempts_allowed")),
                name="exam_attempts_within_allowed",
            ),
            CheckConstraint(
                condition=Q(submitted_at__isnull=True) | Q(submitted_at__gte=F("attempted_at")),
                name="exam_attempts_submitted_after_start",
            ),
            CheckConstraint(
                condition=Q(paused_at__isnull=True) | Q(status="in_progress"),
                name="exam_attempts_paused_is_running",
            ),
            CheckConstraint(
                condition=Q(deadline_at__gt=F("attempted_at")),
                name="exam_attempts_deadline_after_start",
            ),
            CheckConstraint(
                condition=Q(status="in_progress", submitted_at__isnull=True, closed_by__isnull=True)
                | (
                    ~Q(status="in_progress")
                    & Q(submitted_at__isnull=False, closed_by__isnull=False)
                ),
                name="exam_attempts_submitted_has_time",
            ),
            CheckConstraint(
                condition=Q(
                    status="graded",
                    score__isnull=False,
                    points__isnull=False,
                    max_points__isnull=False,
                    graded_at__isnull=False,
                )
                | (
                    ~Q(status="graded")
                    & Q(score__isnull=True, points__isnull=True, graded_at__isnull=True)
                ),
                name="exam_attempts_graded_has_score",
            ),
            CheckConstraint(
                condition=Q(points__isnull=True)
                | Q(points__gte=0, max_points__gt=0, points__lte=F("max_points")),
                name="exam_attempts_points_within",
            ),
        ]

    def __str__(self) -> str:
        return f"attempt {self.attempt_no} of {self.user_id}"


class AttemptAnswer(Row):
    """The latest response to one question of an attempt; the journal holds the earlier ones.

    `revision` numbers the changes from 1. A null `response` was cleared by the student.
    """

    attempt = models.ForeignKey(
        "assessment.ExamAttempt", on_delete=models.PROTECT, related_name="answers", db_index=False
    )
    question = models.ForeignKey("assessment.Question", on_delete=models.PROTECT, related_name="+")
    response: models.JSONField[Any, Any] = models.JSONField()
    revision = models.IntegerField(db_default=1, default=1)
    saved_at = models.DateTimeField(db_default=Now())
    points_possible = models.DecimalField(max_digits=8, decimal_places=3, db_default=1, default=1)
    points_awarded = models.DecimalField(max_digits=8, decimal_places=3, null=True)

    class Meta:
        db_table = "attempt_answers"
        constraints = [
            UniqueConstraint(fields=["attempt", "question"], name="attempt_answers_once"),
            between("revision", 1, 1_000_000, name="attempt_answers_revision"),
            CheckConstraint(
                condition=Q(points_possible__gt=0), name="attempt_answers_points_possible"
            ),
            CheckConstraint(
                condition=Q(points_awarded__isnull=True)
                | Q(points_awarded__gte=0, points_awarded__lte=F("points_possible")),
                name="attempt_answers_points_within",
            ),
        ]

    def __str__(self) -> str:
        return f"answer {self.question_id} r{self.revision}"


class EventKind(models.TextChoices):
    START = "start"
    SAVE = "save"
    SUBMIT = "submit"
    CLOSE = "close"
    EXTENDED = "extended"
    GRADED = "graded"
    MARKED = "marked"  # a person gave points
    REGRADED = "regraded"  # a key, points or rule changed afterwards, or that was undone
    SIGNAL = "signal"  # a fact about how it was sat: tab left, paste, other address
    MESSAGE = "message"  # staff wrote to the student during the exam
    NOTE = "note"  # anything else worth keeping, named in `detail`


class AttemptEvent(Row):
    """One line of an attempt's journal; append-only. `seq` counts from 1 without gaps, `hash`
    chains it to the line before (`assessment.chain`). Rows are made by `assessment.journal`."""

    attempt = models.ForeignKey(
        "assessment.ExamAttempt", on_delete=models.PROTECT, related_name="events", db_index=False
    )
    seq = models.IntegerField()
    kind = models.CharField(max_length=12, choices=EventKind)
    question = models.ForeignKey(
        "assessment.Question", null=True, on_delete=models.PROTECT, related_name="+"
    )
    response: models.JSONField[Any, Any] = models.JSONField(null=True)
    revision = models.IntegerField(null=True)
    occurred_at = models.DateTimeField(db_default=Now())
    actor = models.ForeignKey(
        "identity.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    detail: models.JSONField[Any, Any] = models.JSONField(default=dict, db_default={})
    hash = models.CharField(max_length=64)

    class Meta:
        db_table = "attempt_events"
        constraints = [
            UniqueConstraint(fields=["attempt", "seq"], name="attempt_events_once"),
            one_of("kind", EventKind, name="attempt_events_kind"),
            between("seq", 1, 10_000_000, name="attempt_events_seq"),
            CheckConstraint(
                condition=~Q(kind="save")
                | Q(question__isnull=False, revision__isnull=False, response__isnull=False),
                name="attempt_events_save_is_full",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind}"
