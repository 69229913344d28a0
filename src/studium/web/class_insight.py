"""Insight into a class: who needs help, the class by concept, learning curves, readiness."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from studium.analytics import actions, queries, rules, wording
from studium.analytics.queries import instructor
from studium.analytics.queries.instructor import Narrowed
from studium.content.queries import course_for_reader
from studium.lib.looks import one_look
from studium.web import class_charts
from studium.web.downloads import Cell, csv_file
from studium.web.http import SignedIn, now, signed_in
from studium.web.kept_pages import Shown, kept_page
from studium.web.lists import offset_of

PER_PAGE = 30
HELP_PER_PAGE = 20
_EVERYBODY = 1_000_000


@require_safe
@signed_in
@kept_page
def insight_help(request: SignedIn, slug: str) -> Shown:
    """Who needs help and why, the lowest chance first, with something to do beside each name."""
    course = queries.course_for_insight(viewer=request.user, slug=slug)
    asked, offset = _asked(request), offset_of(request)
    page = instructor.class_help(course, asked, now=now(), limit=HELP_PER_PAGE, offset=offset)
    context = {"course": course, "page": page, "words": wording}
    context |= _listed(request, asked, page.people, page.count, offset, limit=HELP_PER_PAGE)
    return Shown("insight/help.html", context)


@require_safe
@signed_in
@one_look()
def insight_help_csv(request: SignedIn, slug: str) -> HttpResponse:
    """The same as a table, with everybody asked for."""
    course = queries.course_for_insight(viewer=request.user, slug=slug)
    page = instructor.class_help(course, _asked(request), now=now(), limit=_EVERYBODY)
    head = ["student", "email", "answers", "concepts_answered", "concepts", "last_day", "chance",
            "expected", "likely_low", "likely_high", "reasons"]  # fmt: skip
    return csv_file(f"help-{slug}", head, (_help_row(one, page) for one in page.lines))


@require_POST
@signed_in
def insight_suggest(request: SignedIn, slug: str, student_id: UUID) -> HttpResponse:
    """Suggest to a student to practise a concept; they see it as from their instructor."""
    course = queries.course_for_insight(viewer=request.user, slug=slug)
    made = actions.suggest_practice(
        by=request.user,
        course_id=course.pk,
        user_id=student_id,
        concept_id=_id(request.POST.get("concept", "")),
        words=request.POST.get("words", ""),
        now=now(),
    )
    told = {"concept": made.concept.name, "name": made.user.name}
    messages.success(request, _("“%(concept)s” is suggested to %(name)s.") % told)
    return redirect(f"{reverse('insight_help', kwargs={'slug': slug})}#s-{student_id}")


@require_POST
@signed_in
def insight_suggestion_undo(request: SignedIn, slug: str, suggestion_id: UUID) -> HttpResponse:
    """Take a suggestion back."""
    queries.course_for_insight(viewer=request.user, slug=slug)
    actions.take_back_suggestion(by=request.user, suggestion_id=suggestion_id, now=now())
    messages.success(request, _("The suggestion is taken back."))
    return redirect("insight_help", slug=slug)


@require_safe
@signed_in
@kept_page
def insight_class(request: SignedIn, slug: str) -> Shown:
    """The class by concept, the lowest chance first; thin evidence looks thin."""
    course = queries.course_for_insight(viewer=request.user, slug=slug)
    asked, offset = _asked(request), offset_of(request)
    page = instructor.class_map(course, asked, now=now(), limit=PER_PAGE, offset=offset)
    chart = class_charts.heat_map(page, slug)
    context = {"course": course, "page": page, "chart": chart}
    context |= _listed(request, asked, page.people, page.count, offset)
    return Shown("insight/class.html", context)


@require_safe
@signed_in
@one_look()
def insight_class_csv(request: SignedIn, slug: str) -> HttpResponse:
    """The same as a table: a line for each person and concept with an answer."""
    course = queries.course_for_insight(viewer=request.user, slug=slug)
    page = instructor.class_map(course, _asked(request), now=now(), limit=_EVERYBODY)
    head = ["student", "email", "concept", "level", "likely_low", "likely_high", "answers",
            "last_at", "words"]  # fmt: skip
    return csv_file(f"class-{slug}", head, _map_rows(page))


@require_safe
@signed_in
@kept_page
def insight_curves(request: SignedIn, slug: str) -> Shown:
    """How the class learns each concept: errors by opportunity, with people and ranges."""
    course = queries.course_for_insight(viewer=request.user, slug=slug)
    asked = _asked(request)
    page = instructor.learning_curves(course, asked)
    wanted = request.GET.get("concept")
    opened = next((one for one in page.lines if str(one.concept_id) == wanted), None)
    context = {"course": course, "lines": page.lines, "opened": opened}
    context |= {"people": page.people, "asked": asked}
    context["query"] = urlencode({"group": str(asked.group_id)} if asked.group_id else {})
    if opened is not None:
        context["chart"] = class_charts.curve(opened)
    return Shown("insight/curves.html", context)


@require_safe
@signed_in
def insight_curves_csv(request: SignedIn, slug: str) -> HttpResponse:
    """The same as a table: a line for each concept and opportunity that may be shown."""
    course = queries.course_for_insight(viewer=request.user, slug=slug)
    head = ["concept", "kind", "opportunity", "people", "error", "likely_low", "likely_high"]
    rows: list[list[Cell]] = [
        [one.name, one.curve.words, at.opportunity, at.n, _four(at.error), _four(at.low),
         _four(at.high)]
        for one in instructor.learning_curves(course, _asked(request)).lines
        for at in one.curve.points
    ]  # fmt: skip
    return csv_file(f"curves-{slug}", head, rows)


@require_safe
@signed_in
@kept_page
def insight_readiness(request: SignedIn, slug: str) -> Shown:
    """How ready the class is for its next exam."""
    course = queries.course_for_insight(viewer=request.user, slug=slug)
    asked, offset = _asked(request), offset_of(request)
    page = instructor.class_readiness(course, asked, now=now(), limit=PER_PAGE, offset=offset)
    context = {"course": course, "page": page, "chart": class_charts.readiness(page)}
    context |= _listed(request, asked, page.people, page.count, offset)
    return Shown("insight/readiness.html", context)


@require_safe
@signed_in
def insight_readiness_csv(request: SignedIn, slug: str) -> HttpResponse:
    """The same as a table: a line for each student."""
    course = queries.course_for_insight(viewer=request.user, slug=slug)
    page = instructor.class_readiness(course, _asked(request), now=now())
    head = ["student", "email", "answers", "chance", "expected", "likely_low", "likely_high"]
    rows = (
        [one.name, one.email, one.answers, *_outlook_cells(one.outlook, page.percentages)]
        for one in page.lines
    )
    return csv_file(f"readiness-{slug}", head, rows)


@require_safe
@signed_in
@kept_page
def course_seen(request: SignedIn, slug: str) -> Shown:
    """What the staff of a course see of oneself: the same evidence and the same reasons."""
    course = course_for_reader(request.user, slug)
    line, percentages = instructor.own_help(viewer=request.user, course=course, now=now())
    context = {
        "course": course,
        "line": line,
        "suggested": [one for one in line.suggested if not one.followed],
        "percentages": percentages,
        "words": wording,
    }
    return Shown("progress/seen.html", context)


# --- parts -----------------------------------------------------------------------------------


def _asked(request: SignedIn) -> Narrowed:
    return Narrowed(
        group_id=_id_or_none(request.GET.get("group", "")),
        since=_day(request.GET.get("since", "")),
        search=request.GET.get("q", "").replace("\x00", "").strip()[:100],
    )


def _day(text: str) -> date | None:
    """A day of the address bar; what is none counts as not asked."""
    try:
        found = date.fromisoformat(text[:10])
    except ValueError:
        return None
    return found if 1970 < found.year < 9999 else None


def _id_or_none(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _id(text: str) -> UUID:
    return _id_or_none(text) or UUID(int=0)


def _listed(
    request: SignedIn,
    asked: Narrowed,
    people: Any,
    count: int,
    offset: int,
    *,
    limit: int = PER_PAGE,
) -> dict[str, Any]:
    kept = {key: request.GET[key] for key in ("group", "since", "q") if request.GET.get(key)}

    def href(place: int) -> str:
        return f"?{urlencode({**kept, 'offset': str(place)})}"

    return {
        "asked": asked,
        "people": people,
        "count": count,
        "offset": offset,
        "limit": limit,
        "page_href": href,
        "query": urlencode(kept),
    }


def _help_row(one: Any, page: Any) -> list[Any]:
    told = " ".join(wording.sentence(each, percentages=page.percentages) for each in one.reasons)
    day = None if one.last_day is None else one.last_day.isoformat()
    return [one.name, one.email, one.answers, one.answered, one.concepts, day,
            *_outlook_cells(one.outlook, page.percentages), told]  # fmt: skip


def _outlook_cells(outlook: Any, percentages: bool) -> list[Any]:
    if outlook is None:
        return ["too early to say", None, None, None]
    shares = [_four(outlook.mean), _four(outlook.low), _four(outlook.high)]
    return [outlook.words, *(shares if percentages else [None, None, None])]


def _map_rows(page: Any) -> Any:
    for row in page.rows:
        for cell in row.cells:
            if cell.n:
                early = cell.words == rules.TOO_EARLY
                shown = not early and page.percentages
                shares = [_four(cell.p), _four(cell.low), _four(cell.high)]
                yield [row.name, row.email, cell.name, *(shares if shown else [None] * 3),
                       cell.n, cell.last_at, cell.words]  # fmt: skip


def _four(share: float) -> float:
    return round(share, 4)
