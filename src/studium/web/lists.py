"""What pages with lists share: the place in the list, and the group it is narrowed to."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.http import HttpRequest

MAX_OFFSET = 1_000_000


def offset_of(request: HttpRequest, *, name: str = "offset") -> int:
    """The place asked for in the address, from 0; anything odd counts as the beginning."""
    text = request.GET.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        return 0
    return min(int(text), MAX_OFFSET)


def group_of(query: Mapping[str, str]) -> UUID | None:
    """The group asked for in the address; anything odd counts as none."""
    try:
        return UUID(query.get("group", ""))
    except ValueError:
        return None
