"""AI notes: the panel beside a lesson, and what staff do with them."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from studium.content import queries as courses
from studium.lib.errors import Conflict, Invalid, Refused
from studium.lib.jobs import latest_job
from studium.notes import actions, queries, rejections, rights, rules, saved
from studium.web.http import SignedIn, now, signed_in
from studium.web.jobs import card


@require_safe
@signed_in
def lesson_notes(request: SignedIn, lesson_id: UUID) -> HttpResponse:
    """To the lesson's page, for links that know only the lesson."""
    panel = queries.panel_for(lesson_id, request.user)
    return redirect("lesson", slug=panel.course_slug, lesson_id=lesson_id)


@signed_in
def notes_generate(request: SignedIn, lesson_id: UUID) -> HttpResponse:
    """Have notes made; a GET asks first, and says what becomes of a person's edits."""
    panel = queries.panel_for(lesson_id, request.user)
    rights.require_manage_notes(request.user, courses.course_by_slug(panel.course_slug))
    if request.method != "POST":
        return render(request, "study/regenerate.html", {"panel": panel})
    replace = request.POST.get("replace_edited") == "yes"
    actions.request_notes(by=request.user, lesson_id=lesson_id, now=now(), replace_edited=replace)
    messages.success(request, _("The notes are being made. You may leave this page."))
    return redirect("lesson", slug=panel.course_slug, lesson_id=lesson_id)


@signed_in
def note_edit(request: SignedIn, note_id: UUID) -> HttpResponse:
    """Change the words of the notes, sentence by sentence."""
    note = queries.note_for(note_id, request.user)
    lesson = queries.lesson_of(note.lesson_id)
    rights.require_manage_notes(request.user, lesson.course)
    refused: Refused | None = None
    if request.method == "POST":
        try:
            return _save_edit(request, note)
        except (Invalid, Conflict) as wrong:
            refused = wrong
    context = {"note": note, "lesson": lesson, "given": request.POST, "refused": refused}
    return render(request, "study/edit.html", context, status=refused.status if refused else 200)


@require_POST
@signed_in
def note_approve(request: SignedIn, note_id: UUID) -> HttpResponse:
    """Answer for the notes: readers of the lesson see them from now on."""
    note = actions.approve_note(by=request.user, note_id=note_id, now=now())
    messages.success(request, _("Approved. Readers of the lesson see these notes now."))
    return redirect("lesson_notes", lesson_id=note.lesson_id)


@require_POST
@signed_in
def note_unapprove(request: SignedIn, note_id: UUID) -> HttpResponse:
    """Take the approval back."""
    note = actions.unapprove_note(by=request.user, note_id=note_id, now=now())
    messages.success(request, _("The notes are a draft again."))
    return redirect("lesson_notes", lesson_id=note.lesson_id)


@require_safe
@signed_in
def course_notes(request: SignedIn, slug: str) -> HttpResponse:
    """The notes of a whole course: how far they are, and what to do next."""
    course = courses.course_for_staff(request.user, slug)
    job = latest_job(rules.COURSE_JOB, course.pk)
    context = {
        "course": course,
        "tab": "notes",
        "counts": queries.course_notes(course),
        "lessons": [one for one in courses.lesson_lines(course) if one.status != "archived"],
        "notes": queries.lines_in(course),
        "reasons": rejections.reasons(course_id=course.pk),
        "makes_on_save": saved.makes_on_save(course.pk),
        "job": card(job) if job and job.status != "done" else None,
        "may_manage": rights.may_manage_notes(request.user, course),
    }
    return render(request, "study/course_notes.html", context)


@require_safe
@signed_in
def course_notes_by_id(request: SignedIn, course_id: UUID) -> HttpResponse:
    """To the notes of a course, for links that know only its id."""
    course = queries.course_of(course_id, request.user)
    return redirect("course_notes", slug=course.slug)


@require_POST
@signed_in
def course_notes_generate(request: SignedIn, slug: str) -> HttpResponse:
    """Have notes made for each lesson that has none or has changed."""
    course = courses.course_for_author(request.user, slug)
    actions.request_notes_for_course(by=request.user, course_id=course.pk, now=now())
    return redirect("course_notes", slug=slug)


@require_POST
@signed_in
def course_notes_approve(request: SignedIn, slug: str) -> HttpResponse:
    """Approve the chosen drafts that fit their lesson."""
    course = courses.course_for_author(request.user, slug)
    chosen = _ids(request.POST.getlist("note"))
    count = actions.approve_all(by=request.user, course_id=course.pk, now=now(), note_ids=chosen)
    said = ngettext("%(n)d note approved.", "%(n)d notes approved.", count) % {"n": count}
    messages.success(request, said)
    return redirect("course_notes", slug=slug)


@require_POST
@signed_in
def course_notes_wishes(request: SignedIn, slug: str) -> HttpResponse:
    """Whether notes are made as soon as a lesson was saved."""
    course = courses.course_for_author(request.user, slug)
    wanted = request.POST.get("make_on_save") == "on"
    actions.set_make_on_save(by=request.user, course_id=course.pk, wanted=wanted, now=now())
    messages.success(request, _("Your choice is kept."))
    return redirect("course_notes", slug=slug)


def _save_edit(request: SignedIn, note: queries.NoteView) -> HttpResponse:
    actions.edit_note(
        by=request.user,
        note_id=note.id,
        sentences=_wanted(request.POST, len(note.sentences)),
        based_on=request.POST.get("stamp", ""),
        now=now(),
    )
    messages.success(request, _("Your words are saved."))
    return redirect("lesson_notes", lesson_id=note.lesson_id)


def _wanted(given: QueryDict, count: int) -> list[dict[str, Any]]:
    """The sentences of the form: the note's own by place, then lines a person added."""
    wanted: list[dict[str, Any]] = [
        {"place": place, "text": given.get(f"text-{place}", "")} for place in range(count)
    ]
    for kind in ("summary", "key_point"):
        lines = given.get(f"own-{kind}", "").splitlines()
        wanted += [{"kind": kind, "text": line} for line in lines]
    term, text = given.get("own-term", ""), given.get("own-key_term", "")
    if text.strip() or term.strip():
        wanted.append({"kind": "key_term", "term": term, "text": text})
    return wanted[: 2 * rules.MOST_SENTENCES]


def _ids(texts: list[str]) -> list[UUID]:
    """The ids among what a form sent; anything else names no note."""
    found = []
    for text in texts[: rules.MOST_AT_ONCE]:
        with suppress(ValueError):
            found.append(UUID(text))
    return found
