"""`/jobs`: work that takes longer than a request."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from ninja import Query, Router
from pydantic import Field

from studium.content import queries as content
from studium.content import rights as course_rights
from studium.identity import rights
from studium.lib import jobs
from studium.lib.errors import Invalid
from studium.rest.auth import Request
from studium.rest.describe import says
from studium.rest.fields import Id, Moment, Shown
from studium.rest.paging import Items, Page

router = Router()
Status = Literal["queued", "running", "done", "failed", "cancelled"]


class Job(Shown):
    """Work in the background: how far it is, and what came of it."""

    id: Id
    kind: Annotated[str, Field(examples=["notes.lesson"])]
    target: Annotated[str, Field(examples=["0197a5c2-7e1f-7c3a-9d52-3f6b8e0a1c44"])]
    title: Annotated[str, Field(examples=["AI notes for “Ownership”"])]
    status: Status
    step: str
    progress_done: int
    progress_total: int
    reason: str
    result: Annotated[Any, Field(examples=[None])]
    cancel_requested: bool
    course_id: Id | None
    parent_id: Annotated[Id | None, Field(description="The job this is a part of.")]
    created_at: Moment
    started_at: Moment | None
    finished_at: Moment | None


class JobStarted(Shown):
    """The answer to a request whose work goes on in the background."""

    job: Job


class Filter(Page):
    """Which jobs are asked for: one's own, those of a course for its staff, all for an admin."""

    scope: Literal["own", "course", "all"] = "own"
    course_id: Id | None = None
    status: Status | None = None


def job_shown(job: Any) -> Job:
    """A row of `jobs` as the API shows it."""
    return Job.model_validate(job)


@router.get("", response=Items[Job], openapi_extra=says("not_allowed", "not_found"))
def list_jobs(request: Request, page: Query[Filter]) -> Items[Job]:
    """Jobs, the newest first. `scope=course` wants a `course_id`."""
    part = {"limit": page.limit, "offset": page.offset}
    if page.scope == "all":
        rights.require_manage_site(request.auth)
        found = jobs.all_jobs(status=page.status or "", **part)
    elif page.scope == "course":
        if page.course_id is None:
            raise Invalid("Say which course.", fields={"course_id": "This is missing."})
        course = content.course_by_id(page.course_id)
        course_rights.require_course_staff(request.auth, course)
        found = jobs.jobs_of_course(course.pk, status=page.status or "", **part)
    else:
        found = jobs.jobs_of(request.auth, status=page.status or "", **part)
    return Items[Job](items=[job_shown(one) for one in found.items], count=found.count)


@router.get("/{job_id}", response=Job)
def read_job(request: Request, job_id: Id) -> Job:
    """One job, if it is one's own or of a course one helps to run."""
    return job_shown(_job(request, job_id))


@router.get("/{job_id}/parts", response=Items[Job])
def list_job_parts(request: Request, job_id: Id, page: Query[Page]) -> Items[Job]:
    """The parts a long job is done in, in their order; other lists leave parts out."""
    found = jobs.parts_page(_job(request, job_id), limit=page.limit, offset=page.offset)
    return Items[Job](items=[job_shown(one) for one in found.items], count=found.count)


@router.post("/{job_id}/cancel", response=Job)
def cancel_job(request: Request, job_id: Id) -> Job:
    """Stop a job: at once while it waits, at its next step while it runs."""
    return job_shown(jobs.cancel(_job(request, job_id)))


@router.post("/{job_id}/retry", response=Job, openapi_extra=says("conflict"))
def retry_job(request: Request, job_id: Id) -> Job:
    """Queue a failed or cancelled job again."""
    return job_shown(jobs.retry(_job(request, job_id), by=request.auth))


def _job(request: Request, job_id: Id) -> Any:
    user = request.auth
    return jobs.job_for(
        user,
        job_id,
        staff_of=lambda course_id: course_rights.is_course_staff(user, course_id),
    )
