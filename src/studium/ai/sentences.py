"""Where sentences begin and end in plain text.

A full stop ends a sentence only if what follows can begin one. Nothing is cut inside code,
parentheses or quotation marks, after an abbreviation, or inside a number.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from studium.ai.language import Language

_STOP = re.compile(
    r"[.!?…。！？]+[\"'”’»)\]*]*(?=\s|$)|[。！？]"
)  # with the full stops of CJK text
_LAST_WORD = re.compile(r"([^\W\d_](?:[\w.]*[^\W_])?)\.$")
_ORDINAL = re.compile(r"(?<!\d)\d{1,2}\.$")
_LETTERS = re.compile(r"[^\W\d_]+")
_PAIRS = {"(": ")", "“": "”", "[": "]"}
_LONGEST_PAIR = 300
_OPENING = "\"'“‘«([¿¡"


def split(
    text: str, language: Language, *, code: Sequence[tuple[int, int]] = ()
) -> list[tuple[int, int]]:
    """Ranges of the sentences of a text, trimmed. ``code`` holds ranges never cut inside."""
    closed = _merged([*code, *_pairs(text)])
    first_of = [start for start, _ in closed]
    begins_code = {start for start, _ in code}
    found: list[tuple[int, int]] = []
    begin = 0
    for stop in _STOP.finditer(text):
        end = stop.end()
        at = bisect_right(first_of, end - 1) - 1
        if at >= 0 and closed[at][0] < end < closed[at][1]:
            continue
        if _goes_on(text, stop, language, begins_code):
            continue
        _add(found, text, begin, end)
        begin = end
    _add(found, text, begin, len(text))
    return found


def _goes_on(text: str, stop: re.Match[str], language: Language, begins_code: set[int]) -> bool:
    """Whether the sentence continues behind a mark that looks like its end."""
    end = stop.end()
    while end < len(text) and text[end] == " ":
        end += 1
    if end == len(text):
        return False
    rest = end
    while rest < len(text) and text[rest] in _OPENING:
        rest += 1
    follows = text[rest : rest + 1]
    starts_new = not follows.islower() or rest in begins_code
    if not starts_new:
        return True
    if stop[0] != ".":
        return False
    before = _LAST_WORD.search(text, max(0, stop.start() - 20), stop.start() + 1)
    if not before:
        ordinal = language.ordinals_have_stops and _ORDINAL.search(
            text, max(0, stop.start() - 20), stop.start() + 1
        )
        return bool(ordinal)
    word = before[1].lower()
    if word in language.abbreviations:
        return word not in language.may_end or not _begins_plainly(text, rest, language)
    return (
        len(word) == 1
        and before[1].isupper()
        and word != "i"
        and follows.isalpha()
        and (_is_initial(text, before.start()))
    )


def _begins_plainly(text: str, at: int, language: Language) -> bool:
    """Whether the word at ``at`` is one that sentences begin with: "The", not "Bureau"."""
    found = _LETTERS.match(text, at)
    return found is not None and language.is_function_word(found[0].lower())


def _is_initial(text: str, at: int) -> bool:
    """Whether the capital at ``at`` looks like a person's initial: "J. Smith", "of D. Ricardo"."""
    before = text[:at].rstrip()
    return not before or before[-1] in '.(,“"' or before.rsplit(" ", 1)[-1][:1].isupper()


def _pairs(text: str) -> list[tuple[int, int]]:
    """Ranges between an opening mark and the one that closes it, both near and matched."""
    found: list[tuple[int, int]] = []
    stack: list[tuple[str, int]] = []
    straight = -1
    for match in re.finditer(r"[()\[\]“”\"]", text):
        char, at = match[0], match.start()
        if char == '"':
            if straight >= 0 and at - straight <= _LONGEST_PAIR:
                found.append((straight, at + 1))
                straight = -1
            else:
                straight = at
        elif char in _PAIRS:
            stack.append((char, at))
        else:
            while stack and at - stack[-1][1] > _LONGEST_PAIR:
                stack.pop()
            if stack and _PAIRS[stack[-1][0]] == char:
                found.append((stack.pop()[1], at + 1))
    return found


def _merged(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _add(found: list[tuple[int, int]], text: str, begin: int, end: int) -> None:
    piece = text[begin:end]
    if piece.strip():
        lead = len(piece) - len(piece.lstrip())
        found.append((begin + lead, begin + len(piece.rstrip())))
