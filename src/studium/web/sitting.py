"""The paper of a running exam: whole for its script, a question at a time without scripts.

A plain form sends the number each answer had when the form was made (`r-<question id>`), so that
it never writes over a newer answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from studium.assessment import queries
from studium.assessment.actions import plain_form, sit
from studium.assessment.asked import Asked
from studium.assessment.queries import AttemptView, PaperQuestion
from studium.lib import clock
from studium.lib.errors import Conflict
from studium.web.answers import answer_in
from studium.web.http import SignedIn, signed_in
from studium.web.jinja import url

REVIEW = "review"


@dataclass(slots=True)
class Typed:
    """What a form brought that was not stored: the answers as typed, and why they were not."""

    answers: Mapping[UUID, Any] = field(default_factory=dict)
    outcome: plain_form.Outcome = field(default_factory=plain_form.Outcome)


@dataclass(slots=True, kw_only=True)
class Field:
    """A question as `parts/question.html` wants it: with what was typed and could not be stored,
    else with what is stored. `changed`: it was stored elsewhere meanwhile; `problem` says so, or
    why it was not stored."""

    asked: Asked
    id: UUID
    kind: str
    question_text: str
    question_html: str
    points: int
    options: Any
    field: Any
    credit: str
    response: Any
    stored: Any
    changed: bool
    problem: str
    revision: int
    saved_at: datetime | None


@require_safe
@signed_in
def exam_attempt(request: SignedIn, attempt_id: UUID) -> HttpResponse:
    """The paper while the attempt runs; afterwards its result."""
    now = clock.now()
    shown = queries.attempt_view(viewer=request.user, attempt_id=attempt_id, now=now)
    if shown.may_be_over and sit.close_overdue(now=now, pk=attempt_id):
        shown = queries.attempt_view(viewer=request.user, attempt_id=attempt_id, now=now)
    if shown.line.status != "in_progress" or shown.line.user_id != request.user.pk:
        return redirect("exam_result", attempt_id=attempt_id)
    return _page(request, shown, request.GET.get("page", ""), Typed())


@require_POST
@signed_in
def exam_save(request: SignedIn, attempt_id: UUID) -> HttpResponse:
    """Save what a form without scripts holds, and go where its button says (`go`)."""
    typed = _save(request, attempt_id)
    if typed.outcome:
        return _again(request, attempt_id, typed)
    messages.success(request, _("Your answers are saved."))
    return redirect(_address(attempt_id, request.POST.get("go", "")))


@require_POST
@signed_in
def exam_submit(request: SignedIn, attempt_id: UUID) -> HttpResponse:
    """Hand in; a page without scripts sends its answers along."""
    typed = _save(request, attempt_id)
    if typed.outcome:
        return _again(request, attempt_id, typed)
    sit.submit(by=request.user, attempt_id=attempt_id, now=clock.now())
    return redirect("exam_result", attempt_id=attempt_id)


@require_safe
@signed_in
def exam_signed_in(request: SignedIn, attempt_id: UUID) -> HttpResponse:
    """Where signing in again leads: the exam itself goes on in its own tab."""
    shown = queries.attempt_state(viewer=request.user, attempt_id=attempt_id, now=clock.now())
    context = {"attempt_id": attempt_id, "own": shown.owner_id == request.user.pk}
    return render(request, "exam/signed_in.html", context)


# --- saving ----------------------------------------------------------------------------------


def _save(request: SignedIn, attempt_id: UUID) -> Typed:
    """Store the answers of a plain form; none are in the form of the dialog."""
    named = {name[2:38] for name in request.POST if name.startswith("q-")}
    named |= {name[2:] for name in request.POST if name.startswith("r-")}
    if not named:
        return Typed()
    now = clock.now()
    shown = queries.attempt_view(viewer=request.user, attempt_id=attempt_id, now=now)
    answers = {
        one.asked.id: answer_in(request.POST, kind=one.asked.kind, question_id=one.asked.id)
        for one in shown.questions
        if str(one.asked.id) in named
    }
    try:
        outcome = plain_form.save_form(
            by=request.user,
            attempt_id=attempt_id,
            answers=answers,
            revisions=_revisions(request, answers),
            now=now,
        )
    except Conflict as refused:
        messages.error(request, refused.message)
        return Typed()
    return Typed(answers, outcome)


def _revisions(request: HttpRequest, answers: Mapping[UUID, Any]) -> dict[UUID, int]:
    sent = {question: request.POST.get(f"r-{question}", "") for question in answers}
    return {
        question: int(text)
        for question, text in sent.items()
        if text.isascii() and text.isdecimal() and len(text) < 9
    }


def _again(request: SignedIn, attempt_id: UUID, typed: Typed) -> HttpResponse:
    shown = queries.attempt_view(viewer=request.user, attempt_id=attempt_id, now=clock.now())
    return _page(request, shown, request.POST.get("page", ""), typed)


def _address(attempt_id: UUID, go: str) -> str:
    address = reverse("exam_attempt", args=[attempt_id])
    return f"{address}?page={go}" if go == REVIEW or _number(go) else address


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 0


# --- showing ---------------------------------------------------------------------------------


def _page(request: SignedIn, shown: AttemptView, page: str, typed: Typed) -> HttpResponse:
    questions = [_field(one, typed) for one in shown.questions]
    here = _number(page)
    context = _context(request, shown, questions) | {
        "here": here if 1 <= here <= len(questions) else None,
        "problems": [
            (f"q-{number}", f"{_('Question')} {number}: {question.problem}")
            for number, question in enumerate(questions, start=1)
            if question.problem
        ],
    }
    plain = page == REVIEW or context["here"]
    template = "exam/plain.html" if plain else "exam/paper.html"
    return render(request, template, context, status=422 if typed.outcome else 200)


def _context(request: SignedIn, shown: AttemptView, questions: list[Field]) -> dict[str, Any]:
    line = shown.line
    return {
        "attempt": line,
        "exam": {"title": line.exam_title},
        "person": request.user.pk,
        "questions": questions,
        "answered": sum(question.stored is not None for question in questions),
        "server_time": shown.server_time,
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
        "urls": {
            name: url(f"exam_{name}", attempt_id=line.id)
            for name in ("attempt", "result", "save", "submit", "state", "signals", "signed_in")
        }
        | {"pulse": url("exam_pulse", exam_id=line.exam_id)},
    }


def _field(question: PaperQuestion, typed: Typed) -> Field:
    asked, answer = question.asked, question.answer
    stored = answer.response if answer else None
    problem = typed.outcome.problems.get(asked.id, "")
    changed = asked.id in typed.outcome.changed
    if changed:
        problem = _("It was changed on another page or device meanwhile. Choose which one counts.")
    return Field(
        asked=asked,
        id=asked.id,
        kind=asked.kind,
        question_text=asked.question_text,
        question_html=asked.question_html,
        points=asked.points,
        options=asked.options,
        field=asked.field,
        credit=asked.credit,
        response=typed.answers.get(asked.id) if problem else stored,
        stored=stored,
        changed=changed,
        problem=problem,
        revision=answer.revision if answer else 0,
        saved_at=answer.saved_at if answer else None,
    )
