"""Asking for everything of one's own, and fetching it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction

from studium.analytics import archive
from studium.assessment import queries as assessment
from studium.lib import jobs
from studium.lib.errors import Conflict, NotFound

if TYPE_CHECKING:
    from studium.identity.models import User
    from studium.lib.models import Job

EXPORT_JOB = "people.export"
KEPT_FOR = archive.KEPT_FOR


@transaction.atomic
def ask_for_export(*, by: User, now: datetime) -> Job:
    """Have the archive of everything of one's own made; the job that is at it already, if any.

    Raises `Conflict` while the person sits an exam: their answers are in it.
    """
    require_no_exam(by, now)
    title = "Everything that is kept about you"
    return jobs.enqueue(
        EXPORT_JOB, target=by.pk, title=title, arguments={"user_id": str(by.pk)}, by=by
    )


def latest_export(*, viewer: User) -> Job | None:
    """The newest job that makes or made the viewer's archive."""
    return jobs.latest_job(EXPORT_JOB, viewer.pk)


def export_at(*, viewer: User, now: datetime) -> datetime | None:
    """When the archive that can be fetched was made; None where there is none (any more)."""
    place = archive.kept(viewer.pk, now=now)
    return None if place is None else archive.made_at(place)


def export_file(*, viewer: User, now: datetime) -> Path:
    """The viewer's archive; raises `NotFound` where there is none, `Conflict` during an exam."""
    require_no_exam(viewer, now)
    place = archive.kept(viewer.pk, now=now)
    if place is None:
        raise NotFound
    return place


def require_no_exam(person: User, now: datetime) -> None:
    """Raises `Conflict` while the person sits an exam."""
    if assessment.running_exam(person, now) is not None:
        raise Conflict(
            "You are sitting an exam. Your data can be downloaded when it is over.",
            code="exam_running",
        )
