"""Pages of the document that a lesson came from, beside the lesson's blocks."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

_MARKED = r"(<(?:p|li|h[2-6])\b[^>]{{0,2000}}?\bid=\"{}\"[^>]{{0,2000}}>)"
_BLOCK = re.compile(r"[\w-]{1,80}")


def block_pages(
    blocks: Iterable[Mapping[str, Any]], pages: Sequence[tuple[int, int]]
) -> list[list[Any]]:
    """`[block id, page]` for each block, from (offset, page) pairs in ascending offsets.

    A block stands on the page that began last before it does.
    """
    starts = [offset for offset, _ in pages]
    found = []
    for block in blocks:
        at = bisect_right(starts, block["start"]) - 1
        if at >= 0:
            found.append([block["id"], pages[at][1]])
    return found


def with_page_marks(html: str, pages: Iterable[Sequence[Any]], label: str) -> str:
    """A lesson's HTML with a small mark where each page begins.

    `pages` are pairs as `block_pages` gives them; `label` is the words of a mark with `%s` for the
    page. A mark stands in the first paragraph, item or heading of its page; a page that begins with
    something else gets it at the next of these, and none when there is none on it.
    """
    marked: set[int] = set()
    for block, page in pages:
        if page in marked or not _BLOCK.fullmatch(str(block)):
            continue
        tag = re.search(_MARKED.format(re.escape(block)), html)
        if tag is not None:
            mark = f'<span class="st-badge">{escape(label % page)}</span> '
            html = html[: tag.end()] + mark + html[tag.end() :]
            marked.add(page)
    return html
