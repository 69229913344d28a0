"""Questions of a paper as HTML, made once for all who are asked them.

In an exam that is shuffled hardly two people have the same question at the same place with its
options in the same order. So the HTML of a question is made with marks in place of what differs,
and cut there: each paper is put together from the same pieces.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jinja2.runtime import Macro
from markupsafe import Markup, escape

from studium.web.template_classes import language

if TYPE_CHECKING:
    from studium.assessment.asked import Asked

# What stands for its number, and for the id and the HTML or text of its options by their places. It
# is drawn anew in each process and made of letters and digits, so no text holds it and nothing of
# it is escaped.
_MARK = secrets.token_hex(16)
_NUMBER = f"{_MARK}n"
_CUT = re.compile(f"{_MARK}(n|[iht][0-9]+)")

Pieces = tuple[str, ...]
"""Text, what comes there, text, and so on: `n`, or `i`, `h` or `t` and the place of an option."""


def unanswered(macro: Macro, asked: Asked, number: int, count: int) -> Markup | None:
    """What `macro(asked, number, count, "q-<number>")` makes of a question without an answer; None
    where that cannot be put together from pieces.

    For a macro of another template, imported without context, that depends on what it is given and
    on the reader's language alone, and shows the ids, texts and HTML of options as they are.
    """
    options = asked.options or ()
    in_html = all(option.html for option in options)
    if not asked.alike or (not in_html and any(option.html for option in options)):
        return None
    made = list(_pieces(macro, language(), count, _Alike(asked)))
    for at in range(1, len(made), 2):
        what = made[at]
        if what == "n":
            made[at] = str(number)
        else:
            option = options[int(what[1:])]
            shown = option.id if what[0] == "i" else option.text
            made[at] = option.html if what[0] == "h" else str(escape(shown))
    return Markup("".join(made))  # noqa: S704 - made by our templates, and HTML that was cleaned


class _Alike:
    """A question as a part of a key: those that are alike but for the order of their options."""

    __slots__ = ("asked",)

    def __init__(self, asked: Asked) -> None:
        self.asked = asked

    def __hash__(self) -> int:
        return hash(self.asked.alike)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Alike) and self.asked.alike == other.asked.alike


@lru_cache(maxsize=2000)
def _pieces(macro: Callable[..., Any], active: str | None, count: int, alike: _Alike) -> Pieces:
    """`active` is the language that is active."""
    asked = alike.asked
    if asked.options is not None:
        marked = [
            replace(
                option,
                id=f"{_MARK}i{place}",
                text=f"{_MARK}t{place}",
                html=option.html and f"{_MARK}h{place}",
            )
            for place, option in enumerate(asked.options)
        ]
        asked = replace(asked, options=tuple(marked))
    return tuple(_CUT.split(str(macro(asked, _NUMBER, count, f"q-{_NUMBER}"))))
