"""What no worker may forget: jobs whose worker died, and work done again and again."""

from __future__ import annotations

import logging
import time
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import connections, transaction
from django.db.models import Q

from studium.lib import clock, hooks
from studium.lib.jobs import family, library
from studium.lib.jobs.context import stopping
from studium.lib.jobs.registry import Periodic, all_periodic, periodic
from studium.lib.jobs.run import MOST_ATTEMPTS, held_here, lease_seconds
from studium.lib.models import IdempotencyKey, Job, JobStatus

log = logging.getLogger(__name__)

_A_SWEEP = 100  # jobs taken back at a time
_KEEP_DONE = timedelta(days=7)
_KEEP_FAILED = timedelta(days=90)
_KEEP_KEYS = timedelta(days=1)


def sweep(*, now: datetime) -> int:
    """Queue again what fell out of the queue; returns how many jobs that were.

    These are: running jobs whose lease has passed, jobs that were given back, and waiting jobs
    whose message got lost (its worker died between taking the message and taking the lease).
    """
    fallen = Job.objects.filter(status__in=[JobStatus.QUEUED, JobStatus.RUNNING])
    passed = fallen.filter(lease_until__lt=now).exclude(pk__in=held_here)
    again = sum(_queue_again(job, now) for job in passed.order_by("lease_until")[:_A_SWEEP])
    lost = Q(lease_until__isnull=True, created_at__lt=now - timedelta(seconds=lease_seconds()))
    waiting = list(fallen.filter(lost, status=JobStatus.QUEUED).order_by("pk")[:_A_SWEEP])
    if waiting and not library.Messages().waiting():
        again += sum(_queue_again(job, now) for job in waiting)
    return again


def _queue_again(job: Job, now: datetime) -> bool:
    """Put one job back, or end it where it must not run again; False where another was faster."""
    same = Job.objects.filter(pk=job.pk, status=job.status, attempts=job.attempts)
    same = (
        same.filter(lease_until=job.lease_until)
        if job.lease_until
        else same.filter(lease_until__isnull=True)
    )
    if job.cancel_requested:
        return _ended(job, same, JobStatus.CANCELLED, "Cancelled. What was finished is kept.", now)
    if job.attempts >= MOST_ATTEMPTS:
        reason = "Its worker stopped three times while doing this. What was finished is kept."
        return _ended(job, same, JobStatus.FAILED, reason, now)
    with transaction.atomic():
        if not same.update(status=JobStatus.QUEUED, lease_until=None):
            return False
        library.push(job.pk)
    return True


def _ended(job: Job, same: Any, status: str, reason: str, now: datetime) -> bool:
    """End a job that must not run again, and tell the job it is a part of; always False."""
    over = {"status": status, "reason": reason, "finished_at": now, "lease_until": None}
    with transaction.atomic():
        if same.update(**over):
            family.settle(job.parent_id, now=now)
            hooks.jobs_ended.announce(job_id=job.pk)
    return False


class Rounds:
    """Calls periodic functions when they are due, in one thread: without any given, the sweeper and
    all that share a thread."""

    def __init__(self, *alone: Periodic) -> None:
        every = max(0.5, lease_seconds() / 6)
        shared = [one for one in all_periodic() if not one.alone]
        called = alone or (Periodic(_sweep_now, every), *shared)
        self._due: list[tuple[Periodic, float]] = [(one, 0.0) for one in called]

    def run(self) -> None:
        """Until this worker is asked to stop."""
        try:
            while not stopping.is_set():
                self.once(time.monotonic())
                stopping.wait(0.5)
        finally:
            connections.close_all()

    def once(self, at: float) -> None:
        """Call what is due at this moment of the monotonic clock, in seconds."""
        for place, (one, due) in enumerate(self._due):
            if due <= at and not stopping.is_set():
                _call(one)
                self._due[place] = (one, at + one.seconds)


def _call(one: Periodic) -> None:
    try:
        one.function()
    except Exception:
        log.exception("Periodic work failed: %s.", one.name)
        connections.close_all()


def _sweep_now() -> None:
    sweep(now=clock.now())


@periodic(3600)
def prune() -> None:
    """Delete what nobody needs any more: old jobs, messages' results, keys and sessions."""
    now = clock.now()
    Job.objects.filter(
        status__in=[JobStatus.DONE, JobStatus.CANCELLED], finished_at__lt=now - _KEEP_DONE
    ).delete()
    Job.objects.filter(status=JobStatus.FAILED, finished_at__lt=now - _KEEP_FAILED).delete()
    IdempotencyKey.objects.filter(created_at__lt=now - _KEEP_KEYS).delete()
    library.prune_results(now)
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
