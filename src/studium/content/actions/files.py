"""Files of a course: the bytes first, complete on the disk, then the row that names them."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from studium.content import rights, rules
from studium.content.actions import lessons
from studium.content.actions.courses import held
from studium.content.models import StoredFile
from studium.identity.actions import audit
from studium.lib import blobs, media
from studium.lib.errors import Conflict, Invalid, NotFound, TooLarge

if TYPE_CHECKING:
    from studium.identity.models import User

MAX_FILE = 10 * 1024 * 1024
MAX_FILES = 5_000


@transaction.atomic
def store_file(
    *, by: User, course_id: uuid.UUID, path: str, data: bytes, now: datetime
) -> StoredFile:
    """Add a file under its name in the course's Markdown; a second one of that name is refused."""
    course = held(course_id)
    rights.require_edit_course(by, course)
    name = rules.clean_path(path)
    check_size(name, len(data))
    files = StoredFile.objects.filter(course=course)
    if files.filter(path=name).exists():
        raise Conflict(
            f"There is already a file “{name}” in this course. Give the new one another name,"
            " or remove the old one first.",
            code="file_exists",
            fields={"file": "The name is taken."},
        )
    if files.count() >= MAX_FILES:
        raise TooLarge(f"A course holds at most {MAX_FILES:,} files.")
    row = StoredFile.objects.create(
        course=course,
        path=name,
        content_hash=blobs.store(settings.FILES_DIR, data),
        media_type=media.media_type(data),
        size=len(data),
        uploaded_by_id=by.pk,
        created_at=now,
    )
    lessons.render_again(course, naming=name)
    _record(row, by=by, action="file.added", now=now)
    return row


@transaction.atomic
def remove_file(
    *, by: User, file_id: uuid.UUID, now: datetime, course_id: uuid.UUID | None = None
) -> None:
    """Take a file out of its course; lessons show its description instead.

    With `course_id` a file of another course is not found.
    The bytes stay in the folder: another course or an older backup may name them.
    """
    row = StoredFile.objects.select_related("course").filter(pk=file_id).first()
    if row is None or course_id not in (None, row.course_id):
        raise NotFound
    course = held(row.course_id)
    rights.require_edit_course(by, course)
    _record(row, by=by, action="file.removed", now=now)
    name = row.path
    row.delete()
    lessons.render_again(course, naming=name)


def check_size(name: str, size: int) -> None:
    """Raises `TooLarge` above 10 MB and `Invalid` for nothing at all."""
    if size == 0:
        raise Invalid(f"“{name}” is empty.", fields={"file": "The file is empty."})
    if size > MAX_FILE:
        message = f"“{name}” has {size / 1_048_576:.1f} MB; a file may have at most 10 MB."
        raise TooLarge(f"{message} Make it smaller.", fields={"file": message})


def _record(row: StoredFile, *, by: User, action: str, now: datetime) -> None:
    audit.record(
        by=by,
        action=action,
        object_type="file",
        object_id=row.pk,
        course_id=row.course_id,
        detail={"path": row.path, "size": row.size},
        now=now,
    )
