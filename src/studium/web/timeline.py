"""An attempt from its first event to its last, for the staff, and what stood when."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from studium.assessment import queries
from studium.assessment.chain import read_code
from studium.lib import clock
from studium.web.http import SignedIn, signed_in
from studium.web.room import hour

AROUND = 100


@require_safe
@signed_in
def attempt_timeline(request: SignedIn, attempt_id: UUID) -> HttpResponse:
    """The events, and the answers at the one that `at` names; with htmx only what changes."""
    text, code = request.GET.get("at", ""), request.GET.get("code", "")
    shown = queries.attempt_timeline(
        viewer=request.user,
        attempt_id=attempt_id,
        now=clock.now(),
        seq=int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None,
        code=read_code(code),
    )
    count = len(shown.moments)
    first = max(0, min(shown.seq - AROUND // 2, count - AROUND))
    context = {
        "timeline": shown,
        "line": shown.line,
        "exam": shown.exam,
        "course": shown.exam.course,
        "count": count,
        "events": shown.moments[first : first + AROUND],
        "address": reverse("attempt_timeline", args=[attempt_id]),
        "hour": hour,
        "code": code[:40],
    }
    return render(request, "room/moment.html" if request.htmx else "room/timeline.html", context)
