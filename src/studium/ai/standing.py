"""Does a sentence stand alone? A note is read without the page it was taken from."""

from __future__ import annotations

import re

from studium.ai.language import Language, words

FEWEST_WORDS = 5
MOST_WORDS = 45

_END = re.compile(r"[.!?。！？][\"'”’»)\]]*$")  # with the full stops of CJK text
_UNCASED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_LEFTOVER = re.compile(r"\{\{|\}\}|@\w+\{|\]\(|\*\*|\$\$|\\[a-zA-Z]+\{|<!--|^\W*\)")
_PAIRS = (("(", ")"), ("[", "]"), ("{", "}"), ("“", "”"))


def fault(text: str, language: Language, *, code: tuple[tuple[int, int], ...] = ()) -> str:
    """The first reason a sentence cannot be read alone, as a code; "" when it can.

    Codes: ``no_end``, ``question``, ``too_short``, ``too_long``, ``leftover`` (markup
    nothing renders), ``fragment``, ``unbalanced``, ``dangling`` (leans on the
    sentence before), ``pointing`` (names something not shown beside it).
    """
    prose = without(text, code)
    if not _END.search(text):
        return "no_end"
    if re.search(r"\?[\"'”’)\]]*$", text):
        return "question"
    fault_of_size = _size(text)
    if fault_of_size:
        return fault_of_size
    if _LEFTOVER.search(prose):
        return "leftover"
    if language.fragment.search(prose):
        return "fragment"
    if any(prose.count(left) != prose.count(right) for left, right in _PAIRS):
        return "unbalanced"
    if prose.count('"') % 2:
        return "unbalanced"
    if language.anaphoric.match(prose) or not (prose[:1].isupper() or _may_begin(prose)):
        return "dangling"
    if language.pointing.search(prose) or _points_back(prose, language):
        return "pointing"
    return ""


def without(text: str, code: tuple[tuple[int, int], ...]) -> str:
    """The text with its code blanked, so that words in code are not taken for prose."""
    for start, end in code:
        text = text[:start] + "␣" * (end - start) + text[end:]
    return text


def _points_back(prose: str, language: Language) -> bool:
    """Whether "this thing" is said of a thing the sentence has not named before."""
    for found in language.demonstrative.finditer(prose):
        named = set(language.content(prose[: found.start()]))
        if not named.intersection(language.content(found["noun"])):
            return True
    return False


def _size(text: str) -> str:
    if _UNCASED.search(text):  # written without spaces: count characters instead of words
        return "too_short" if len(text) < 8 else "too_long" if len(text) > 150 else ""
    count = len(words(text))
    if count < FEWEST_WORDS:
        return "too_short"
    return "too_long" if count > MOST_WORDS else ""


def _may_begin(prose: str) -> bool:
    """Sentences may begin with code, a number, a quotation, or in a script without capitals."""
    bare = prose.lstrip("\"'“‘«(¿¡")[:1]
    return bool(bare) and (not bare.islower() or bare == "␣")
