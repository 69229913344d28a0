"""Refusals as RFC 9457 problem documents: one shape for every error of the API."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse

from studium.lib.errors import Refused
from studium.lib.localized import said


def problem(
    status: int, *, code: str, detail: str, headers: dict[str, str] | None = None, **more: Any
) -> HttpResponse:
    """An RFC 9457 answer; `more` are members beside the standard ones."""
    title = HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "code": code}
    text = json.dumps({**body, "detail": detail, **more}, ensure_ascii=False, default=str)
    return HttpResponse(
        text.encode("utf-8", "replace"),  # what was sent may be quoted, and may be no Unicode text
        status=status,
        content_type="application/problem+json",
        headers=headers,
    )


def refusal_problem(refused: Refused) -> HttpResponse:
    """A refusal as problem+json, with the fields it is about and what it says beside."""
    more: dict[str, Any] = dict(refused.extra)
    if refused.fields:
        more["fields"] = {name: said(text) for name, text in refused.fields.items()}
    return problem(
        refused.status,
        code=refused.code,
        detail=said(refused.message),
        headers=retry_after(refused),
        **more,
    )


def retry_after(refused: Refused) -> dict[str, str] | None:
    """The header that says when to try again, where the refusal knows."""
    seconds = refused.extra.get("retry_after")
    return None if seconds is None else {"Retry-After": str(seconds)}
