"""Files of a course: the bytes first, complete on the disk, then the row that names them."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction

from studium.content import rights, rules
from studium.content.actions import lessons
from studium.content.actions.courses import held, held_for_author
from studium.content.actions.steps import keep_step
from studium.content.models import Course, StoredFile, UndoneAct
from studium.identity.actions import audit
from studium.lib import blobs
from studium.lib.errors import Conflict, Invalid, NotFound, TooLarge
from studium.lib.pictures import Prepared, prepared

if TYPE_CHECKING:
    from studium.identity.models import User

MAX_FILE = 10 * 1024 * 1024
MAX_FILES = 5_000
_COLUMNS = ("path", "content_hash", "media_type", "size", "width", "height")


def store_file(
    *,
    by: User,
    course_id: uuid.UUID,
    path: str,
    data: bytes,
    now: datetime,
    find_name: bool = False,
) -> StoredFile:
    """Add a file under its name in the course's Markdown; a second one of that name is refused.

    With `find_name` it then gets the next free name (`a-2.png`), as for an image that is pasted.
    An image is turned upright, made no larger than lessons need, and freed of a camera's notes.
    """
    course = Course.objects.filter(pk=course_id).first()
    if course is None:
        raise NotFound
    rights.require_edit_course(by, course)
    name = rules.clean_path(path)
    check_size(name, len(data))
    name = _free(course, name, find_name=find_name)
    # Before the lock: a large photograph takes a second, and its bytes go to the disk.
    row = file_row(course.pk, name, prepared(data), by=by, now=now)
    with transaction.atomic():
        course = held(course_id)
        row.path = _free(course, row.path, find_name=find_name)
        row.save(force_insert=True)
        lessons.render_again(course, naming=row.path)
        _record(row, by=by, action="file.added", now=now)
    return row


def _free(course: Course, name: str, *, find_name: bool) -> str:
    """The name that a new file gets; raises `Conflict` or `TooLarge` where there is no place."""
    files = StoredFile.objects.filter(course=course)
    if find_name:
        name = rules.free_path(name, set(files.values_list("path", flat=True)))
    if files.filter(path=name).exists():
        raise Conflict(
            f"There is already a file “{name}” in this course. Give the new one another name,"
            " or remove the old one first.",
            code="file_exists",
            fields={"file": "The name is taken."},
        )
    if files.count() >= MAX_FILES:
        raise TooLarge(f"A course holds at most {MAX_FILES:,} files.")
    return name


def file_row(
    course_id: uuid.UUID, path: str, file: Prepared, *, by: User, now: datetime
) -> StoredFile:
    """The row of a file, not saved yet; its bytes are on the disk when this returns."""
    return StoredFile(
        course_id=course_id,
        path=path,
        content_hash=blobs.store(settings.FILES_DIR, file.data),
        media_type=file.media_type,
        size=len(file.data),
        width=file.width,
        height=file.height,
        uploaded_by_id=by.pk,
        created_at=now,
    )


@transaction.atomic
def remove_file(
    *, by: User, file_id: uuid.UUID, now: datetime, course_id: uuid.UUID | None = None
) -> None:
    """Take a file out of its course; lessons show its description instead. Can be taken back.

    With `course_id` a file of another course is not found.
    The bytes stay in the folder: another course or an older backup may name them.
    """
    row = StoredFile.objects.select_related("course").filter(pk=file_id).first()
    if row is None or course_id not in (None, row.course_id):
        raise NotFound
    course = held_for_author(by, row.course_id)
    _record(row, by=by, action="file.removed", now=now)
    kept = {name: getattr(row, name) for name in _COLUMNS}
    keep_step(by=by, course_id=course.pk, act=UndoneAct.FILE_REMOVED, before=kept, now=now)
    row.delete()
    lessons.render_again(course, naming=kept["path"])


def bring_back(course: Course, kept: dict[str, Any], *, by: User, now: datetime) -> None:
    """Put a removed file of a locked course back under its name; its bytes never left."""
    if StoredFile.objects.filter(course=course, path=kept["path"]).exists():
        raise Conflict(
            f"There is another file “{kept['path']}” by now, so the old one was not brought back.",
            code="file_exists",
        )
    row = StoredFile.objects.create(
        course=course, uploaded_by_id=by.pk, created_at=now, **{n: kept[n] for n in _COLUMNS}
    )
    lessons.render_again(course, naming=row.path)
    _record(row, by=by, action="file.added", now=now)


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
