"""Accommodations of a course: a list, a form, a file in two steps; and each student's terms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from studium.assessment import accommodation_checks as checks
from studium.assessment import queries
from studium.assessment.actions import accommodate
from studium.assessment.rights import may_write
from studium.content.queries import course_for_author, course_for_staff
from studium.identity.rules import canonical_email
from studium.lib import clock
from studium.lib.errors import Invalid, NotFound
from studium.web.downloads import csv_file
from studium.web.exam_settings import shown
from studium.web.http import SignedIn, signed_in
from studium.web.questions import errors

MAX_LIST = checks.MAX_BYTES


@signed_in
def course_accommodations(request: SignedIn, slug: str) -> HttpResponse:
    """Who is given what; the form gives a profile."""
    course = course_for_staff(request.user, slug)
    if request.method != "POST":
        return _page(request, slug)
    students = queries.students_of(viewer=request.user, course_id=course.pk)
    wanted = canonical_email(request.POST.get("email", ""))
    found = [one.pk for one in students if one.email_canonical == wanted]
    try:
        if not found:
            raise Invalid(
                _("Nothing was stored."), fields={"email": _("No student has this address.")}
            )
        _give(request, course.pk, found[0], _exam_in(request.POST))
    except Invalid as refused:
        return _page(request, slug, refused=refused)
    messages.success(request, _("The accommodation is given; an exam that runs has it already."))
    return redirect("course_accommodations", slug=slug)


@signed_in
def accommodation_edit(request: SignedIn, slug: str, accommodation_id: UUID) -> HttpResponse:
    """Change a profile: the old one ends, the next one begins."""
    course = course_for_author(request.user, slug)
    line = queries.accommodation_for_author(viewer=request.user, accommodation_id=accommodation_id)
    if line.course_id != course.pk or line.revoked_at is not None:
        raise NotFound
    refused = None
    given = {name: getattr(line, name) for name in checks.DEFAULTS}
    if request.method == "POST":
        try:
            _give(request, course.pk, line.user_id, line.exam_id)
            messages.success(request, _("The accommodation is changed."))
            return redirect("course_accommodations", slug=slug)
        except Invalid as wrong:
            refused, given = wrong, _typed(request.POST)
    context = {"course": course, "line": line, "given": shown(given), **errors(refused)}
    status = 422 if refused else 200
    return render(request, "papers/accommodation.html", context, status=status)


@require_POST
@signed_in
def accommodation_end(request: SignedIn, slug: str, accommodation_id: UUID) -> HttpResponse:
    """End a profile; attempts that run keep their time."""
    course = course_for_author(request.user, slug)
    line = queries.accommodation_for_author(viewer=request.user, accommodation_id=accommodation_id)
    if line.course_id != course.pk:
        raise NotFound
    accommodate.revoke(by=request.user, accommodation_id=accommodation_id, now=clock.now())
    messages.success(request, _("The accommodation has ended. Attempts that run keep their time."))
    return redirect("course_accommodations", slug=slug)


@require_POST
@signed_in
def list_check(request: SignedIn, slug: str) -> HttpResponse:
    """What a list would do, line by line; nothing is stored."""
    course = course_for_author(request.user, slug)
    data = _list(request)
    try:
        lines = accommodate.check_list(by=request.user, course_id=course.pk, data=data)
    except Invalid as refused:
        return _page(request, slug, list_error=refused.message, typed=data)
    return _checked(request, course, lines, data)


@require_POST
@signed_in
def list_add(request: SignedIn, slug: str) -> HttpResponse:
    """Give what the checked list says: all of it, or nothing."""
    course = course_for_author(request.user, slug)
    data, now = _list(request), clock.now()
    try:
        lines = accommodate.give_list(by=request.user, course_id=course.pk, data=data, now=now)
    except Invalid as refused:
        return _page(request, slug, list_error=refused.message, typed=data)
    given = sum(one.outcome in (accommodate.NEW, accommodate.CHANGED) for one in lines)
    messages.success(request, _("%(given)s accommodations are given.") % {"given": given})
    return redirect("course_accommodations", slug=slug)


@require_safe
@signed_in
def export(request: SignedIn, slug: str) -> HttpResponse:
    """All profiles in force as a file that the list takes again."""
    course = course_for_staff(request.user, slug)
    lines = queries.accommodations_of(viewer=request.user, course_id=course.pk)
    rows = [
        [
            one.user_email,
            one.exam_title,
            f"{one.factor.normalize():f}",
            one.extra_minutes,
            one.break_minutes,
            one.opens_at,
            one.closes_at,
            one.extra_attempts,
            one.reason,
        ]
        for one in lines
    ]
    return csv_file(f"accommodations-{course.slug}", checks.COLUMNS, rows)


@require_safe
@signed_in
def exam_terms(request: SignedIn, slug: str, exam_id: UUID) -> HttpResponse:
    """Each student's own start, end and minutes at an exam, and why they are so."""
    course = course_for_staff(request.user, slug)
    now = clock.now()
    view = queries.exam_view(viewer=request.user, exam_id=exam_id, now=now)
    if view.exam.course_id != course.pk:
        raise NotFound
    profiles: dict[UUID, list[queries.AccommodationLine]] = {}
    for one in queries.accommodations_of(viewer=request.user, course_id=course.pk, exam_id=exam_id):
        profiles.setdefault(one.user_id, []).append(one)
    context = {
        "course": course,
        "exam": view.exam,
        "lines": queries.terms_table(viewer=request.user, exam_id=exam_id, now=now),
        "profiles": profiles,
        "may_edit": may_write(request.user, course.pk),
    }
    return render(request, "papers/student_terms.html", context)


# --- parts -----------------------------------------------------------------------------------


def _page(
    request: SignedIn,
    slug: str,
    *,
    refused: Invalid | None = None,
    list_error: str = "",
    typed: bytes = b"",
) -> HttpResponse:
    course = course_for_staff(request.user, slug)
    now = clock.now()
    students = queries.students_of(viewer=request.user, course_id=course.pk)
    given: Mapping[str, Any] = _typed(request.POST) if refused else checks.DEFAULTS
    context = {
        "course": course,
        "lines": queries.accommodations_of(viewer=request.user, course_id=course.pk),
        "students": students if len(students) <= 500 else [],
        "exams": queries.exams_of_course(viewer=request.user, course_id=course.pk, now=now),
        "given": shown(dict(given)),
        "email": request.POST.get("email", "") if refused else "",
        "exam_id": request.POST.get("exam_id", "") if refused else "",
        "may_edit": may_write(request.user, course.pk),
        "list_error": list_error,
        "typed": typed[:20_000].decode("utf-8", "replace"),
        **errors(refused),
    }
    status = 422 if refused or list_error else 200
    return render(request, "papers/accommodations.html", context, status=status)


def _checked(
    request: SignedIn, course: Any, lines: list[accommodate.ListLine], data: bytes
) -> HttpResponse:
    kinds = (accommodate.NEW, accommodate.CHANGED, accommodate.SAME, accommodate.PROBLEM)
    context = {
        "course": course,
        "lines": lines,
        "counts": {kind: sum(one.outcome == kind for one in lines) for kind in kinds},
        "list": data.decode("utf-8-sig"),
    }
    return render(request, "papers/accommodations_check.html", context)


def _give(request: SignedIn, course_id: UUID, user_id: UUID, exam_id: UUID | None) -> None:
    accommodate.give(
        by=request.user,
        course_id=course_id,
        user_id=user_id,
        exam_id=exam_id,
        profile=_typed(request.POST),
        now=clock.now(),
    )


def _typed(form: QueryDict) -> dict[str, Any]:
    """A profile as the form has it; what cannot be read stays as typed, and is refused there."""
    made: dict[str, Any] = {}
    for name, default in checks.DEFAULTS.items():
        text = form.get(name, "").strip()
        try:
            made[name] = checks.READ[name](text) if text else default
        except (ValueError, OverflowError):
            made[name] = text
    return made


def _exam_in(form: QueryDict) -> UUID | None:
    text = form.get("exam_id", "")
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Invalid(
            _("Nothing was stored."), fields={"exam_id": _("Choose an exam of the course.")}
        ) from None


def _list(request: SignedIn) -> bytes:
    """The list that was sent, as a file or typed."""
    upload = request.FILES.get("file")
    if upload is not None:
        return bytes(upload.read(MAX_LIST + 1))
    return request.POST.get("list", "").encode("utf-8", "replace")
