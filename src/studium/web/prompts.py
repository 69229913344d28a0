"""The prompts of a course: its staff read them, those who edit the course word them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from studium.content import queries as courses
from studium.lib.errors import Invalid
from studium.notes import models_seen as seen
from studium.notes import rights
from studium.notes.actions import prompts as actions
from studium.web.http import SignedIn, now, signed_in


@require_safe
@signed_in
def course_prompts(request: SignedIn, slug: str) -> HttpResponse:
    """Every prompt, with its version and whose words they are."""
    course = courses.course_for_staff(request.user, slug)
    context = {
        "course": course,
        "prompts": seen.prompts_for(request.user, course),
        "may_manage": rights.may_manage_notes(request.user, course),
    }
    return render(request, "models/prompts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def course_prompt(request: SignedIn, slug: str, prompt: str) -> HttpResponse:
    """One prompt: word it anew, look at what a model would get, or go back to the usual words."""
    course = courses.course_for_staff(request.user, slug)
    found = seen.prompt_for(request.user, course, prompt)
    may_manage = rights.may_manage_notes(request.user, course) and found.editable
    context: dict[str, Any] = {
        "course": course, "prompt": found, "may_manage": may_manage, "text": found.text,
    }  # fmt: skip
    if request.method == "POST":
        rights.require_manage_notes(request.user, course)
        return _posted(request, context)
    return render(request, "models/prompt.html", context)


def _posted(request: SignedIn, context: dict[str, Any]) -> HttpResponse:
    course, name = context["course"], context["prompt"].name
    text, act = request.POST.get("text", ""), request.POST.get("act", "")
    common = {"by": request.user, "course_id": course.pk, "name": name, "now": now()}
    try:
        if act == "reset":
            actions.reset_prompt(**common)
            messages.success(request, _("The usual words are back."))
        elif act == "preview":
            shown = seen.preview(request.user, course, name, text)
            return render(request, "models/prompt.html", {**context, "text": text, "shown": shown})
        else:
            actions.set_prompt(text=text, **common)
            messages.success(request, _("Saved. What is made from now on uses these words."))
    except Invalid as wrong:
        again = {**context, "text": text, "error": wrong.message}
        return render(request, "models/prompt.html", again, status=422)
    return redirect("course_prompt", slug=course.slug, prompt=name)
