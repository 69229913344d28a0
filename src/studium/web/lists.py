"""What pages with lists share: the place in the list, and the group it is narrowed to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest

MAX_OFFSET = 1_000_000


@dataclass(frozen=True, slots=True)
class Part:
    """What a page shows of one of its lists: `limit` rows from `offset` on, out of `count`.

    `href` gives the address of another part; the places in the page's other lists stay.
    """

    shown: Sequence[Any]
    count: int
    offset: int
    limit: int
    href: Callable[[int], str]


def part_of(request: HttpRequest, rows: Sequence[Any], *, name: str, limit: int) -> Part:
    """The part of a list that the address asks for by `name`, which is also the list's anchor.

    A place behind the end counts as the last part.
    """
    last = max(0, len(rows) - 1) // limit * limit
    offset = min(offset_of(request, name=name), last)
    kept = request.GET.copy()

    def href(place: int) -> str:
        kept[name] = str(place)
        return f"?{kept.urlencode()}#{name}"

    return Part(rows[offset : offset + limit], len(rows), offset, limit, href)


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
