"""Practice across a course: what is suggested, then one question a screen with its feedback.

Works without scripts: each answer is a form, each step an address.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from studium.analytics import actions, choosing_words
from studium.analytics.queries import choosing, instructor
from studium.analytics.queries.reliability import shows_percentages
from studium.assessment import queries
from studium.assessment.actions import sessions
from studium.assessment.queries import SessionView
from studium.content.queries import course_for_reader
from studium.content.rights import is_course_staff, role_in
from studium.lib import clock
from studium.lib.errors import Conflict, Invalid, NotFound
from studium.lib.localized import said
from studium.web.answers import answer_in
from studium.web.http import SignedIn, signed_in
from studium.web.kept_pages import Shown, kept_page
from studium.web.quiz import asked_number, mark_of


@require_safe
@signed_in
@kept_page
def practise(request: SignedIn, slug: str) -> Shown:
    """What is worth practising in a course now, and the way in."""
    course = course_for_reader(request.user, slug)
    staff = is_course_staff(request.user, course.pk)
    if not (staff or role_in(request.user, course.pk)):
        raise NotFound
    exam = queries.running_exam(request.user, clock.now())
    context: dict[str, Any] = {"course": course, "staff": staff, "exam": exam}
    if not staff and exam is None and course.status == "published":
        context |= _ways_in(request, course)
    return Shown("practice/start.html", context)


@require_POST
@signed_in
def practise_start(request: SignedIn, slug: str) -> HttpResponse:
    """Begin a session of the whole course or of one concept, or go on with the open one."""
    course = course_for_reader(request.user, slug)
    concept_id = _id(request.POST.get("concept", ""))
    try:
        begun = actions.begin_practice(
            by=request.user, course_id=course.pk, concept_id=concept_id, now=clock.now()
        )
    except Conflict as refused:
        messages.error(request, said(refused.message))
        return redirect("practise", slug=slug)
    return redirect("practice_session", session_id=begun.session.pk)


@require_safe
@signed_in
def practice_session(request: SignedIn, session_id: UUID) -> HttpResponse:
    """One question of the session (`?q=3`), the first open one, or how it went."""
    shown = queries.session_view(viewer=request.user, session_id=session_id, now=clock.now())
    if shown.finished:
        return render(request, "practice/done.html", _frame(shown))
    return _question(request, shown, number=asked_number(request, shown))


@require_POST
@signed_in
def practice_answer(request: SignedIn, session_id: UUID) -> HttpResponse:
    """Take the answer to one question, or show its solution; the page comes back with both."""
    shown = queries.session_view(viewer=request.user, session_id=session_id, now=clock.now())
    number = asked_number(request, shown)
    asked = shown.questions[number - 1].one.asked
    response = answer_in(request.POST, kind=asked.kind, question_id=asked.id)
    about: dict[str, Any] = {"by": request.user, "session_id": session_id, "now": clock.now()}
    try:
        if "show" in request.POST:
            sessions.show_solution(question_id=asked.id, **about)
        else:
            sessions.answer_in_session(question_id=asked.id, response=response, **about)
    except Invalid as refused:
        return _question(request, shown, number=number, given=response, error=said(refused.message))
    except Conflict as refused:
        messages.error(request, said(refused.message))
    return redirect(f"{reverse('practice_session', args=[session_id])}?q={number}")


@require_POST
@signed_in
def practice_finish(request: SignedIn, session_id: UUID) -> HttpResponse:
    """End the session and see how it went."""
    actions.finish_practice(by=request.user, session_id=session_id, now=clock.now())
    return redirect("practice_session", session_id=session_id)


def _ways_in(request: SignedIn, course: Any) -> dict[str, Any]:
    now = clock.now()
    found = actions.offer_practice(by=request.user, course=course, now=now)
    told = shows_percentages()
    concepts, questions = choosing.practisable(request.user, course, now=now)
    return {
        "suggested": instructor.suggested_to(request.user, course, now=now),
        "running": queries.running_session(viewer=request.user, course_id=course.pk),
        "suggestion": found,
        "reason": choosing_words.reason(found, percentages=told) if found else "",
        "chances": choosing_words.chances(found, percentages=told) if found else "",
        "concepts": concepts,
        "questions": questions,
    }


def _id(text: str) -> UUID | None:
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


def _question(
    request: SignedIn, shown: SessionView, *, number: int, given: Any = None, error: str = ""
) -> HttpResponse:
    asked = shown.questions[number - 1]
    following = next((q.one.number for q in shown.questions[number:] if q.is_open), None)
    context = {
        **_frame(shown),
        "asked": asked,
        "one": asked.one,
        "response": asked.one.response if asked.one.answered else given,
        "number": number,
        "count": len(shown.questions),
        "next": following or shown.open_number,
        "marks": [mark_of(q.one.share) for q in shown.questions],
        "why": choosing_words.chosen(asked.reason, asked.p, percentages=shows_percentages()),
        "error": error,
    }
    return render(request, "practice/question.html", context, status=422 if error else 200)


def _frame(shown: SessionView) -> dict[str, Any]:
    return {"view": shown, "session": shown.session, "course": shown.course}
