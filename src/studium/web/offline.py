"""Reading without a connection: the service worker, its page, and what may still be kept.

The worker keeps lessons that the reader opened, on their device, until they sign out. Whether it
may is asked here again with each lesson that is opened (`kept`).
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import get_template
from django.utils import translation
from django.views.decorators.http import require_safe

from studium.content import queries
from studium.identity import queries as identity
from studium.web.http import SignedIn, signed_in
from studium.web.jinja import settings_public

MOST_KEPT = 50
"""Lessons on one device; the one opened longest ago makes room."""


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The worker's script. It lies at the root, since it may only see to what is below its own
    address; browsers ask for it anew each time, so that a new release is a new worker.
    """
    response = HttpResponse(_script(), content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What stands where a page cannot be had: nothing in it is anybody's own."""
    context = {
        "settings_public": settings_public() | {"zone": ""},
        "LANGUAGE_CODE": translation.get_language(),
        "LANGUAGE_BIDI": translation.get_language_bidi(),
    }
    return HttpResponse(get_template("offline/offline.html").render(context))


@require_safe
@signed_in
def kept(request: SignedIn) -> HttpResponse:
    """Whether lessons may be kept at all, and which of those on the device may be read still."""
    named = request.GET.get("lessons", "").split(",")[: MOST_KEPT + 10]
    ids = [lesson_id for text in named if (lesson_id := _uuid(text)) is not None]
    may = queries.readable_among(request.user, ids) if ids else set()
    keep = identity.preferences(request.user).keep_lessons
    return JsonResponse({"keep": keep, "lessons": [str(one) for one in ids if one in may]})


@lru_cache(maxsize=1)
def _script() -> str:
    return (Path(__file__).parent / "static/js/worker.js").read_text("utf-8")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
