"""`/me`: the person who asks, and everything kept about them."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field

from studium.analytics import queries as analytics
from studium.assessment import queries as assessment
from studium.content import queries as content
from studium.identity.actions import people
from studium.lib import clock
from studium.notes import conversation
from studium.rest.auth import Request
from studium.rest.fields import Email, Id, Moment, Name, Sent, Shown, Text
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

    `tutor` is empty while the person sits an exam.
    """

    exported_at: Moment
    person: Me
    enrollments: list[dict[str, Any]]
    lessons: list[dict[str, Any]]
    exam_attempts: list[dict[str, Any]]
    quiz_attempts: list[dict[str, Any]]
    analytics: list[CourseProgress]
    tutor: list[dict[str, Any]]


class Profile(Sent):
    """What everybody may change about themselves; what is left out stays."""

    name: Name | None = None
    locale: Locale | None = None
    timezone: Zone | None = None


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
    lines = assessment.own_attempts(viewer=me, now=now)
    runs = assessment.own_runs(viewer=me)
    return Export(
        exported_at=now,
        person=Me.model_validate(me),
        enrollments=[_membership(row) for row in content.memberships_of(me)],
        lessons=[_progress(row) for row in content.progress_of(me)],
        exam_attempts=[
            assessment.attempt_view(viewer=me, attempt_id=line.id, now=now).as_json()
            for line in lines
        ],
        quiz_attempts=[
            assessment.run_view(viewer=me, attempt_id=run.pk, now=now).as_json() for run in runs
        ],
        analytics=[course_line(one) for one in analytics.my_progress(viewer=me, now=now)],
        tutor=conversation.export(viewer=me, now=now),
    )


def _membership(row: Any) -> dict[str, Any]:
    return {
        "course_id": row.course_id,
        "course": row.course.title,
        "role": row.role,
        "progress": row.progress,
        "created_at": row.created_at,
        "ended_at": row.ended_at,
    }


def _progress(row: Any) -> dict[str, Any]:
    return {
        "lesson_id": row.lesson_id,
        "topic": row.lesson.topic,
        "opened_at": row.opened_at,
        "last_opened_at": row.last_opened_at,
        "done_at": row.done_at,
    }
