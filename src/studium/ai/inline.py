"""Inline Markdown to plain text, with the way back.

Every plain character knows which source characters it came from, so a sentence cut from the
plain text can be shown where it stands in the lesson. This is not a renderer: it hides what
a reader does not see and keeps everything else. The work grows linearly with the text.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

MarkKind = Literal["strong", "em", "code", "link"]

_SPECIAL = re.compile(r"[\\`*_\[\]!<&$\n{]")
_TICKS = re.compile(r"`+")
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9-]*+(?:[^<>\"']|\"[^\"]*\"|'[^']*')*+/?>")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_AUTOLINK = re.compile(r"<([A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*|[^\s<>@]+@[^\s<>@]+)>")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_MATH = re.compile(r"\$(?=[^\s$])[^$\n]{1,300}?(?<=\S)\$(?!\d)")
_MUSTACHE = re.compile(r"\{\{[#/][^{}]{0,500}\}\}")
_ANCHOR = re.compile(r"\{#[\w:.-]{1,100}\}")
_FOLDED = re.compile(r"[^\S ]|\0|  |\A | \Z")  # what folding whitespace would change
_LINE_PREFIX = re.compile(r"\n[ \t]*(?:>[ \t]?)*")
_DESTINATION = re.compile(
    r"\(\s*+(?:<[^<>\n]*+>|[^\s()]*+(?:\([^\s()]*+\)[^\s()]*+)*+)"
    r"(?:\s++(?:\"[^\"]*+\"|'[^']*+'|\([^()]*+\)))?\s*+\)"
)
_LABEL = re.compile(r"\[([^\[\]]*+)\]")
_ESCAPABLE = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_REACH = 1000  # how far a tag, a destination or a comment may run; longer ones stay as text
_DEFINITION = re.compile(r"(?m)^ {0,3}\[([^\[\]\n^][^\[\]\n]*+)\]:[ \t]*\n?[ \t]*\S")


@dataclass(frozen=True, slots=True)
class Mark:
    """Plain characters ``start`` to ``end`` that the author set apart."""

    start: int
    end: int
    kind: MarkKind


@dataclass(frozen=True, slots=True)
class Plain:
    """Plain text of ``source[begin:end]``; ``starts`` and ``ends`` hold each character's origin."""

    text: str
    starts: list[int]
    ends: list[int]
    marks: tuple[Mark, ...]
    begin: int
    end: int

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Source range of plain characters ``start`` to ``end``, markup at its edges included."""
        if start == 0:
            first = self.begin
        elif self.text[start - 1] == " ":
            first = self.ends[start - 1]
        else:
            first = self.starts[start]
        if end == len(self.text):
            return first, self.end
        return first, self.starts[end] if self.text[end] == " " else self.ends[end - 1]

    def between(self, start: int, end: int) -> str:
        """The plain text that comes from ``source[start:end]``, trimmed."""
        first = bisect_left(self.starts, start)
        last = bisect_left(self.ends, end + 1)
        return self.text[first:last].strip()

    def marked(self, start: int, end: int, kind: MarkKind) -> tuple[tuple[int, int], ...]:
        """Ranges of one kind of mark inside plain ``start`` to ``end``, counted from ``start``."""
        first = bisect_left(self.marks, start, key=lambda mark: mark.start)
        last = bisect_left(self.marks, end, key=lambda mark: mark.start)
        return tuple(
            (mark.start - start, mark.end - start)
            for mark in self.marks[first:last]
            if mark.kind == kind and mark.end <= end
        )


def reference_labels(source: str) -> frozenset[str]:
    """Labels of the link definitions in a lesson, folded; ``[x]`` is a link only if defined."""
    return frozenset(_fold(found[1]) for found in _DEFINITION.finditer(source))


def plain_text(source: str, start: int, end: int, references: frozenset[str]) -> Plain:
    """Strip the inline markup of ``source[start:end]``, whitespace folded to single spaces."""
    scan = _Scan(source, start, end, references)
    scan.run()
    return scan.finish()


def _fold(label: str) -> str:
    return " ".join(label.split()).casefold()


@dataclass(slots=True)
class _Delimiter:
    """A run of ``*`` or ``_`` that may open emphasis: where it was put and how much is left."""

    at: int
    left: int


@dataclass(slots=True)
class _Scan:
    source: str
    start: int
    end: int
    references: frozenset[str]
    chars: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    hidden: bytearray = field(default_factory=bytearray)
    marks: list[Mark] = field(default_factory=list)
    openers: dict[str, list[_Delimiter]] = field(default_factory=lambda: {"*": [], "_": []})
    brackets: list[tuple[int, bool]] = field(default_factory=list)
    ticks: dict[int, list[int]] = field(default_factory=dict)

    def run(self) -> None:
        for found in _TICKS.finditer(self.source, self.start, self.end):
            self.ticks.setdefault(len(found[0]), []).append(found.start())
        at = self.start
        while at < self.end:
            found_special = _SPECIAL.search(self.source, at, self.end)
            stop = found_special.start() if found_special else self.end
            self.keep(at, stop)
            at = stop if stop == self.end else self.special(stop)

    def keep(self, start: int, end: int) -> None:
        """Source characters that stand for themselves."""
        if start == end:
            return
        if start + 1 == end:
            self.put(self.source[start], start, end)
            return
        self.chars.extend(self.source[start:end])
        self.starts.extend(range(start, end))
        self.ends.extend(range(start + 1, end + 1))
        self.hidden.extend(bytes(end - start))

    def put(self, text: str, start: int, end: int) -> None:
        """Other characters in the place of ``source[start:end]``."""
        for char in text:
            self.chars.append(char)
            self.starts.append(start)
            self.ends.append(end)
            self.hidden.append(0)

    def special(self, at: int) -> int:
        """Take what begins with the special character at ``at``; the offset behind it."""
        char = self.source[at]
        following = self.source[at + 1] if at + 1 < self.end else ""
        if char == "\n":
            return self.new_line(at)
        if char == "\\":
            return self.escape(at, following)
        if char == "`":
            return self.code(at)
        if char in "*_":
            return self.delimiter(at, char)
        if char == "[" or (char == "!" and following == "["):
            return self.open_bracket(at, image=char == "!")
        if char == "]":
            return self.close_bracket(at)
        return self.pattern(at, char)

    def new_line(self, at: int) -> int:
        found = _LINE_PREFIX.match(self.source, at, self.end)
        end = found.end() if found else at + 1
        self.put(" ", at, end)
        return end

    def escape(self, at: int, following: str) -> int:
        if following in _ESCAPABLE and following:
            self.put(following, at, at + 2)
            return at + 2
        if following != "\n":  # a backslash at the end of a line is a line break
            self.keep(at, at + 1)
        return at + 1

    def code(self, at: int) -> int:
        found = _TICKS.match(self.source, at, self.end)
        opened = found.end() if found else at + 1
        runs = self.ticks.get(opened - at, [])
        later = bisect_left(runs, opened)
        if later == len(runs):
            self.keep(at, opened)
            return opened
        close = runs[later]
        first, last = opened, close
        inner = self.source[first:last]
        if inner.strip() and inner[0] in " \n" and inner[-1] in " \n":
            first, last = first + 1, last - 1
        begin = len(self.chars)
        for offset in range(first, last):
            char = self.source[offset]
            self.put(" " if char == "\n" else char, offset, offset + 1)
        self.marks.append(Mark(begin, len(self.chars), "code"))
        return close + (opened - at)

    def delimiter(self, at: int, char: str) -> int:
        end = at
        while end < self.end and self.source[end] == char:
            end += 1
        before = self.source[at - 1] if at > self.start else " "
        after = self.source[end] if end < self.end else " "
        left = not after.isspace() and (_wordy(after) or not _wordy(before))
        right = not before.isspace() and (_wordy(before) or not _wordy(after))
        if char == "_":
            left, right = left and not before.isalnum(), right and not after.isalnum()
        place = len(self.chars)
        self.keep(at, end)
        used = self.close_emphasis(place, end - at, char) if right else 0
        if left and used < end - at:
            self.openers[char].append(_Delimiter(place + used, end - at - used))
        return end

    def close_emphasis(self, place: int, count: int, char: str) -> int:
        """Match a closing run against the open ones; how many of its characters were used."""
        stack = self.openers[char]
        other = self.openers["_" if char == "*" else "*"]
        used = 0
        while used < count and stack:
            opener = stack[-1]
            size = 2 if min(opener.left, count - used) >= 2 else 1
            inner = opener.at + opener.left
            self.hide(inner - size, inner)
            self.hide(place + used, place + used + size)
            self.marks.append(Mark(inner, place, "strong" if size == 2 else "em"))
            while other and other[-1].at > opener.at:
                other.pop()
            opener.left -= size
            used += size
            if not opener.left:
                stack.pop()
        return used

    def hide(self, start: int, end: int) -> None:
        self.hidden[start:end] = b"\1" * (end - start)

    def open_bracket(self, at: int, *, image: bool) -> int:
        end = at + 2 if image else at + 1
        self.brackets.append((len(self.chars), image))
        self.keep(at, end)
        return end

    def close_bracket(self, at: int) -> int:
        if not self.brackets:
            self.keep(at, at + 1)
            return at + 1
        place, image = self.brackets.pop()
        end = self.link_end(at, place)
        if end is None:
            self.keep(at, at + 1)
            return at + 1
        opened = place + (2 if image else 1)
        footnote = opened < len(self.chars) and self.chars[opened] == "^"
        if image or footnote:
            self.hide(place, len(self.chars))
        else:
            self.hide(place, opened)
            self.marks.append(Mark(opened, len(self.chars), "link"))
        return end

    def link_end(self, at: int, place: int) -> int | None:
        """Where the link whose text ends at ``at`` ends, or None when it is not a link."""
        reach = min(self.end, at + 1 + _REACH)
        found = _DESTINATION.match(self.source, at + 1, reach)
        if found:
            return found.end()
        found = _LABEL.match(self.source, at + 1, reach)
        if found and _fold(found[1]) in self.references:
            return found.end()
        opened = self.starts[place]
        if at - opened > _REACH:
            return None
        label = self.source[opened:at].lstrip("!")[1:]
        if label.startswith("^") and " " not in label and len(label) > 1:
            return at + 1
        if _fold(label) not in self.references:
            return None
        return found.end() if found and not found[1] else at + 1

    def pattern(self, at: int, char: str) -> int:
        """Tags, comments, entities, formulas and template marks; else the character itself."""
        source, reach = self.source, min(self.end, at + _REACH)
        if char == "<":
            auto = _AUTOLINK.match(source, at, reach)
            if auto:
                self.keep(at + 1, auto.end() - 1)
                return auto.end()
            found = _COMMENT.match(source, at, reach) or _TAG.match(source, at, reach)
            if found:
                return found.end()
        elif char == "&":
            found = _ENTITY.match(source, at, reach)
            if found and html.unescape(found[0]) != found[0]:
                self.put(html.unescape(found[0]).replace("\n", " "), at, found.end())
                return found.end()
        elif char == "{":
            found = _MUSTACHE.match(source, at, reach) or _ANCHOR.match(source, at, reach)
            if found:
                return found.end()
        elif char == "$":
            found = _MATH.match(source, at, reach)
            if found:
                begin = len(self.chars)
                self.keep(at, found.end())
                self.marks.append(Mark(begin, len(self.chars), "code"))
                return found.end()
        self.keep(at, at + 1)
        return at + 1

    def finish(self) -> Plain:
        """Drop hidden characters, fold whitespace, and move the marks to the new places."""
        text = "".join(self.chars)
        if not self.hidden.count(1) and not _FOLDED.search(text):
            return self.plain(text, self.starts, self.ends, range(len(text) + 1))
        chars: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        moved: list[int] = []
        for char, start, end, hidden in zip(
            self.chars, self.starts, self.ends, self.hidden, strict=True
        ):
            moved.append(len(chars))
            if hidden:
                continue
            if char.isspace() or char == "\0":
                if chars and chars[-1] == " ":
                    ends[-1] = end
                if not chars or chars[-1] == " ":
                    continue
                char = " "
            chars.append(char)
            starts.append(start)
            ends.append(end)
        moved.append(len(chars))
        if chars and chars[-1] == " ":
            del chars[-1], starts[-1], ends[-1]
        return self.plain("".join(chars), starts, ends, moved)

    def plain(self, text: str, starts: list[int], ends: list[int], moved: Sequence[int]) -> Plain:
        marks = []
        for mark in self.marks:
            start, end = moved[mark.start], min(moved[mark.end], len(text))
            while start < end and text[start] == " ":
                start += 1
            if start < end:
                marks.append(Mark(start, end, mark.kind))
        marks.sort(key=lambda mark: (mark.start, -mark.end, mark.kind))
        piece = self.source[self.start : self.end]
        begin = self.start + len(piece) - len(piece.lstrip())
        return Plain(text, starts, ends, tuple(marks), begin, self.start + len(piece.rstrip()))


def _wordy(char: str) -> bool:
    return char.isalnum()
