"""Writing the bank: the quizzes of a course, their questions, a form per kind with its preview."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from studium.assessment import queries
from studium.assessment.actions import bank, curate, preview
from studium.assessment.kinds import kind as kind_of
from studium.assessment.rights import may_write
from studium.content.queries import course_for_author, course_for_staff, topics_of
from studium.lib import clock
from studium.lib.errors import Conflict, Invalid, NotFound, Refused
from studium.web.answers import answer_in
from studium.web.http import SignedIn, signed_in
from studium.web.lists import offset_of
from studium.web.question_form import (
    KIND_WORDS,
    concepts_in,
    concepts_of,
    draft_in,
    fields_of,
    settings_in,
)

PER_PAGE = 25


@signed_in
def course_quizzes(request: SignedIn, slug: str) -> HttpResponse:
    """The quizzes of a course by lesson, some at a time, and a form for another one."""
    course = course_for_staff(request.user, slug)
    refused: Refused | None = None
    if request.method == "POST":
        try:
            made = bank.create_quiz(
                by=request.user,
                lesson_id=_uuid(request.POST.get("lesson", "")),
                now=clock.now(),
                settings={"title": request.POST.get("title", "")},
            )
            return redirect("quiz_questions", slug=slug, quiz_id=made.pk)
        except Invalid as wrong:
            refused = wrong
    offset = offset_of(request)
    lines, count = queries.quiz_lines(
        viewer=request.user, course_id=course.pk, limit=PER_PAGE, offset=offset
    )
    context = {
        "course": course,
        "groups": [
            (lesson, list(of_it))
            for lesson, of_it in groupby(lines, key=lambda one: (one.lesson_id, one.topic))
        ],
        "count": count,
        "offset": offset,
        "limit": PER_PAGE,
        "page_href": lambda place: f"?offset={place}",
        "lessons": topics_of(course),
        "may_edit": may_write(request.user, course.pk),
        "given": request.POST,
        **errors(refused),
    }
    return render(request, "questions/quizzes.html", context, status=422 if refused else 200)


@signed_in
def quiz_questions(request: SignedIn, slug: str, quiz_id: UUID) -> HttpResponse:
    """One quiz: its questions in order, its settings and its state."""
    course = course_for_staff(request.user, slug)
    quiz, lines = queries.quiz_questions(viewer=request.user, quiz_id=quiz_id)
    _require_in(course, quiz.lesson.course_id)
    refused: Refused | None = None
    given: Any = quiz
    if request.method == "POST":
        settings = settings_in(request.POST)
        try:
            bank.update_quiz(by=request.user, quiz_id=quiz_id, now=clock.now(), settings=settings)
            messages.success(request, _("The settings are saved."))
            return redirect("quiz_questions", slug=slug, quiz_id=quiz_id)
        except Invalid as wrong:
            refused, given = wrong, settings
    context = {
        "course": course,
        "quiz": quiz,
        "given": given,
        "lines": lines,
        "kinds": KIND_WORDS,
        "may_edit": may_write(request.user, course.pk),
        **errors(refused),
    }
    return render(request, "questions/quiz.html", context, status=422 if refused else 200)


@require_POST
@signed_in
def quiz_status(request: SignedIn, slug: str, quiz_id: UUID) -> HttpResponse:
    """Publish or archive a quiz."""
    act = {"published": bank.publish_quiz, "archived": bank.archive_quiz}.get(
        request.POST.get("status", "")
    )
    if act is None:
        raise Invalid("Choose published or archived.", fields={"status": "Unknown."})
    _require_of_course(request, slug, quiz_id)
    try:
        act(by=request.user, quiz_id=quiz_id, now=clock.now())
    except Conflict as refused:
        messages.error(request, refused.message)
    return redirect("quiz_questions", slug=slug, quiz_id=quiz_id)


@signed_in
def question_new(request: SignedIn, slug: str, quiz_id: UUID) -> HttpResponse:
    """Write a question; `?kind=` says which form. Preview shows it without storing it."""
    course = course_for_author(request.user, slug)
    quiz = _require_of_course(request, slug, quiz_id)
    kind = request.POST.get("kind") or request.GET.get("kind") or next(iter(KIND_WORDS))
    if kind not in KIND_WORDS:
        raise NotFound
    refused = None
    if request.method == "POST" and "save" in request.POST:
        try:
            curate.add_about(
                by=request.user,
                quiz_id=quiz_id,
                draft=draft_in(request.POST),
                names=concepts_in(request.POST),
                now=clock.now(),
            )
            messages.success(request, _("The question is added."))
            return redirect("quiz_questions", slug=slug, quiz_id=quiz_id)
        except Invalid as wrong:
            refused = wrong
    return _form(request, course, quiz, kind=kind, refused=refused, question=None)


@signed_in
def question_edit(request: SignedIn, slug: str, question_id: UUID) -> HttpResponse:
    """Write a question anew; once answered, saving makes its next version."""
    course = course_for_author(request.user, slug)
    question = queries.question_for_staff(viewer=request.user, question_id=question_id)
    _require_in(course, question.quiz.lesson.course_id)
    refused: Refused | None = None
    if request.method == "POST" and "save" in request.POST:
        try:
            kept = curate.edit_about(
                by=request.user,
                question_id=question_id,
                changes=changes_in(draft_in(request.POST)),
                names=concepts_in(request.POST) if "concepts" in request.POST else None,
                now=clock.now(),
            )
            messages.success(request, _saved(kept, question_id))
            return redirect("quiz_questions", slug=slug, quiz_id=question.quiz_id)
        except (Invalid, Conflict) as wrong:
            refused = wrong
    kind = request.POST.get("kind") or question.kind
    if kind not in KIND_WORDS:
        raise NotFound
    return _form(request, course, question.quiz, kind=kind, refused=refused, question=question)


@require_POST
@signed_in
def question_move(request: SignedIn, slug: str, quiz_id: UUID) -> HttpResponse:
    """Move one question up or down, or store a whole order (by drag)."""
    _require_of_course(request, slug, quiz_id)
    lines = queries.quiz_questions(viewer=request.user, quiz_id=quiz_id)[1]
    order = [str(line.question.pk) for line in lines]
    now = clock.now()
    for name, step in (("up", -1), ("down", 1)):
        if (moved := request.POST.get(name, "")) in order:
            to = min(max(order.index(moved) + 1 + step, 1), len(order))
            bank.move_question(by=request.user, question_id=UUID(moved), to=to, now=now)
    wanted = [one for one in request.POST.getlist("order") if one in order]
    if sorted(wanted) == sorted(order):
        bank.order_questions(
            by=request.user, quiz_id=quiz_id, order=[UUID(one) for one in wanted], now=now
        )
    return redirect("quiz_questions", slug=slug, quiz_id=quiz_id)


@require_POST
@signed_in
def question_retire(request: SignedIn, slug: str, question_id: UUID) -> HttpResponse:
    """Take a question out of use."""
    question = queries.question_for_staff(viewer=request.user, question_id=question_id)
    _require_in(course_for_author(request.user, slug), question.quiz.lesson.course_id)
    try:
        bank.retire_question(by=request.user, question_id=question_id, now=clock.now())
        messages.success(request, _("The question is out of use. What was answered stays."))
    except Conflict as refused:
        messages.error(request, refused.message)
    return redirect("quiz_questions", slug=slug, quiz_id=question.quiz_id)


def changes_in(draft: bank.QuestionDraft) -> dict[str, Any]:
    """What the form may change; where a question came from stays."""
    names = ("kind", "question_text", "answer", "options", "spec", "points", "explanation")
    return {name: getattr(draft, name) for name in names}


def errors(refused: Refused | None) -> dict[str, Any]:
    """The errors of a refusal for a form: by field, and as a summary."""
    if refused is None:
        return {"errors": {}, "summary": []}
    summary = [(f"f-{name}", text) for name, text in refused.fields.items()]
    return {"errors": refused.fields, "summary": summary or [(None, refused.message)]}


# --- parts -----------------------------------------------------------------------------------


def _form(
    request: SignedIn, course: Any, quiz: Any, *, kind: str, refused: Refused | None, question: Any
) -> HttpResponse:
    given = request.POST if request.method == "POST" else None
    fields = fields_of(given, kind_name=kind, question=question)
    shown = preview.preview_stored(question) if question is not None else None
    if given is not None and ("preview" in given or "try" in given):
        seen = preview.preview_question(
            quiz=quiz, draft=draft_in(given), tried=_tried(given, kind) if "try" in given else None
        )
        if isinstance(seen, Invalid):
            refused, shown = seen, None
        else:
            shown = seen
    context = {
        "course": course,
        "quiz": quiz,
        "question": question,
        "kind": kind,
        "kinds": KIND_WORDS,
        "fields": fields,
        "preview": shown,
        "tried": given is not None and "try" in given,
        "concepts": concepts_of(given, question),
        "takes_parameters": kind_of(kind).takes_parameters,
        "back": reverse("quiz_questions", args=[course.slug, quiz.pk]),
        **errors(refused),
    }
    # A preview that comes while somebody types is no refusal; the page says what is missing yet.
    typing = request.headers.get("HX-Request") == "true"
    status = refused.status if refused and not typing else 200
    return render(request, "questions/form.html", context, status=status)


def _tried(form: Any, kind: str) -> Callable[[UUID], object]:
    """The answer that the author tried, in the fields of the preview."""
    return lambda question_id: answer_in(form, kind=kind, question_id=question_id, prefix="try")


def _saved(kept: Any, question_id: UUID) -> str:
    if kept.pk == question_id:
        return _("The question is saved.")
    return _("Saved as version %(n)s. Answers given so far stay with the version before.") % {
        "n": kept.version
    }


def _require_of_course(request: SignedIn, slug: str, quiz_id: UUID) -> Any:
    """The quiz, where it belongs to the course of the address."""
    course = course_for_staff(request.user, slug)
    quiz, _lines = queries.quiz_questions(viewer=request.user, quiz_id=quiz_id)
    _require_in(course, quiz.lesson.course_id)
    return quiz


def _require_in(course: Any, course_id: UUID) -> None:
    if course.pk != course_id:
        raise NotFound


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid("Choose a lesson.", fields={"lesson": "Choose a lesson."}) from None
