"""The numbers beside the passages of a lesson, which chips show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html.parser import HTMLParser
from typing import Any

_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_VOID = {"br", "hr", "img", "input", "col", "wbr", "source", "area", "track", "embed"}


def margin_numbers(blocks: Iterable[Mapping[str, Any]], html: str) -> dict[str, int]:
    """Block id -> the number that stands beside it in the lesson's margin, from 1.

    The style sheet counts what stands at the top level with an id, but no headings; a piece inside
    a list, a figure or the footnotes has the number of what comes before it or holds it.
    """
    top = _TopLevel()
    top.feed(html)
    numbers: dict[str, int] = {}
    number = 0
    for one in blocks:
        number += one["id"] in top.ids
        numbers[one["id"]] = max(number, 1)
    return numbers


class _TopLevel(HTMLParser):
    """Collects the ids of top-level elements that are no headings; our own well-formed HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name = dict(attrs).get("id")
        if self._depth == 0 and name and tag not in _HEADINGS:
            self.ids.add(name)
        self._depth += tag not in _VOID

    def handle_endtag(self, tag: str) -> None:
        self._depth -= tag not in _VOID
