"""Titles, slugs, codes, paths and lengths."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable, Mapping
from typing import Any

from studium.lib.errors import Invalid
from studium.lib.words import phrase

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""What join codes are made of: nothing that looks like something else."""
WORDS_PER_MINUTE = 200
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_BLANK = re.compile(r"[\s\u200b\ufeff]+")


def clean_line(text: str, *, field: str, limit: int, name: str, required: bool = True) -> str:
    """One line of text with its blanks unified; raises `Invalid` for what cannot be stored.

    `name` is what the field is called in the message, `limit` its most characters.
    """
    line = _BLANK.sub(" ", _storable(text, field=field, name=name)).strip()
    if required and not line:
        raise Invalid(
            phrase("%(name)s is empty. Give it one.", name=name),
            fields={field: phrase("%(name)s is empty.", name=name)},
        )
    if len(line) > limit:
        message = phrase(
            "%(name)s has %(n)s characters; at most %(limit)s fit.",
            name=name,
            n=f"{len(line):,}",
            limit=limit,
        )
        raise Invalid(
            phrase("%(message)s Shorten it.", message=message),
            fields={field: message},
        )
    return line


def clean_text(text: str, *, field: str, limit: int, name: str) -> str:
    """Text of several lines with `\\n` as line end; raises `Invalid` as `clean_line` does."""
    kept = _storable(text, field=field, name=name).replace("\r\n", "\n").replace("\r", "\n")
    if len(kept) > limit:
        message = phrase(
            "%(name)s has %(n)s characters; at most %(limit)s fit.",
            name=name,
            n=f"{len(kept):,}",
            limit=f"{limit:,}",
        )
        raise Invalid(
            phrase("%(message)s Shorten it.", message=message),
            fields={field: message},
        )
    return kept


def _storable(text: str, *, field: str, name: str) -> str:
    if _UNPRINTABLE.search(text):
        message = phrase(
            "%(name)s holds a character that cannot be stored (a control character).", name=name
        )
        raise Invalid(
            phrase("%(message)s Take it out and try again.", message=message),
            fields={field: message},
        )
    return text


def without_controls(text: str) -> str:
    """The text with what cannot be stored replaced, one character for one."""
    return _UNPRINTABLE.sub("\ufffd", text)


def slug_of(title: str, *, limit: int = 80, otherwise: str = "course") -> str:
    """A title as part of an address: ASCII letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:limit].strip("-")
    return slug or otherwise


def free_slug(wanted: str, taken: Container[str], *, limit: int = 80) -> str:
    """The wanted slug, or the first of `wanted-2`, `wanted-3`, … that is not taken."""
    slug, number = wanted[:limit], 1
    while slug in taken:
        number += 1
        tail = f"-{number}"
        slug = wanted[: limit - len(tail)] + tail
    return slug


def reading_minutes(words: int) -> int:
    """Minutes a reader needs for that many words of prose; never under one."""
    return max(1, -(-words // WORDS_PER_MINUTE))


def percent_done(done: int, total: int) -> int:
    """Whole per cent, rounded down, so that 100 means all; 0 of nothing is 0."""
    return done * 100 // total if total else 0


def canonical_code(typed: str) -> str:
    """A join code as stored, from however it was typed."""
    return re.sub(r"[\s\-–]+", "", typed).upper()[:20]


def shown_code(code: str | None) -> str:
    """A join code in groups of four, which are easier to read out."""
    return "-".join((code or "")[at : at + 4] for at in range(0, len(code or ""), 4))


def clean_path(path: str) -> str:
    """A file's name in its course: relative, no `..`, no hidden part; else `Invalid`."""
    name = clean_line(path.replace("\\", "/"), field="path", limit=300, name="The file's name")
    parts = name.split("/")
    if any(part in ("", ".", "..") or part.startswith(".") for part in parts):
        raise Invalid(
            phrase(
                "The file name “%(name)s” does not stay inside the course. Use a name such "
                "as “img/figure.png”.",
                name=name,
            ),
            fields={"path": phrase("Not a name inside the course.")},
        )
    return name


def free_path(wanted: str, taken: Container[str]) -> str:
    """The wanted name of a file, or the first of `a-2.png`, `a-3.png`, … that is not taken."""
    stem, dot, ending = wanted.rpartition(".")
    stem, tail = (stem, dot + ending) if dot and "/" not in ending else (wanted, "")
    path, number = wanted, 1
    while path in taken:
        number += 1
        path = f"{stem}-{number}{tail}"
    return path


def picture_path(name: str, media_type: str) -> str:
    """Where an image that was pasted or dropped goes: `img/` and its name as a link can hold it."""
    stem = name.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
    ending = media_type.removeprefix("image/").replace("jpeg", "jpg")
    return f"img/{slug_of(stem, otherwise='image')}.{ending}"


def lines_of(content: str, blocks: Iterable[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """The line, from 1, on which each block of a lesson begins in its source, in that order."""
    found, at, line = [], 0, 1
    for block in sorted(blocks, key=lambda one: int(one["start"])):
        line += content.count("\n", at, block["start"])
        at = block["start"]
        found.append((str(block["id"]), line))
    return found
