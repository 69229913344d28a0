"""`/imports`: a course from a zip or a document, checked first, stored whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile as Upload
from ninja import File, Form, Router, UploadedFile
from ninja.responses import Status
from pydantic import Field

from studium.content import rights
from studium.formats import load, uploads
from studium.lib import clock
from studium.rest.auth import Request
from studium.rest.course_files import bytes_of
from studium.rest.courses import Course, read
from studium.rest.describe import says
from studium.rest.door import before_the_key
from studium.rest.fields import Shown

if TYPE_CHECKING:
    from studium.identity.models import User

router = Router()
MAX_UPLOAD = 100 * 1024 * 1024
_WORKED_OUT = "worked_out"


class Finding(Shown):
    """Something the check tells: what, where (`line` from 1, 0 for a whole file), what to do."""

    severity: Annotated[str, Field(examples=["warning"])]
    path: Annotated[str, Field(examples=["src/ch04-01.md"])]
    line: int
    message: str
    advice: str


class Report(Shown):
    """What an import would bring; an `error` among the problems stops it.

    `found` counts what a document holds: pages, headings, tables, images, what was left out.
    """

    format: Annotated[str, Field(examples=["markdown"])]
    title: str
    importable: bool
    lessons: int
    quizzes: int
    questions: int
    files: int
    problems: list[Finding]
    found: Annotated[dict[str, int], Field(examples=[{"pages": 16, "headings": 17}])]


class Imported(Shown):
    """The course that was made, as a draft, and what the check said."""

    course: Course
    report: Report


def _work_out(request: Request) -> None:
    """Read the file and work the course out, before the transaction of an `Idempotency-Key`."""
    file, format = request.FILES.get("file"), request.POST.get("format", "")
    if isinstance(file, Upload) and format in ("", *uploads.FORMATS):
        stored = request.POST.get("dry_run", "false").lower() == "false"
        setattr(request, _WORKED_OUT, _worked_out(request.auth, file, format, stored=stored))


def _worked_out(
    by: User, file: Upload[Any], format: str, *, stored: bool
) -> tuple[load.CheckReport, load.Ready | None]:
    """What the check says, and the course if it can and will be stored."""
    rights.require_create_course(by)
    report = uploads.check_upload(
        bytes_of(file, MAX_UPLOAD),
        name=file.name or "",
        format=format,
        folder=settings.DATA_DIR / "reading",
    )
    if not (stored and report.is_importable):
        return report, None
    return report, load.make_ready(by=by, report=report, now=clock.now())


@router.post(
    "/imports",
    response={200: Report, 201: Imported},
    openapi_extra=says(
        "not_allowed",
        "archive_refused",
        "archive_too_large",
        "document_refused",
        "document_too_large",
        "documents_busy",
        "not_importable",
        "not_a_form",
        location="/courses/{course[id]}",
    ),
)
@before_the_key(_work_out)
def import_course(
    request: Request,
    file: File[UploadedFile],
    format: Form[Literal["", "markdown", "mdbook", "pdf", "docx", "pptx", "html", "epub"]] = "",
    dry_run: Form[bool] = False,
) -> Status[Any]:
    """Import a course as a draft of one's own: a zip of a Markdown folder or an mdBook, or a
    document (PDF, DOCX, PPTX, EPUB, HTML, or a zip of web pages).

    With `dry_run` nothing is stored and the answer (200) is the report of the check.
    """
    by = request.auth
    done = getattr(request, _WORKED_OUT, None)
    report, ready = done or _worked_out(by, file, format, stored=not dry_run)
    if dry_run:
        return Status(200, _report(report))
    course = load.load(by=by, report=report, now=clock.now(), ready=ready)
    return Status(201, Imported(course=read(by, course.pk), report=_report(report)))


def _report(report: load.CheckReport) -> Report:
    return Report(
        format=report.format,
        title=report.draft.title,
        importable=report.is_importable,
        lessons=len(report.draft.lessons),
        quizzes=report.quiz_count,
        questions=report.question_count,
        files=len(report.files),
        problems=[Finding.model_validate(one) for one in report.problems],
        found=dict(report.draft.found),
    )
