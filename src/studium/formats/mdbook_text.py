"""What mdBook does to a chapter's text before a reader sees it, done once at the import.

Lines and anchors of other files are included; lines hidden from readers of code are left out;
drawing instructions in code for ownership diagrams are left out; `<Listing>` gets its caption.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

from studium.formats.draft import MAX_LESSON_BYTES, Report
from studium.formats.fences import lines_with_roles
from studium.lib.markdown import tidy

MAX_DEPTH = 8
_INCLUDE = re.compile(r"(\\?)\{\{#(?:rustdoc_)?include\s{1,9}([^}\n]{1,500}?)\s{0,9}\}\}")
_ANCHOR = re.compile(r"ANCHOR(?:_END)?:\s{0,9}([\w\-]{1,200})")
_TITLE = re.compile(r"^\{\{#title [^}\n]{0,500}\}\}[ \t]*$", re.MULTILINE)
_LISTING = re.compile(r"<Listing\b((?:[^<>\"]|\"[^\"]{0,2000}\"){0,1000})>")
_ATTRIBUTE = re.compile(r"([\w-]{1,50})=\"([^\"]{0,2000})\"")
_HIDDEN_RUST = re.compile(r"[ \t>]*#(?: .*)?")
_HIDDEN_DRAWN = re.compile(r"[ \t>]*#(?![\[!]).*")
_DRAWN = re.compile(r"`(?:\[[^\]`\n]*\]|\{[^}`\n]*\}|\([^)`\n]*\))`")


class Includes:
    """Replaces include marks by the lines they name, up to the size of a lesson."""

    def __init__(self, files: Mapping[str, bytes], report: Report) -> None:
        self._files = files
        self._report = report
        self._room = 0

    def resolved(self, text: str, path: str) -> str:
        """The text of the chapter at `path` with what it includes; flaws go to the report."""
        self._room = MAX_LESSON_BYTES
        return self._resolved(text, path, depth=0)

    def _resolved(self, text: str, path: str, *, depth: int) -> str:
        parts, at = [], 0
        for found in _INCLUDE.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            included = None if found.group(1) else self._included(found.group(2), path, line, depth)
            if included is not None:
                parts += [text[at : found.start()], included]
                at = found.end()
        return "".join([*parts, text[at:]])

    def _included(self, named: str, path: str, line: int, depth: int) -> str | None:
        target, _, lines = named.partition(":")
        place = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
        data = self._files.get(place)
        if data is None:
            message = f"The included file {target} is missing."
            self._report.add(
                "warning", path, message, line=line, advice="Add the file, or write the lines."
            )
            return None
        picked = _picked(tidy(data.decode("utf-8", "replace")).replace("\r\n", "\n"), lines)
        if picked is None:
            message = f"The file {target} has no lines {lines}."
            self._report.add("warning", path, message, line=line, advice="Mend the mark.")
            return None
        self._room -= len(picked)
        if depth >= MAX_DEPTH or self._room < 0:
            message = "The included files are nested too deep or come to too much."
            self._report.error(path, message, line=line, advice="Include less.")
            return None
        return self._resolved(picked, place, depth=depth + 1)


def _picked(text: str, lines: str) -> str | None:
    """The lines that `3`, `3:7`, `:7`, `3:` or an anchor's name ask for; None for none."""
    rows = text.rstrip("\n").split("\n")
    if not lines:
        return "\n".join(row for row in rows if not _ANCHOR.search(row))
    span = re.fullmatch(r"(\d{0,7})(:?)(\d{0,7})", lines)
    if span is None:
        return _anchored(rows, lines)
    first = int(span.group(1) or 1)
    last = int(span.group(3) or len(rows)) if span.group(2) else first
    picked = rows[max(0, first - 1) : last]
    return "\n".join(row for row in picked if not _ANCHOR.search(row)) if picked else None


def _anchored(rows: list[str], name: str) -> str | None:
    picked: list[str] = []
    inside = seen = False
    for row in rows:
        mark = _ANCHOR.search(row)
        if mark is None:
            picked += [row] if inside else []
        elif mark.group(1) == name:
            inside = "ANCHOR_END" not in row
            seen = True
    return "\n".join(picked) if seen else None


def as_shown(text: str) -> str:
    """A chapter's or question's text as the book shows it."""
    return _captioned(_with_shown_code(_TITLE.sub("", text)))


def _captioned(text: str) -> str:
    """`<Listing number file-name caption>` becomes a caption after the code."""
    rows: list[str] = []
    captions: list[str] = []
    text = _LISTING.sub(lambda tag: tag.group().replace("\n", " "), text)
    for row, role, _ in lines_with_roles(text):
        bare = row.lstrip("> \t").rstrip() if role == "text" else ""
        opened = _LISTING.fullmatch(bare)
        if opened is not None:
            captions.append(_caption(dict(_ATTRIBUTE.findall(opened.group(1)))))
            rows.append(row.replace(bare, ""))
        elif bare == "</Listing>" and captions:
            rows.append(row.replace(bare, captions.pop()))
        else:
            rows.append(row)
    return "\n".join(rows)


def _caption(listing: Mapping[str, str]) -> str:
    name = f"Listing {listing['number']}" if "number" in listing else ""
    file = f"`{listing['file-name']}`" if "file-name" in listing else ""
    head = f"{name} ({file})" if name and file else name or file
    caption = " ".join(listing.get("caption", "").split())
    if head and caption:
        return f"**{head}:** {caption}"
    return f"**{head}**" if head else caption


def _with_shown_code(text: str) -> str:
    rows: list[str] = []
    for row, role, language in lines_with_roles(text):
        if role == "code" and _is_hidden(row, language):
            continue
        if role == "code" and language == "aquascope":
            rows.append(_DRAWN.sub("", row))
        elif role == "open" and language in ("aquascope", "ide"):
            rows.append(re.sub(r"([`~])\s*(?:aquascope|ide)\b.*", r"\1rust", row))
        else:
            rows.append(row)
    return "\n".join(rows)


def _is_hidden(row: str, language: str) -> bool:
    if language == "aquascope":
        return _HIDDEN_DRAWN.fullmatch(row) is not None
    return language == "rust" and _HIDDEN_RUST.fullmatch(row) is not None
