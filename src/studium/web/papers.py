"""Setting exams: terms, the paper from the course's questions, publication."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from studium.assessment import queries, terms
from studium.assessment.actions import papers
from studium.assessment.rights import may_write
from studium.content.queries import course_for_author, course_for_staff, learner_count
from studium.lib import clock
from studium.lib.errors import Conflict, Invalid, NotFound, Refused
from studium.lib.looks import one_look
from studium.web.exam_settings import settings_in, shown
from studium.web.http import SignedIn, signed_in
from studium.web.kept_pages import Shown, kept_page
from studium.web.question_form import KIND_WORDS
from studium.web.questions import errors


@require_safe
@signed_in
def course_exams(request: SignedIn, slug: str) -> HttpResponse:
    """The exams of a course and how they stand."""
    course = course_for_staff(request.user, slug)
    found = queries.exams_of_course(viewer=request.user, course_id=course.pk, now=clock.now())
    context = {
        "course": course,
        "exams": found,
        "may_edit": may_write(request.user, course.pk),
    }
    return render(request, "papers/exams.html", context)


@signed_in
def exam_new(request: SignedIn, slug: str) -> HttpResponse:
    """Begin an exam by its terms."""
    course = course_for_author(request.user, slug)
    refused, given = None, dict(terms.EXAM_DEFAULTS)
    if request.method == "POST":
        given = settings_in(request.POST)
        try:
            made = papers.create_exam(
                by=request.user, course_id=course.pk, now=clock.now(), settings=given
            )
            return redirect("exam_paper", slug=slug, exam_id=made.pk)
        except Invalid as wrong:
            refused = wrong
    context = {"course": course, "exam": None, "given": shown(given), **errors(refused)}
    return render(request, "papers/builder.html", context, status=422 if refused else 200)


@signed_in
def exam_builder(request: SignedIn, slug: str, exam_id: UUID) -> HttpResponse:
    """The terms, the paper, what students will see, and publication."""
    if request.method != "POST":
        return _builder(request, slug, exam_id)
    _view(request, slug, exam_id)
    given = settings_in(request.POST)
    try:
        papers.update_exam(by=request.user, exam_id=exam_id, now=clock.now(), settings=given)
        messages.success(request, _("The terms are saved."))
        return redirect("exam_builder", slug=slug, exam_id=exam_id)
    except Invalid as refused:
        with one_look():
            page = _built(request, slug, exam_id, given=given, refused=refused)
        return render(request, page.template, page.values, status=422)


@kept_page
def _builder(request: SignedIn, slug: str, exam_id: UUID) -> Shown:
    return _built(request, slug, exam_id)


def _built(
    request: SignedIn,
    slug: str,
    exam_id: UUID,
    *,
    given: dict[str, Any] | None = None,
    refused: Invalid | None = None,
) -> Shown:
    view = _view(request, slug, exam_id)
    exam = view.exam
    context = {
        "course": exam.course,
        "exam": exam,
        "view": view,
        "given": shown(given or papers.settings_of(exam)),
        "lines": _fixed(request, exam.pk),
        "pools": queries.pools_of(viewer=request.user, exam_id=exam.pk),
        "conflicts": [] if refused else queries.exam_conflicts(exam.pk),
        "has_password": bool(exam.password_hash),
        "accommodated": queries.accommodated_count(exam.pk),
        "begun": queries.is_begun(exam.pk),
        "learners": learner_count(exam.course),
        "may_edit": may_write(request.user, exam.course_id),
        "kinds": KIND_WORDS,
        **errors(refused),
    }
    return Shown("papers/builder.html", context)


@signed_in
def exam_paper(request: SignedIn, slug: str, exam_id: UUID) -> HttpResponse:
    """Pick questions from the course's quizzes, with points and order."""
    view = _view(request, slug, exam_id)
    refused: Refused | None = None
    if request.method == "POST":
        try:
            papers.set_paper(
                by=request.user,
                exam_id=exam_id,
                places=places_in(request.POST),
                now=clock.now(),
            )
            messages.success(request, _("The paper is saved."))
            return redirect("exam_builder", slug=slug, exam_id=exam_id)
        except (Invalid, Conflict) as wrong:
            refused = wrong
    bank = queries.paper_choices(viewer=request.user, course_id=view.exam.course_id, limit=1000)
    on_paper = {line.question.pk: line for line in _fixed(request, exam_id)}
    context = {
        "course": view.exam.course,
        "exam": view.exam,
        "groups": _by_lesson(bank),
        "on_paper": on_paper,
        "begun": queries.is_begun(exam_id),
        "kinds": KIND_WORDS,
        **errors(refused),
    }
    status = refused.status if refused else 200
    return render(request, "papers/paper.html", context, status=status)


@require_POST
@signed_in
def exam_status(request: SignedIn, slug: str, exam_id: UUID) -> HttpResponse:
    """Publish or archive an exam."""
    act = {"published": papers.publish_exam, "archived": papers.archive_exam}.get(
        request.POST.get("status", "")
    )
    if act is None:
        raise Invalid("Choose published or archived.", fields={"status": "Unknown."})
    _view(request, slug, exam_id)
    try:
        act(by=request.user, exam_id=exam_id, now=clock.now())
    except Conflict as refused:
        messages.error(request, refused.message)
    return redirect("exam_builder", slug=slug, exam_id=exam_id)


# --- parts -----------------------------------------------------------------------------------


def places_in(form: QueryDict) -> list[papers.Place]:
    """The ticked questions, by their order number and then as they stand on the page."""
    places = []
    for row, ticked in enumerate(form.getlist("question")[:1000]):
        try:
            question_id = UUID(ticked)
        except ValueError:
            raise Invalid("The form names a question that is none.") from None
        points, order = form.get(f"points-{ticked}", "1"), form.get(f"order-{ticked}", "")
        number = int(points) if points.isdecimal() and len(points) < 6 else 0
        rank = int(order) if order.isdecimal() and len(order) < 6 else 10**6
        places.append((rank, row, papers.Place(question_id, number)))
    return [place for _rank, _row, place in sorted(places, key=lambda one: one[:2])]


def _view(request: SignedIn, slug: str, exam_id: UUID) -> queries.ExamView:
    """The exam, where it belongs to the course of the address and the person is its staff."""
    course = course_for_staff(request.user, slug)
    view = queries.exam_view(viewer=request.user, exam_id=exam_id, now=clock.now())
    if view.exam.course_id != course.pk:
        raise NotFound
    return view


def _fixed(request: SignedIn, exam_id: UUID) -> list[queries.PaperLine]:
    """The questions that everybody is asked; candidates of random parts have their own page."""
    lines = queries.paper_of(viewer=request.user, exam_id=exam_id)
    return [line for line in lines if line.pool_id is None]


def _by_lesson(bank: list[queries.Choice]) -> list[tuple[str, list[queries.Choice]]]:
    groups: list[tuple[str, list[queries.Choice]]] = []
    for line in bank:
        if not groups or groups[-1][0] != line.lesson_topic:
            groups.append((line.lesson_topic, []))
        groups[-1][1].append(line)
    return groups
