"""The WSGI application: Django's, passed by where the papers of an exam ask all the time.

Around each request Django's handler sends two signals, looks after caches and sets what only the
site map reads: for a saved answer as much as all of our own code. So what the first middleware
answers is answered here, between what Django does that such an answer needs: a connection that
cannot be used any more is left, an exception becomes an answer, and what is refused is logged.

Whatever answers, what is there as a whole is given to the server as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.utils.log import log_response

from studium.lib.db import leave_unusable_connection
from studium.web.middleware import (
    answers_first,
    is_answered_first,
    pulses_first,
    security_headers,
)


class Application:
    """What a server of the site calls. In debug mode, and where the site is not at the root of its
    host, all is left to Django's handler."""

    def __init__(self) -> None:
        self._django = WSGIHandler()
        answers: Any = convert_exception_to_response(answers_first(pulses_first(_nothing_else)))
        self._first: Callable[[HttpRequest], Any] = security_headers(answers)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if (
            not is_answered_first(environ["REQUEST_METHOD"], environ.get("PATH_INFO", ""))
            or environ.get("SCRIPT_NAME")
            or settings.DEBUG
        ):
            return _in_one_piece(self._django(environ, start_response))
        leave_unusable_connection()
        request = WSGIRequest(environ)
        response: HttpResponse = self._first(request)
        if response.status_code >= 400:
            log_response(
                "%s: %s", response.reason_phrase, request.path, response=response, request=request
            )
        headers = [
            *response.headers._store.values(),  # past the mapping's own methods, as the middleware
            *(("Set-Cookie", one.output(header="")) for one in response.cookies.values()),
        ]
        start_response(f"{response.status_code} {response.reason_phrase}", headers)
        # Where something went wrong, Django looks at the connection again when it is closed.
        return [response.content] if response.status_code == 200 else _in_one_piece(response)


def _in_one_piece(response: Iterable[bytes]) -> Iterable[bytes]:
    """The response as a list, unless it is made while it is sent, and closed then.

    The server takes a list at once and says how long it is. Anything else it asks for piece by
    piece, from another thread, which for a short answer costs a good part of the whole.
    """
    if not isinstance(response, HttpResponse):
        return response
    content = response.content
    response.close()
    return [content]


def _nothing_else(request: HttpRequest) -> HttpResponse:
    raise AssertionError("Only what is answered first comes here.")
