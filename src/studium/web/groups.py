"""Groups of a course's students: who is in which, one by one or from a list in two steps."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from studium.content import queries, rules
from studium.content.actions import groups
from studium.content.rights import may_edit_course
from studium.lib import clock
from studium.lib.errors import Conflict, Invalid, Refused, TooMany
from studium.web.bank import ids_in
from studium.web.downloads import csv_file
from studium.web.http import SignedIn, signed_in
from studium.web.questions import errors

MAX_LIST = 2_000_000


@signed_in
def course_groups(request: SignedIn, slug: str) -> HttpResponse:
    """The groups of a course, a form for another one, and a list of who is in which."""
    course = queries.course_for_staff(request.user, slug)
    refused: Refused | None = None
    if request.method == "POST":
        try:
            name = request.POST.get("name", "")
            made = groups.make_group(
                by=request.user, course_id=course.pk, name=name, now=clock.now()
            )
            messages.success(request, _("The group is made. Say who is in it."))
            return redirect("course_group", slug=slug, group_id=made.pk)
        except (Conflict, Invalid, TooMany) as wrong:
            refused = wrong
    return _page(request, course, refused=refused)


@signed_in
def course_group(request: SignedIn, slug: str, group_id: UUID) -> HttpResponse:
    """One group: its name, who is in it, and taking it away."""
    course = queries.course_for_staff(request.user, slug)
    group = queries.group_in(course, group_id)
    refused: Refused | None = None
    if request.method == "POST":
        try:
            if _changed(request, group_id):
                return redirect("course_group", slug=slug, group_id=group_id)
            return redirect("course_groups", slug=slug)
        except (Conflict, Invalid) as wrong:
            refused = wrong
    context = {
        "course": course,
        "group": group,
        "students": queries.grouped_students(course),
        "may_edit": may_edit_course(request.user, course),
        "given": request.POST.get("name", group.name),
        **errors(refused),
    }
    return render(request, "groups/group.html", context, status=refused.status if refused else 200)


@require_POST
@signed_in
def groups_check(request: SignedIn, slug: str) -> HttpResponse:
    """What a list would do, line by line; nothing is stored."""
    course = queries.course_for_author(request.user, slug)
    data = _list(request)
    try:
        lines = groups.check_groups(by=request.user, course_id=course.pk, data=data)
    except Invalid as refused:
        return _page(request, course, list_error=refused.message, typed=data)
    context = {
        "course": course,
        "lines": lines,
        "counts": {kind: sum(one.outcome == kind for one in lines) for kind in _KINDS},
        "fresh": sorted({one.row.group for one in lines if one.is_new}),
        "list": data.decode("utf-8-sig"),
    }
    return render(request, "groups/check.html", context)


@require_POST
@signed_in
def groups_fill(request: SignedIn, slug: str) -> HttpResponse:
    """Put people into groups as the check said."""
    course = queries.course_for_author(request.user, slug)
    rows = rules.read_groups(_list(request))
    lines = groups.fill_groups(by=request.user, course_id=course.pk, rows=rows, now=clock.now())
    count = sum(one.outcome == groups.JOIN for one in lines)
    text = ngettext("%(n)s place in a group is taken.", "%(n)s places in groups are taken.", count)
    messages.success(request, text % {"n": count})
    return redirect("course_groups", slug=slug)


@require_safe
@signed_in
def groups_csv(request: SignedIn, slug: str) -> HttpResponse:
    """Who is in which group, as a list that can be changed and sent back."""
    course = queries.course_for_staff(request.user, slug)
    rows = [[rules.written(cell) for cell in row] for row in queries.group_rows(course)]
    return csv_file(f"groups-{course.slug}", ["email", "name", "group"], rows)


_KINDS = (groups.JOIN, groups.MEMBER, groups.PROBLEM)


# --- parts -----------------------------------------------------------------------------------


def _page(
    request: SignedIn,
    course: Any,
    *,
    refused: Refused | None = None,
    list_error: str = "",
    typed: bytes = b"",
) -> HttpResponse:
    context = {
        "course": course,
        "groups": queries.groups_of(course),
        "may_edit": may_edit_course(request.user, course),
        "given": request.POST.get("name", ""),
        "error": refused.message if refused else "",
        "list_error": list_error,
        "typed": typed[:20_000].decode("utf-8", "replace"),
    }
    status = refused.status if refused else 422 if list_error else 200
    return render(request, "groups/course.html", context, status=status)


def _changed(request: SignedIn, group_id: UUID) -> bool:
    """Do what the form says; whether the group is still there."""
    told: dict[str, Any] = {"by": request.user, "group_id": group_id, "now": clock.now()}
    act = request.POST.get("act", "")
    if act == "rename":
        groups.rename_group(**told, name=request.POST.get("name", ""))
        messages.success(request, _("The group has its new name."))
    elif act == "members":
        groups.set_members(**told, user_ids=ids_in(request.POST.getlist("user")))
        messages.success(request, _("The members are saved."))
    elif act == "remove":
        groups.remove_group(**told)
        messages.success(request, _("The group is gone. Its students stay in the course."))
        return False
    else:
        raise Invalid(_("Choose what to do with the group."))
    return True


def _list(request: SignedIn) -> bytes:
    """The list that was sent, as a file or typed."""
    upload = request.FILES.get("file")
    if upload is not None:
        return bytes(upload.read(MAX_LIST + 1))
    return request.POST.get("list", "").encode("utf-8", "replace")
