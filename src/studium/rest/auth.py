"""Who asks: a bearer token, or the session cookie of a page together with its CSRF token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from ninja.security import APIKeyCookie, HttpBearer

from studium.identity.actions import tokens
from studium.lib import clock
from studium.lib.errors import NotAllowed, NotSignedIn

if TYPE_CHECKING:
    from studium.identity.models import User

SAFE = {"GET", "HEAD", "OPTIONS"}


class Request(HttpRequest):
    """A request by a person, for the signatures of operations; `door` has set `auth`."""

    auth: User
    sent: Any


def person_of(request: HttpRequest) -> User:
    """The person who asks. Raises `NotSignedIn`, or `NotAllowed` for a token that may only read,
    a missing CSRF token, or a missing second factor that the site wants.
    """
    header = request.META.get("HTTP_AUTHORIZATION")
    return _by_cookie(request) if header is None else _by_token(request, header)


def _by_token(request: HttpRequest, header: str) -> User:
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer":
        raise NotSignedIn("Send the token as “Authorization: Bearer …”.")
    found = tokens.bearer(token.strip().encode("utf-8", "replace").decode(), now=clock.now())
    if request.method not in SAFE and not found.may_write:
        raise NotAllowed("This token may only read.", code="read_only_token")
    return found.user


def _by_cookie(request: HttpRequest) -> User:
    session = request.session
    # Our session engine has `person`; the stubs know Django's only.
    user: User | None = session.person() if session.session_key else None  # type: ignore[attr-defined]
    if user is None:
        raise NotSignedIn("Sign in first: get a token with POST /api/v1/tokens.")
    _csrf.process_view(request, _checked, (), {})
    tokens.require_second_factor(user)
    return user


class _Csrf(CsrfViewMiddleware):
    """Django's check, with a refusal instead of a page; and as on pages, a browser that says a
    change comes from another site is believed."""

    def process_view(
        self, request: HttpRequest, callback: Any, callback_args: Any, callback_kwargs: Any
    ) -> None:
        foreign = request.META.get("HTTP_SEC_FETCH_SITE") in {"cross-site", "same-site"}
        if foreign and request.method not in SAFE:
            self._reject(request, "another site")
        super().process_view(request, callback, callback_args, callback_kwargs)

    def _reject(self, request: HttpRequest, reason: str) -> Any:
        raise NotAllowed(
            "A change by cookie needs the header X-CSRFToken and must come from this site.",
            code="csrf_failed",
        )


def _checked(request: HttpRequest) -> HttpResponse:
    """Stands for a view that is not exempt, when the check is asked for."""
    raise AssertionError("Only its attributes are looked at.")


_csrf = _Csrf(_checked)


class Token(HttpBearer):
    """Says in the OpenAPI document that a token will do; `door` has done the work."""

    def __call__(self, request: HttpRequest) -> Any:
        return getattr(request, "auth", None)

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        raise AssertionError("The door has looked at the token already.")


class Session(APIKeyCookie):
    """The same for the cookie of a page."""

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self) -> None:
        super().__init__(csrf=False)  # the door has checked it

    def __call__(self, request: HttpRequest) -> Any:
        return getattr(request, "auth", None)

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        raise AssertionError("The door has looked at the cookie already.")
