"""Questions in and out of a course's bank as files: import in two steps, export by filter."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from studium.assessment import queries
from studium.content.queries import course_for_author, course_for_staff
from studium.formats import question_exchange, waiting
from studium.formats.question_rows import MAX_BYTES, QuestionRow
from studium.lib import clock
from studium.lib.errors import Conflict, Invalid, NotFound, Refused
from studium.web.bank import filter_in, ids_in
from studium.web.exchange import upload_in
from studium.web.http import SignedIn, signed_in
from studium.web.question_form import KIND_WORDS

SHOWN = 300
"""Rows of a check report that a page shows; those with problems come first."""
_RANK = {"refused": 0, "partly": 1, "left_out": 2, "ready": 3}


@require_safe
@signed_in
def bank_export(request: SignedIn, slug: str) -> HttpResponse:
    """The questions that the filter shows as a file; staff only, since it holds the keys."""
    course = course_for_staff(request.user, slug)
    format = request.GET.get("format", "")
    found = queries.exported(
        viewer=request.user, wanted=filter_in(request.GET), course_id=course.pk
    )
    made = question_exchange.export(found, format=format)
    response = HttpResponse(made.data, content_type=question_exchange.MEDIA[format])
    name = f"questions-{course.slug}.{format}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@signed_in
def bank_import(request: SignedIn, slug: str) -> HttpResponse:
    """Step one: a file and the quiz that takes it. Nothing is stored in the database."""
    course = course_for_author(request.user, slug)
    words = queries.bank_words(viewer=request.user, course_id=course.pk)
    refused: Refused | None = None
    if request.method == "POST":
        try:
            return redirect(_kept(request, slug))
        except Refused as wrong:
            refused = wrong
    context = {
        "course": course,
        "quizzes": words.quizzes,
        "given": request.POST or request.GET,
        "errors": refused.fields if refused else {},
        "error": refused.message if refused else "",
    }
    return render(request, "bank/import.html", context, status=refused.status if refused else 200)


@signed_in
def bank_import_check(request: SignedIn, slug: str, token: str) -> HttpResponse:
    """Step two: what becomes of each row; a POST stores exactly what was shown."""
    course = course_for_author(request.user, slug)
    quiz, format = _quiz_of(request, course.pk), request.GET.get("format", "")
    data = waiting.kept(_folder(), owner=request.user.pk, token=token, now=clock.now())
    report = question_exchange.check(by=request.user, quiz_id=quiz.pk, data=data, format=format)
    refused: Refused | None = None
    if request.method == "POST":
        try:
            made = question_exchange.load(
                by=request.user,
                quiz_id=quiz.pk,
                report=report,
                now=clock.now(),
                only_sound=request.POST.get("only_sound") == "on",
            )
            waiting.discard(_folder(), owner=request.user.pk, token=token)
            messages.success(request, _stored(len(made)))
            return redirect("quiz_questions", slug=slug, quiz_id=quiz.pk)
        except (Conflict, Invalid) as wrong:
            refused = wrong
    context = {
        "course": course,
        "quiz": quiz,
        "report": report,
        "rows": sorted(report.rows, key=_rank)[:SHOWN],
        "shown": SHOWN,
        "token": token,
        "kinds": KIND_WORDS,
        "error": refused.message if refused else "",
    }
    status = refused.status if refused else 200
    return render(request, "bank/import_check.html", context, status=status)


@require_POST
@signed_in
def bank_import_discard(request: SignedIn, slug: str, token: str) -> HttpResponse:
    """Forget an upload."""
    course_for_author(request.user, slug)
    waiting.discard(_folder(), owner=request.user.pk, token=token)
    return redirect("bank_import", slug=slug)


# --- parts -----------------------------------------------------------------------------------


def _kept(request: SignedIn, slug: str) -> str:
    """Put the upload aside; gives the address of its check."""
    quiz = request.POST.get("quiz", "")
    if not ids_in([quiz]):
        raise Invalid(_("Choose the quiz that takes them."), fields={"quiz": _("Choose a quiz.")})
    upload = upload_in(request, "file", MAX_BYTES)
    data = bytes(upload.read())
    format = question_exchange.format_of(upload.name or "", data)
    token = waiting.keep(_folder(), owner=request.user.pk, data=data, now=clock.now())
    address = reverse("bank_import_check", args=[slug, token])
    return f"{address}?{urlencode({'quiz': quiz, 'format': format})}"


def _quiz_of(request: SignedIn, course_id: UUID) -> Any:
    chosen = ids_in([request.GET.get("quiz", "")])
    if not chosen:
        raise NotFound
    quiz = queries.quiz_for_staff(viewer=request.user, quiz_id=chosen[0])
    if quiz.lesson.course_id != course_id:
        raise NotFound
    return quiz


def _rank(row: QuestionRow) -> tuple[int, int]:
    return _RANK[row.result], row.number


def _stored(count: int) -> str:
    words = ngettext("%(n)s question is here.", "%(n)s questions are here.", count)
    return words % {"n": count}


def _folder() -> Path:
    return settings.DATA_DIR / "imports"
