"""Taking back what was just done in a course, by the button in its toast."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from studium.content import queries
from studium.content.actions import undoing
from studium.lib import clock
from studium.lib.errors import Conflict
from studium.web.http import SignedIn, signed_in
from studium.web.messages import say_undoable


def say_done(request: SignedIn, text: str, course_id: UUID, now: datetime) -> None:
    """Say that an act of content at this moment is done, and offer its way back."""
    step = queries.step_made(request.user, course_id, now)
    url = reverse("undo_step", kwargs={"step_id": step.pk}) if step else None
    say_undoable(request, text, url)


@require_POST
@signed_in
def undo_step(request: SignedIn, step_id: UUID) -> HttpResponse:
    """Take back one's own act, and return to the page it was taken back on."""
    try:
        undoing.undo(by=request.user, step_id=step_id, now=clock.now())
        messages.success(request, _("It is as it was before."))
    except Conflict as refused:
        messages.error(request, refused.message)
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return redirect(wanted if is_ours and wanted.startswith("/") else reverse("teach"))
