"""What surrounds every request, outermost first as in the settings.

These run on the hot paths too, so they do plain work: no lazy objects, no look-ups by name, and
headers are written once. `refusals_as_pages` is the one place where a refusal becomes a page.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import InterfaceError, OperationalError
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseForbidden,
    HttpResponseRedirect,
)
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.http import http_date

from studium.identity import second_factor
from studium.identity.origin import Origin, origin
from studium.identity.sessions import SessionStore
from studium.lib.errors import NotSignedIn, Refused
from studium.lib.problems import problem
from studium.web.http import to_sign_in
from studium.web.jinja import zone_of

log = logging.getLogger("studium.web")

Answer = Callable[[HttpRequest], HttpResponseBase]

API_PREFIX = "/api/"
CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_LANGUAGES = frozenset(code for code, _name in settings.LANGUAGES)
_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"  # as Django's converter
_ANSWER = re.compile(rf"/api/v1/exam-attempts/({_UUID})/answers/({_UUID})")
_PULSE = re.compile(rf"/exams/({_UUID})/pulse")
_HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # Pages are about the person who reads them. What may be kept says so itself.
    "Cache-Control": "no-store",
}


def security_headers(get_response: Answer) -> Answer:
    """Give every response its protective headers; one that a view has set stands."""
    headers = dict(_HEADERS)
    if settings.SECURE_HSTS_SECONDS:
        headers["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}"
    given = [(name.lower(), (name, value)) for name, value in headers.items()]

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        # Past the mapping's own methods, which check and encode each constant again: 15 us a page.
        present = response.headers._store
        for key, pair in given:
            if key not in present:
                present[key] = pair
        return response

    return middleware


def is_answered_first(method: str, path: str) -> bool:
    """Whether `answers_first` or `pulses_first` answers this."""
    if method == "PUT":
        return _ANSWER.fullmatch(path) is not None
    return method == "GET" and _PULSE.fullmatch(path) is not None


def answers_first(get_response: Answer) -> Answer:
    """Store a changed answer of an exam at once: on that path everything costs that is not it."""
    from studium.web.autosave import at_once

    def middleware(request: HttpRequest) -> HttpResponseBase:
        found = _ANSWER.fullmatch(request.path_info) if request.method == "PUT" else None
        if found is None:
            return get_response(request)
        return at_once(request, UUID(found[1]), UUID(found[2]))

    return middleware


def pulses_first(get_response: Answer) -> Answer:
    """Answer `/exams/<id>/pulse` at once: papers ask for it so often that nothing else may cost."""
    from studium.web.room import pulse

    def middleware(request: HttpRequest) -> HttpResponseBase:
        found = _PULSE.fullmatch(request.path_info) if request.method == "GET" else None
        return get_response(request) if found is None else pulse(request, UUID(found[1]))

    return middleware


class SessionMiddleware:
    """`request.session`, kept and its cookie set when it was changed; and where the request comes
    from, which the session, the audit log and the limits of wrong passwords ask for.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        agent = request.META.get("HTTP_USER_AGENT", "")[:300].replace("\0", "")
        token = origin.set(Origin(client_ip(request), agent))
        try:
            return self.answer(request)
        finally:
            origin.reset(token)

    def answer(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, after the session was kept or its cookie taken back."""
        session = SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
        request.session = session
        response = self.get_response(request)
        if session.modified and not session.is_empty() and response.status_code < 500:
            _keep(session, response)
        elif session.is_empty() and settings.SESSION_COOKIE_NAME in request.COOKIES:
            _forget(response)
        if session.accessed:
            _vary_on_cookie(response)
        return response


def _keep(session: SessionStore, response: HttpResponseBase) -> None:
    try:
        session.save()
    except UpdateError:
        # Signed out in another tab while this request ran: it must not bring the session back.
        raise SessionInterrupted("The session was ended during the request.") from None
    age = session.get_expiry_age()
    at_close = session.get_expire_at_browser_close()
    response.set_cookie(
        settings.SESSION_COOKIE_NAME,
        session.session_key or "",
        max_age=None if at_close else age,
        expires=None if at_close else http_date(time.time() + age),
        path="/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _forget(response: HttpResponseBase) -> None:
    response.delete_cookie(settings.SESSION_COOKIE_NAME, path="/", samesite="Lax")
    if settings.SESSION_COOKIE_SECURE:  # a __Host- cookie is only replaced by a secure one
        response.cookies[settings.SESSION_COOKIE_NAME]["secure"] = True


def _vary_on_cookie(response: HttpResponseBase) -> None:
    if "vary" in response.headers._store:  # as in security_headers
        patch_vary_headers(response, ("Cookie",))
    else:
        response.headers["Vary"] = "Cookie"


class CsrfMiddleware(CsrfViewMiddleware):
    """Django's protection, which compares Origin where the browser sends it, and one check more:
    a browser that says a change comes from another site is believed.
    """

    def process_view(
        self, request: HttpRequest, callback: Any, callback_args: Any, callback_kwargs: Any
    ) -> HttpResponseForbidden | None:
        unsafe = request.method not in {"GET", "HEAD", "OPTIONS", "TRACE"}
        foreign = request.META.get("HTTP_SEC_FETCH_SITE") in {"cross-site", "same-site"}
        if unsafe and foreign and not getattr(callback, "csrf_exempt", False):
            reason = "Sec-Fetch-Site says that the request comes from another site."
            # The stubs leave out this method of Django's class.
            return self._reject(request, reason)  # type: ignore[attr-defined, no-any-return]
        return super().process_view(request, callback, callback_args, callback_kwargs)

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        # Django sends the cookie again with every form. The browser has it already; it lasts a
        # year, and is sent again only when the secret is new.
        sent = request.COOKIES.get(settings.CSRF_COOKIE_NAME)
        if sent and sent == request.META.get("CSRF_COOKIE"):
            if request.META.get("CSRF_COOKIE_NEEDS_UPDATE"):
                _vary_on_cookie(response)
            request.META["CSRF_COOKIE_NEEDS_UPDATE"] = False
        return super().process_response(request, response)


class AuthenticationMiddleware:
    """`request.user`, with their zone and language.

    Under /api/ everybody is a visitor here: the API looks at its tokens by itself, and at the
    cookie only together with the CSRF token (`rest.auth`).
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = None if request.path.startswith(API_PREFIX) else _person(request)
        request.user = AnonymousUser() if user is None else user
        speak_to(user, request)
        if user is not None and settings.STAFF_SECOND_FACTOR and _must_set_up(request, user):
            return HttpResponseRedirect(reverse("mfa_index"))
        return self.get_response(request)


def _must_set_up(request: HttpRequest, user: Any) -> bool:
    """Whether everything but the account pages has to wait for a second factor."""
    return not request.path.startswith("/account/") and second_factor.is_missing(user)


def _person(request: HttpRequest) -> Any:
    session = request.session
    # Without a cookie there is nothing to read, and the answer does not vary on it.
    return session.person() if session.session_key else None  # type: ignore[attr-defined]


def client_ip(request: HttpRequest) -> str:
    """The address the request comes from, as far as it can be believed.

    Each trusted proxy appends the address it was reached from, so with n of them the n-th entry
    of X-Forwarded-For from the right is the first that no stranger could have written.
    """
    direct = str(request.META.get("REMOTE_ADDR", ""))
    proxies: int = settings.TRUSTED_PROXIES
    if proxies:
        hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        if len(hops) >= proxies and hops[-proxies]:
            return str(hops[-proxies][:45])
    return direct


def speak_to(user: Any, request: HttpRequest) -> None:
    """Set zone and language of this thread: a person's own; for a visitor the site's zone, and the
    language of the visitor's cookie or else of the browser, as far as there is a catalogue.

    Programs that use the API are visitors here: its words follow Accept-Language.
    Threads are used again, so both are set every time; changing nothing is cheap.
    """
    zone = zone_of(user.timezone) if user is not None else timezone.get_default_timezone()
    if timezone.get_current_timezone() is not zone:
        timezone.activate(zone)
    if user is None:
        language = translation.get_language_from_request(request)
    else:
        language = user.locale if user.locale in _LANGUAGES else settings.LANGUAGE_CODE
    if translation.get_language() != language:
        translation.activate(language)


def _busy(request: HttpRequest, *, api: bool) -> HttpResponseBase:
    """503: the database is locked, full or away; nothing of the request was stored."""
    log.warning("%s: the database is busy or away", request.path, exc_info=True)
    detail = "The database is busy. Nothing of this was stored; try again in a moment."
    if api:
        return problem(503, code="busy", detail=detail, headers={"Retry-After": "2"})
    plain = "text/plain; charset=utf-8"
    return HttpResponse(detail, status=503, content_type=plain, headers={"Retry-After": "2"})


class _Refusals:
    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        api = request.path.startswith(API_PREFIX)
        if isinstance(exception, OperationalError | InterfaceError):
            return _busy(request, api=api)
        if not isinstance(exception, Refused):
            return None
        if isinstance(exception, NotSignedIn) and not api:
            return to_sign_in(request)
        from studium.web.errors import refusal_page, refusal_problem

        return refusal_problem(exception) if api else refusal_page(request, exception)


def refusals_as_pages(get_response: Answer) -> Answer:
    """Turn what the domain refuses into an error page, or into problem+json under /api/."""
    return _Refusals(get_response)
