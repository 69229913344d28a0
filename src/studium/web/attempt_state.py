"""What the paper of a running exam asks for and tells besides its answers."""

from __future__ import annotations

import json
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_POST, require_safe

from studium.assessment import presence, queries
from studium.assessment.actions import signals, sit
from studium.lib import clock
from studium.lib.errors import Refused, TooLarge, Unreadable
from studium.lib.problems import refusal_problem
from studium.web.http import SignedIn, signed_in

_MAX_BYTES = 16 * 1024


@require_safe
@signed_in
def exam_state(request: SignedIn, attempt_id: UUID) -> JsonResponse:
    """Is it still going on, until when, does the clock stand, and what have the staff written."""
    now = clock.now()
    state = queries.attempt_state(viewer=request.user, attempt_id=attempt_id, now=now)
    if state.is_overdue:
        sit.close_overdue(now=now, pk=attempt_id)
        state = queries.attempt_state(viewer=request.user, attempt_id=attempt_id, now=now)
    elif state.owner_id == request.user.pk and state.status == "in_progress":
        presence.beat(attempt_id, now=now)
    return JsonResponse(state.as_json() | {"own": state.owner_id == request.user.pk})


@require_POST
@signed_in
def exam_signals(request: SignedIn, attempt_id: UUID) -> HttpResponse:
    """Facts about how it is sat, `{"signals": […]}`; without any it is a sign of life."""
    try:
        noted = signals.note_signals(
            by=request.user, attempt_id=attempt_id, signals=_signals(request), now=clock.now()
        )
    except Refused as refused:
        return refusal_problem(refused)
    return JsonResponse({"noted": noted})


def _signals(request: SignedIn) -> list[object]:
    if int(request.META.get("CONTENT_LENGTH") or 0) > _MAX_BYTES:
        raise TooLarge(f"Signals have at most {_MAX_BYTES // 1024} KB.")
    try:
        sent = json.loads(request.body)
    except (ValueError, RecursionError):
        raise Unreadable("The body is not JSON.") from None
    if not isinstance(sent, dict) or not isinstance(sent.get("signals"), list):
        raise Unreadable("The body must be an object with a list of signals.")
    found: list[object] = sent["signals"]
    return found
