"""Insight: how a course goes for everybody, attempt by attempt and exam by exam."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from studium.analytics import queries
from studium.content.queries import groups_of
from studium.web import charts
from studium.web.downloads import csv_file
from studium.web.http import SignedIn, signed_in
from studium.web.kept_pages import Shown, kept_page
from studium.web.lists import group_of, offset_of

PER_PAGE = 50
_EVERYTHING = 100_000


@require_safe
@signed_in
@kept_page
def insight(request: SignedIn, slug: str) -> Shown:
    """How an exam of the course went, and which of its questions need a look."""
    course = queries.course_for_insight(viewer=request.user, slug=slug)
    exams = queries.exams_of(course)
    exam = _chosen(request, exams)
    picture = queries.exam_picture(exam) if exam else None
    context = {"course": course, "exams": exams, "picture": picture}
    if picture is not None:
        context["chart"] = _distribution(picture)
    return Shown("insight/exam.html", context)


@require_safe
@signed_in
@kept_page
def insight_attempts(request: SignedIn, slug: str) -> Shown:
    """Everybody's attempts at the exams of a course."""
    course = queries.course_for_insight(viewer=request.user, slug=slug)
    exams, offset = queries.exams_of(course), offset_of(request)
    chosen = _filters(request, exams)
    rows, count = queries.attempts_page(course, **chosen, offset=offset, limit=PER_PAGE)
    context = {
        "course": course,
        "exams": exams,
        "attempts": rows,
        "filters": chosen,
        "groups": groups_of(course),
        **_paging(request, count, offset),
    }
    return Shown("insight/attempts.html", context)


@require_safe
@signed_in
@kept_page
def insight_students(request: SignedIn, slug: str) -> Shown:
    """The students of a course with what they did last."""
    course = queries.course_for_insight(viewer=request.user, slug=slug)
    search, group, offset = _search(request), group_of(request.GET), offset_of(request)
    rows, count = queries.students_page(
        course, search=search, group=group, offset=offset, limit=PER_PAGE
    )
    context = {
        "course": course,
        "students": rows,
        "search": search,
        "group": group,
        "groups": groups_of(course),
        **_paging(request, count, offset),
    }
    return Shown("insight/students.html", context)


@require_safe
@signed_in
def insight_attempts_csv(request: SignedIn, slug: str) -> HttpResponse:
    """The list of attempts, with its filters, as a table."""
    course = queries.course_for_insight(viewer=request.user, slug=slug)
    chosen = _filters(request, queries.exams_of(course))
    rows, _count = queries.attempts_page(course, **chosen, limit=_EVERYTHING)
    head = ["student", "exam", "attempt", "began", "handed_in", "status", "score", "passed"]
    lines = (
        [row.student, row.exam, row.attempt_no, row.at, row.submitted_at, row.status, row.score,
         row.passed]
        for row in rows
    )  # fmt: skip
    return csv_file(f"attempts-{slug}", head, lines)


@require_safe
@signed_in
def insight_questions_csv(request: SignedIn, slug: str) -> HttpResponse:
    """The questions of the chosen exam as a table."""
    course = queries.course_for_insight(viewer=request.user, slug=slug)
    exam = _chosen(request, queries.exams_of(course))
    rows = queries.exam_picture(exam).questions if exam else ()
    head = ["number", "question", "lesson", "answers", "share_right", "words", "flag"]
    lines = (
        [row.position, row.text, row.lesson, row.answers,
         None if row.share is None else round(row.share, 4), row.words, row.flag]
        for row in rows
    )  # fmt: skip
    return csv_file(f"questions-{slug}", head, lines)


@require_safe
@signed_in
def insight_students_csv(request: SignedIn, slug: str) -> HttpResponse:
    """The students as a table."""
    course = queries.course_for_insight(viewer=request.user, slug=slug)
    rows, _count = queries.students_page(
        course, search=_search(request), group=group_of(request.GET), limit=_EVERYTHING
    )
    head = ["student", "email", "lessons_done_percent", "exam_attempts", "practice_runs",
            "last_activity", "latest_score", "latest_passed"]  # fmt: skip
    lines = (
        [row.name, row.email, row.progress, row.exams, row.practice, row.last_at,
         row.latest_score, row.latest_passed]
        for row in rows
    )  # fmt: skip
    return csv_file(f"students-{slug}", head, lines)


# --- parts -----------------------------------------------------------------------------------


def _distribution(picture: queries.ExamPicture) -> charts.Chart:
    counts = picture.histogram
    return charts.bars(
        [
            charts.Column(
                str(10 * place),
                count,
                is_on=10 * place >= picture.exam.pass_mark,
                range=f"{10 * place}–{100 if place == len(counts) - 1 else 10 * place + 9} %",
            )
            for place, count in enumerate(counts)
        ],
        id="distribution",
        title=_("Scores of %(count)s hand-ins") % {"count": picture.hand_ins},
        text="" if picture.hand_ins else _("Nobody has handed in yet."),
        on=_("passed"),
        head=(_("Score"), _("Hand-ins")),
    )


def _chosen(request: SignedIn, exams: list[Any]) -> Any:
    asked = request.GET.get("exam")
    return next((one for one in exams if str(one.pk) == asked), exams[0] if exams else None)


def _filters(request: SignedIn, exams: list[Any]) -> dict[str, Any]:
    asked, outcome = request.GET.get("exam"), request.GET.get("outcome", "")
    return {
        "exam_id": next((one.pk for one in exams if str(one.pk) == asked), None),
        "outcome": outcome if outcome in ("passed", "failed", "running") else "",
        "search": _search(request),
        "group": group_of(request.GET),
    }


def _search(request: SignedIn) -> str:
    return request.GET.get("q", "").replace("\x00", "").strip()[:100]


def _paging(request: SignedIn, count: int, offset: int) -> dict[str, Any]:
    asked: dict[str, str] = {
        key: request.GET[key] for key in ("q", "exam", "outcome", "group") if request.GET.get(key)
    }

    def href(place: int) -> str:
        return f"?{urlencode({**asked, 'offset': str(place)})}"

    return {
        "count": count,
        "offset": offset,
        "limit": PER_PAGE,
        "page_href": href,
        "query": urlencode(asked),
    }
