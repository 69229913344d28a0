"""Learning: the home page, the catalogue, a course and its way in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from studium.assessment import queries as assessment
from studium.content import queries, rights
from studium.content.actions import enrollments
from studium.lib import clock
from studium.lib.errors import Invalid
from studium.lib.localized import said
from studium.web.http import SignedIn, signed_in
from studium.web.kept_pages import Shown, kept_page
from studium.web.lists import offset_of

PER_PAGE = 24


@require_safe
@signed_in
@kept_page
def courses(request: SignedIn) -> Shown:
    """The courses one may know of, with search."""
    search = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    offset = offset_of(request)
    found, count = queries.catalogue(request.user, search=search, offset=offset, limit=PER_PAGE)
    context = {
        "courses": found,
        "count": count,
        "search": search,
        "offset": offset,
        "limit": PER_PAGE,
        "roles": rights.roles_of(request.user),
        "page_href": lambda place: f"?{urlencode({'q': search, 'offset': place})}",
    }
    return Shown("learn/courses.html", context)


@signed_in
def join(request: SignedIn) -> HttpResponse:
    """Enter a course by its code."""
    code, error = request.POST.get("code", ""), ""
    if request.method == "POST":
        try:
            course = enrollments.join_by_code(by=request.user, code=code, now=clock.now())
        except Invalid as refused:
            error = said(refused.message)
        else:
            messages.success(request, _("You are in. Have a good start."))
            return redirect("course", slug=course.slug)
    context = {"code": code[:40], "error": error}
    return render(request, "learn/join.html", context, status=422 if error else 200)


@require_POST
@signed_in
def enrol(request: SignedIn, slug: str) -> HttpResponse:
    """Enter an open course."""
    course = queries.course_for_reader(request.user, slug)
    enrollments.enrol_self(by=request.user, course_id=course.pk, now=clock.now())
    messages.success(request, _("You are in. Have a good start."))
    return redirect("course", slug=slug)


@require_POST
@signed_in
def leave(request: SignedIn, slug: str) -> HttpResponse:
    """End one's own membership; what was done stays and comes back with the membership."""
    course = queries.course_for_reader(request.user, slug)
    enrollments.end_enrollment(
        by=request.user, course_id=course.pk, user_id=request.user.pk, now=clock.now()
    )
    messages.success(request, _("You have left “%(title)s”.") % {"title": course.title})
    return redirect("home")


@require_safe
@signed_in
@kept_page
def course(request: SignedIn, slug: str) -> Shown:
    """A course: what it is, its outline with one's own progress, exams and people."""
    shown = queries.course_for_reader(request.user, slug)
    role = rights.role_in(request.user, shown.pk)
    is_staff = rights.is_admin(request.user) or role in rights.STAFF
    lessons = queries.outline(request.user, shown, drafts=is_staff)
    context = {
        "course": shown,
        "role": role,
        "is_staff": is_staff,
        "may_read": is_staff or role is not None,
        "lessons": lessons,
        "parts": parts(queries.chapters(lessons)),
        "done": sum(lesson.done_at is not None for lesson in lessons),
        "minutes": sum(lesson.minutes for lesson in lessons),
        "resume": queries.resume_lesson(lessons) if role is not None else None,
        "staff": queries.staff_of(shown),
        "learner_count": queries.learner_count(shown),
        "exams": assessment.exams_of_course(
            viewer=request.user, course_id=shown.pk, now=clock.now()
        ),
    }
    return Shown("learn/course.html", context)


def parts(chapters: Iterable[queries.Chapter]) -> list[dict[str, Any]]:
    """Chapters under their parts; lessons that stand alone are gathered in one list.

    Each part is `{title, groups}`, each group `{chapter}` or `{lessons}`.
    """
    found: list[dict[str, Any]] = []
    for chapter in chapters:
        if not found or found[-1]["title"] != chapter.part:
            found.append({"title": chapter.part, "groups": []})
        groups = found[-1]["groups"]
        if len(chapter.lessons) > 1:
            groups.append({"chapter": chapter})
        elif groups and "lessons" in groups[-1]:
            groups[-1]["lessons"] += chapter.lessons
        else:
            groups.append({"lessons": list(chapter.lessons)})
    return found
