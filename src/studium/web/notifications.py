"""Notifications: the list, the part behind the bell, and taking them as read."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from studium.identity import inbox
from studium.identity.actions import notifying
from studium.lib import clock
from studium.web.http import SignedIn, now, signed_in
from studium.web.lists import offset_of

PER_PAGE = 50
IN_THE_MENU = 6


@require_safe
@signed_in
def notifications(request: SignedIn) -> HttpResponse:
    """All of one's own, or the unread ones, the latest first."""
    unread = request.GET.get("show", "") == "unread"
    rows = inbox.notifications(request.user, unread=unread)
    offset = offset_of(request)
    context = {
        "notices": [inbox.notice(row) for row in rows[offset : offset + PER_PAGE]],
        "count": rows.count(),
        "offset": offset,
        "limit": PER_PAGE,
        "unread_only": unread,
        "shown_at": clock.now().isoformat(),
        "page_href": lambda place: f"?{urlencode(_query(unread) | {'offset': place})}",
    }
    return render(request, "notifications/list.html", context)


@require_safe
@signed_in
def notifications_menu(request: SignedIn) -> HttpResponse:
    """The latest few, for the menu behind the bell."""
    rows = inbox.notifications(request.user)[:IN_THE_MENU]
    context = {"notices": [inbox.notice(row) for row in rows]}
    return render(request, "notifications/menu.html", context)


@require_POST
@signed_in
def notification_open(request: SignedIn, notification_id: UUID) -> HttpResponse:
    """Take one as read and go where it leads."""
    row = notifying.read_notification(by=request.user, notification_id=notification_id, now=now())
    # The database holds that the address is a path of this site.
    return HttpResponseRedirect(row.url or reverse("notifications"))


@require_POST
@signed_in
def notifications_read(request: SignedIn) -> HttpResponse:
    """Take everything as read that stood on the page; what came since stays new."""
    try:
        until = parse_datetime(request.POST.get("until", "")[:40])
    except ValueError:
        until = None
    if until is not None and until.tzinfo is None:
        until = None
    notifying.read_all(by=request.user, now=now(), until=until)
    return redirect("notifications")


def _query(unread: bool) -> dict[str, Any]:
    return {"show": "unread"} if unread else {}
