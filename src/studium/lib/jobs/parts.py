"""How a job hands its work out to parts, which several workers may do side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F

from studium.lib import clock
from studium.lib.jobs.context import HandedOut, JobContext, LeaseLost
from studium.lib.jobs.family import LIVE
from studium.lib.jobs.queue import enqueue
from studium.lib.models import Job


@dataclass(frozen=True, slots=True)
class Part:
    """One part to be queued; as for `enqueue`."""

    kind: str
    target: str
    title: str
    arguments: dict[str, Any]


def with_parts(context: JobContext, todo: Callable[[], Iterable[Part]]) -> list[Job]:
    """The finished parts of this job; until they are, this call does not return.

    The first time it queues what `todo` lists and lets `HandedOut` pass, which ends this run (let
    it pass too). The job is run again when every part is over. A part whose work is being done
    already by another job is left to that one. An empty list: there was nothing to do.
    """
    rows = Job.objects.filter(parent_id=context.job_id)
    if not rows.exists():
        _hand_out(context, list(todo()))
    elif rows.filter(status__in=LIVE).exists():
        _wait(context)
        raise HandedOut
    return list(rows.order_by("pk"))


def _hand_out(context: JobContext, parts: list[Part]) -> None:
    by = Job.objects.select_related("created_by").get(pk=context.job_id).created_by
    with transaction.atomic():
        for one in parts:
            enqueue(
                one.kind,
                target=one.target,
                title=one.title,
                arguments=one.arguments,
                by=by,
                course_id=context.course_id,
                parent_id=context.job_id,
            )
        count = Job.objects.filter(parent_id=context.job_id).count()
        if count:
            step = f"0 of {count} parts are done."
            _wait(context, progress_done=0, progress_total=count, step=step)
    if count:
        raise HandedOut


def _wait(context: JobContext, **values: Any) -> None:
    """Keep the job running without a worker. This run does not count as a try."""
    until = clock.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)
    if not context.rows().update(lease_until=until, attempts=F("attempts") - 1, **values):
        context.lost.set()
        raise LeaseLost
