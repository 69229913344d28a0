"""What is looked for, and where it stands in a text: words, and the pieces around them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from studium.ai.asking import common_form, words_in
from studium.ai.language import language

MOST_WORDS = 8
LONGEST_ASKED = 200
"""Characters of what is typed that are read."""
_BEFORE, _AROUND = 60, 220
_TOKEN = re.compile(r"[^\W_]+")
_MARKS = re.compile(r"^[ \t]*(?:#{1,6}|[-*+>]|```\w*)[ \t]*|\*\*|`", re.MULTILINE)
_LONGEST_LINE = 120


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text that is shown; `found` where it is one of the words looked for."""

    text: str
    found: bool = False


def sought(text: str, *, tag: str = "en") -> tuple[str, ...]:
    """The words to look for, in lower case, each once: at most `MOST_WORDS`.

    Words that say nothing by themselves ("the") are left out unless there are no others.
    """
    spoken = language(tag)
    every = dict.fromkeys(words_in(text[:LONGEST_ASKED].lower()))
    long = [one for one in every if len(one) > 1 or not one.isascii()] or list(every)
    telling = [one for one in long if not spoken.is_function_word(one)] or long
    return tuple(telling[:MOST_WORDS])


def piece_of(text: str, words: tuple[str, ...], *, tag: str = "en") -> tuple[Piece, ...]:
    """The text around the first of the words, on one line, with each of them set apart.

    Without any of them it is the beginning of the text.
    """
    line, fits = " ".join(text.split()), _Fitting(words, tag[:2])
    first = next((one.start() for one in _TOKEN.finditer(line) if fits(one[0])), 0)
    begins = _word_begin(line, first - _BEFORE) if first > _BEFORE else 0
    ends = _word_end(line, begins + _AROUND)
    shown = line[begins:ends]
    parts, at = [Piece("… ")] if begins else [], 0
    for one in _TOKEN.finditer(shown):
        if fits(one[0]):
            parts += [Piece(shown[at : one.start()]), Piece(one[0], found=True)]
            at = one.end()
    parts.append(Piece(shown[at:] + (" …" if ends < len(line) else "")))
    return tuple(part for part in parts if part.text)


def plain(markdown: str) -> str:
    """The words of a Markdown text, less the marks that a reader of a line trips over."""
    return _MARKS.sub("", markdown)


def first_line(markdown: str) -> str:
    """The first line of a text that says something, as a title: at most 120 characters."""
    lines = (" ".join(one.split()) for one in plain(markdown).splitlines())
    line = next((one for one in lines if one), "")
    return line if len(line) <= _LONGEST_LINE else line[: _word_end(line, _LONGEST_LINE)] + " …"


class _Fitting:
    """Whether a search for some words finds a token: by its beginning, or by its stem."""

    def __init__(self, words: tuple[str, ...], code: str) -> None:
        self._words, self._code = words, code
        self._stems = {common_form(one, code) for one in words}

    def __call__(self, token: str) -> bool:
        lower = token.lower()
        return lower.startswith(self._words) or common_form(lower, self._code) in self._stems


def _word_begin(line: str, at: int) -> int:
    space = line.rfind(" ", 0, at + 1)
    return space + 1


def _word_end(line: str, at: int) -> int:
    if at >= len(line):
        return len(line)
    space = line.rfind(" ", 0, at)
    return space if space > 0 else at
