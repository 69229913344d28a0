"""Run one job: take its lease, keep it while the function works, write down how it ended."""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, connections, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from studium.lib import clock, hooks
from studium.lib.errors import Refused
from studium.lib.ids import uuid7
from studium.lib.jobs import family, library
from studium.lib.jobs.context import Cancelled, HandedOut, JobContext, LeaseLost, Stopped
from studium.lib.jobs.registry import kind_of
from studium.lib.models import Job, JobStatus

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
held_here: set[UUID] = set()
"""The jobs this process runs right now."""


def lease_seconds() -> int:
    """How long a worker may be silent before its job goes to another one."""
    seconds: int = settings.JOB_LEASE_SECONDS
    return seconds


def drop_broken_connection() -> None:
    """Close this thread's connection if it cannot be used any more; the next query opens one."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()


def deliver(job_id: str) -> str:
    """Run the job of a message; returns how it ended.

    Messages come at least once. One that meets a live lease or a finished job ends at once.
    """
    job = take(UUID(job_id), now=clock.now())
    if job is None:
        return "not taken"
    context = JobContext(job)
    with _Lease(context):
        return _perform(job, context)


def take(job_id: UUID, *, now: datetime) -> Job | None:
    """Take the lease of a job that waits, or whose worker fell silent; None when it is not free."""
    free = Q(status=JobStatus.QUEUED) | Q(status=JobStatus.RUNNING, lease_until__lt=now)
    taken = Job.objects.filter(free, pk=job_id, attempts__lt=MOST_ATTEMPTS).update(
        status=JobStatus.RUNNING,
        lease_until=now + timedelta(seconds=lease_seconds()),
        attempts=F("attempts") + 1,
        started_at=Coalesce("started_at", now),
        reason="",
    )
    return Job.objects.get(pk=job_id) if taken else None


class _Lease:
    """Renews the lease from a thread of its own while the job runs in this one."""

    def __init__(self, context: JobContext) -> None:
        self._context = context
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="studium-lease", daemon=True)

    def __enter__(self) -> None:
        held_here.add(self._context.job_id)
        self._thread.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()
        held_here.discard(self._context.job_id)

    def _keep(self) -> None:
        wait = lease_seconds() / 3
        try:
            while not self._over.wait(wait):
                wait = lease_seconds() / 3 if self._renew() else 1.0
                if self._context.lost.is_set():
                    return
        finally:
            connections.close_all()  # this thread's own

    def _renew(self) -> bool:
        until = clock.now() + timedelta(seconds=lease_seconds())
        try:
            if not self._context.rows().update(lease_until=until):
                self._context.lost.set()
        except (OperationalError, InterfaceError):
            log.warning("A lease could not be renewed; trying again.", exc_info=True)
            drop_broken_connection()
            return False
        return True


def _perform(job: Job, context: JobContext) -> str:
    kind = kind_of(job.kind)
    try:
        with library.time_limit(kind.timeout_seconds):
            result = kind.function(context, **job.arguments)
    except Cancelled:
        return _end(context, JobStatus.CANCELLED, reason="Cancelled. What was finished is kept.")
    except Stopped:
        return _back_into_queue(context)
    except LeaseLost:
        return "lease lost"
    except HandedOut:
        return "handed out"
    except Refused as refusal:
        return _end(context, JobStatus.FAILED, reason=refusal.message)
    except library.TimeIsUp:
        minutes = max(1, kind.timeout_seconds // 60)
        reason = (
            f"It took longer than {minutes} minutes and was stopped. What was finished is kept."
        )
        return _end(context, JobStatus.FAILED, reason=reason)
    except (OperationalError, InterfaceError) as error:
        return _database_gone(context, error)
    except Exception as error:
        return _end(context, JobStatus.FAILED, reason=_unexpected(job, error))
    return _end(context, JobStatus.DONE, result=result)


def _end(context: JobContext, status: str, **values: Any) -> str:
    if status == JobStatus.DONE:
        values |= {"step": "", "progress_done": F("progress_total")}
    now = clock.now()
    with transaction.atomic():
        changed = context.rows().update(status=status, lease_until=None, finished_at=now, **values)
        if changed:
            family.settle(context.parent_id, now=now)
            hooks.jobs_ended.announce(job_id=context.job_id)
    return str(status) if changed else "lease lost"


def _back_into_queue(context: JobContext) -> str:
    """The worker is shut down: the next one goes on at once, and this run does not count."""
    with transaction.atomic():
        changed = context.rows().update(
            status=JobStatus.QUEUED, lease_until=None, attempts=F("attempts") - 1
        )
        if changed:
            library.push(context.job_id)
    return "given back" if changed else "lease lost"


def _database_gone(context: JobContext, error: Exception) -> str:
    """The database was busy or away: again in some seconds, three times in all."""
    log.warning("A job met a database that did not answer.", exc_info=error)
    drop_broken_connection()
    if context.attempt >= MOST_ATTEMPTS:
        reason = "The database did not answer, three times. What was finished is kept."
        return _end(context, JobStatus.FAILED, reason=reason)
    # The sweeper writes the message once this moment has passed.
    again_at = clock.now() + timedelta(seconds=2**context.attempt)
    changed = context.rows().update(status=JobStatus.QUEUED, lease_until=again_at)
    return "given back" if changed else "lease lost"


def _unexpected(job: Job, error: Exception) -> str:
    """Log an error nobody planned for, and word it without its insides."""
    reference = uuid7().hex[-12:]
    log.error("A job of kind %s failed.", job.kind, exc_info=error, extra={"reference": reference})
    return (
        "Something went wrong that was not foreseen. What was finished is kept. "
        f"The log has the details under the reference {reference}."
    )
