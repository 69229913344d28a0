"""An exam before and after: the lobby, the start, the result. The paper is in `sitting.py`."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from studium.assessment import queries
from studium.assessment.actions import sit
from studium.assessment.queries import ExamView
from studium.lib import clock
from studium.lib.errors import Conflict
from studium.web.http import SignedIn, signed_in
from studium.web.kept_pages import Shown, kept_page


@require_safe
@signed_in
def exam(request: SignedIn, exam_id: UUID) -> HttpResponse:
    """The lobby: the rules, one's own time and attempts, and the way in."""
    now = clock.now()
    shown = queries.exam_view(viewer=request.user, exam_id=exam_id, now=now)
    if shown.state == "running" and sit.close_overdue(
        now=now, exam_id=exam_id, user_id=request.user.pk
    ):
        shown = queries.exam_view(viewer=request.user, exam_id=exam_id, now=now)
    return _lobby(request, shown)


@require_POST
@signed_in
def exam_start(request: SignedIn, exam_id: UUID) -> HttpResponse:
    """Begin, or go on with, one's attempt."""
    now = clock.now()
    if "ready" not in request.POST:
        shown = queries.exam_view(viewer=request.user, exam_id=exam_id, now=now)
        if shown.state == "open":
            return _lobby(request, shown, errors={"ready": _("Tick the box to start.")})
    password = request.POST.get("password")
    try:
        attempt = sit.start_attempt(by=request.user, exam_id=exam_id, now=now, password=password)
    except Conflict as refused:
        if refused.code == "exam_password":
            shown = queries.exam_view(viewer=request.user, exam_id=exam_id, now=now)
            return _lobby(request, shown, errors=refused.fields, ready=True)
        messages.error(request, refused.message)
        return redirect("exam", exam_id=exam_id)
    return redirect("exam_attempt", attempt_id=attempt.pk)


@require_safe
@signed_in
def exam_result(request: SignedIn, attempt_id: UUID) -> HttpResponse:
    """What the attempt came to, as far as it is released, and all attempts before it."""
    try:
        return _result(request, attempt_id)
    except _Over:
        sit.close_overdue(now=clock.now(), pk=attempt_id)
        return _result(request, attempt_id)


class _Over(Exception):
    """The time of the attempt is over, and nobody has closed it yet."""


@kept_page
def _result(request: SignedIn, attempt_id: UUID) -> HttpResponse | Shown:
    page = queries.result_page(viewer=request.user, attempt_id=attempt_id, now=clock.now())
    result = page.result
    if result.is_over:
        raise _Over
    if result.line.status == "in_progress" and result.line.user_id == request.user.pk:
        return redirect("exam_attempt", attempt_id=attempt_id)
    before = [line for line in result.earlier if line.attempt_no < result.line.attempt_no]
    context = {
        "result": result,
        "line": result.line,
        "before": before[-1] if before else None,
        "talk": page.talk,
        "answered": sum(_is_answered(one.answer) for one in result.questions),
        "own": result.line.user_id == request.user.pk,
        "receipt": page.receipt,
        "handed_in": _time_of_day(result.line.submitted_at),
        "scores": [line.score / 100 for line in result.earlier if line.score is not None],
    }
    return Shown("exam/result.html", context)


_FIELD_IDS = {"ready": "ready", "password": "f-password"}


# --- parts -----------------------------------------------------------------------------------


def _lobby(
    request: SignedIn,
    shown: ExamView,
    *,
    errors: dict[str, str] | None = None,
    ready: bool = False,
) -> HttpResponse:
    now = clock.now()
    attempts = (
        queries.own_attempts(viewer=request.user, exam_id=shown.exam.pk, now=now)
        if shown.attempts
        else ()
    )
    context = {
        "view": shown,
        "exam": shown.exam,
        "attempts": attempts,
        "scores": [line.score / 100 for line in attempts if line.score is not None],
        "errors": [(_FIELD_IDS[name], text) for name, text in (errors or {}).items()],
        "password_error": (errors or {}).get("password"),
        "ready": ready,
        "staff": shown.role != "student",
        "server_time": now,
    }
    return render(request, "exam/lobby.html", context, status=422 if errors else 200)


def _time_of_day(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%H:%M:%S}" if moment else ""


def _is_answered(answer: Any) -> bool:
    return answer is not None and answer.response is not None
