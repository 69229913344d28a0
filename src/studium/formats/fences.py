"""Which lines of a Markdown text are code: fenced blocks, with comments kept apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

Role = Literal["text", "comment", "open", "code", "close"]
_FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})([^\n]*)")


def lines_with_roles(text: str) -> Iterator[tuple[str, Role, str]]:
    """Each line, its role, and the language of the code block it belongs to."""
    fence = language = ""
    in_comment = False
    for row in text.split("\n"):
        mark = _FENCE.fullmatch(row)
        if fence:
            closes = mark is not None and mark[1].startswith(fence) and not mark[2].strip()
            yield row, "close" if closes else "code", language
            if closes:
                fence = language = ""
        elif in_comment:
            yield row, "comment", ""
            in_comment = "-->" not in row
        elif mark is not None and not (mark[1][0] == "`" and "`" in mark[2]):
            fence, language = mark[1], re.split(r"[\s,{]", mark[2].strip(), maxsplit=1)[0]
            yield row, "open", language
        else:
            yield row, "text", ""
            in_comment = "-->" not in row[max(0, row.rfind("<!--")) :] and "<!--" in row
