"""A file that somebody sends to become a course: put aside at once, documents read by a job.

A zip of texts is opened where it arrives. A document is parsed by the worker, in a process of its
own, so that no page waits for it and its owner may leave, or stop it.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from studium.formats import uploads, waiting
from studium.formats.documents.kinds import kind_of
from studium.formats.documents.reading import clean_name
from studium.lib import jobs

if TYPE_CHECKING:
    from studium.identity.models import User
    from studium.lib.models import Job

READ_JOB = "imports.read"
"""The job's target is the hash of the token; its arguments name place, token and file."""


def folder() -> Path:
    """Where files wait between their arrival and their import."""
    place: Path = settings.DATA_DIR / "imports"
    return place


@transaction.atomic
def take_in(*, by: User, data: bytes, name: str, now: datetime) -> tuple[str, Job | None]:
    """Keep a file for its owner: the token that brings it back, and the job that reads it, if any.

    Raises what `archive.read_zip` and `waiting.keep` raise, and `DocumentRefused` for a file that
    is known to be unreadable by its first bytes.
    """
    if not uploads.is_document(data):
        data = uploads.prepared(data, name=name)
        return waiting.keep(folder(), owner=by.pk, data=data, now=now), None
    name = clean_name(name, kind_of(data) or "file")
    token = waiting.keep(folder(), owner=by.pk, data=data, now=now)
    place = waiting.name_of(by.pk, token)
    job = jobs.enqueue(
        READ_JOB,
        target=_target(place),
        title=f"Read “{name}”",
        arguments={"place": place, "token": token, "name": name},
        by=by,
    )
    return token, job


def unread(*, owner: User, token: str) -> Job | None:
    """The job that has still to read what the token names, or has failed to; else None."""
    job = jobs.latest_job(READ_JOB, _target(waiting.name_of(owner.pk, token)))
    return None if job is None or job.status == "done" or job.created_by != owner else job


def _target(place: str) -> str:
    return place.partition("-")[2]
