"""Lines of letters into running Markdown: hyphens undone, looks as marks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from studium.formats.documents.blocks import escaped
from studium.formats.documents.pdf.glyphs import SOFT_HYPHEN, Run, Style

_WORD = re.compile(r"(?<![\w-])[^\W\d_]{2,}(?![\w-])")
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st"})


class Joiner:
    """Makes lines whole, knowing the words that the document uses within its lines.

    A word parted at a line's end loses its hyphen when the whole word is used elsewhere, keeps it
    when both parts are words of their own (`phosphate-containing`), and loses it else.
    """

    def __init__(self, lines: Iterable[str] = ()) -> None:
        self._known = {word for line in lines for word in _WORD.findall(line.lower())}

    def joined(self, lines: Sequence[str]) -> str:
        """Lines of Markdown as one text."""
        text = ""
        for line in lines:
            text = line.rstrip() if not text else self._glued(text, line.strip())
        return _plain_hyphens(text)

    def marked(self, lines: Iterable[Sequence[Run]]) -> str:
        """Runs of lines as Markdown: bold, italic and fixed letters get their marks."""
        pieces: list[Run] = []
        for line in lines:
            runs = [Run(run.text, run.style) for run in line if run.text]
            if pieces and runs:
                runs[0].text = runs[0].text.lstrip()
                whole = self._glued(pieces[-1].text, runs[0].text)
                pieces[-1].text = whole[: len(whole) - len(runs[0].text)]
            pieces += runs
        return _with_marks(_merged(pieces))

    def _glued(self, text: str, line: str) -> str:
        if text.endswith(SOFT_HYPHEN):
            return text[:-1] + line
        if not (text.endswith("-") and text[-2:-1].isalnum()):
            return f"{text.rstrip()} {line}"
        first = re.search(r"[^\W\d_]+$", text[:-1])
        second = re.match(r"[^\W\d_]+", line)
        if first and second and line[0].islower() and self._is_parted(first[0], second[0]):
            return text[:-1] + line
        return text + line

    def _is_parted(self, first: str, second: str) -> bool:
        first, second = first.lower(), second.lower()
        if first + second in self._known:
            return True
        return not (len(first) > 1 and first in self._known and second in self._known)


def _plain_hyphens(text: str) -> str:
    return text.replace(SOFT_HYPHEN, "").translate(_LIGATURES)


def _merged(runs: Iterable[Run]) -> list[Run]:
    """Neighbours of one look as one; spaces belong to whatever is before them."""
    kept: list[Run] = []
    for run in runs:
        is_same = kept and (kept[-1].style == run.style or not run.text.strip())
        if is_same:
            kept[-1].text += run.text
        else:
            kept.append(Run(run.text, run.style))
    return kept


def _with_marks(runs: list[Run]) -> str:
    is_even = len({run.style for run in runs if run.text.strip()}) < 2
    parts = []
    for run in runs:
        text = _plain_hyphens(run.text)
        style = Style(mono=run.style.mono) if is_even else run.style
        parts.append(_one(text, style))
    return re.sub(r"[ \t]{2,}", " ", "".join(parts)).strip()


def _one(text: str, style: Style) -> str:
    core = text.strip()
    if not re.search(r"\w", core):
        return escaped(text)
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    if style.mono:
        ticks = "``" if "`" in core else "`"
        pad = " " if "`" in core else ""
        return f"{before}{ticks}{pad}{core}{pad}{ticks}{after}"
    if not (core[0].isalnum() and core[-1].isalnum()) and (style.bold or style.italic):
        return before + _around(core, style) + after
    marks = ("**" if style.bold else "") + ("*" if style.italic else "")
    return f"{before}{marks}{escaped(core)}{marks[::-1]}{after}"


def _around(core: str, style: Style) -> str:
    """Marks around the words alone: beside punctuation they would not be read as marks."""
    found = re.fullmatch(r"(\W*)(.*?)(\W*)", core, re.DOTALL)
    inner = found[2] if found else core
    marks = ("**" if style.bold else "") + ("*" if style.italic else "")
    head, tail = (found[1], found[3]) if found else ("", "")
    return f"{escaped(head)}{marks}{escaped(inner)}{marks[::-1]}{escaped(tail)}"
