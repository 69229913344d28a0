"""What a course teaches: its concepts, what each rests on, and joining two that are one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from studium.assessment import queries
from studium.assessment.queries.suggesting import suggested_concepts
from studium.content.actions import concepts
from studium.content.queries import (
    concept_for_staff,
    concepts_of_lessons,
    course_for_author,
    course_for_staff,
    lesson_for_author,
)
from studium.content.rights import may_edit_course
from studium.content.rules import joined_concepts, split_concepts
from studium.lib import clock
from studium.lib.errors import Conflict, Invalid, NotFound, Refused, TooMany
from studium.web.bank import ids_in
from studium.web.http import SignedIn, signed_in
from studium.web.kept_pages import Shown, kept_page
from studium.web.lists import offset_of, part_of
from studium.web.questions import errors

LESSONS_AT_ONCE = 25
"""So many lessons with their forms has a page; the pager leads to the others."""


@signed_in
def course_concepts(request: SignedIn, slug: str) -> HttpResponse:
    """The concepts of a course with lessons, questions and answers; a form for another one."""
    if request.method != "POST":
        return _concepts(request, slug)
    course = course_for_staff(request.user, slug)
    try:
        name = request.POST.get("name", "")
        concepts.add_concept(by=request.user, course_id=course.pk, name=name, now=clock.now())
        messages.success(request, _("The concept is added."))
        return redirect("course_concepts", slug=slug)
    except (Conflict, Invalid, TooMany) as refused:
        shown = _shown(request, slug, given=name, error=refused.message)
        return render(request, shown.template, shown.values, status=refused.status)


@kept_page
def _concepts(request: SignedIn, slug: str) -> Shown:
    return _shown(request, slug)


def _shown(request: SignedIn, slug: str, *, given: str = "", error: str = "") -> Shown:
    course = course_for_staff(request.user, slug)
    found = queries.coverage(viewer=request.user, course=course)
    context = {
        "course": course,
        "found": found,
        "lessons": part_of(request, found.lessons, name="lessons", limit=LESSONS_AT_ONCE),
        "may_edit": may_edit_course(request.user, course),
        "given": given,
        "error": error,
        "suggested": _suggested(request, course),
        "joined": joined_concepts,
    }
    return Shown("concepts/course.html", context)


@signed_in
def concept(request: SignedIn, slug: str, concept_id: UUID) -> HttpResponse:
    """One concept: rename it, join it to another one, take a join back."""
    course = course_for_staff(request.user, slug)
    if concept_for_staff(request.user, concept_id).course_id != course.pk:
        raise NotFound
    refused: Refused | None = None
    if request.method == "POST":
        try:
            return redirect("concept", slug=slug, concept_id=_changed(request, concept_id))
        except (Conflict, Invalid) as wrong:
            refused = wrong
    found = queries.coverage(viewer=request.user, course=course)
    context = {
        "course": course,
        "concept": concept_for_staff(request.user, concept_id),
        "found": {one.concept.id: one for one in found.concepts},
        "into": next(iter(ids_in([request.GET.get("into", "")])), None),
        "may_edit": may_edit_course(request.user, course),
        **errors(refused),
    }
    status = refused.status if refused else 200
    return render(request, "concepts/concept.html", context, status=status)


@require_POST
@signed_in
def lesson_concepts(request: SignedIn, slug: str, lesson_id: UUID) -> HttpResponse:
    """Say what a lesson teaches."""
    course_for_author(request.user, slug)
    lesson_for_author(request.user, slug, lesson_id)
    names = split_concepts(request.POST.get("concepts", ""))
    try:
        concepts.set_lesson_concepts(
            by=request.user, lesson_id=lesson_id, names=names, now=clock.now()
        )
        messages.success(request, _("The concepts of the lesson are saved."))
    except (Invalid, TooMany) as refused:
        messages.error(request, refused.message)
    place = offset_of(request, name="lessons")
    back = reverse("course_concepts", kwargs={"slug": slug})
    return redirect(f"{back}?lessons={place}" if place else back)


def concepts_field(lesson_id: UUID | None) -> str:
    """The concepts of a lesson as its form shows them."""
    if lesson_id is None:
        return ""
    return joined_concepts(concepts_of_lessons([lesson_id]).get(lesson_id, ()))


# --- parts -----------------------------------------------------------------------------------


def _changed(request: SignedIn, concept_id: UUID) -> UUID:
    """Do what the form says; gives the concept to show then."""
    told: dict[str, Any] = {"by": request.user, "concept_id": concept_id, "now": clock.now()}
    act = request.POST.get("act", "")
    if act == "rename":
        concepts.rename_concept(**told, name=request.POST.get("name", ""))
        messages.success(request, _("The concept has its new name."))
        return concept_id
    if act == "merge":
        chosen = ids_in([request.POST.get("into", "")])
        if not chosen:
            words = _("Choose the concept it becomes a part of.")
            raise Invalid(words, fields={"into": words})
        target = concepts.merge_concepts(**told, into_id=chosen[0])
        messages.success(request, _("It counts as “%(name)s” now.") % {"name": target.name})
        return target.pk
    if act == "undo":
        concepts.undo_merge(**told)
        messages.success(request, _("The concept stands by itself again."))
        return concept_id
    raise Invalid(_("Choose what to do with the concept."))


def _suggested(request: SignedIn, course: Any) -> tuple[UUID, list[str]] | None:
    """The lesson that suggestions are asked for, and the words that its text offers."""
    chosen = ids_in([request.GET.get("suggest", "")])
    if not chosen or not may_edit_course(request.user, course):
        return None
    lesson = lesson_for_author(request.user, course.slug, chosen[0])
    return lesson.pk, suggested_concepts(lesson)
