"""A job and its parts: how the one hears of the others. All in the caller's transaction.

A job that handed its work out stays `running` with a lease nobody holds. Each part that ends renews
that lease and counts on; the last one puts the job back into the queue, so that it can sum up. Were
all workers to die meanwhile, the lease passes and the sweeper does the same.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q

from studium.lib.jobs import library
from studium.lib.models import Job, JobStatus

LIVE = (JobStatus.QUEUED, JobStatus.RUNNING)


def settle(parent_id: UUID | None, *, now: datetime) -> None:
    """Tell a job how many of its parts are over, and wake it after the last one."""
    if parent_id is None:
        return
    with transaction.atomic():
        parent = Job.objects.select_for_update().filter(pk=parent_id, status__in=LIVE).first()
        if parent is None or parent.status == JobStatus.QUEUED:
            return
        counts = Job.objects.filter(parent_id=parent_id).aggregate(
            total=Count("pk"), live=Count("pk", filter=Q(status__in=LIVE))
        )
        parent.progress_total = counts["total"]
        parent.progress_done = counts["total"] - counts["live"]
        parent.step = f"{parent.progress_done} of {parent.progress_total} parts are done."
        parent.lease_until = now + timedelta(seconds=settings.JOB_LEASE_SECONDS)
        if not counts["live"]:
            _wake(parent, now)
        parent.save()


def _wake(parent: Job, now: datetime) -> None:
    parent.lease_until = None
    if parent.cancel_requested:
        parent.status, parent.finished_at = JobStatus.CANCELLED, now
        parent.reason = "Cancelled. What was finished is kept."
    else:
        parent.status = JobStatus.QUEUED
        library.push(parent.pk)


def cancel_parts(job: Job, *, now: datetime) -> None:
    """Cancel what waits at once, ask what runs to stop, and end the job if nothing is left."""
    parts = Job.objects.filter(parent_id=job.pk)
    if not parts.exists():
        return
    parts.filter(status=JobStatus.RUNNING).update(cancel_requested=True)
    parts.filter(status=JobStatus.QUEUED).update(
        status=JobStatus.CANCELLED,
        finished_at=now,
        lease_until=None,
        reason="Cancelled before it began.",
    )
    settle(job.pk, now=now)


def forget(job: Job) -> None:
    """Before a job is tried again: it hands its work out anew."""
    parts = Job.objects.filter(parent_id=job.pk)
    parts.filter(status__in=LIVE).update(parent=None)
    parts.delete()
