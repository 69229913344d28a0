"""What the first page says, for programs: what waits, what is due; and the sample course."""

from __future__ import annotations

from typing import Annotated

from ninja import Router
from pydantic import Field

from studium.analytics.queries.home import due_reviews, first_to_help
from studium.assessment.queries.waiting import staff_work
from studium.formats import sample
from studium.lib import clock
from studium.rest.auth import Request
from studium.rest.describe import says
from studium.rest.fields import Id, Shown
from studium.rest.jobs import JobStarted, job_shown

router = Router(tags=["me"])


class ExamWork(Shown):
    """An exam with so many papers to mark, or so many people at work in it."""

    id: Id
    title: str
    course: Annotated[str, Field(description="The title of its course.")]
    count: int


class CourseWork(Shown):
    """A course in which so many things wait or are due."""

    course: Annotated[str, Field(description="Its title.")]
    slug: str
    count: int


class Helped(Shown):
    """Somebody in a course one teaches who seems to need help; the reasons are at `/help`."""

    course: str
    slug: str
    student_id: Id
    name: str


class Next(Shown):
    """What is next for one: in courses one teaches, and topics due for one's own review."""

    to_mark: list[ExamWork]
    running: list[ExamWork]
    appeals: list[CourseWork]
    due: list[CourseWork]
    needs_help: list[Helped]


@router.get("/me/next", response=Next)
def read_next(request: Request) -> Next:
    """What waits for the person who asks, over all their courses."""
    me, now = request.auth, clock.now()
    work = staff_work(viewer=me, now=now)
    due = due_reviews(me, now=now)
    return Next(
        to_mark=[ExamWork.model_validate(one) for one in work.to_mark],
        running=[ExamWork.model_validate(one) for one in work.running],
        appeals=[CourseWork.model_validate(one) for one in work.appeals],
        due=[
            CourseWork(course=one.course.title, slug=one.course.slug, count=one.topics)
            for one in due
        ],
        needs_help=[
            Helped(
                course=one.course.title, slug=one.course.slug, student_id=line.id, name=line.name
            )
            for one in first_to_help(me, now=now)
            for line in one.lines
        ],
    )


@router.post(
    "/samples",
    response={202: JobStarted},
    openapi_extra=says("not_allowed", "sample_there", location="/jobs/{job[id]}"),
)
def load_sample(request: Request) -> JobStarted:
    """Bring the sample course, published, among the courses of the person who asks."""
    return JobStarted(job=job_shown(sample.request_sample(by=request.auth, now=clock.now())))
