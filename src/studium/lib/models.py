"""Rows that belong to no domain: jobs people can see, and keys that make a POST safe to repeat."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.db.models.functions import Now

from studium.lib.db import between, not_blank, one_of
from studium.lib.ids import uuid7


class Row(models.Model):
    """A row with a time-ordered UUID as its id."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        abstract = True


class JobStatus(models.TextChoices):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(Row):
    """Work that runs later, as people and the API see it; the queue library only delivers it.

    `lease_until` is renewed while the job runs; one that has passed means the worker died, and the
    sweeper queues the job again. `target` is the id of what it works on, so that one kind of work
    on one thing is queued once. `parent` is the job it is a part of, which waits for its parts.
    """

    Status: ClassVar[type[JobStatus]] = JobStatus

    kind = models.CharField(max_length=80)
    target = models.CharField(max_length=80)
    title = models.CharField(max_length=200, db_default="")
    status = models.CharField(max_length=12, choices=JobStatus, db_default=JobStatus.QUEUED)
    step = models.CharField(max_length=200, db_default="")
    progress_done = models.IntegerField(db_default=0)
    progress_total = models.IntegerField(db_default=0)
    arguments: models.JSONField[Any, Any] = models.JSONField(default=dict, db_default={})
    result: models.JSONField[Any, Any] = models.JSONField(null=True)
    reason = models.TextField(db_default="")
    attempts = models.IntegerField(db_default=0)
    lease_until = models.DateTimeField(null=True)
    cancel_requested = models.BooleanField(db_default=False)
    course_id = models.UUIDField(null=True)
    parent = models.ForeignKey(
        "lib.Job", null=True, on_delete=models.CASCADE, related_name="children"
    )
    created_by = models.ForeignKey(
        "identity.User", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "jobs"
        indexes = [models.Index(fields=["status", "lease_until"], name="jobs_by_lease")]
        constraints = [
            one_of("status", JobStatus, name="jobs_status"),
            not_blank("kind", name="jobs_kind_not_blank"),
            between("progress_done", 0, 2_000_000_000, name="jobs_progress_done"),
            between("progress_total", 0, 2_000_000_000, name="jobs_progress_total"),
            between("attempts", 0, 1000, name="jobs_attempts"),
            UniqueConstraint(
                fields=["kind", "target"],
                condition=Q(status__in=[JobStatus.QUEUED, JobStatus.RUNNING]),
                name="jobs_one_live_per_target",
            ),
            CheckConstraint(
                condition=~Q(status=JobStatus.RUNNING) | Q(lease_until__isnull=False),
                name="jobs_running_has_lease",
            ),
            CheckConstraint(condition=~Q(parent=F("id")), name="jobs_not_own_parent"),
            CheckConstraint(
                condition=Q(
                    status__in=[JobStatus.DONE, JobStatus.FAILED, JobStatus.CANCELLED],
                    finished_at__isnull=False,
                )
                | Q(status__in=[JobStatus.QUEUED, JobStatus.RUNNING], finished_at__isnull=True),
                name="jobs_finished_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.target}"


class IdempotencyKey(Row):
    """The first answer to a POST that carried an `Idempotency-Key`, given again to repeats.

    `fingerprint` is the SHA-256 of method, path and body: the same key with other content is
    an error, not a replay. `status_code` is null while the first request is still running.
    """

    user = models.ForeignKey("identity.User", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status_code = models.IntegerField(null=True)
    content_type = models.CharField(max_length=100, db_default="application/json")
    body = models.TextField(db_default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "idempotency_keys"
        constraints = [
            UniqueConstraint(fields=["user", "key"], name="idempotency_keys_once"),
            not_blank("key", name="idempotency_keys_key_not_blank"),
            between("status_code", 100, 599, name="idempotency_keys_status"),
        ]

    def __str__(self) -> str:
        return self.key
