"""The way in and out: other platforms' files to and from a neutral draft."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from studium.formats import markdown, mdbook
from studium.formats.draft import CourseDraft

Reader = Callable[[Mapping[str, bytes]], CourseDraft]
READERS: dict[str, Reader] = {"markdown": markdown.read, "mdbook": mdbook.read}


def format_of(files: Mapping[str, bytes]) -> str:
    """The name of the format that a set of files looks like."""
    if {"book.toml", "SUMMARY.md", "src/SUMMARY.md"} & set(files):
        return "mdbook"
    return "markdown"


def reader_for(files: Mapping[str, bytes]) -> Reader:
    """The reader for a set of files, chosen by what is in it."""
    return READERS[format_of(files)]


def read_course(files: Mapping[str, bytes], *, format: str | None = None) -> CourseDraft:
    """The course in a set of files: never raises for what they hold; see `problems`.

    Raises `ValueError` for a format that is none of `READERS`.
    """
    if format is not None and format not in READERS:
        raise ValueError(f"“{format}” is no format; there are {', '.join(READERS)}.")
    return READERS[format](files) if format else reader_for(files)(files)
