"""Progress and insight: is a student getting better, and how does a course go for everybody."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from markupsafe import Markup

from studium.analytics import queries, rights
from studium.content.queries import course_for_reader, groups_of
from studium.web import charts
from studium.web.downloads import csv_file
from studium.web.http import SignedIn, now, signed_in
from studium.web.lists import group_of, offset_of

PER_PAGE = 50
_EVERYTHING = 100_000


@require_safe
@signed_in
def progress(request: SignedIn) -> HttpResponse:
    """How it goes in all of one's courses."""
    lines = queries.my_progress(viewer=request.user, now=now())
    return render(request, "progress/all.html", {"courses": lines})


@require_safe
@signed_in
def course_progress(request: SignedIn, slug: str) -> HttpResponse:
    """One's own progress in a course; its staff are sent to everybody's."""
    course = course_for_reader(request.user, slug)
    if not rights.has_own_progress(request.user, course) and rights.may_see_insight(
        request.user, course
    ):
        return redirect("insight", slug=slug)
    shown = queries.own_progress(viewer=request.user, slug=slug, now=now())
    context = _progress_context(request, shown, request.user, as_staff=False)
    return render(request, "progress/course.html", context)


@require_safe
@signed_in
def course_progress_csv(request: SignedIn, slug: str) -> HttpResponse:
    """One's own progress as a table: a line per lesson, then one per attempt."""
    shown = queries.own_progress(viewer=request.user, slug=slug, now=now())
    return _progress_csv(shown, f"progress-{slug}")


@require_safe
@signed_in
def course_progress_json(request: SignedIn, slug: str) -> HttpResponse:
    """One's own stored progress as programs read it."""
    course = course_for_reader(request.user, slug)
    data = queries.progress_data(viewer=request.user, course=course, now=now())
    return JsonResponse(
        {"course": slug, "progress": data},
        headers={"Content-Disposition": f'attachment; filename="progress-{slug}.json"'},
    )


@require_safe
@signed_in
def insight(request: SignedIn, slug: str) -> HttpResponse:
    """How an exam of the course went, and which of its questions need a look."""
    course = queries.course_for_insight(viewer=request.user, slug=slug)
    exams = queries.exams_of(course)
    exam = _chosen(request, exams)
    picture = queries.exam_picture(exam) if exam else None
    context = {"course": course, "exams": exams, "picture": picture}
    if picture is not None:
        context["chart"] = _distribution(picture)
    return render(request, "insight/exam.html", context)


@require_safe
@signed_in
def insight_attempts(request: SignedIn, slug: str) -> HttpResponse:
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
    return render(request, "insight/attempts.html", context)


@require_safe
@signed_in
def insight_students(request: SignedIn, slug: str) -> HttpResponse:
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
    return render(request, "insight/students.html", context)


@require_safe
@signed_in
def insight_student(request: SignedIn, slug: str, student_id: UUID) -> HttpResponse:
    """One student's progress, for the staff of the course."""
    shown, student = queries.student_progress(
        viewer=request.user, slug=slug, student_id=student_id, now=now()
    )
    context = _progress_context(request, shown, student, as_staff=True)
    return render(request, "insight/student.html", context)


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


def _progress_context(
    request: SignedIn, shown: queries.Progress, student: Any, *, as_staff: bool
) -> dict[str, Any]:
    context: dict[str, Any] = {"progress": shown, "course": shown.course, "student": student}
    scored = [one for one in shown.exams if one.score is not None]
    if not scored:
        scored = [one for one in shown.practice if one.score is not None]
    if scored:
        context["scored"] = scored
        context["chart"] = _scores(scored, own=not as_staff)
    lesson = next((one for one in shown.lessons if str(one.id) == request.GET.get("lesson")), None)
    if lesson is not None:
        context["opened"] = lesson
        context["behind"] = queries.behind_lesson(
            student=student, course=shown.course, lesson_id=lesson.id, now=now(), as_staff=as_staff
        )
    return context


def _scores(scored: list[queries.Tried], *, own: bool) -> charts.Chart:
    latest = scored[-1]
    is_exam = latest.kind == "exam"
    goal = None
    if is_exam and latest.pass_mark is not None:
        name = _("pass mark %(mark)s %%") % {"mark": latest.pass_mark}
        goal = charts.Goal(latest.pass_mark / 100, name)
    return charts.band_line(
        [charts.Point(one.at, (one.score or 0) / 100, name=_named(one, own)) for one in scored],
        id="scores",
        title=_("Score of each attempt over time") if is_exam else _("Score of each practice run"),
        goal=goal,
        measure=_("Score"),
        text=_("%(count)s attempts, from %(first)s to %(last)s %%. Each dot is one of them.")
        % {"count": len(scored), "first": scored[0].score, "last": latest.score},
    )


def _named(one: queries.Tried, own: bool) -> str | Markup:
    """An attempt by its name, as a link where it has a page for this reader."""
    name = _("%(title)s, attempt %(no)s") % {"title": one.title, "no": one.attempt_no}
    if one.kind == "exam":
        page = "exam_result"
    elif own:
        page = "quiz_attempt"
    else:
        return name
    return Markup('<a href="{}">{}</a>').format(reverse(page, kwargs={"attempt_id": one.id}), name)


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


def _progress_csv(shown: queries.Progress, name: str) -> HttpResponse:
    head = ["kind", "title", "number", "score", "passed", "answers", "share_right", "likely_low",
            "likely_high", "at"]  # fmt: skip
    lessons = (
        ["lesson", one.topic, one.place, None, None, one.answers, one.share, one.low, one.high,
         one.last_at]
        for one in shown.lessons
    )  # fmt: skip
    attempts = (
        [one.kind, one.title, one.attempt_no, one.score, one.passed, None, None, None, None, one.at]
        for one in [*shown.exams, *shown.practice]
    )
    return csv_file(name, head, [*lessons, *attempts])


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
