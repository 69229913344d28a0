"""What pages with lists share: where in the list the reader is."""

from __future__ import annotations

from django.http import HttpRequest

MAX_OFFSET = 1_000_000


def offset_of(request: HttpRequest, *, name: str = "offset") -> int:
    """The place asked for in the address, from 0; anything odd counts as the beginning."""
    text = request.GET.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        return 0
    return min(int(text), MAX_OFFSET)
