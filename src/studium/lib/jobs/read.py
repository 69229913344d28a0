"""Jobs as pages and the API show them, limited to what the person may see.

The ground floor knows no courses: the door hands in `staff_of`, which says of a course id whether
the person is on its staff.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from django.db.models import Count, Q

from studium.lib.errors import NotFound
from studium.lib.models import Job, JobStatus
from studium.lib.prepared import Prepared

StaffOf = Callable[[UUID], bool]


class Person(Protocol):
    """What is asked of a signed-in person here."""

    @property
    def pk(self) -> Any: ...

    @property
    def is_admin(self) -> bool: ...


@dataclass(frozen=True)
class Page:
    """Some rows of a list, and how many it has in all."""

    items: list[Job]
    count: int


def job_for(viewer: Person, job_id: UUID, *, staff_of: StaffOf) -> Job:
    """The job, if it is the viewer's own, of a course they help to run, or they are an admin.

    `NotFound` otherwise, the same for what is not theirs and what is not there.
    """
    job = Job.objects.select_related("created_by").filter(pk=job_id).first()
    if job is None or not may_see(viewer, job, staff_of=staff_of):
        raise NotFound
    return job


def may_see(viewer: Person, job: Job, *, staff_of: StaffOf) -> bool:
    """Whether this person may see this job, and so cancel it and try it again."""
    if viewer.is_admin or (job.created_by_id is not None and job.created_by_id == viewer.pk):
        return True
    return job.course_id is not None and staff_of(job.course_id)


def jobs_of(viewer: Person, *, status: str = "", limit: int = 50, offset: int = 0) -> Page:
    """The viewer's own jobs, newest first."""
    return _page(Q(created_by_id=viewer.pk) & _with(status), limit, offset)


def jobs_of_course(course_id: UUID, *, status: str = "", limit: int = 50, offset: int = 0) -> Page:
    """All jobs of a course, newest first. The door checks that the person is on its staff."""
    return _page(Q(course_id=course_id) & _with(status), limit, offset)


def all_jobs(*, status: str = "", limit: int = 50, offset: int = 0) -> Page:
    """Every job, newest first. The door checks that the person is an admin."""
    return _page(_with(status), limit, offset)


def counts_by_status() -> dict[str, int]:
    """How many jobs stand in each status, parts not counted; those without any are there with 0."""
    whole = Job.objects.filter(parent__isnull=True)
    found = dict(whole.values_list("status").annotate(n=Count("pk")))
    return {status: found.get(status, 0) for status in JobStatus.values}


def parts_page(job: Job, *, limit: int = 50, offset: int = 0) -> Page:
    """The parts of a job in their order. The door checks that the person may see the job."""
    rows = Job.objects.filter(parent_id=job.pk)
    ordered = rows.select_related("created_by").order_by("created_at", "pk")
    return Page(list(ordered[offset : offset + limit]), rows.count())


def parts_of(job: Job, *, limit: int = 200) -> list[Job]:
    """The parts of a job that failed, then those at work, then the others in their order."""
    order = {JobStatus.FAILED: 0, JobStatus.RUNNING: 1}
    rows = list(Job.objects.filter(parent_id=job.pk).order_by("pk"))
    return sorted(rows, key=lambda one: order.get(JobStatus(one.status), 2))[:limit]


def live_jobs(*, targets: list[str], kinds: list[str]) -> dict[str, Job]:
    """Target -> the waiting or running job for it, for pages that list many things."""
    live = Job.objects.filter(
        target__in=targets, kind__in=kinds, status__in=[JobStatus.QUEUED, JobStatus.RUNNING]
    )
    return {job.target: job for job in live}


_LATEST = Prepared(
    lambda kind, target: Job.objects.filter(kind=kind, target=target).order_by("-created_at")[:1],
    texts=["kind", "target"],
)


def latest_job(kind: str, target: str | UUID) -> Job | None:
    """The newest job of this kind for this target in whatever status, or None."""
    return _LATEST.first(kind=kind, target=str(target))


def _with(status: str) -> Q:
    return Q(status=status) if status in JobStatus.values else Q()


def _page(where: Q, limit: int, offset: int) -> Page:
    """Parts are left out: the job they belong to stands for them."""
    rows = Job.objects.filter(where, parent__isnull=True)
    newest = rows.select_related("created_by").order_by("-created_at", "-pk")
    return Page(list(newest[offset : offset + limit]), rows.count())
