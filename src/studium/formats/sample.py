"""A course to look around in: the Rust book with its quizzes, brought by a job."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

import studium
from studium.content import queries, rights
from studium.content.actions import courses
from studium.formats import load
from studium.formats.archive import read_folder
from studium.identity import queries as people
from studium.lib import jobs
from studium.lib.errors import Conflict
from studium.notes.actions import request_notes_for_course

if TYPE_CHECKING:
    from studium.content.models import Course
    from studium.identity.models import User
    from studium.lib.jobs import JobContext
    from studium.lib.models import Job

SAMPLE_JOB = "samples.load"
"""The job's target is the person who asked; the course gets the moment of asking as its birth."""

FOLDER = Path(next(iter(studium.__path__))) / "cli" / "demo" / "rust_book"
ABOUT = {"title": "The Rust Programming Language", "lessons": 120, "questions": 222}
DESCRIPTION = (
    "The Rust book with quizzes: from the first program to ownership, traits and concurrency. "
    "By the Rust project developers and contributors; the quizzes are by the Cognitive "
    "Engineering Lab at Brown University. Licensed MIT or Apache-2.0."
)


@transaction.atomic
def request_sample(*, by: User, now: datetime) -> Job:
    """Queue the sample course for this person; the job that is under way already, if there is one.

    Raises `NotAllowed` for who may not create courses, `Conflict` while they have it.
    """
    rights.require_create_course(by)
    if jobs.live_job(SAMPLE_JOB, by.pk) is None and _of_title(queries.taught_courses(by)):
        raise Conflict("The sample course is among your courses already.", code="sample_there")
    return jobs.enqueue(
        SAMPLE_JOB,
        target=by.pk,
        title="Load the sample course",
        arguments={"asked_at": now.isoformat()},
        by=by,
    )


def bring(context: JobContext, asked_at: str) -> dict[str, Any]:
    """What the job does; each step is kept: bring it, describe and publish it, ask for notes."""
    now, by = datetime.fromisoformat(asked_at), people.active_person(_asker(context))
    context.progress(0, 3, "Reading 120 lessons.")
    course = _of_title(one for one in queries.taught_courses(by) if one.created_at == now)
    if course is None:
        report = load.check(read_folder(FOLDER))
        course = load.load(by=by, report=report, now=now, announced=False)
    context.progress(1, 3, "Publishing it.")
    _publish(course, by=by, now=now)
    context.progress(2, 3, "Asking for its notes.")
    request_notes_for_course(by=by, course_id=course.pk, now=now)
    return {"said": f"“{course.title}” is here, and published.", "course": course.slug}


@transaction.atomic
def _publish(course: Course, *, by: User, now: datetime) -> None:
    terms = courses.CourseTerms(
        title=course.title,
        description=DESCRIPTION,
        self_enrolment="open",
        show_checked_notes=True,
    )
    courses.edit_course(by=by, course_id=course.pk, terms=terms, now=now)
    courses.publish_course(by=by, course_id=course.pk, now=now)


def _of_title(found: Iterable[Course]) -> Course | None:
    return next((one for one in found if one.title == ABOUT["title"]), None)


def _asker(context: JobContext) -> UUID:
    assert context.by_id is not None, "it is queued for a person"
    return context.by_id
