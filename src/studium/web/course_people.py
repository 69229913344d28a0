"""The people of a course: members and roles, class lists in two steps, invitations."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from studium.content import queries, rules
from studium.content.actions import enrollments, people
from studium.lib import clock
from studium.lib.errors import Conflict, Invalid
from studium.web import register
from studium.web.http import SignedIn, signed_in

MAX_LIST = 2_000_000


@require_safe
@signed_in
def course_people(request: SignedIn, slug: str) -> HttpResponse:
    """Who is in the course, who is invited, and how to add more."""
    return _page(request, slug)


@require_POST
@signed_in
def people_check(request: SignedIn, slug: str) -> HttpResponse:
    """What a class list would do, line by line; nothing is stored."""
    course = queries.course_for_author(request.user, slug)
    data = _list(request)
    try:
        lines = people.check_people(by=request.user, course_id=course.pk, data=data)
    except Invalid as refused:
        return _page(request, slug, error=refused.message, typed=data)
    counts = {kind: sum(one.outcome == kind for one in lines) for kind in _KINDS}
    context = {
        "course": course,
        "tab": "people",
        "lines": lines,
        "counts": counts,
        "list": data.decode("utf-8-sig"),
    }
    return render(request, "author/people_check.html", context)


@require_POST
@signed_in
def people_add(request: SignedIn, slug: str) -> HttpResponse:
    """Enrol and invite as the check said. Invitation links are shown here and never again."""
    course = queries.course_for_author(request.user, slug)
    rows = rules.read_roster(_list(request))
    lines = people.add_people(by=request.user, course_id=course.pk, rows=rows, now=clock.now())
    invited = [(line.row.email, line.link) for line in lines if line.link]
    for email, token in invited:
        register.send_invitation(request, email=email, token=token)
    links = [(email, _link(request, token)) for email, token in invited]
    messages.success(request, _("The list is done."))
    if not links:
        return redirect("course_people", slug=slug)
    context = {"course": course, "tab": "people", "links": links}
    return render(request, "author/people_done.html", context)


@require_POST
@signed_in
def member_role(request: SignedIn, slug: str, user_id: UUID) -> HttpResponse:
    """Give a member another role."""
    course = queries.course_for_author(request.user, slug)
    role = request.POST.get("role", "")
    try:
        enrollments.change_role(
            by=request.user, course_id=course.pk, user_id=user_id, role=role, now=clock.now()
        )
        messages.success(request, _("The role is changed."))
    except Conflict as refused:
        messages.error(request, refused.message)
    return redirect("course_people", slug=slug)


@require_POST
@signed_in
def member_end(request: SignedIn, slug: str, user_id: UUID) -> HttpResponse:
    """End a membership."""
    course = queries.course_for_author(request.user, slug)
    try:
        enrollments.end_enrollment(
            by=request.user, course_id=course.pk, user_id=user_id, now=clock.now()
        )
        messages.success(request, _("The membership has ended; results are kept."))
    except Conflict as refused:
        messages.error(request, refused.message)
    return redirect("course_people", slug=slug)


_KINDS = (people.ENROL, people.INVITE, people.MEMBER, people.PROBLEM)


def _page(request: SignedIn, slug: str, *, error: str = "", typed: bytes = b"") -> HttpResponse:
    course = queries.course_for_author(request.user, slug)
    context = {
        "course": course,
        "tab": "people",
        "members": queries.people_of(course),
        "invitations": queries.invitations_to(course),
        "code": rules.shown_code(course.join_code),
        "error": error,
        "typed": typed[:20_000].decode("utf-8", "replace"),
        "roles": [
            ("student", _("Student")),
            ("assistant", _("Assistant")),
            ("instructor", _("Instructor")),
        ],
    }
    return render(request, "author/people.html", context, status=422 if error else 200)


def _list(request: SignedIn) -> bytes:
    """The class list that was sent, as a file or typed."""
    upload = request.FILES.get("file")
    if upload is not None:
        return bytes(upload.read(MAX_LIST + 1))
    # A lone surrogate cannot come in as UTF-8; "replace" keeps that so for odd encodings.
    return request.POST.get("list", "").encode("utf-8", "replace")


def _link(request: SignedIn, token: str) -> str:
    return register.absolute(request, reverse("account_invited", args=[token]))
