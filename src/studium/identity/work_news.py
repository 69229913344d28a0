"""Telling people that long work of theirs is over: what took a while, and whatever failed."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.urls import reverse

from studium.identity.actions import notifying
from studium.lib import clock
from studium.lib.models import Job, JobStatus

A_WHILE = timedelta(seconds=10)
"""Who asked for something shorter has most likely waited for it."""
_WATCHED = ("notes.tutor",)
"""Kinds whose outcome stands where it was asked for, in words of their own."""


def tell_of_job(*, job_id: UUID) -> None:
    """Tell whoever asked for a job that it is done or has failed. Parts of jobs tell nobody."""
    job = Job.objects.filter(pk=job_id).first()
    if job is None or job.created_by_id is None or job.parent_id is not None:
        return
    if job.kind.startswith(_WATCHED) or job.finished_at is None:
        return
    failed = job.status == JobStatus.FAILED
    if not failed and (job.status != JobStatus.DONE or job.finished_at - job.created_at < A_WHILE):
        return
    notifying.notify(
        [job.created_by_id],
        "job_failed" if failed else "job_done",
        {"title": job.title, "reason": job.reason},
        reverse("job", args=[job.pk]),
        about=f"{job.pk} {job.finished_at.isoformat()}",
        now=clock.now(),
    )
