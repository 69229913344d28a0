"""Courses in and out: import in two steps, files, export."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from studium.content import queries, rights, rules
from studium.content.actions import files
from studium.formats import dump, incoming, load, markdown, uploads, waiting
from studium.lib import clock, jobs
from studium.lib.errors import Conflict, Invalid, Refused, TooLarge
from studium.lib.media import media_type
from studium.web import document_words
from studium.web.http import SignedIn, signed_in
from studium.web.jobs import card
from studium.web.undo import say_done

if TYPE_CHECKING:
    from studium.content.models import StoredFile

MAX_UPLOAD = 100 * 1024 * 1024
SHOWN = 300
"""Lines of a check report that a page shows."""


@signed_in
def import_upload(request: SignedIn) -> HttpResponse:
    """Step one: choose a file. It is read and kept aside; nothing is stored in the database."""
    rights.require_create_course(request.user)
    refused = None
    if request.method == "POST":
        try:
            upload = upload_in(request, "file", MAX_UPLOAD)
            token, _job = incoming.take_in(
                by=request.user, data=bytes(upload.read()), name=upload.name or "", now=clock.now()
            )
            return redirect("import_check", token=token)
        except Refused as wrong:
            refused = wrong
    context = {"error": refused.message if refused else ""}
    status = refused.status if refused else 200
    return render(request, "author/import.html", context, status=status)


@signed_in
def import_check(request: SignedIn, token: str) -> HttpResponse:
    """Step two: what will come and what will not; a POST imports exactly these bytes."""
    rights.require_create_course(request.user)
    owner, folder = request.user.pk, incoming.folder()
    job = incoming.unread(owner=request.user, token=token)
    if job is not None:
        shown = {"job": card(job), "token": token}
        return render(request, "author/import_reading.html", shown)
    data = waiting.kept(folder, owner=owner, token=token, now=clock.now())
    report = uploads.check_kept(data)
    if request.method == "POST":
        course = load.load(by=request.user, report=report, now=clock.now())
        waiting.discard(folder, owner=owner, token=token)
        messages.success(request, _("“%(title)s” is here as a draft.") % {"title": course.title})
        return redirect("teach_course", slug=course.slug)
    found, dropped = document_words.counts(report.draft.found)
    context = {
        "report": report,
        "token": token,
        "shown": SHOWN,
        "found": found,
        "dropped": dropped,
    }
    return render(request, "author/import_check.html", context)


@require_POST
@signed_in
def import_discard(request: SignedIn, token: str) -> HttpResponse:
    """Forget an upload."""
    rights.require_create_course(request.user)
    job = incoming.unread(owner=request.user, token=token)
    if job is not None:
        jobs.cancel(job)
    waiting.discard(incoming.folder(), owner=request.user.pk, token=token)
    return redirect("import_upload")


@require_safe
@signed_in
def course_export(request: SignedIn, slug: str) -> HttpResponse:
    """The course as a zip of a Markdown folder, which can be imported again."""
    course = queries.course_for_author(request.user, slug)
    written = markdown.write(dump.draft_of(by=request.user, course=course))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(written):
            member = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
            packed.writestr(member, written[path], zipfile.ZIP_DEFLATED)
    response = HttpResponse(out.getvalue(), content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{course.slug}.zip"'
    return response


@signed_in
def course_files(request: SignedIn, slug: str) -> HttpResponse:
    """The images and other files of a course; a POST adds one."""
    course = queries.course_for_author(request.user, slug)
    refused, stored = None, None
    if request.method == "POST":
        try:
            stored = _store(request, course.pk)
        except (Invalid, TooLarge, Conflict) as wrong:
            refused = wrong
    if "pasted" in request.POST:
        if stored is None:
            return JsonResponse({"error": refused.message if refused else ""}, status=422)
        is_image = stored.media_type.startswith("image/")
        return JsonResponse({"path": rules.as_target(stored.path), "image": is_image})
    if request.htmx:
        answer = {"stored": stored, "error": refused.message if refused else ""}
        return render(request, "author/uploaded.html", answer)
    if stored is not None:
        messages.success(request, _("“%(path)s” is stored.") % {"path": stored.path})
        return redirect("course_files", slug=slug)
    context = {
        "course": course,
        "tab": "files",
        "files": queries.files_of(course),
        "error": refused.message if refused else "",
    }
    status = refused.status if refused else 200
    return render(request, "author/files.html", context, status=status)


@require_POST
@signed_in
def file_remove(request: SignedIn, slug: str, file_id: UUID) -> HttpResponse:
    """Take a file out of the course."""
    course = queries.course_for_author(request.user, slug)
    now = clock.now()
    files.remove_file(by=request.user, file_id=file_id, course_id=course.pk, now=now)
    text = _("The file is removed. Lessons show its description instead.")
    say_done(request, text, course.pk, now)
    return redirect("course_files", slug=slug)


def _store(request: SignedIn, course_id: UUID) -> StoredFile:
    upload = upload_in(request, "file", files.MAX_FILE)
    data = bytes(upload.read())
    kind, name = upload.content_type or "", upload.name or "file"
    is_pasted = "pasted" in request.POST  # such an image has no name that anybody chose
    if is_pasted and kind.startswith("image/"):
        name = rules.picture_path(name, media_type(data))
    elif kind.startswith("image/"):
        name = f"img/{name}"
    path = request.POST.get("path", "").strip() or name
    return files.store_file(
        by=request.user,
        course_id=course_id,
        path=path,
        data=data,
        now=clock.now(),
        find_name=is_pasted,
    )


def upload_in(request: SignedIn, name: str, limit: int) -> UploadedFile[Any]:
    """An uploaded file, refused by its size before it is read."""
    upload = request.FILES.get(name)
    if not isinstance(upload, UploadedFile):
        raise Invalid(_("Choose a file first."), fields={name: _("No file was sent.")})
    if (upload.size or 0) > limit:
        most = limit // (1024 * 1024)
        raise TooLarge(
            _("The file has %(size).1f MB; at most %(most)d MB are taken.")
            % {"size": (upload.size or 0) / 1_048_576, "most": most},
            fields={name: _("Too large.")},
        )
    return upload
