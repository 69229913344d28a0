"""Questions about marks: the student asks, both talk, the staff decide."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from studium.assessment import queries as assessment
from studium.assessment.actions import appeal as act
from studium.assessment.queries import appeals as queries
from studium.assessment.queries.regrades import regrade_view
from studium.content.queries import course_for_staff
from studium.lib import clock
from studium.lib.errors import Conflict, Invalid, NotFound, Refused
from studium.web.http import SignedIn, signed_in
from studium.web.questions import errors

_STATUSES = ("", "open", "refused", "changed", "corrected")


@signed_in
def appeal_new(request: SignedIn, attempt_id: UUID, question_id: UUID) -> HttpResponse:
    """Ask about the mark of one question."""
    now, refused = clock.now(), None
    result = assessment.result_view(viewer=request.user, attempt_id=attempt_id, now=now)
    one = next((each for each in result.questions if each.asked.id == question_id), None)
    if one is None or result.line.user_id != request.user.pk:
        raise NotFound
    if request.method == "POST":
        try:
            made = act.open_appeal(
                by=request.user,
                attempt_id=attempt_id,
                question_id=question_id,
                text=request.POST.get("text", ""),
                now=now,
            )
            return redirect("appeal", appeal_id=made.pk)
        except (Invalid, Conflict) as wrong:
            refused = wrong
    context = {
        "result": result,
        "line": result.line,
        "one": one,
        "given": request.POST,
        **errors(refused),
    }
    return render(request, "appeals/new.html", context, status=refused.status if refused else 200)


@require_safe
@signed_in
def appeal(request: SignedIn, appeal_id: UUID) -> HttpResponse:
    """A question about a mark, what was said, and for the staff what they can decide."""
    return _page(request, appeal_id)


@require_POST
@signed_in
def appeal_say(request: SignedIn, appeal_id: UUID) -> HttpResponse:
    """Write a line."""
    try:
        act.say(
            by=request.user,
            appeal_id=appeal_id,
            text=request.POST.get("text", ""),
            now=clock.now(),
        )
    except (Invalid, Conflict) as refused:
        return _page(request, appeal_id, refused)
    return redirect("appeal", appeal_id=appeal_id)


@require_POST
@signed_in
def appeal_answer(request: SignedIn, appeal_id: UUID) -> HttpResponse:
    """Decide: `outcome` is refused, changed, planned (look who would move) or corrected."""
    form, outcome = request.POST, request.POST.get("outcome", "")
    told: dict[str, Any] = {"by": request.user, "appeal_id": appeal_id, "now": clock.now()}
    words = form.get("answer", "")
    try:
        if outcome == "changed":
            act.change_mark(**told, answer=words, points=form.get("points", "").strip())
        elif outcome == "planned":
            act.plan_for_all(**told, reason=words)
            return redirect("appeal", appeal_id=appeal_id)
        elif outcome == "corrected":
            act.correct_for_all(**told, answer=words)
        else:
            act.refuse(**told, answer=words)
    except (Invalid, Conflict) as refused:
        return _page(request, appeal_id, refused)
    messages.success(request, _("The answer is given."))
    return redirect("appeal", appeal_id=appeal_id)


@require_safe
@signed_in
def course_appeals(request: SignedIn, slug: str) -> HttpResponse:
    """All questions about marks in a course, open ones first."""
    course = course_for_staff(request.user, slug)
    status = request.GET.get("status", "")
    status = status if status in _STATUSES else ""
    found = queries.appeals_of_course(viewer=request.user, course_id=course.pk, status=status)
    context = {"course": course, "appeals": found, "status": status}
    return render(request, "appeals/list.html", context)


def _page(request: SignedIn, appeal_id: UUID, refused: Refused | None = None) -> HttpResponse:
    view = queries.appeal_view(viewer=request.user, appeal_id=appeal_id)
    plan = None
    if view.may_correct and view.appeal.regrade_id is not None:
        plan = regrade_view(viewer=request.user, regrade_id=view.appeal.regrade_id)
    context = {
        "view": view,
        "appeal": view.appeal,
        "plan": plan,
        "given": request.POST,
        "outcome": request.POST.get("outcome", ""),
        **errors(refused),
    }
    status = refused.status if refused else 200
    return render(request, "appeals/appeal.html", context, status=status)
