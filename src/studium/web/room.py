"""The room of a running exam: who is where, and what the staff do about it.

Everything the staff do here is confirmed on a page that says whom it reaches, and comes to the
papers through the exam's pulse.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from markupsafe import Markup

from studium.assessment import pulse as pulses
from studium.assessment import queries
from studium.assessment.actions import room
from studium.assessment.rights import exam_for_supervisor
from studium.content.queries import course_for_staff, groups_of
from studium.lib import clock
from studium.lib.errors import Invalid, NotFound
from studium.web.http import SignedIn, signed_in
from studium.web.lists import group_of, offset_of
from studium.web.questions import errors

PER_PAGE = 100
_NAMED = 20
_STATES = ("", "working", "silent", "paused", "not_started", "handed_in")


def pulse(request: HttpRequest, exam_id: UUID) -> HttpResponse:
    """The number of the exam's pulse as plain text; asked for by every paper all the time.

    `middleware.pulses_first` calls it before there is a session. It says nothing of an exam but
    that its staff have done something.
    """
    response = HttpResponse(str(pulses.number(exam_id)), content_type="text/plain")
    response.headers["Cache-Control"] = "no-store"
    return response


@require_safe
@signed_in
def exam_room(request: SignedIn, slug: str, exam_id: UUID) -> HttpResponse:
    """The room, or with htmx only what changes in it."""
    _in_course(request, slug, exam_id)
    state = request.GET.get("state", "")
    state = state if state in _STATES else ""
    search = request.GET.get("q", "").replace("\x00", "")[:100]
    shown = queries.exam_room(
        viewer=request.user,
        exam_id=exam_id,
        now=clock.now(),
        state=state,
        search=search,
        group=group_of(request.GET),
        offset=offset_of(request),
        limit=PER_PAGE,
    )
    template = "room/live.html" if request.htmx else "room/room.html"
    return render(request, template, _context(request, shown, state=state, search=search))


@require_POST
@signed_in
def exam_room_act(request: SignedIn, slug: str, exam_id: UUID) -> HttpResponse:
    """Ask for what an act needs and say whom it reaches; do it when that is confirmed."""
    _in_course(request, slug, exam_id)
    act = request.POST.get("act", "")
    if act not in _ACTS:
        raise Invalid("Choose what to do from the page of the room.", fields={"act": "Unknown."})
    ids, refused = _chosen(request.POST, act), None
    if "confirmed" in request.POST and ids != []:
        try:
            reached = _ACTS[act](request, exam_id, ids)
            messages.success(request, _said(act, reached))
            return redirect("exam_room", slug=slug, exam_id=exam_id)
        except Invalid as wrong:
            refused = wrong
    seats = queries.running_seats(
        viewer=request.user, exam_id=exam_id, now=clock.now(), attempt_ids=ids
    )
    context = {
        "exam": exam_for_supervisor(request.user, exam_id),
        "act": act,
        "everybody": ids is None,
        "seats": seats,
        "named": seats[:_NAMED],
        "given": request.POST,
        **errors(refused),
    }
    return render(request, "room/confirm.html", context, status=422 if refused else 200)


# --- acts ------------------------------------------------------------------------------------

_Act = Callable[[SignedIn, UUID, list[UUID] | None], int]


def _minutes(request: SignedIn, exam_id: UUID, ids: list[UUID] | None) -> int:
    text = request.POST.get("minutes", "").strip()
    return room.give_minutes(
        by=request.user,
        exam_id=exam_id,
        attempt_ids=ids,
        minutes=int(text) if text.isdecimal() and len(text) < 6 else 0,
        reason=request.POST.get("reason", ""),
        now=clock.now(),
    )


def _pause(request: SignedIn, exam_id: UUID, ids: list[UUID] | None) -> int:
    return room.pause(by=request.user, exam_id=exam_id, attempt_ids=ids, now=clock.now())


def _go_on(request: SignedIn, exam_id: UUID, ids: list[UUID] | None) -> int:
    return room.go_on(by=request.user, exam_id=exam_id, attempt_ids=ids, now=clock.now())


def _message(request: SignedIn, exam_id: UUID, ids: list[UUID] | None) -> int:
    text = request.POST.get("text", "")
    return room.send_message(
        by=request.user, exam_id=exam_id, attempt_ids=ids, text=text, now=clock.now()
    )


def _hand_in(request: SignedIn, exam_id: UUID, ids: list[UUID] | None) -> int:
    return room.hand_in_for(
        by=request.user, exam_id=exam_id, attempt_ids=ids or [], now=clock.now()
    )


_ACTS: dict[str, _Act] = {
    "minutes": _minutes,
    "pause": _pause,
    "go_on": _go_on,
    "message": _message,
    "hand_in": _hand_in,
}


def _said(act: str, reached: int) -> str:
    """What was done, for the toast; it reaches the papers in about two seconds."""
    words = {
        "minutes": ngettext(
            "%(n)s student has more time now.", "%(n)s students have more time now.", reached
        ),
        "pause": ngettext("%(n)s clock stands now.", "%(n)s clocks stand now.", reached),
        "go_on": ngettext("%(n)s clock goes on.", "%(n)s clocks go on.", reached),
        "message": ngettext("Sent to %(n)s student.", "Sent to %(n)s students.", reached),
        "hand_in": ngettext(
            "Handed in for %(n)s student.", "Handed in for %(n)s students.", reached
        ),
    }
    return words[act] % {"n": reached}


# --- parts -----------------------------------------------------------------------------------


def _in_course(request: SignedIn, slug: str, exam_id: UUID) -> None:
    """Refuse where the exam is not one of the address's course, or the person not of its staff."""
    course = course_for_staff(request.user, slug)
    if exam_for_supervisor(request.user, exam_id).course_id != course.pk:
        raise NotFound


def _chosen(form: QueryDict, act: str) -> list[UUID] | None:
    """The ticked attempts, or None for all that run; handing in is for the ticked ones only."""
    if form.get("who") == "all" and act != "hand_in":
        return None
    found = []
    for text in form.getlist("attempt")[:5000]:
        try:
            found.append(UUID(text))
        except ValueError:
            raise Invalid("The form names an attempt that is none.") from None
    return found


def _context(request: SignedIn, shown: queries.Room, *, state: str, search: str) -> dict[str, Any]:
    place = {"slug": shown.exam.course.slug, "exam_id": shown.exam.pk}
    address = reverse("exam_room", kwargs=place)
    group = str(group_of(request.GET) or "")
    filters = {"state": state, "q": search, "group": group}
    filters = {name: value for name, value in filters.items() if value}

    def page_href(offset: int) -> str:
        return f"{address}?{urlencode(filters | {'offset': offset})}"

    return {
        "room": shown,
        "exam": shown.exam,
        "course": shown.exam.course,
        "state": state,
        "search": search,
        "group": group,
        "groups": groups_of(shown.exam.course),
        "ticked": set(request.GET.getlist("attempt")[:PER_PAGE]),
        "filters": [
            (name, f"{address}?{urlencode({'state': name} if name else {})}") for name in _STATES
        ],
        "live_url": f"{address}?{urlencode(filters | {'offset': offset_of(request)})}",
        "offset": offset_of(request),
        "limit": PER_PAGE,
        "page_href": page_href,
        "hour": hour,
        "since": lambda moment: since(moment, shown.at),
    }


def hour(moment: datetime | None) -> Markup:
    """The time of day in the reader's zone, with seconds, as `<time>`; empty for none."""
    if moment is None:
        return Markup("")
    local = timezone.localtime(moment)
    return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(), f"{local:%H:%M:%S}")


def since(moment: datetime | None, now: datetime) -> str:
    """How long ago in one unit: `8 s`, `3 min`, `2 h`; empty for none."""
    if moment is None:
        return ""
    seconds = max(0, int((now - moment).total_seconds()))
    if seconds < 120:
        return _("%(n)s s") % {"n": seconds}
    if seconds < 7200:
        return _("%(n)s min") % {"n": seconds // 60}
    return _("%(n)s h") % {"n": seconds // 3600}
