"""`PUT /api/v1/exam-attempts/<attempt>/answers/<question>`: the path every exam leans on.

A plain view, because it runs for each change of each answer. It takes a session cookie with its
CSRF token (the exam page) or a bearer token (programs); everything else it says as the API does.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from studium.assessment.actions import sit
from studium.identity.actions import tokens
from studium.lib import clock
from studium.lib.errors import Invalid, NotAllowed, NotSignedIn, TooLarge, Unreadable, WrongMedia
from studium.lib.problems import problem
from studium.web.middleware import CsrfMiddleware

if TYPE_CHECKING:
    from studium.identity.models import User

log = logging.getLogger("studium.autosave")

MAX_BYTES = 64 * 1024
_FIELDS = {"response", "revision"}


@csrf_exempt  # not left out: `_signed_in` checks it, for cookies only
def save_answer(request: HttpRequest, attempt_id: UUID, question_id: UUID) -> HttpResponseBase:
    """Store one change; the reply is sent when it is on the disk."""
    if request.method != "PUT":
        return problem(
            405, code="method_not_allowed", detail="Save with PUT.", headers={"Allow": "PUT"}
        )
    try:
        return _save(request, attempt_id, question_id)
    except (OperationalError, InterfaceError):
        # Nothing was acknowledged, so nothing is lost: the page keeps it and sends it again.
        log.warning("an answer could not be stored: the database is busy or away", exc_info=True)
        detail = "The database is busy. The answer is not stored yet; send it again."
        return problem(503, code="busy", detail=detail, headers={"Retry-After": "2"})


def _save(request: HttpRequest, attempt_id: UUID, question_id: UUID) -> HttpResponseBase:
    token = request.META.get("HTTP_AUTHORIZATION")
    if token is None and (rejected := _csrf.process_view(request, _checked, (), {})) is not None:
        return rejected
    by = _cookie_person(request) if token is None else _token_person(token)
    sent = _read(request)
    saved = sit.save_answer(
        by_id=by.pk,
        attempt_id=attempt_id,
        question_id=question_id,
        response=sent["response"],
        revision=sent["revision"],
        now=clock.now(),
    )
    return HttpResponse(json.dumps(saved.as_json()), content_type="application/json")


def _checked(request: HttpRequest) -> HttpResponse:
    """Stands for a view that is not exempt, when the check of the token is asked for."""
    raise AssertionError("Only its attributes are looked at.")


_csrf = CsrfMiddleware(_checked)


def _cookie_person(request: HttpRequest) -> User:
    session = request.session
    # Our session engine has this method; the stubs know Django's only.
    person: User | None = session.person() if session.session_key else None  # type: ignore[attr-defined]
    if person is None:
        raise NotSignedIn("Sign in again in another tab, then this answer is sent once more.")
    return person


def _token_person(header: str) -> User:
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer":
        raise NotSignedIn("Send the token as “Authorization: Bearer …”.")
    bearer = tokens.bearer(token.strip(), now=clock.now())
    if not bearer.may_write:
        raise NotAllowed("This token may only read.", code="read_only_token")
    return bearer.user


def _read(request: HttpRequest) -> dict[str, Any]:
    """The body: an object with a response and a revision, and nothing that JSON does not know."""
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    if length > MAX_BYTES:
        raise TooLarge(f"An answer has at most {MAX_BYTES // 1024} KB.")
    if not length:
        raise Invalid("The body must be an object with a response and a revision.")
    if request.content_type != "application/json":
        raise WrongMedia("Send the answer as application/json.")
    try:
        sent = json.loads(request.body.decode(), parse_constant=_no_constant, parse_int=_whole)
    except (ValueError, RecursionError):
        raise Unreadable("The body is not JSON.") from None
    if not isinstance(sent, dict):
        raise Invalid("The body must be an object with a response and a revision.")
    wrong = dict.fromkeys(_FIELDS - sent.keys(), "This is missing.")
    wrong |= {str(name)[:80]: "There is no such field." for name in sent.keys() - _FIELDS}
    if wrong:
        raise Invalid("The body must have a response and a revision only.", fields=wrong)
    return sent


def _no_constant(name: str) -> None:
    raise Invalid(f"{name} is no value of JSON.", fields={"response": "This is no number."})


def _whole(text: str) -> int:
    if len(text) > 20:
        raise Invalid("A number has more than 64 bits.", fields={"revision": "Too large."})
    return int(text)
