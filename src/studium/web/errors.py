"""Error pages: what happened, whether work is safe, what to do, and a reference the log holds."""

from __future__ import annotations

import logging
import secrets
import sys
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from studium.lib.errors import NotAllowed, NotFound, Refused
from studium.lib.localized import said
from studium.lib.problems import problem, refusal_problem, retry_after

__all__ = ["problem", "refusal_page", "refusal_problem"]

log = logging.getLogger("studium.errors")

API_PREFIX = "/api/"
_PAGES = {400, 403, 404, 409, 413, 429}


def refusal_page(request: HttpRequest, refused: Refused) -> HttpResponse:
    """A refusal as a page; htmx gets a message it can show in place."""
    response = _page(
        request,
        refused.status,
        message=said(refused.message),
        fields={name: said(text) for name, text in refused.fields.items()},
        retry_after=refused.extra.get("retry_after"),
    )
    for name, value in (retry_after(refused) or {}).items():
        response.headers[name] = value
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request itself was malformed."""
    return _answer(request, 400, "bad_request", "The request could not be read.")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a change without proof that it comes from our own page."""
    return _answer(request, 403, "csrf_failed", "The form was not sent from this site.", "403_csrf")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: not for this person."""
    return _answer(request, 403, NotAllowed.code, "Your account may not do this.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: nothing here, or nothing this person may know of; both look the same."""
    return _answer(request, 404, NotFound.code, NotFound().message)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault. The page needs no database; its reference is in the log."""
    reference = secrets.token_hex(4).upper()
    log.error(
        "request failed: %s %s",
        request.method,
        request.path,
        exc_info=sys.exc_info()[1],
        extra={"reference": reference},
    )
    if request.path.startswith(API_PREFIX):
        detail = "The server met an error that it did not expect. Quote the reference to the admin."
        return problem(500, code="server_error", detail=detail, reference=reference)
    return HttpResponse(render_to_string("500.html", {"reference": reference}), status=500)


def _answer(
    request: HttpRequest, status: int, code: str, message: str, page: str = ""
) -> HttpResponse:
    if request.path.startswith(API_PREFIX):
        return problem(status, code=code, detail=message)
    return _page(request, status, page=page)


def _page(request: HttpRequest, status: int, *, page: str = "", **context: Any) -> HttpResponse:
    """The page of a status in its own words, or with the `message` of a refusal."""
    shown = status if status in _PAGES else 400
    part = "HX-Request" in request.headers and "HX-Boosted" not in request.headers
    name = "errors/part.html" if part else f"{page or shown}.html"
    html = render_to_string(name, {"status": status, **context}, request=request)
    return HttpResponse(html, status=status)
