"""Limits of how often something may be asked for, by the settings' ACCOUNT_RATE_LIMITS."""

from __future__ import annotations

from typing import Any

from allauth.core.ratelimit import consume_or_429
from django.http import HttpRequest, HttpResponse


def too_often(request: HttpRequest, *, action: str, **key: Any) -> HttpResponse | None:
    """The page that says wait, or None after counting this time."""
    answer: HttpResponse | None = consume_or_429(request, action=action, **key)
    return answer
