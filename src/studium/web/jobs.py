"""Long work as people see it: the card of one job, and the lists of a course and of the site."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from studium.content import queries as courses
from studium.content import rights
from studium.lib import jobs
from studium.web.admin import admins
from studium.web.http import SignedIn, signed_in
from studium.web.lists import offset_of

if TYPE_CHECKING:
    from studium.lib.models import Job

PER_PAGE = 50
STATUSES = ("queued", "running", "failed", "done", "cancelled")


@require_safe
@signed_in
def job(request: SignedIn, job_id: UUID) -> HttpResponse:
    """One job: a page, or for htmx the card alone, which asks again until the job is over."""
    shown = _job(request, job_id)
    template = "jobs/card.html" if request.htmx else "jobs/job.html"
    parts = [] if request.htmx else jobs.parts_of(shown)
    response = render(request, template, {"job": card(shown), "parts": parts})
    response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
@signed_in
def job_cancel(request: SignedIn, job_id: UUID) -> HttpResponse:
    """Stop the job: at once while it waits, at its next step while it runs."""
    jobs.cancel(_job(request, job_id))
    return redirect("job", job_id=job_id)


@require_POST
@signed_in
def job_retry(request: SignedIn, job_id: UUID) -> HttpResponse:
    """Try a failed or cancelled job again."""
    again = jobs.retry(_job(request, job_id), request.user)
    return redirect("job", job_id=again.pk)


@require_safe
@admins
def admin_jobs(request: SignedIn) -> HttpResponse:
    """Every job of the site, with what failed and why."""
    status = _status(request)
    page = jobs.all_jobs(status=status, limit=PER_PAGE, offset=offset_of(request))
    context = _list(request, page, status) | {"counts": jobs.counts_by_status()}
    return render(request, "jobs/admin.html", context)


@require_POST
@admins
def admin_job_retry(request: SignedIn, job_id: UUID) -> HttpResponse:
    """Try again, and stay in the list."""
    jobs.retry(_job(request, job_id))
    messages.success(request, _("The job is in the queue again."))
    return redirect("admin_jobs")


@require_safe
@signed_in
def course_jobs(request: SignedIn, slug: str) -> HttpResponse:
    """The jobs of a course, for its staff."""
    course = courses.course_for_staff(request.user, slug)
    status = _status(request)
    page = jobs.jobs_of_course(course.pk, status=status, limit=PER_PAGE, offset=offset_of(request))
    context = _list(request, page, status) | {"course": course, "tab": "jobs"}
    return render(request, "jobs/course.html", context)


def card(job: Job) -> dict[str, Any]:
    """What the macro `job_card` takes, for any page that shows a job."""
    address = _RESULTS.get(job.kind)
    return {
        "id": job.pk,
        "title": job.title,
        "state": job.status,
        "step": said(job) if job.status == "done" else job.step,
        "done": job.progress_done,
        "total": job.progress_total,
        "poll": reverse("job", args=[job.pk]),
        "cancel": None if job.cancel_requested else reverse("job_cancel", args=[job.pk]),
        "retry": reverse("job_retry", args=[job.pk]),
        "result": address(job) if address and job.status == "done" else None,
        "reason": job.reason,
    }


def said(job: Job) -> str:
    """What came of a finished job, in words."""
    result = job.result or {}
    if job.kind in _OF_ONE_LESSON:
        return _OUTCOMES.get(str(result.get("outcome")), _("Done."))
    if job.kind == "notes.generate_course":
        made = sum(int(result.get(one, 0)) for one in _MADE)
        none = int(result.get("nothing", 0))
        parts = [ngettext("%(n)d note made.", "%(n)d notes made.", made) % {"n": made}]
        if none:
            more = ngettext(
                "%(n)d lesson has nothing to note.", "%(n)d lessons have nothing to note.", none
            )
            parts.append(more % {"n": none})
        return " ".join(parts)
    if job.kind.startswith("questions.generate"):
        return _drafts_made(result)
    return str(result.get("said", _("Done.")))


def _queue(job: Job) -> str:
    return reverse("drafts_by_id", args=[job.course_id])


def _drafts_made(result: dict[str, Any]) -> str:
    made = int(result.get("claimed", result.get("drafts", 0)))
    if not made and result.get("reason"):
        return str(result["reason"])
    if not made:
        return _("Nothing new: what this text gives is among the drafts already.")
    return ngettext("%(n)d new draft.", "%(n)d new drafts.", made) % {"n": made}


# Where the outcome of a kind of job is to be seen.
_RESULTS: dict[str, Callable[[Job], str]] = {
    "imports.read": lambda job: reverse("import_check", args=[job.arguments["token"]]),
    "samples.load": lambda job: reverse("teach_course", args=[(job.result or {})["course"]]),
    "people.export": lambda job: reverse("account_data"),
    "xapi.send": lambda job: reverse("admin_xapi"),
    "models.find": lambda job: reverse("admin_models"),
    "models.test": lambda job: reverse("admin_models"),
    "notes.generate": lambda job: reverse("lesson_notes", args=[UUID(job.target)]),
    "notes.after_save": lambda job: reverse("lesson_notes", args=[UUID(job.target)]),
    "notes.refresh": lambda job: reverse("lesson_notes", args=[UUID(job.target)]),
    "notes.generate_part": lambda job: reverse(
        "lesson_notes", args=[UUID(job.target.partition(":")[0])]
    ),
    "notes.generate_course": lambda job: reverse("course_notes_by_id", args=[UUID(job.target)]),
    "questions.generate": lambda job: f"{_queue(job)}?lesson={job.target}",
    "questions.generate_course": lambda job: _queue(job),
    "questions.generate_exam": lambda job: f"{_queue(job)}?exam={job.target}",
}
_MADE = ("stored", "merged", "conflicts", "refreshed")
_OF_ONE_LESSON = (
    "notes.generate", "notes.after_save", "notes.refresh", "notes.generate_part",
)  # fmt: skip
_OUTCOMES = {
    "stored": "New notes are there, as a draft.",
    "merged": "New notes are there, as a draft. What people changed is kept.",
    "conflicts": "New notes are there. Where a person's words and new ones differ, choose.",
    "refreshed": "What was out of date is made again.",
    "fresh": "The notes fit the lesson already.",
    "no_other": "There is no other sentence that could stand there.",
    "gone": "That sentence is not in the notes any more.",
    "unchanged": "The notes are the same as before.",
    "nothing": "There is nothing to note in this lesson.",
}


def _job(request: SignedIn, job_id: UUID) -> Job:
    return jobs.job_for(
        request.user,
        job_id,
        staff_of=lambda course_id: rights.is_course_staff(request.user, course_id),
    )


def _status(request: SignedIn) -> str:
    status = request.GET.get("status", "")
    return status if status in STATUSES else ""


def _list(request: SignedIn, page: jobs.Page, status: str) -> dict[str, Any]:
    return {
        "jobs": page.items,
        "count": page.count,
        "offset": offset_of(request),
        "limit": PER_PAGE,
        "status": status,
        "statuses": STATUSES,
        "page_href": lambda place: f"?{urlencode({'status': status, 'offset': place})}",
    }
