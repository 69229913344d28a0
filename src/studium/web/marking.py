"""People mark an exam's answers: how far it is, one answer at a desk, and how it is set up."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from studium.assessment.actions import mark
from studium.assessment.queries import marking as queries
from studium.assessment.rights import exam_for_author, may_write
from studium.content.queries import course_for_staff
from studium.lib import clock
from studium.lib.errors import Conflict, Invalid, NotFound
from studium.web.http import SignedIn, signed_in
from studium.web.lists import offset_of
from studium.web.questions import errors

PER_PAGE = 50
_NUMBERS = ("every", "tolerance", "appeal_days")


@require_safe
@signed_in
def exam_marking(request: SignedIn, slug: str, exam_id: UUID) -> HttpResponse:
    """What is marked and what waits, by question and by student."""
    return _overview(request, slug, exam_id)


@require_POST
@signed_in
def marking_settings(request: SignedIn, slug: str, exam_id: UUID) -> HttpResponse:
    """Change how the exam is marked."""
    course = course_for_staff(request.user, slug)
    if exam_for_author(request.user, exam_id).course_id != course.pk:
        raise NotFound
    try:
        mark.set_marking(
            by=request.user, exam_id=exam_id, now=clock.now(), settings=_settings(request.POST)
        )
    except Invalid as refused:
        return _overview(request, slug, exam_id, refused)
    messages.success(request, _("This is how the exam is marked from now on."))
    return redirect("exam_marking", slug=slug, exam_id=exam_id)


@signed_in
def marking_desk(request: SignedIn, slug: str, attempt_id: UUID, question_id: UUID) -> HttpResponse:
    """One answer to mark; after it the next one that waits."""
    course = course_for_staff(request.user, slug)
    by = "student" if request.GET.get("by") == "student" else "question"
    desk = queries.desk(viewer=request.user, attempt_id=attempt_id, question_id=question_id, by=by)
    if desk.exam.course_id != course.pk:
        raise NotFound
    refused = _mark(request, desk) if request.method == "POST" else None
    if request.method == "POST" and refused is None:
        return _onward(request, slug, desk, by)
    chosen = request.POST if refused else _before(desk)
    context = {"course": course, "desk": desk, "by": by, "given": chosen, **errors(refused)}
    return render(request, "marking/desk.html", context, status=422 if refused else 200)


# --- parts -----------------------------------------------------------------------------------


def _overview(
    request: SignedIn, slug: str, exam_id: UUID, refused: Invalid | None = None
) -> HttpResponse:
    course = course_for_staff(request.user, slug)
    view = queries.marking_view(viewer=request.user, exam_id=exam_id)
    if view.exam.course_id != course.pk:
        raise NotFound
    offset = offset_of(request)
    waiting = [one for one in view.papers if one.done < one.of]
    done = [one for one in view.papers if one.done == one.of]
    papers = [*waiting, *done]
    context = {
        "course": course,
        "view": view,
        "papers": papers[offset : offset + PER_PAGE],
        "count": len(papers),
        "offset": offset,
        "limit": PER_PAGE,
        "page_href": lambda place: f"?offset={place}",
        "may_edit": may_write(request.user, course.pk),
        "given": request.POST if refused else None,
        **errors(refused),
    }
    return render(request, "marking/overview.html", context, status=422 if refused else 200)


def _settings(form: QueryDict) -> dict[str, object]:
    found: dict[str, object] = {"blind": form.get("blind") == "on", "second": form.get("second")}
    for name in _NUMBERS:
        text = form.get(name, "").strip()
        plain = text.isascii() and text.isdigit() and len(text) < 6
        found[name] = int(text) if plain else None
    return found


def _mark(request: SignedIn, desk: queries.Desk) -> Invalid | Conflict | None:
    """Keep the mark that was sent; gives what is wrong with it."""
    form = request.POST
    levels = {
        str(one["id"]): form[f"level-{one['id']}"]
        for one in desk.rubric
        if form.get(f"level-{one['id']}")
    }
    try:
        mark.give_mark(
            by=request.user,
            attempt_id=desk.task.attempt_id,
            question_id=desk.task.question_id,
            now=clock.now(),
            points=form.get("points", "").strip(),
            levels=levels,
            comment=form.get("comment", ""),
        )
    except (Invalid, Conflict) as refused:
        return refused
    return None


def _onward(request: SignedIn, slug: str, desk: queries.Desk, by: str) -> HttpResponse:
    messages.success(request, _("The mark for %(who)s is kept.") % {"who": desk.task.who})
    if desk.next is None or not desk.by_person:
        return redirect("exam_marking", slug=slug, exam_id=desk.exam.pk)
    where = {"slug": slug, "attempt_id": desk.next.attempt_id, "question_id": desk.next.question_id}
    return redirect(f"{reverse('marking_desk', kwargs=where)}?by={by}")


def _before(desk: queries.Desk) -> dict[str, str]:
    """The form as the latest shown mark filled it in."""
    if not desk.marks:
        return {}
    last = desk.marks[-1]
    chosen = {f"level-{criterion}": level for criterion, level in last.levels.items()}
    # Points that follow from the levels are left out, so that other levels make other points.
    points = "" if last.points == desk.points_of(last) else f"{last.points.normalize():f}"
    return chosen | {"points": points, "comment": last.comment}
