"""Progress: is a student getting better, and what next; for themselves and for their staff."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from studium.analytics import actions, choosing_words, queries, rights, telling
from studium.analytics.improvement import LevelPoint
from studium.analytics.rules import GOAL
from studium.content.queries import course_for_reader
from studium.web import charts
from studium.web.downloads import csv_file
from studium.web.http import SignedIn, now, signed_in
from studium.web.kept_pages import Shown, kept_page
from studium.web.lists import offset_of, part_of

PER_PAGE = 25
AT_ONCE = 12
"""How many lines of each of its lists the page of a course shows; links lead to the others."""


@require_safe
@signed_in
@kept_page
def progress(request: SignedIn) -> Shown:
    """How it goes in all of one's courses."""
    lines = queries.my_progress(viewer=request.user, now=now())
    return Shown("progress/all.html", {"courses": lines, "telling": telling})


@require_safe
@signed_in
@kept_page
def course_progress(request: SignedIn, slug: str) -> HttpResponse | Shown:
    """One's own progress in a course; its staff are sent to everybody's."""
    course = course_for_reader(request.user, slug)
    if not rights.has_own_progress(request.user, course) and rights.may_see_insight(
        request.user, course
    ):
        return redirect("insight", slug=slug)
    shown, found = actions.look_at_progress(by=request.user, slug=slug, now=now())
    context = _context(request, shown, request.user) | {"suggestion": found}
    if found is not None:
        context["reason"] = choosing_words.reason(found, percentages=shown.percentages)
    return Shown("progress/course.html", context)


@require_safe
@signed_in
@kept_page
def insight_student(request: SignedIn, slug: str, student_id: UUID) -> Shown:
    """One student's progress, for the staff of the course."""
    shown, student = queries.student_picture(
        viewer=request.user, slug=slug, student_id=student_id, now=now()
    )
    return Shown("insight/student.html", _context(request, shown, student))


@require_safe
@signed_in
@kept_page
def concept_progress(request: SignedIn, slug: str, concept_id: UUID) -> Shown:
    """One's level on a concept: over time, why it is so, and every answer behind it."""
    at, offset = now(), offset_of(request)
    shown = queries.own_concept(
        viewer=request.user, slug=slug, concept_id=concept_id, now=at, offset=offset
    )
    context = _concept_context(shown, request.user, at, offset) | {"own": True}
    return Shown("progress/concept.html", context)


@require_safe
@signed_in
@kept_page
def insight_student_concept(
    request: SignedIn, slug: str, student_id: UUID, concept_id: UUID
) -> Shown:
    """The same of a student, for the staff of the course."""
    at, offset = now(), offset_of(request)
    shown, student = queries.student_concept(
        viewer=request.user, slug=slug, student_id=student_id, concept_id=concept_id, now=at,
        offset=offset,
    )  # fmt: skip
    context = _concept_context(shown, student, at, offset) | {"own": False}
    return Shown("progress/concept.html", context)


@require_POST
@signed_in
def slip(request: SignedIn, response_id: UUID) -> HttpResponse:
    """Call an answer of one's own a slip, or take that back; then back to where one was."""
    if request.POST.get("undo"):
        actions.take_back_slip(by=request.user, response_id=response_id, now=now())
        messages.success(request, _("The note is taken back."))
    else:
        words = request.POST.get("words", "")
        actions.note_slip(by=request.user, response_id=response_id, words=words, now=now())
        messages.success(request, _("Noted as a slip. No figure changes by it."))
    back = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/")
    return HttpResponseRedirect(back if safe else reverse("progress"))


@require_safe
@signed_in
def course_progress_csv(request: SignedIn, slug: str) -> HttpResponse:
    """One's own progress as a table: a line per concept, per lesson, then per attempt."""
    shown = queries.own_picture(viewer=request.user, slug=slug, now=now())
    head = ["kind", "title", "number", "score", "passed", "answers", "share_right", "level",
            "likely_low", "likely_high", "words", "at", "review_due"]  # fmt: skip
    return csv_file(f"progress-{slug}", head, _lines(shown))


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


# --- parts -----------------------------------------------------------------------------------


def _lines(shown: queries.Picture) -> list[list[Any]]:
    concepts: list[list[Any]] = []
    for topic in shown.topics:
        one, told = topic.standing, shown.percentages and not topic.is_early
        figures = [one.p, one.low, one.high] if told else [None, None, None]
        concepts.append(
            ["concept", one.name, None, None, None, one.n, None, *figures, one.words, one.last_at,
             one.due_at]
        )  # fmt: skip
    found = shown.progress
    lessons = [
        ["lesson", one.topic, one.place, None, None, one.answers, one.share, None, None, None,
         one.words, one.last_at, None]
        for one in found.lessons
    ]  # fmt: skip
    attempts = [
        [one.kind, one.title, one.attempt_no, one.score, one.passed, None, None, None, None, None,
         None, one.at, None]
        for one in [*found.exams, *found.practice]
    ]  # fmt: skip
    return [*concepts, *lessons, *attempts]


def _context(request: SignedIn, shown: queries.Picture, student: Any) -> dict[str, Any]:
    context: dict[str, Any] = {
        "picture": shown, "progress": shown.progress, "course": shown.course, "student": student,
        "telling": telling, "goal": GOAL,
    }  # fmt: skip
    lists = {
        "topics": shown.topics, "fading": shown.fading, "exams": shown.progress.exams[::-1],
        "practice": shown.progress.practice[::-1],
    }  # fmt: skip
    for name, rows in lists.items():
        context[name] = part_of(request, rows, name=name, limit=AT_ONCE)
    if shown.levels:
        context["chart"] = _levels(shown)
    if shown.outlook is not None and shown.outlook.readiness is not None and shown.percentages:
        context["forecast"] = _forecast(shown)
    return context


def _goal() -> charts.Goal:
    return charts.Goal(GOAL, _("goal 80 %"))


def _moment(one: Any) -> datetime:
    """The middle of a day, which is the same day in most zones."""
    return datetime.combine(one.day, time(12), tzinfo=UTC)


def _point(one: Any, word: str = "") -> charts.Point:
    return charts.Point(
        _moment(one), one.p, one.low, one.high, n=one.n, is_thin=one.n < 3, word=word
    )


def _levels(shown: queries.Picture) -> charts.Chart:
    events = [
        charts.Event(one.at, f"{one.score} % {one.title}")  # a long title is cut
        for one in shown.progress.exams[-2:]
        if one.score is not None and _moment(shown.levels[0]) <= one.at
    ]
    points: list[LevelPoint] = list(shown.levels)
    return charts.band_line(
        [_point(one) for one in points],
        id="level",
        title=_("Level on questions of equal difficulty"),
        goal=_goal() if shown.percentages else None,
        events=events,
        measure=_("Level"),
        shows_percent=shown.percentages,
    )


def _forecast(shown: queries.Picture) -> charts.Chart:
    assert shown.outlook is not None
    assert shown.outlook.readiness is not None
    found, mark = shown.outlook.readiness, shown.outlook.exam.pass_mark
    return charts.forecast_bar(
        found.mean, found.low, found.high,
        goal=charts.Goal(found.pass_share, _("pass mark %(mark)s %%") % {"mark": mark}),
        id="forecast", title=_("Score to be expected in “%(exam)s”") % {"exam": shown.outlook.exam},
    )  # fmt: skip


def _concept_context(
    shown: queries.ConceptPicture, student: Any, at: datetime, offset: int
) -> dict[str, Any]:
    topic, percentages = shown.topic, shown.percentages
    context: dict[str, Any] = {
        "shown": shown, "topic": topic, "course": shown.course, "student": student,
        "telling": telling, "offset": offset, "limit": PER_PAGE,
        "told": percentages and not topic.is_early,
    }  # fmt: skip
    if shown.explained is not None:
        context["sentences"] = telling.level(
            shown.explained, topic.standing.words, now=at,
            percentages=percentages and not topic.is_early,
        )  # fmt: skip
    if topic.days:
        context["chart"] = _over_time(shown, at)
    return context


def _over_time(shown: queries.ConceptPicture, at: datetime) -> charts.Chart:
    topic = shown.topic
    one = topic.standing
    today = charts.Point(at, one.p, one.low, one.high, n=one.n, is_thin=topic.is_early)
    fades = (at.date() - topic.days[-1].day).days > 0
    return charts.band_line(
        [_point(day) for day in topic.days],
        id="concept",
        title=_("Level on “%(name)s”") % {"name": one.name},
        goal=_goal() if shown.percentages else None,
        dots=[charts.Dot(dot.at, dot.share) for dot in shown.dots],
        ahead=[today] if fades else [],
        measure=_("Level"),
        shows_percent=shown.percentages,
    )
