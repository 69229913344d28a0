"""The gradebook: learners and items, weights, single cells, and files in and out."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from studium.assessment.actions import grades
from studium.assessment.queries import grades as queries
from studium.assessment.queries.appeals import open_appeals
from studium.assessment.rights import may_write
from studium.content.queries import (
    course_for_author,
    course_for_reader,
    course_for_staff,
    groups_of,
)
from studium.lib import clock, workbook
from studium.lib.errors import Invalid, TooLarge
from studium.web.downloads import csv_file
from studium.web.http import SignedIn, signed_in
from studium.web.lists import group_of, offset_of
from studium.web.questions import errors

PER_PAGE = 50
SHOWN = 500
"""Lines of a check that a page shows."""
_SHOW = ("", "missing", "review", "late", "excused")


@require_safe
@signed_in
def gradebook(request: SignedIn, slug: str) -> HttpResponse:
    """Learners and items; on a narrow screen one learner or one item as a list."""
    course = course_for_staff(request.user, slug)
    asked, offset = _asked(request.GET), offset_of(request)
    book = queries.book(
        viewer=request.user, course_id=course.pk, now=clock.now(), limit=PER_PAGE, offset=offset,
        **asked,
    )  # fmt: skip
    chosen = request.GET.get("item", "")
    context = {
        "course": course,
        "book": book,
        "asked": asked,
        "place": next((n for n, one in enumerate(book.items) if str(one.thing_id) == chosen), None),
        "groups": groups_of(course),
        "appeals": open_appeals(course.pk),
        "may_edit": may_write(request.user, course.pk),
        **_paging(asked, book.count, offset),
    }
    return render(request, "gradebook/book.html", context)


@require_safe
@signed_in
def gradebook_csv(request: SignedIn, slug: str) -> HttpResponse:
    """The whole gradebook as a table; it can be changed and sent back."""
    head, rows = _table(request, slug)
    return csv_file(f"grades-{slug}", head, rows)


@require_safe
@signed_in
def gradebook_xlsx(request: SignedIn, slug: str) -> HttpResponse:
    """The whole gradebook as a spreadsheet; every text in it is text."""
    head, rows = _table(request, slug)
    response = HttpResponse(
        workbook.write_xlsx(_("Grades"), head, rows), content_type=workbook.TYPE
    )
    response.headers["Content-Disposition"] = f'attachment; filename="grades-{slug}.xlsx"'
    return response


@signed_in
def gradebook_weights(request: SignedIn, slug: str) -> HttpResponse:
    """What each exam and quiz weighs, and what a missing one counts."""
    course = course_for_author(request.user, slug)
    refused = _set_weights(request, course.pk) if request.method == "POST" else None
    if request.method == "POST" and refused is None:
        messages.success(request, _("The weights are saved."))
        return redirect("gradebook", slug=slug)
    book = queries.book(viewer=request.user, course_id=course.pk, now=clock.now(), limit=0)
    context = {
        "course": course,
        "book": book,
        "columns": book.items,
        "dues": {one.thing_id: _field_of(one.due_at) for one in (*book.items, *book.unused)},
        "given": request.POST if refused else None,
        **errors(refused),
    }
    return render(request, "gradebook/weights.html", context, status=422 if refused else 200)


@signed_in
def gradebook_cell(request: SignedIn, slug: str, student_id: UUID, thing_id: UUID) -> HttpResponse:
    """One cell: why it is so, its history, and what staff can write into it."""
    course = course_for_staff(request.user, slug)
    key: dict[str, Any] = {"course_id": course.pk, "user_id": student_id, "thing_id": thing_id}
    refused = None
    if request.method == "POST":
        refused = _write(request, key)
        if refused is None:
            messages.success(request, _("The cell is changed. The book keeps what was before."))
            return redirect("gradebook_cell", slug=slug, student_id=student_id, thing_id=thing_id)
    view = queries.cell_view(viewer=request.user, now=clock.now(), **key)
    context = {
        "course": course,
        "view": view,
        "may_edit": may_write(request.user, course.pk),
        "given": request.POST,
        **errors(refused),
    }
    return render(request, "gradebook/cell.html", context, status=422 if refused else 200)


@signed_in
def gradebook_file(request: SignedIn, slug: str) -> HttpResponse:
    """Grades from a file: choose it, see what would change, then write it."""
    course = course_for_author(request.user, slug)
    context: dict[str, Any] = {"course": course, "shown": SHOWN, "given": request.POST}
    if request.method != "POST":
        return render(request, "gradebook/file.html", context)
    data = _sent(request)
    told: dict[str, Any] = {"by": request.user, "course_id": course.pk, "data": data}
    try:
        if "write" in request.POST:
            reason = request.POST.get("reason", "")
            done = grades.import_file(**told, reason=reason, now=clock.now())
            messages.success(request, _("%(count)s cells are written.") % {"count": len(done)})
            return redirect("gradebook", slug=slug)
        changes = grades.check_file(**told, now=clock.now())
    except (Invalid, TooLarge) as refused:
        context |= {"list": data.decode("utf-8", "replace"), **errors(refused)}
        return render(request, "gradebook/file.html", context, status=refused.status)
    return render(request, "gradebook/check.html", context | _checked(changes, data))


@require_safe
@signed_in
def own_grades(request: SignedIn, slug: str) -> HttpResponse:
    """A student's own grades; the staff are sent to everybody's."""
    course = course_for_reader(request.user, slug)
    if may_write(request.user, course.pk):
        return redirect("gradebook", slug=slug)
    items, mine = queries.own_grades(viewer=request.user, course_id=course.pk, now=clock.now())
    context = {"course": course, "lines": list(zip(items, mine.cells, strict=True)), "mine": mine}
    return render(request, "gradebook/own.html", context)


# --- parts -----------------------------------------------------------------------------------


def _asked(query: QueryDict) -> dict[str, Any]:
    show, order = query.get("show", ""), query.get("order", "")
    return {
        "search": query.get("q", "").replace("\x00", "").strip()[:100],
        "show": show if show in _SHOW else "",
        "order": "total" if order == "total" else "name",
        "group": group_of(query),
    }


def _paging(asked: dict[str, Any], count: int, offset: int) -> dict[str, Any]:
    kept = {
        "q" if name == "search" else name: str(value)
        for name, value in asked.items()
        if value and value != "name"
    }

    def href(place: int) -> str:
        return f"?{urlencode({**kept, 'offset': str(place)})}"

    return {"count": count, "offset": offset, "limit": PER_PAGE, "page_href": href, "kept": kept}


def _table(request: SignedIn, slug: str) -> tuple[list[str], list[list[Any]]]:
    course = course_for_staff(request.user, slug)
    book = queries.book(
        viewer=request.user, course_id=course.pk, now=clock.now(), group=group_of(request.GET)
    )
    head = ["name", "email", *(one.head for one in book.items), "total", "total_explained"]
    rows = [
        [
            one.name,
            one.email,
            *(cell.plain for cell in one.cells),
            None if one.total.score is None else float(one.total.score),
            one.total.words,
        ]
        for one in book.learners
    ]
    return head, rows


def _set_weights(request: SignedIn, course_id: UUID) -> Invalid | None:
    form = request.POST
    weights = {_id(name): value for name, value in form.items() if name.startswith("weight-")}
    due = {_id(name): _moment(form.get(name, "")) for name in form if name.startswith("due-")}
    try:
        grades.set_weights(
            by=request.user,
            course_id=course_id,
            now=clock.now(),
            weights=weights,
            due=due,
            missing_is_zero=form.get("missing") != "open",
        )
    except Invalid as refused:
        return refused
    return None


def _moment(text: str) -> datetime | str | None:
    """A time in the reader's own zone; what is none stays as it was typed, and is refused."""
    try:
        read = datetime.fromisoformat(text.strip()) if text.strip() else None
        return read if read is None or timezone.is_aware(read) else timezone.make_aware(read)
    except (ValueError, OverflowError):
        return text


def _field_of(moment: datetime | None) -> str:
    return "" if moment is None else timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def _id(name: str) -> UUID:
    try:
        return UUID(name.split("-", 1)[1])
    except ValueError:
        raise Invalid("There is no such item.", fields={name[:80]: "Unknown."}) from None


def _write(request: SignedIn, key: dict[str, Any]) -> Invalid | None:
    form = request.POST
    try:
        grades.write_cell(
            by=request.user,
            **key,
            kind=form.get("kind", ""),
            score=form.get("score", ""),
            reason=form.get("reason", ""),
            now=clock.now(),
        )
    except Invalid as refused:
        return refused
    return None


def _sent(request: SignedIn) -> bytes:
    upload = request.FILES.get("file")
    if upload is not None:
        return bytes(upload.read(grades.MAX_BYTES + 1))
    return request.POST.get("list", "").encode("utf-8", "replace")


def _checked(changes: list[grades.Change], data: bytes) -> dict[str, Any]:
    counts = {
        kind: sum(one.outcome == kind for one in changes)
        for kind in (grades.CHANGE, grades.SAME, grades.PROBLEM)
    }
    told = sorted(changes, key=lambda one: one.outcome != grades.PROBLEM)
    lines = [one for one in told if one.outcome != grades.SAME]
    return {"counts": counts, "lines": lines[:SHOWN], "more": len(lines) - SHOWN,
            "list": data.decode("utf-8-sig")}  # fmt: skip
