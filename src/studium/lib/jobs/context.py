"""What a running job knows of itself: it reports progress and hears that it should stop."""

from __future__ import annotations

import threading
import time
from typing import Any
from uuid import UUID

from studium.lib.models import Job, JobStatus

_BETWEEN_WRITES = 0.2  # seconds
_LONGEST_STEP = 200


class Interrupted(Exception):
    """The job should end here; what it has stored stays."""


class Cancelled(Interrupted):
    """A person asked for it."""


class Stopped(Interrupted):
    """The worker is being shut down; the job goes back into the queue."""


class LeaseLost(Interrupted):
    """Another worker has the job now, because this one was silent too long."""


class HandedOut(Interrupted):
    """Its parts do the work now; the job goes on when all of them are over."""


stopping = threading.Event()
"""Set when this worker process is asked to end."""


class JobContext:
    """Handed to every job function as its first argument.

    `attempt` counts from 1 how often the job was begun; together with the id it names this run.
    """

    def __init__(self, job: Job) -> None:
        self.job_id: UUID = job.pk
        self.kind = job.kind
        self.target = job.target
        self.by_id: UUID | None = job.created_by_id
        self.course_id: UUID | None = job.course_id
        self.attempt = job.attempts
        self.parent_id: UUID | None = job.parent_id
        self.lost = threading.Event()
        self._written_at = 0.0

    def progress(self, done: int, total: int, step: str = "") -> None:
        """Tell how far it is; `step` is a sentence for people.

        Call it as often as you like, between transactions: it writes at most five times a second.
        Raises `Cancelled`, `Stopped` or `LeaseLost` where the job should end; let them pass.
        """
        if stopping.is_set():
            raise Stopped
        if self.lost.is_set():
            raise LeaseLost
        at = time.monotonic()
        if at - self._written_at < _BETWEEN_WRITES:
            return
        self._written_at = at
        self._write(progress_done=done, progress_total=total, step=step[:_LONGEST_STEP])
        if Job.objects.filter(pk=self.job_id, cancel_requested=True).exists():
            raise Cancelled

    def _write(self, **values: Any) -> None:
        if not self.rows().update(**values):
            self.lost.set()
            raise LeaseLost

    def rows(self) -> Any:
        """The job's row as long as this run holds it; a queryset of one row or none."""
        return Job.objects.filter(pk=self.job_id, status=JobStatus.RUNNING, attempts=self.attempt)
