"""`/me`: the person who asks, and everything kept about them."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import FileResponse, HttpResponse
from ninja import Query, Router
from pydantic import Field

from studium.analytics import actions, exporting, own_data
from studium.analytics import queries as analytics
from studium.identity.actions import people, sign_in
from studium.lib import clock
from studium.lib.errors import Invalid
from studium.rest.auth import Request
from studium.rest.describe import says
from studium.rest.fields import Email, Id, Moment, Name, Sent, Shown, Text
from studium.rest.jobs import JobStarted, job_shown
from studium.rest.paging import Items, Page
from studium.rest.progress import CourseProgress, course_line

router = Router()
Locale = Annotated[Text, Field(min_length=2, max_length=12, examples=["en"])]
Zone = Annotated[Text, Field(min_length=1, max_length=64, examples=["Europe/Berlin"])]


class Me(Shown):
    """The person who asks."""

    id: Id
    name: Name
    email: Email
    role: Annotated[str, Field(examples=["STUDENT"])]
    locale: Locale
    timezone: Zone
    created_at: Moment


class Export(Shown):
    """Everything kept about a person; the attempts have the shapes of their own addresses.

    `marks` of an attempt is null until its correctness is released. `answers` are those that the
    figures rest on. `answers` and `tutor` are empty while the person sits an exam.
    """

    exported_at: Moment
    person: Me
    enrollments: list[dict[str, Any]]
    lessons: list[dict[str, Any]]
    exam_attempts: list[dict[str, Any]]
    quiz_attempts: list[dict[str, Any]]
    answers: list[dict[str, Any]]
    progress: list[dict[str, Any]]
    analytics: list[CourseProgress]
    practice_sessions: list[dict[str, Any]]
    practice_offers: list[dict[str, Any]]
    suggestions: list[dict[str, Any]]
    notifications: list[dict[str, Any]]
    mail: dict[str, Any]
    preferences: dict[str, Any]
    tutor: list[dict[str, Any]]


class Profile(Sent):
    """What everybody may change about themselves; what is left out stays."""

    name: Name | None = None
    locale: Locale | None = None
    timezone: Zone | None = None


class Password(Sent):
    """One's password once more, for what cannot be taken back."""

    password: Annotated[Text, Field(min_length=1, max_length=1000, examples=["studium-demo"])]


@router.get("", response=Me)
def read_me(request: Request) -> Me:
    """Who asks."""
    return Me.model_validate(request.auth)


@router.patch("", response=Me)
def change_me(request: Request, sent: Profile) -> Me:
    """Change one's name, language or time zone; nothing else can be set here."""
    me = request.auth
    person = people.update_profile(
        by=me,
        person_id=me.pk,
        name=sent.name if sent.name is not None else me.name,
        locale=sent.locale if sent.locale is not None else me.locale,
        timezone=sent.timezone if sent.timezone is not None else me.timezone,
        now=clock.now(),
    )
    return Me.model_validate(person)


@router.post(
    "/erase",
    response={204: None},
    openapi_extra=says("last_admin", "last_instructor", "exam_running", "conflict", "too_many"),
)
def erase_me(request: Request, sent: Password) -> None:
    """Erase one's own account, for good: results stay, of nobody. The password shows that it is
    still the same person."""
    me, now = request.auth, clock.now()
    if sign_in.try_password(email=me.email, password=sent.password, now=now) != me:
        raise Invalid("This is not your password.", fields={"password": "Wrong."})
    actions.erase_person(by=me, person_id=me.pk, now=now)


@router.get("/analytics", response=Items[CourseProgress], tags=["analytics"])
def my_analytics(request: Request, page: Query[Page]) -> Items[CourseProgress]:
    """How it goes in each course one is a student of; released results only."""
    lines, count = page.cut(analytics.my_progress(viewer=request.auth, now=clock.now()))
    return Items[CourseProgress](items=[course_line(one) for one in lines], count=count)


@router.get("/export", response=Export)
def export_me(request: Request, response: HttpResponse) -> Export:
    """Everything kept about the person who asks, as one JSON document.

    Exam scores and marks are in it as far as they are released.
    """
    now, me = clock.now(), request.auth
    response.headers["Content-Disposition"] = 'attachment; filename="studium-export.json"'
    parts = {
        part.name: own_data.plain(part.read(me, now, own_data.nobody_hears))
        for part in own_data.PARTS
        if part.name != "person"
    }
    lines = [course_line(one) for one in analytics.my_progress(viewer=me, now=now)]
    return Export.model_validate(
        {"exported_at": now, "person": Me.model_validate(me), "analytics": lines, **parts}
    )


@router.post(
    "/export",
    response={202: JobStarted},
    openapi_extra=says("exam_running", location="/jobs/{job[id]}"),
)
def make_export(request: Request) -> JobStarted:
    """Have everything written into a zip: the same as JSON and CSV, receipts, a README.

    Asked again while it runs, this answers with the same job.
    """
    return JobStarted(job=job_shown(actions.ask_for_export(by=request.auth, now=clock.now())))


@router.get(
    "/export/archive",
    response={200: Any},
    openapi_extra=says("exam_running", media="application/zip"),
)
def read_export(request: Request) -> FileResponse:
    """The zip that was made last; it is kept for a week."""
    place = exporting.export_file(viewer=request.auth, now=clock.now())
    return FileResponse(place.open("rb"), as_attachment=True, filename="studium-my-data.zip")
