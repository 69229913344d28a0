"""`PUT /api/v1/exam-attempts/<attempt>/answers/<question>`: the path every exam leans on.

A plain view, because it runs for each change of each answer. It takes a session cookie with its
CSRF token (the exam page) or a bearer token (programs); everything else it says as the API does.
"""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from studium.assessment.actions import sit
from studium.identity.actions import tokens
from studium.identity.origin import Origin, origin
from studium.identity.sessions import SessionStore, token_hash
from studium.identity.still_signed_in import SignIn, remembered
from studium.lib import clock
from studium.lib.errors import (
    Invalid,
    NotAllowed,
    NotSignedIn,
    Refused,
    TooLarge,
    Unreadable,
    WrongMedia,
)
from studium.lib.problems import problem, refusal_problem
from studium.web.middleware import CsrfMiddleware, client_ip, speak_to

if TYPE_CHECKING:
    from studium.identity.models import User

log = logging.getLogger("studium.autosave")

MAX_BYTES = 64 * 1024
_FIELDS = {"response", "revision"}


def at_once(request: HttpRequest, attempt_id: UUID, question_id: UUID) -> HttpResponseBase:
    """The same as behind all other middleware, which a save has no use for: where it comes from,
    its session, and refusals as problem documents."""
    agent = request.META.get("HTTP_USER_AGENT", "")[:300].replace("\0", "")
    here = origin.set(Origin(client_ip(request), agent))
    try:
        request.session = SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
        return save_answer(request, attempt_id, question_id)
    except Refused as refused:
        return refusal_problem(refused)
    finally:
        origin.reset(here)


@csrf_exempt  # not left out: `_signed_in` checks it, for cookies only
def save_answer(request: HttpRequest, attempt_id: UUID, question_id: UUID) -> HttpResponseBase:
    """Store one change; the reply is sent when it is on the disk."""
    if request.method != "PUT":
        return problem(
            405, code="method_not_allowed", detail="Save with PUT.", headers={"Allow": "PUT"}
        )
    if int(request.META.get("CONTENT_LENGTH") or 0) <= MAX_BYTES:
        # Read whole before anything can fail: a server that answers earlier hangs up, and the
        # answer may be lost on the way.
        _ = request.body
    try:
        return _save(request, attempt_id, question_id)
    except (OperationalError, InterfaceError):
        # Nothing was acknowledged, so nothing is lost: the page keeps it and sends it again.
        log.warning("an answer could not be stored: the database is busy or away", exc_info=True)
        detail = "The database is busy. The answer is not stored yet; send it again."
        return problem(503, code="busy", detail=detail, headers={"Retry-After": "2"})


def _save(request: HttpRequest, attempt_id: UUID, question_id: UUID) -> HttpResponseBase:
    token = request.META.get("HTTP_AUTHORIZATION")
    if token is None and (rejected := _forged(request)) is not None:
        return rejected
    known = _known_sign_in(request) if token is None else None
    if known is not None:
        # Whatever is refused is looked at again below, after the session was read.
        with suppress(Refused):
            return _stored(request, known.user_id, attempt_id, question_id, sign_in=known)
    speak_to(None, request)  # first here: a change that is stored needs no words
    by = _cookie_person(request) if token is None else _token_person(token)
    return _stored(request, by.pk, attempt_id, question_id)


def _stored(
    request: HttpRequest,
    by_id: UUID,
    attempt_id: UUID,
    question_id: UUID,
    *,
    sign_in: SignIn | None = None,
) -> HttpResponse:
    sent = _read(request)
    saved = sit.save_answer(
        by_id=by_id,
        attempt_id=attempt_id,
        question_id=question_id,
        response=sent["response"],
        revision=sent["revision"],
        now=clock.now(),
        sign_in=sign_in,
    )
    body = json.dumps(saved.as_json()).encode()
    # With its length, so that the server need not send it in chunks.
    headers = {"Content-Type": "application/json", "Content-Length": str(len(body))}
    return HttpResponse(body, headers=headers)


def _forged(request: HttpRequest) -> HttpResponse | None:
    """The refusal of a change that has no proof of coming from our own page."""
    _csrf.process_request(request)
    return _csrf.process_view(request, _checked, (), {})


def _checked(request: HttpRequest) -> HttpResponse:
    """Stands for a view that is not exempt, when the check of the token is asked for."""
    raise AssertionError("Only its attributes are looked at.")


_csrf = CsrfMiddleware(_checked)


def _known_sign_in(request: HttpRequest) -> SignIn | None:
    key = request.session.session_key
    return remembered(token_hash(key)) if key else None


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
        sent = _decoder.decode(request.body.decode())
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


_decoder = json.JSONDecoder(parse_constant=_no_constant, parse_int=_whole)
