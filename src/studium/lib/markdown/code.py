"""Code blocks coloured by classes, and formulas as MathML. Both libraries load when needed."""

from __future__ import annotations

import html
from functools import lru_cache
from itertools import groupby
from typing import Any

MAX_COLOURED = 20_000
"""Characters of one code block that are coloured; a longer one is shown plain."""
MAX_FORMULA = 2_000

COLOURED = frozenset({
    "k", "kc", "kd", "kn", "kp", "kr", "kt", "ow", "nt",
    "s", "s1", "s2", "sa", "sb", "sc", "sd", "se", "sh", "si", "sr", "ss",
    "c", "c1", "ch", "cm", "cp", "cpf", "cs", "m", "mb", "mf", "mh", "mi", "mo",
    "f", "nf", "fm", "nc", "gd", "gi", "err",
})  # fmt: skip
"""The classes (Pygments' short ones) that the style says something of. All else of a code, its
blanks and most of its names, is plain text: marked it would weigh more than what it marks."""

_lexers: dict[str, Any] = {}


def highlight(code: str, language: str) -> str:
    """Escaped code, with `<span class>` around what is `COLOURED` when the language is known."""
    return _coloured(code, language) if len(code) <= MAX_COLOURED else _escaped(code)


def _escaped(code: str) -> str:
    return html.escape(code, quote=False)


@lru_cache(maxsize=256)
def _coloured(code: str, language: str) -> str:
    """Kept, since the preview beside an author's text renders the same blocks with every pause."""
    lexer = _lexer(language) if language else None
    if lexer is None:
        return _escaped(code)
    parts = []
    for name, group in groupby(lexer.get_tokens(code), lambda one: _class_of(one[0])):
        text = _escaped("".join(part for _, part in group))
        parts.append(f'<span class="{name}">{text}</span>' if name else text)
    return "".join(parts)


def _class_of(kind: Any) -> str:
    """The class of a kind of token, or of the nearest kind above it that has a name."""
    from pygments.token import STANDARD_TYPES

    while kind not in STANDARD_TYPES:
        kind = kind.parent
    name: str = STANDARD_TYPES[kind]
    return name if name in COLOURED else ""


def _lexer(language: str) -> Any:
    if language not in _lexers:
        from pygments.lexers import get_lexer_by_name
        from pygments.util import ClassNotFound

        if len(_lexers) > 200:  # names come from authors: the table must not grow for ever
            _lexers.clear()
        try:
            _lexers[language] = get_lexer_by_name(language, stripnl=False)
        except ClassNotFound:
            _lexers[language] = None
    return _lexers[language]


def formula(tex: str, *, display: bool) -> str | None:
    """MathML for a formula in TeX, or None when it cannot be read."""
    if len(tex) > MAX_FORMULA:
        return None
    from latex2mathml.converter import convert

    try:
        return str(convert(tex, display="block" if display else "inline"))
    except (Exception, RecursionError):  # the library raises whatever its parser met
        return None
