"""What every operation goes through, in this order: who asks, what was sent, was it asked before.

The operation itself only calls one action or query and shapes the result.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from hashlib import sha256
from typing import Any, TypeVar

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja.operation import Operation

from studium.lib import clock
from studium.lib.errors import Invalid, Refused
from studium.lib.idempotency import Answer, Asked, is_known, once
from studium.lib.problems import problem, refusal_problem
from studium.rest import strict
from studium.rest.auth import person_of

log = logging.getLogger("studium.rest")

PREFIX = "/api/v1"
Run = Callable[..., HttpResponseBase]
View = TypeVar("View", bound=Callable[..., Any])
_PREPARE = "before_the_key"


def door(run: Run) -> Run:
    """Surround one operation; `run` is the method of its `ninja.Operation`."""
    operation: Operation = run.__self__  # type: ignore[attr-defined]  # a bound method, see above
    public = not operation.auth_callbacks
    sources = {model.__ninja_param_source__ for model in operation.models}
    known = frozenset(
        name
        for model in operation.models
        if model.__ninja_param_source__ == "query"
        for name in getattr(model, "__ninja_flatten_map__", {})
    )

    def surrounded(request: HttpRequest, **path: Any) -> HttpResponseBase:
        try:
            strict.require_size(request, strict.UPLOAD_BYTES)
            if not public:
                request.auth = person_of(request)  # type: ignore[attr-defined]  # ninja's name
            strict.require_plain(request.GET)
            strict.require_known(request.GET, known)
            _read(request, sources)
            return _answer(request, lambda: run(request, **path), operation)
        except Refused as refused:
            return refusal_problem(refused)
        except (OperationalError, InterfaceError):
            # The transaction was rolled back, so sending it again is safe.
            log.warning("a request could not be served: the database is busy", exc_info=True)
            detail = "The database is busy. Nothing was stored; send it again in a moment."
            return problem(503, code="busy", detail=detail, headers={"Retry-After": "2"})

    return surrounded


def _read(request: HttpRequest, sources: set[str]) -> None:
    """Read the body, where there can be one, into `request.sent`."""
    if "file" in sources:
        strict.read_form(request)
    elif request.method in {"POST", "PUT", "PATCH"}:
        sent = strict.read_json(request)
        if "body" not in sources and sent not in (None, {}):
            raise Invalid("This takes no body.", fields={"body": "Leave it out."})
        request.sent = sent  # type: ignore[attr-defined]  # for the parser of `api`


def _answer(
    request: HttpRequest, work: Callable[[], HttpResponseBase], operation: Operation
) -> HttpResponseBase:
    """The answer, kept under the `Idempotency-Key` of a POST if one came."""
    key = request.META.get("HTTP_IDEMPOTENCY_KEY")
    person = getattr(request, "auth", None)
    if key is None or request.method != "POST" or person is None:
        return _placed(work(), operation)
    made: list[HttpResponseBase] = []

    def first() -> Answer:
        response = work()
        made.append(response)
        body = response.content.decode() if isinstance(response, HttpResponse) else ""
        return Answer(response.status_code, response.headers["Content-Type"], body)

    asked = Asked(person.pk, key, _fingerprint(request))
    prepare = getattr(operation.view_func, _PREPARE, None)
    if prepare is not None and not is_known(asked):
        prepare(request)
    answer, again = once(asked, first, now=clock.now())
    if not again:
        return _placed(made[0], operation)
    response = HttpResponse(answer.body, status=answer.status, content_type=answer.content_type)
    response.headers["Idempotent-Replayed"] = "true"
    return _placed(response, operation)


def before_the_key(prepare: Callable[[Any], None]) -> Callable[[View], View]:
    """Have `prepare(request)` run before the transaction of an `Idempotency-Key`, for which all
    writers wait on SQLite; what it finds out it leaves on the request. Without a key it does not
    run. It may raise what the operation raises."""

    def mark(view: View) -> View:
        setattr(view, _PREPARE, prepare)
        return view

    return mark


def _placed(response: HttpResponseBase, operation: Operation) -> HttpResponseBase:
    """Give the answer to a creation its `Location`."""
    template = (operation.openapi_extra or {}).get("x-location")
    if template and response.status_code in (201, 202) and isinstance(response, HttpResponse):
        made = json.loads(response.content)
        response.headers["Location"] = PREFIX + template.format(**made)
    return response


def _fingerprint(request: HttpRequest) -> str:
    """The hash of all that a request asks for; the boundary of a form is not part of it."""
    digest = sha256(f"{request.method} {request.get_full_path()}\n".encode("utf-8", "replace"))
    if request.content_type == "multipart/form-data":
        for name, values in sorted(request.POST.lists()):
            digest.update(json.dumps([name, values]).encode())
        for name, files in sorted(request.FILES.lists()):
            for file in files:
                digest.update(json.dumps([name, file.name, file.size]).encode())
                for chunk in file.chunks():
                    digest.update(chunk)
                file.seek(0)
    else:
        digest.update(request.body)
    return digest.hexdigest()


def not_allowed(view: Run) -> Run:
    """Give a wrong method the one shape of errors too."""

    def call(request: HttpRequest, *args: Any, **path: Any) -> HttpResponseBase:
        response = view(request, *args, **path)
        if response.status_code != 405:
            return response
        methods = response.headers["Allow"]
        detail = f"This address takes {methods}."
        return problem(405, code="method_not_allowed", detail=detail, headers={"Allow": methods})

    call.csrf_exempt = True  # type: ignore[attr-defined]  # `auth` checks it, for cookies only
    return call
