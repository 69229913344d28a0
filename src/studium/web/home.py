"""The first page: what is next, for those who learn and for those who teach."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from studium.analytics import queries as progress
from studium.analytics import wording
from studium.analytics.queries import home as soon
from studium.assessment import queries as assessment
from studium.assessment.queries.waiting import staff_work
from studium.content import queries, rights
from studium.lib import clock
from studium.web.http import SignedIn, signed_in


@require_safe
@signed_in
def home(request: SignedIn) -> HttpResponse:
    """What to go on with, what comes next, what waits for one's marks, and one's courses."""
    now, mine = clock.now(), queries.my_courses(request.user)
    learning = [course for course in mine if not course.is_taught]
    teaching = [course for course in mine if course.is_taught]
    context = {
        "learning": learning,
        "teaching": teaching,
        "resume": _resume(learning),
        "greeting": _greeting(),
        "exams": assessment.exams_open_to(viewer=request.user, now=now) if learning else [],
        "growth": progress.growth_for(request.user) if learning else [],
        "work": staff_work(viewer=request.user, now=now) if teaching else None,
        "may_create": rights.may_create_course(request.user),
    }
    return render(request, "learn/home.html", context)


@require_safe
@signed_in
def home_soon(request: SignedIn) -> HttpResponse:
    """What takes longer to work out and comes after the page: reviews due, and who needs help."""
    now = clock.now()
    context = {
        "due": soon.due_reviews(request.user, now=now),
        "help": soon.first_to_help(request.user, now=now),
        "words": wording,
    }
    if request.htmx:
        return render(request, "learn/home_soon.html", context)
    return render(request, "learn/home_soon_page.html", context)


def _resume(learning: list[queries.MyCourse]) -> queries.MyCourse | None:
    """The course to go on with: the one read last that has something left."""
    left = [one for one in learning if one.next_id is not None and one.status == "published"]
    read = [(one.last_opened_at, one) for one in left if one.last_opened_at is not None]
    if read:
        return max(read, key=lambda entry: entry[0])[1]
    return left[0] if left else None


def _greeting() -> str:
    hour = timezone.localtime(clock.now()).hour
    if hour < 5 or hour >= 18:
        return _("Good evening")
    return _("Good morning") if hour < 12 else _("Good afternoon")
