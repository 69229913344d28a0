"""An exam, from the lobby to the result. The paper works without scripts, as one long form."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from studium.assessment import queries
from studium.assessment.actions import sit
from studium.assessment.queries import AttemptView, ExamView
from studium.lib import clock
from studium.lib.errors import Conflict
from studium.web.answers import answer_in
from studium.web.http import SignedIn, signed_in


@require_safe
@signed_in
def exam(request: SignedIn, exam_id: UUID) -> HttpResponse:
    """The lobby: the rules, one's own time and attempts, and the way in."""
    now = clock.now()
    sit.close_overdue(now=now, exam_id=exam_id, user_id=request.user.pk)
    return _lobby(request, queries.exam_view(viewer=request.user, exam_id=exam_id, now=now))


@require_POST
@signed_in
def exam_start(request: SignedIn, exam_id: UUID) -> HttpResponse:
    """Begin, or go on with, one's attempt."""
    now = clock.now()
    shown = queries.exam_view(viewer=request.user, exam_id=exam_id, now=now)
    if "ready" not in request.POST and shown.state == "open":
        return _lobby(request, shown, error=_("Tick the box to start."))
    try:
        attempt = sit.start_attempt(by=request.user, exam_id=exam_id, now=now)
    except Conflict as refused:
        messages.error(request, refused.message)
        return redirect("exam", exam_id=exam_id)
    return redirect("exam_attempt", attempt_id=attempt.pk)


@require_safe
@signed_in
def exam_attempt(request: SignedIn, attempt_id: UUID) -> HttpResponse:
    """The paper while the attempt runs; afterwards its result."""
    now = clock.now()
    sit.close_overdue(now=now, pk=attempt_id)
    shown = queries.attempt_view(viewer=request.user, attempt_id=attempt_id, now=now)
    if shown.line.status != "in_progress" or shown.line.user_id != request.user.pk:
        return redirect("exam_result", attempt_id=attempt_id)
    return _paper(request, shown)


@require_POST
@signed_in
def exam_save(request: SignedIn, attempt_id: UUID) -> HttpResponse:
    """Save the whole paper at once, without scripts."""
    problems = _save_page(request, attempt_id)
    if problems:
        return _with_problems(request, attempt_id, problems)
    messages.success(request, _("Your answers are saved."))
    return redirect("exam_attempt", attempt_id=attempt_id)


@require_POST
@signed_in
def exam_submit(request: SignedIn, attempt_id: UUID) -> HttpResponse:
    """Hand in; a page without scripts sends its answers along."""
    problems = _save_page(request, attempt_id)
    if problems:
        return _with_problems(request, attempt_id, problems)
    sit.submit(by=request.user, attempt_id=attempt_id, now=clock.now())
    return redirect("exam_result", attempt_id=attempt_id)


@require_safe
@signed_in
def exam_result(request: SignedIn, attempt_id: UUID) -> HttpResponse:
    """What the attempt came to, as far as it is released, and all attempts before it."""
    now = clock.now()
    sit.close_overdue(now=now, pk=attempt_id)
    result = queries.result_view(viewer=request.user, attempt_id=attempt_id, now=now)
    if result.line.status == "in_progress" and result.line.user_id == request.user.pk:
        return redirect("exam_attempt", attempt_id=attempt_id)
    before = [line for line in result.earlier if line.attempt_no < result.line.attempt_no]
    context = {
        "result": result,
        "line": result.line,
        "before": before[-1] if before else None,
        "answered": sum(_is_answered(one.answer) for one in result.questions),
        "own": result.line.user_id == request.user.pk,
        "scores": [line.score / 100 for line in result.earlier if line.score is not None],
    }
    return render(request, "exam/result.html", context)


# --- parts -----------------------------------------------------------------------------------


def _lobby(request: SignedIn, shown: ExamView, *, error: str = "") -> HttpResponse:
    now = clock.now()
    attempts = queries.own_attempts(viewer=request.user, exam_id=shown.exam.pk, now=now)
    context = {
        "view": shown,
        "exam": shown.exam,
        "attempts": attempts,
        "scores": [line.score / 100 for line in attempts if line.score is not None],
        "error": error,
        "staff": shown.role != "student",
    }
    return render(request, "exam/lobby.html", context, status=422 if error else 200)


def _paper(
    request: SignedIn, shown: AttemptView, problems: dict[UUID, str] | None = None
) -> HttpResponse:
    attempt_id = shown.line.id
    context = {
        "attempt": shown.line,
        "exam": {"title": shown.line.exam_title},
        "questions": [_fields(question) for question in shown.questions],
        "problems": [
            (f"q-{number}", f"{_('Question')} {number}: {problems[question.asked.id]}")
            for number, question in enumerate(shown.questions, start=1)
            if problems and question.asked.id in problems
        ],
        "server_time": shown.server_time,
        "result_url": reverse("exam_result", args=[attempt_id]),
        "save_url": reverse("exam_save", args=[attempt_id]),
        "submit_url": reverse("exam_submit", args=[attempt_id]),
        "state_url": reverse("exam_state", args=[attempt_id]),
    }
    return render(request, "exam/paper.html", context, status=422 if problems else 200)


def _fields(question: Any) -> dict[str, Any]:
    """A question as `parts/question.html` wants it, with what was saved last."""
    asked, answer = question.asked, question.answer
    return {
        "id": asked.id,
        "kind": asked.kind,
        "question_text": asked.question_text,
        "question_html": asked.question_html,
        "points": asked.points,
        "options": asked.options,
        "response": answer.response if answer else None,
        "revision": answer.revision if answer else 0,
    }


def _save_page(request: SignedIn, attempt_id: UUID) -> dict[UUID, str]:
    """Store the answers of a plain form; none are in the form of the dialog."""
    if not any(name.startswith("q-") for name in request.POST):
        return {}
    now = clock.now()
    shown = queries.attempt_view(viewer=request.user, attempt_id=attempt_id, now=now)
    answers = {
        one.asked.id: answer_in(request.POST, kind=one.asked.kind, question_id=one.asked.id)
        for one in shown.questions
    }
    try:
        return sit.save_page(by=request.user, attempt_id=attempt_id, answers=answers, now=now)
    except Conflict as refused:
        messages.error(request, refused.message)
        return {}


def _with_problems(request: SignedIn, attempt_id: UUID, problems: dict[UUID, str]) -> HttpResponse:
    shown = queries.attempt_view(viewer=request.user, attempt_id=attempt_id, now=clock.now())
    return _paper(request, shown, problems)


def _is_answered(answer: Any) -> bool:
    return answer is not None and answer.response is not None
