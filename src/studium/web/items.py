"""Item analysis: what an exam's questions say about its people, and about themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from studium.assessment import queries
from studium.assessment.queries import ItemAnalysis, ItemLine
from studium.assessment.rights import may_write
from studium.content.queries import course_for_staff
from studium.lib.errors import NotFound
from studium.web.downloads import csv_file
from studium.web.http import SignedIn, signed_in

_SORTS: dict[str, Callable[[ItemLine], Any]] = {
    "place": lambda line: line.position,
    "right": lambda line: _last(line.figures.facility),
    "tells": lambda line: _last(line.figures.discrimination),
    "time": lambda line: _last(line.figures.seconds),
    "look": lambda line: (-len(line.flags), line.position),
}
_CSV = [
    *("number", "question", "kind", "lesson", "points", "people", "right", "likely_low"),
    *("likely_high", "tells_apart", "efficiency", "seconds", "left_out", "flags", "dropped"),
]


@require_safe
@signed_in
def exam_items(request: SignedIn, slug: str, exam_id: UUID) -> HttpResponse:
    """The questions of an exam with their figures, sorted and filtered."""
    course = course_for_staff(request.user, slug)
    analysis = _of_course(queries.item_analysis(viewer=request.user, exam_id=exam_id), course.pk)
    chosen, only = _chosen(request)
    lines = sorted(analysis.items, key=_SORTS[chosen.lstrip("-")], reverse=chosen.startswith("-"))
    flagged = [line for line in lines if line.flags]
    context = {
        "course": course,
        "exam": analysis.exam,
        "analysis": analysis,
        "lines": flagged if only else lines,
        "flagged": len(flagged),
        "sort": chosen,
        "only": only,
        "href": _href(chosen, only=only),
        "item_sort": _sort_order,
        "may_edit": may_write(request.user, course.pk),
    }
    return render(request, "items/analysis.html", context)


@require_safe
@signed_in
def exam_items_csv(request: SignedIn, slug: str, exam_id: UUID) -> HttpResponse:
    """The same as a table; figures of fewer than five people stay empty."""
    course = course_for_staff(request.user, slug)
    analysis = _of_course(queries.item_analysis(viewer=request.user, exam_id=exam_id), course.pk)
    return csv_file(f"items-{slug}", _CSV, (_row(line) for line in analysis.items))


@require_safe
@signed_in
def exam_item(request: SignedIn, slug: str, exam_id: UUID, question_id: UUID) -> HttpResponse:
    """One question of an exam: options by thirds, answers seen, versions."""
    course = course_for_staff(request.user, slug)
    view = queries.item_view(viewer=request.user, exam_id=exam_id, question_id=question_id)
    if view.exam.course_id != course.pk:
        raise NotFound
    context = {"course": course, "exam": view.exam, "view": view, "line": view.line}
    return render(request, "items/question.html", context)


# --- parts -----------------------------------------------------------------------------------


def _of_course(analysis: ItemAnalysis, course_id: UUID) -> ItemAnalysis:
    if analysis.exam.course_id != course_id:
        raise NotFound
    return analysis


def _chosen(request: SignedIn) -> tuple[str, bool]:
    asked = request.GET.get("sort", "")
    return (asked if asked.lstrip("-") in _SORTS else "place"), request.GET.get("only") == "look"


def _href(sort: str, *, only: bool) -> Callable[..., str]:
    """Addresses of the same page sorted by another column (again: the other way) or filtered."""

    def href(column: str = "", filtered: bool | None = None) -> str:
        order = f"-{column}" if column and sort == column else column or sort
        shown = only if filtered is None else filtered
        return "?" + urlencode({"sort": order, **({"only": "look"} if shown else {})})

    return href


def _last(figure: float | None) -> tuple[bool, float]:
    return figure is None, figure or 0.0


def _row(line: ItemLine) -> list[Any]:
    one = line.figures
    shown = [one.facility, one.low, one.high, one.discrimination, one.efficiency, one.seconds,
             one.skipped]  # fmt: skip
    rounded = [None if each is None or line.few else round(each, 4) for each in shown]
    return [
        line.position, line.headline, line.kind, line.lesson, line.worth, one.n, *rounded,
        " ".join(flag.code for flag in line.flags), line.is_dropped,
    ]  # fmt: skip


def _sort_order(sort: str, column: str) -> str | None:
    """How a column is sorted, in the words of `aria-sort`."""
    if sort.lstrip("-") != column:
        return None
    return "descending" if sort.startswith("-") else "ascending"
