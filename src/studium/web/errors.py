"""Error pages: what happened, whether work is safe, what to do, and a reference the log holds."""

from __future__ import annotations

import json
import logging
import secrets
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from studium.lib.errors import NotAllowed, NotFound, Refused

log = logging.getLogger("studium.errors")

API_PREFIX = "/api/"


def problem(
    status: int, *, code: str, detail: str, headers: dict[str, str] | None = None, **more: Any
) -> HttpResponse:
    """An RFC 9457 answer; `more` are members beside the standard ones."""
    title = HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "code": code}
    return HttpResponse(
        json.dumps({**body, "detail": detail, **more}, ensure_ascii=False, default=str),
        status=status,
        content_type="application/problem+json",
        headers=headers,
    )


def refusal_problem(refused: Refused) -> HttpResponse:
    """A refusal as problem+json, with the fields it is about and what it says beside."""
    more: dict[str, Any] = dict(refused.extra)
    if refused.fields:
        more["fields"] = refused.fields
    return problem(
        refused.status,
        code=refused.code,
        detail=refused.message,
        headers=_retry_after(refused),
        **more,
    )


def refusal_page(request: HttpRequest, refused: Refused) -> HttpResponse:
    """A refusal as a page; htmx gets a message it can show in place."""
    response = _page(request, refused.status, refused.message, fields=refused.fields)
    for name, value in (_retry_after(refused) or {}).items():
        response.headers[name] = value
    return response


def _retry_after(refused: Refused) -> dict[str, str] | None:
    seconds = refused.extra.get("retry_after")
    return None if seconds is None else {"Retry-After": str(seconds)}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request itself was malformed."""
    message = _("The server could not read this request. Go back, reload the page and try again.")
    return _answer(request, 400, "bad_request", message)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a change without proof that it comes from our own page."""
    message = _(
        "This form was open for too long or was not sent from this site. Nothing was changed. "
        "Go back, reload the page and send it again."
    )
    return _answer(request, 403, "csrf_failed", message)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: not for this person."""
    message = _("Your account may not do this. Ask the instructor of the course or an admin.")
    return _answer(request, 403, NotAllowed.code, message)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: nothing here, or nothing this person may know of; both look the same."""
    return _answer(request, 404, NotFound.code, NotFound().message)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault. The page needs no database; its reference is in the log."""
    reference = secrets.token_hex(4).upper()
    log.error("request failed: %s %s", request.method, request.path, extra={"reference": reference})
    message = _(
        "Something went wrong on the server. What was saved before is safe. "
        "Try again; if it stays, send this reference to the admin: %(reference)s"
    ) % {"reference": reference}
    if request.path.startswith(API_PREFIX):
        return problem(500, code="server_error", detail=message, reference=reference)
    return HttpResponse(render_to_string("errors/down.html", {"message": message}), status=500)


def _answer(request: HttpRequest, status: int, code: str, message: str) -> HttpResponse:
    if request.path.startswith(API_PREFIX):
        return problem(status, code=code, detail=message)
    return _page(request, status, message)


_TITLES = {
    400: "Not readable",
    403: "Not allowed",
    404: "Not found",
    409: "Not possible now",
    413: "Too large",
    422: "Not accepted",
    429: "Too many tries",
}


def _page(
    request: HttpRequest, status: int, message: str, *, fields: dict[str, str] | None = None
) -> HttpResponse:
    context = {
        "title": _(_TITLES.get(status, "Refused")),
        "message": message,
        "fields": fields or {},
        "status": status,
    }
    part = "HX-Request" in request.headers and "HX-Boosted" not in request.headers
    name = "errors/part.html" if part else "errors/page.html"
    return HttpResponse(render_to_string(name, context, request=request), status=status)
