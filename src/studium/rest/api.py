"""The REST API at /api/v1, put together: routers, who may come in, one shape of errors."""

from __future__ import annotations

import gzip
import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.operation import Operation
from ninja.parser import Parser
from ninja.renderers import BaseRenderer

from studium.lib.errors import Refused
from studium.lib.problems import problem, refusal_problem
from studium.rest.auth import Session, Token
from studium.rest.door import door, not_allowed
from studium.rest.openapi import document

PACKED_OPENAPI = Path(__file__).with_name("openapi.json.gz")
_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))", re.IGNORECASE)

# Resource by resource, in the order in which a program meets them.
ROUTERS = {
    "tokens": "",
    "me": "/me",
    "notifications": "",
    "users": "/users",
    "courses": "/courses",
    "members": "/courses",
    "course_files": "/courses",
    "course_exams": "/courses",
    "course_accommodations": "/courses",
    "concepts": "",
    "groups": "",
    "lessons": "/lessons",
    "editing": "",
    "own_notes": "",
    "notes": "",
    "note_review": "",
    "tutor": "",
    "quizzes": "",
    "questions": "/questions",
    "question_bank": "",
    "question_drafts": "",
    "quiz_attempts": "/quiz-attempts",
    "practice": "",
    "exams": "/exams",
    "exam_pools": "/exams",
    "exam_terms": "/exams",
    "accommodations": "/accommodations",
    "exam_room": "/exams",
    "regrades": "",
    "exam_attempts": "/exam-attempts",
    "marking": "",
    "gradebook": "/courses",
    "analytics": "",
    "insight": "",
    "slips": "/responses",
    "reliability": "",
    "xapi": "/xapi",
    "imports": "",
    "ai_models": "/models",
    "prompts": "/courses",
    "jobs": "/jobs",
    "mails": "/mails",
    "search": "/search",
    "preferences": "/me",
    "home": "",
}
_DESCRIPTION = (
    "Whatever a page of Studium can do, this can do. Get a token with `POST /api/v1/tokens` and "
    "send it as `Authorization: Bearer …`; pages use their session cookie with the header "
    "`X-CSRFToken`. Errors are problem documents (RFC 9457) with a stable `code`. Lists are "
    "`{items, count}` with `limit` and `offset`. Times are in UTC."
)


class _Parser(Parser):
    def parse_body(self, request: HttpRequest) -> Any:
        return request.sent  # type: ignore[attr-defined]  # the door has read it


class _Renderer(BaseRenderer):
    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> str:
        return json.dumps(data, ensure_ascii=False, default=_plain, allow_nan=False)


class Api(NinjaAPI):
    """ninja's API behind our door, and with our document."""

    def _get_urls(self) -> list[URLResolver | URLPattern]:
        patterns = [
            pattern
            for bound in self._get_bound_routers()
            for pattern in bound.urls_paths(bound.prefix)
        ]
        for pattern in patterns:
            pattern.callback = not_allowed(pattern.callback)
        return [path("openapi.json", openapi_json, name="openapi-json"), *patterns]

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__


api = Api(
    title="Studium",
    version="1",
    description=_DESCRIPTION,
    docs_url=None,
    openapi_url=None,
    auth=[Token(), Session()],
    parser=_Parser(),
    renderer=_Renderer(),
    urls_namespace="api",
)
api.add_decorator(door, mode="view")
for _name, _prefix in ROUTERS.items():
    _tag = "courses" if _prefix == "/courses" else _name.replace("_", " ")
    _router = import_module(f"studium.rest.{_name}").router
    api.add_router(_prefix, _router, tags=_router.tags or [_tag])


@api.exception_handler(Refused)
def _refused(request: HttpRequest, refused: Any) -> HttpResponse:
    return refusal_problem(refused)


@api.exception_handler(ValidationError)
def _wrong(request: HttpRequest, wrong: Any) -> HttpResponse:
    fields = {_field(one["loc"]): _message(one) for one in wrong.errors}
    detail = "Some fields are wrong; `fields` names them."
    return problem(422, code="invalid", detail=detail, fields=fields)


@api.exception_handler(AuthenticationError)
def _nobody(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(401, code="not_signed_in", detail="Sign in first.")


@api.exception_handler(HttpError)
def _unreadable(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(error.status_code, code="not_json", detail="The body cannot be read.")


@api.exception_handler(Exception)
def _unexpected(request: HttpRequest, error: Any) -> HttpResponse:
    raise error  # Django's handler answers and logs it with a reference


@cache
def openapi_text() -> str:
    """The OpenAPI document as JSON with a line per value, as it is committed."""
    return json.dumps(document(api), indent=1, ensure_ascii=False, default=_plain) + "\n"


@cache
def packed_openapi() -> bytes:
    """The same document as it is served, in gzip; `python -m tools.openapi` writes it beside this
    file. Making it takes a second, which the first who asks would wait for; while developing it is
    made all the same, as the code is then."""
    if settings.DEBUG:
        return gzip.compress(openapi_text().encode())
    return PACKED_OPENAPI.read_bytes()


def openapi_json(request: HttpRequest) -> HttpResponse:
    """`GET /api/v1/openapi.json`, for everybody; in gzip for who takes that."""
    if request.method not in {"GET", "HEAD"}:
        detail = "This address takes GET."
        return problem(405, code="method_not_allowed", detail=detail, headers={"Allow": "GET"})
    packed, response = packed_openapi(), HttpResponse(content_type="application/json")
    if _GZIP.search(request.headers.get("Accept-Encoding", "")):
        response.content, response["Content-Encoding"] = packed, "gzip"
    else:
        response.content = gzip.decompress(packed)
    response["Vary"] = "Accept-Encoding"
    return response


def _field(place: Any) -> str:
    """The name of a field from where pydantic found it: without `body` and the argument's name."""
    parts = [str(one) for one in place]
    parts = parts[2:] if parts[0] == "body" else parts[1:]
    return ".".join(parts)[:200] or "body"


def _message(error: Any) -> str:
    if error["type"] == "extra_forbidden":
        return "There is no such field."
    if error["type"] == "missing":
        return "This is missing."
    return str(error["msg"]).removeprefix("Value error, ")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"no JSON for {type(value)}")
