"""The tutor beside a lesson, what one has asked, and the switch of its staff."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from studium.content import queries as courses
from studium.lib.errors import Conflict, Invalid, Refused, TooMany
from studium.lib.localized import said
from studium.notes import conversation, tutor_rights
from studium.notes.actions import tutor as actions
from studium.web.http import SignedIn, now, signed_in


@signed_in
def tutor(request: SignedIn, lesson_id: UUID) -> HttpResponse:
    """Ask about a lesson, and read what was answered; a part of a page where htmx asks."""
    refused: Refused | None = None
    if request.method == "POST":
        try:
            asked = _ask(request, lesson_id)
        except (Invalid, TooMany, Conflict) as wrong:
            refused = wrong
        else:
            if not request.htmx:
                return redirect(f"{request.path}#m-{asked.pk}")
    shown = conversation.conversation(viewer=request.user, lesson_id=lesson_id, now=now())
    template = "parts/tutor_panel.html" if request.htmx else "study/tutor.html"
    context = {"talk": shown, "refused": refused, "given": request.POST if refused else {}}
    # htmx swaps no answer with an error's status; the words in it say what is wrong.
    status = refused.status if refused and not request.htmx else 200
    return render(request, template, context, status=status)


@require_safe
@signed_in
def tutor_message(request: SignedIn, message_id: UUID) -> HttpResponse:
    """One question with its answer; asked for again while a model words it."""
    one = conversation.message(viewer=request.user, message_id=message_id, now=now())
    if not request.htmx:
        return redirect("tutor", lesson_id=one.lesson_id)
    talk = conversation.conversation(viewer=request.user, lesson_id=one.lesson_id, now=now())
    return render(request, "parts/tutor_message.html", {"one": one, "talk": talk})


@require_POST
@signed_in
def tutor_stop(request: SignedIn, message_id: UUID) -> HttpResponse:
    """Do without the model's words."""
    one = actions.stop_wording(by=request.user, message_id=message_id, now=now())
    return redirect("tutor", lesson_id=one.lesson_id)


@require_POST
@signed_in
def tutor_clear(request: SignedIn, lesson_id: UUID) -> HttpResponse:
    """Delete what one has asked in a lesson."""
    conversation.conversation(viewer=request.user, lesson_id=lesson_id, now=now())
    _tell_deleted(request, actions.delete_history(by=request.user, lesson_id=lesson_id, now=now()))
    return redirect("tutor", lesson_id=lesson_id)


@require_safe
@signed_in
def tutor_history(request: SignedIn) -> HttpResponse:
    """The lessons one has asked in."""
    context: dict[str, Any] = {"lessons": [], "closed": ""}
    try:
        context["lessons"] = conversation.history(viewer=request.user, now=now())
    except Conflict as shut:
        context["closed"] = said(shut.message)
    return render(request, "study/tutor_history.html", context)


@require_POST
@signed_in
def tutor_forget(request: SignedIn) -> HttpResponse:
    """Delete all that one has asked."""
    _tell_deleted(request, actions.delete_history(by=request.user, now=now()))
    return redirect("tutor_history")


@require_safe
@signed_in
def tutor_export(request: SignedIn) -> HttpResponse:
    """All that one has asked and was told, as JSON."""
    told = conversation.export(viewer=request.user, now=now())
    response = JsonResponse({"tutor": told}, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response.headers["Content-Disposition"] = 'attachment; filename="studium-tutor.json"'
    return response


@signed_in
def course_tutor(request: SignedIn, slug: str) -> HttpResponse:
    """How much is asked in a course, and the switch."""
    course = courses.course_for_staff(request.user, slug)
    if request.method == "POST":
        on = actions.set_tutor(
            by=request.user, course_id=course.pk, on=request.POST.get("on") == "yes", now=now()
        )
        messages.success(request, _("The tutor is on.") if on else _("The tutor is off."))
        return redirect("course_tutor", slug=slug)
    context = {
        "course": course,
        "is_on": tutor_rights.is_on(course.pk),
        "totals": conversation.totals_for(course, viewer=request.user),
        "may_switch": tutor_rights.may_switch(request.user, course),
    }
    return render(request, "study/course_tutor.html", context)


def _ask(request: SignedIn, lesson_id: UUID) -> Any:
    return actions.ask(
        by=request.user,
        lesson_id=lesson_id,
        question=request.POST.get("question", ""),
        mode=request.POST.get("mode", "hint"),
        own_answer=request.POST.get("own_answer", ""),
        now=now(),
    )


def _tell_deleted(request: SignedIn, count: int) -> None:
    said = ngettext("%(n)d question deleted.", "%(n)d questions deleted.", count) % {"n": count}
    messages.success(request, said)
