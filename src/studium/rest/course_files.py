"""`/courses/{id}/files` and `…/export`: what lessons show, and the course as a folder."""

from __future__ import annotations

import io
import zipfile
from typing import Annotated, Any

from django.core.files.uploadedfile import UploadedFile as Upload
from django.http import FileResponse, HttpResponse
from ninja import File, Form, Query, Router, UploadedFile
from pydantic import Field

from studium.content import queries, rights
from studium.content.actions import files
from studium.formats import dump, markdown
from studium.lib import clock
from studium.lib.errors import TooLarge
from studium.rest.auth import Request
from studium.rest.describe import says
from studium.rest.fields import Id, Moment, Shown, Text
from studium.rest.paging import Items, Page

router = Router()
Place = Annotated[Text, Field(min_length=1, max_length=300, examples=["img/stack.png"])]


class CourseFile(Shown):
    """A file of a course; `path` is its name in the lessons."""

    id: Id
    course_id: Id
    path: Place
    media_type: Annotated[str, Field(examples=["image/png"])]
    size: int
    width: Annotated[int | None, Field(examples=[1200])]
    height: Annotated[int | None, Field(examples=[800])]
    content_hash: Annotated[str, Field(examples=["9f86d081884c7d65…"])]
    created_at: Moment


@router.get("/{course_id}/files", response=Items[CourseFile])
def list_files(request: Request, course_id: Id, page: Query[Page]) -> Items[CourseFile]:
    """The files of a course by name."""
    course = queries.course_by_id(course_id)
    rights.require_read_course(request.auth, course)
    rows, count = page.cut(queries.files_of(course))
    return Items[CourseFile](items=[CourseFile.model_validate(row) for row in rows], count=count)


@router.post(
    "/{course_id}/files",
    response={201: CourseFile},
    openapi_extra=says(
        "not_allowed", "file_exists", "not_a_form", location="/courses/{course_id}/files/{id}"
    ),
)
def add_file(
    request: Request, course_id: Id, file: File[UploadedFile], path: Form[Place | None] = None
) -> CourseFile:
    """Add a file of at most 10 MB; without a `path` it has the name it was sent with."""
    data = bytes_of(file, files.MAX_FILE)
    made = files.store_file(
        by=request.auth,
        course_id=course_id,
        path=path or file.name or "file",
        data=data,
        now=clock.now(),
    )
    return CourseFile.model_validate(made)


@router.get(
    "/{course_id}/files/{file_id}",
    response={200: Any},
    openapi_extra=says(media="application/octet-stream"),
)
def read_file(request: Request, course_id: Id, file_id: Id) -> FileResponse:
    """The bytes of a file, always as a download."""
    row = queries.file_of_course(request.auth, course_id, file_id)
    served = queries.served_file(request.auth, row.course.slug, row.path)
    return FileResponse(
        served.path.open("rb"),
        as_attachment=True,
        filename=served.name,
        content_type=served.media_type if served.is_inline else "application/octet-stream",
    )


@router.delete(
    "/{course_id}/files/{file_id}", response={204: None}, openapi_extra=says("not_allowed")
)
def remove_file(request: Request, course_id: Id, file_id: Id) -> None:
    """Take a file out of the course; lessons show its description instead."""
    queries.file_of_course(request.auth, course_id, file_id)
    files.remove_file(by=request.auth, file_id=file_id, now=clock.now())


@router.get(
    "/{course_id}/export",
    response={200: Any},
    tags=["imports"],
    openapi_extra=says("not_allowed", media="application/zip"),
)
def export_course(request: Request, course_id: Id) -> HttpResponse:
    """The course as a zip of a Markdown folder, which can be imported again."""
    course = queries.course_by_id(course_id)
    rights.require_edit_course(request.auth, course)
    written = markdown.write(dump.draft_of(by=request.auth, course=course))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(written):
            packed.writestr(zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0)), written[path])
    response = HttpResponse(out.getvalue(), content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{course.slug}.zip"'
    return response


def bytes_of(upload: Upload[Any], most: int) -> bytes:
    """The bytes of an uploaded file; refused by its size before they are read."""
    if (upload.size or 0) > most:
        raise TooLarge(
            f"The file has {(upload.size or 0) / 1_048_576:.1f} MB; at most "
            f"{most // 1_048_576} MB are taken.",
            fields={"file": "Too large."},
        )
    data: bytes = upload.read()
    return data
