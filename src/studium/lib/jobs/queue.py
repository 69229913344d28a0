"""Put a job in the queue, take it out, try it again: always in the caller's transaction."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from studium.lib import clock
from studium.lib.errors import Conflict, NotFound
from studium.lib.jobs import family, library
from studium.lib.jobs.registry import kind_of
from studium.lib.models import Job, JobStatus

LIVE = (JobStatus.QUEUED, JobStatus.RUNNING)
_LONGEST_TITLE = 200


def enqueue(
    kind: str,
    *,
    target: str | UUID,
    title: str = "",
    arguments: dict[str, Any],
    by: Any = None,
    course_id: UUID | None = None,
    parent_id: UUID | None = None,
) -> Job:
    """Queue a job, or return the one of this kind for this target that is not finished yet.

    Row and message are written in the caller's transaction: rolled back, there is no job.
    `target` names what is worked on; `arguments` are what JSON holds (ids as text); `by` is the
    acting user, who may see the job; `course_id` lets the course's staff see it too. `parent_id` is
    the job this is a part of, see `with_parts`.
    """
    about = kind_of(kind)
    for _ in range(3):
        live = live_job(kind, target)
        if live is not None:
            return live
        made = Job(
            kind=kind,
            target=str(target),
            title=(title or about.title)[:_LONGEST_TITLE],
            arguments=arguments,
            created_by=by,
            course_id=course_id,
            parent_id=parent_id,
            created_at=clock.now(),
        )
        if _written(made):
            return made
    raise Conflict("The same work is being queued by others right now. Try again in a moment.")


def live_job(kind: str, target: str | UUID) -> Job | None:
    """The job of this kind for this target that waits or runs, or None."""
    return Job.objects.filter(kind=kind, target=str(target), status__in=LIVE).first()


def retry(job: Job, by: Any = None) -> Job:
    """Queue a failed or cancelled job again, under its own id.

    Returns the live job instead where the same work has been queued since. `by` becomes the one
    it belongs to, when given.
    """
    with transaction.atomic():
        held = _held(job.pk)
        if held.status in LIVE:
            return held
        if held.status == JobStatus.DONE:
            raise Conflict("This job is done; there is nothing to try again.")
        live = live_job(held.kind, held.target)
        if live is not None:
            return live
        family.forget(held)
        held.status = JobStatus.QUEUED
        held.attempts = held.progress_done = held.progress_total = 0
        held.reason = held.step = ""
        held.cancel_requested = False
        held.lease_until = held.started_at = held.finished_at = None
        held.created_by = by or held.created_by
        return held if _written(held) else retry(job, by)


def cancel(job: Job) -> Job:
    """Stop a job: at once while it waits, at its next step while it runs; finished ones stay.

    With a job its parts are stopped too.
    """
    with transaction.atomic():
        held = _held(job.pk)
        now = clock.now()
        if held.status == JobStatus.QUEUED:
            held.status = JobStatus.CANCELLED
            held.finished_at = now
            held.reason = "Cancelled before it began."
            held.lease_until = None
            held.save()
            family.settle(held.parent_id, now=now)
        elif held.status == JobStatus.RUNNING and not held.cancel_requested:
            held.cancel_requested = True
            held.save(update_fields=["cancel_requested"])
        if held.cancel_requested:
            family.cancel_parts(held, now=now)
            held.refresh_from_db()
        return held


def _held(job_id: UUID) -> Job:
    job = Job.objects.select_for_update().filter(pk=job_id).first()
    if job is None:
        raise NotFound
    return job


def _written(job: Job) -> bool:
    """Save the job with its message; False where another live one came first."""
    try:
        with transaction.atomic():
            job.save()
            library.push(job.pk)
    except IntegrityError:
        if live_job(job.kind, job.target) is None:
            raise
        return False
    return True
