"""What every reader of documents finds: blocks of Markdown, each with the page it begins on."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from studium.formats.documents.limits import Limits
from studium.formats.draft import Severity
from studium.lib.errors import Refused

Kind = Literal["heading", "text", "item", "code", "table", "image", "note"]


class DocumentRefused(Refused):
    """A document that is not read; the message says what, where and what to do."""

    status = 400
    code = "document_refused"


class DocumentTooLarge(DocumentRefused):
    """More pages, bytes, time or memory than one document may have."""

    status = 413
    code = "document_too_large"


@dataclass(slots=True)
class Block:
    """A piece of a document as Markdown.

    `level` is that of a heading (1 is the highest) or the depth of a list item (from 0). `page`
    counts from 1 and is 0 where the kind of document has no pages.
    """

    kind: Kind
    text: str
    page: int = 0
    level: int = 0


@dataclass(slots=True)
class Picture:
    """An image as it will lie among the course's files."""

    path: str
    data: bytes


@dataclass(slots=True)
class Chapter:
    """A lesson in the making: a title, where it stands, its blocks."""

    title: str
    blocks: list[Block] = field(default_factory=list)
    part: str = ""
    key: str = ""
    place: str = ""


@dataclass(slots=True)
class Findings:
    """Everything that one reading found, collected while it goes on."""

    title: str = ""
    language: str = ""
    description: str = ""
    chapters: list[Chapter] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    problems: list[tuple[Severity, str, str, str]] = field(default_factory=list)

    def count(self, name: str, by: int = 1) -> None:
        """Count something the report names."""
        self.counts[name] = self.counts.get(name, 0) + by

    def report(
        self, severity: Severity, message: str, *, place: str = "", advice: str = ""
    ) -> None:
        """Tell the check report about something; after a thousand lines it says no more."""
        line = (severity, place, message, advice)
        if len(self.problems) < 1_000 and line not in self.problems:
            self.problems.append(line)

    def take_picture(self, path: str, data: bytes, limits: Limits) -> bool:
        """Keep an image unless it is too large or there are too many; says which in the report."""
        if len(data) > limits.file:
            self.report("warning", f"An image has {len(data) / 1e6:.1f} MB and is left out.",
                        place=path, advice="Make it smaller.")  # fmt: skip
            return False
        if len(self.pictures) >= limits.files:
            self.report("warning", f"More than {limits.files:,} images; the rest is left out.",
                        advice="Split the document.")  # fmt: skip
            return False
        self.pictures.append(Picture(path, data))
        return True


def pages_in_words(pages: list[int], *, name: str = "page") -> str:
    """Numbers as a reader writes them: `pages 3-5 and 9`."""
    ranges: list[list[int]] = []
    for page in pages:
        if ranges and page == ranges[-1][1] + 1:
            ranges[-1][1] = page
        else:
            ranges.append([page, page])
    shown = [f"{a}–{b}" if b > a else str(a) for a, b in ranges[:20]]
    more = " …" if len(ranges) > 20 else ""
    return f"{name}{'s' if len(pages) > 1 else ''} {', '.join(shown)}{more}"


_SPECIAL = re.compile(
    r"[\\`*]"  # marks that mean something anywhere
    r"|(?<!\d)\$(?=\S[^$\n]{0,1000}(?<=\S)\$(?!\d))"  # a pair that would hold a formula
    r"|(?<![^\W_])_|_(?![^\W_])"  # underscores that could open or close emphasis
    r"|<(?=[A-Za-z/!?])|&(?=#?\w{1,31};)|\[(?=[^\]\n]{0,500}\][(\[:])|\{(?=\{)|~(?=~)"
)
_AT_START = re.compile(r"^(\s*)(?:([#>+\-=])(?=[\s#>+\-=]|$)|(\d{1,9})([.)])(?=\s|$))")


def escaped(text: str) -> str:
    """Plain text as Markdown that reads the same; only marks that would mean something change."""
    return _SPECIAL.sub(lambda found: "\\" + found.group(), text)


def escaped_start(text: str) -> str:
    """A paragraph whose first characters cannot be taken for a list, heading or quote."""
    return _AT_START.sub(
        lambda at: at[1] + (f"\\{at[2]}" if at[2] else f"{at[3]}\\{at[4]}"), text, count=1
    )


def table(rows: list[list[str]]) -> str:
    """Rows of Markdown cells as a table; the first row is its head."""
    width = max(map(len, rows), default=0)
    lines = []
    for row in rows:
        cells = [" ".join(cell.split()).replace("|", "\\|") for cell in row]
        lines.append("| " + " | ".join(cells + [""] * (width - len(cells))) + " |")
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]]) if lines else ""
