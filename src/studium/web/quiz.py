"""Practice: a quiz, one question a screen, with feedback. Works without scripts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from studium.assessment import queries
from studium.assessment.actions import practise
from studium.assessment.queries import RunView, SessionView
from studium.lib import clock
from studium.lib.errors import Conflict, Invalid, NotFound
from studium.lib.localized import said
from studium.web.answers import answer_in
from studium.web.http import SignedIn, signed_in
from studium.web.kept_pages import Shown, kept_page


@require_safe
@signed_in
def quiz(request: SignedIn, quiz_id: UUID) -> HttpResponse:
    """What the quiz is about, one's own runs, and the way in."""
    shown = queries.quiz_view(viewer=request.user, quiz_id=quiz_id)
    finished = [run for run in shown.runs if run.score is not None]
    context = {
        "view": shown,
        "quiz": shown.quiz,
        "lesson": shown.quiz.lesson,
        "course": shown.quiz.lesson.course,
        "finished": finished,
        "scores": [(run.score or 0) / 100 for run in finished],
        "staff": shown.role != "student",
        "exam": queries.running_exam(request.user, clock.now()),
    }
    return render(request, "quiz/quiz.html", context)


@require_POST
@signed_in
def quiz_start(request: SignedIn, quiz_id: UUID) -> HttpResponse:
    """Begin a run, or go on with the one that is open."""
    try:
        run = practise.start_quiz(by=request.user, quiz_id=quiz_id, now=clock.now())
    except Conflict as refused:
        messages.error(request, said(refused.message))
        return redirect("quiz", quiz_id=quiz_id)
    return redirect("quiz_attempt", attempt_id=run.pk)


@require_safe
@signed_in
def quiz_attempt(request: SignedIn, attempt_id: UUID) -> HttpResponse:
    """One question of the run (`?q=3`), the first open one, or how the run went."""
    if queries.is_finished_run(attempt_id):
        return _results(request, attempt_id)
    shown = queries.run_view(viewer=request.user, attempt_id=attempt_id, now=clock.now())
    return _question(request, shown, number=asked_number(request, shown))


@require_POST
@signed_in
def quiz_answer(request: SignedIn, attempt_id: UUID) -> HttpResponse:
    """Take the answer to one question; the page comes back with its feedback."""
    shown = queries.run_view(viewer=request.user, attempt_id=attempt_id, now=clock.now())
    number = asked_number(request, shown)
    asked = shown.questions[number - 1].asked
    response = answer_in(request.POST, kind=asked.kind, question_id=asked.id)
    try:
        practise.answer_question(
            by=request.user,
            attempt_id=attempt_id,
            question_id=asked.id,
            response=response,
            now=clock.now(),
        )
    except Invalid as refused:
        return _question(request, shown, number=number, given=response, error=said(refused.message))
    except Conflict as refused:
        messages.error(request, said(refused.message))
    return redirect(f"{reverse('quiz_attempt', args=[attempt_id])}?q={number}")


@require_POST
@signed_in
def quiz_finish(request: SignedIn, attempt_id: UUID) -> HttpResponse:
    """End the run and see how it went."""
    try:
        practise.finish_quiz(by=request.user, attempt_id=attempt_id, now=clock.now())
    except Conflict as refused:
        messages.error(request, said(refused.message))
    return redirect("quiz_attempt", attempt_id=attempt_id)


def asked_number(request: SignedIn, shown: RunView | SessionView) -> int:
    """The question the address asks for, the first open one without, the last when none is."""
    asked_for = request.GET.get("q", "") or request.POST.get("q", "")
    if not asked_for:
        return shown.open_number or len(shown.questions)
    if not (asked_for.isdecimal() and len(asked_for) < 6):
        raise NotFound
    if not 1 <= int(asked_for) <= len(shown.questions):
        raise NotFound
    return int(asked_for)


def _question(
    request: SignedIn, shown: RunView, *, number: int, given: Any = None, error: str = ""
) -> HttpResponse:
    one = shown.questions[number - 1]
    following = next((q.number for q in shown.questions[number:] if not q.answered), None)
    context = {
        **_frame(shown),
        "one": one,
        "response": one.response if one.answered else given,
        "number": number,
        "count": len(shown.questions),
        "next": following or shown.open_number,
        "marks": [mark_of(q.share) for q in shown.questions],
        "done": sum(q.answered for q in shown.questions),
        "error": error,
    }
    return render(request, "quiz/question.html", context, status=422 if error else 200)


@kept_page
def _results(request: SignedIn, attempt_id: UUID) -> Shown:
    shown = queries.run_view(viewer=request.user, attempt_id=attempt_id, now=clock.now())
    runs = queries.own_runs(viewer=request.user, quiz_id=shown.quiz.pk)
    before = [
        run for run in runs if run.score is not None and run.attempt_no < shown.run.attempt_no
    ]
    context = {
        **_frame(shown),
        "before": before[-1] if before else None,
        "answered": sum(q.answered for q in shown.questions),
    }
    return Shown("quiz/results.html", context)


def _frame(shown: RunView) -> dict[str, Any]:
    return {
        "view": shown,
        "run": shown.run,
        "quiz": shown.quiz,
        "lesson": shown.quiz.lesson,
        "course": shown.quiz.lesson.course,
    }


def mark_of(share: Decimal | None) -> str:
    """The class of a question's mark in the row of numbers; empty without an answer."""
    if share is None:
        return ""
    return "ok" if share == 1 else "bad"
