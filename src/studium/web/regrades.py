"""Putting an exam right after it was sat: plan a correction, see who moves, apply it, undo it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from studium.assessment import queries
from studium.assessment.actions import regrade as regrades
from studium.assessment.actions.regrade import Fix
from studium.content.queries import course_for_author
from studium.lib import clock
from studium.lib.errors import Invalid, NotFound
from studium.web.answers import answer_in
from studium.web.http import SignedIn, signed_in
from studium.web.questions import errors

if TYPE_CHECKING:
    from studium.content.models import Course


@signed_in
def regrade_plan(request: SignedIn, slug: str, exam_id: UUID, question_id: UUID) -> HttpResponse:
    """Say what is wrong with a question, and why; then look at what that changes."""
    course = course_for_author(request.user, slug)
    view = queries.item_view(viewer=request.user, exam_id=exam_id, question_id=question_id)
    if view.exam.course_id != course.pk or not view.may_regrade:
        raise NotFound
    refused: Invalid | None = None
    if request.method == "POST":
        try:
            made = regrades.plan_regrade(
                by=request.user,
                exam_id=exam_id,
                reason=request.POST.get("reason", ""),
                fixes=[_fix(request.POST, view)],
                now=clock.now(),
            )
            return redirect("regrade", slug=slug, regrade_id=made.pk)
        except Invalid as wrong:
            refused = _at_fields(wrong)
    context = {
        "course": course,
        "exam": view.exam,
        "view": view,
        "given": request.POST,
        **errors(refused),
    }
    return render(request, "regrades/plan.html", context, status=422 if refused else 200)


@require_safe
@signed_in
def exam_regrades(request: SignedIn, slug: str, exam_id: UUID) -> HttpResponse:
    """What was put right in an exam, by whom and why."""
    course = course_for_author(request.user, slug)
    analysis = queries.item_analysis(viewer=request.user, exam_id=exam_id)
    if analysis.exam.course_id != course.pk:
        raise NotFound
    lines = queries.regrades_of(viewer=request.user, exam_id=exam_id)
    context = {"course": course, "exam": analysis.exam, "lines": lines}
    return render(request, "regrades/history.html", context)


@require_safe
@signed_in
def regrade(request: SignedIn, slug: str, regrade_id: UUID) -> HttpResponse:
    """Who moves and by how much; before it is applied, and afterwards."""
    course, view = _view(request, slug, regrade_id)
    context = {
        "course": course,
        "exam": view.exam,
        "view": view,
        "line": view.line,
        "job": regrades.job_of(regrade_id),
    }
    return render(request, "regrades/regrade.html", context)


@require_POST
@signed_in
def regrade_act(request: SignedIn, slug: str, regrade_id: UUID) -> HttpResponse:
    """Apply, undo or throw away."""
    course = course_for_author(request.user, slug)
    exam_id = queries.exam_of_regrade(viewer=request.user, regrade_id=regrade_id, course=course.pk)
    act = request.POST.get("act")
    if act == "discard":
        regrades.discard_regrade(by=request.user, regrade_id=regrade_id, now=clock.now())
        messages.success(request, _("The plan is thrown away; nothing was changed."))
        return redirect("exam_regrades", slug=slug, exam_id=exam_id)
    job = regrades.order_regrade(
        by=request.user, regrade_id=regrade_id, undo=act == "undo", now=clock.now()
    )
    if job is not None:
        messages.info(request, _("This is a large exam: it is marked anew in the background."))
        return redirect("regrade", slug=slug, regrade_id=regrade_id)
    moved = queries.moved_by(regrade_id)
    said = (
        ngettext("%(num)s mark is back as it was.", "%(num)s marks are back as they were.", moved)
        if act == "undo"
        else ngettext("%(num)s attempt has a new mark.", "%(num)s attempts have a new mark.", moved)
    )
    messages.success(request, said % {"num": moved})
    return redirect("regrade", slug=slug, regrade_id=regrade_id)


# --- parts -----------------------------------------------------------------------------------


def _view(request: SignedIn, slug: str, regrade_id: UUID) -> tuple[Course, queries.RegradeView]:
    course = course_for_author(request.user, slug)
    queries.exam_of_regrade(viewer=request.user, regrade_id=regrade_id, course=course.pk)
    return course, queries.regrade_view(viewer=request.user, regrade_id=regrade_id)


def _fix(form: QueryDict, view: queries.ItemView) -> Fix:
    points = form.get("points", "").strip()
    answer: Any = answer_in(
        form, kind=view.question.kind, question_id=view.question.pk, prefix="right"
    )
    return Fix(
        question_id=view.question.pk,
        kind=form.get("kind", ""),
        answer=answer,
        points=int(points) if points.isdecimal() and len(points) < 6 else points,
    )


def _at_fields(refused: Invalid) -> Invalid:
    """The same refusal with the names of the form's own fields."""
    fields = {name.removeprefix("corrections.0."): said for name, said in refused.fields.items()}
    return Invalid(refused.message, fields=fields)
