"""A course as an mdBook: `book.toml`, `src/SUMMARY.md`, chapters, and quiz files.

Every chapter that the summary lists becomes a lesson; headings of the summary become parts,
nesting becomes parents, draft chapters (without a file) are left out. mdBook has no front matter,
so a chapter names its concepts in a comment: `<!-- concepts: Ownership; Moves -->`. What mdBook
would do to the text is done here, so that a lesson reads like the book's page: see
`mdbook_text.py`.
"""

from __future__ import annotations

import posixpath
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from studium.formats.concepts import concepts_in
from studium.formats.draft import CourseDraft, LessonDraft, Report, key_of, tidy_lines
from studium.formats.lesson_text import (
    MAX_TITLE,
    Quizzes,
    References,
    line_of,
    plain_title,
    read_text,
    without_code,
)
from studium.formats.mdbook_text import Includes, as_shown

_ITEM = re.compile(r"([ \t]*)([-*+][ \t]+)?\[(.{0,1000})\]\(([^()\n]{0,1000})\)[ \t]*")
_PART = re.compile(r"#{1,6}[ \t]+(.*?)[ \t]*#*[ \t]*")
_CONCEPTS = re.compile(r"^<!--[ \t]*concepts:([^\n>]{1,5000}?)-->[ \t]*$", re.MULTILINE)
_RULE = re.compile(r"[ \t]*(?:-{3,}|\*{3,}|_{3,})[ \t]*")


@dataclass(frozen=True, slots=True)
class _Chapter:
    """One entry of the summary."""

    path: str
    title: str
    part: str
    parent: str | None


def read(files: Mapping[str, bytes]) -> CourseDraft:
    """A course from a book; what is wrong with it is in the draft's problems."""
    report = Report()
    book = _book(files, report)
    root = posixpath.normpath(str(book.get("src", "src")))
    if f"{root}/SUMMARY.md" not in files and "SUMMARY.md" in files:
        root = "."
    place = posixpath.normpath(f"{root}/SUMMARY.md")
    summary = read_text(files[place], place, report) if place in files else None
    if summary is None:
        report.error(place, "The book has no summary.", advice="Add SUMMARY.md with its chapters.")
        return CourseDraft(_title(book, ""), problems=tuple(report.problems))
    chapters = _Summary(files, root, place, report).chapters(summary)
    references = References(_below(files, root), [one.path for one in chapters], report)
    lessons = _lessons(chapters, files, root, references, report)
    if not lessons:
        report.error(place, "The book has no chapters.", advice="List them in SUMMARY.md.")
    return CourseDraft(
        title=_title(book, summary),
        description=_text(book, "description"),
        language=_text(book, "language") or "en",
        lessons=lessons,
        files=references.drafts(references.used),
        problems=tuple(report.problems),
    )


def _below(files: Mapping[str, bytes], root: str) -> dict[str, bytes]:
    """The files as chapters name them: by their path from the folder of the summary."""
    if root == ".":
        return dict(files)
    return {posixpath.relpath(path, root): data for path, data in files.items()}


def _lessons(
    chapters: list[_Chapter],
    files: Mapping[str, bytes],
    root: str,
    references: References,
    report: Report,
) -> tuple[LessonDraft, ...]:
    quizzes = Quizzes(files, report, as_shown)
    includes = Includes(files, report)
    lessons: list[LessonDraft] = []
    for chapter in chapters:
        path = posixpath.normpath(f"{root}/{chapter.path}")
        text = read_text(files[path], path, report)
        if text is None:
            continue
        text, concepts = _named(text, path, report)
        whole = includes.resolved(text, path)
        content = as_shown(references.resolved(whole, chapter.path, shown_path=path))
        if not content.strip():
            report.add("warning", path, "The chapter is empty.", advice="Write it or remove it.")
        lessons.append(
            LessonDraft(
                key=key_of(chapter.path),
                topic=chapter.title,
                content=tidy_lines(content),
                part_title=chapter.part,
                parent_key=None if chapter.parent is None else key_of(chapter.parent),
                order=len(lessons) + 1,
                concepts=concepts,
                quizzes=quizzes.of_lesson(text, path=path, topic=chapter.title),
                source_path=path,
            )
        )
    quizzes.report_unused()
    return tuple(lessons)


def _named(text: str, path: str, report: Report) -> tuple[str, tuple[str, ...]]:
    """The text without the comment that names its concepts, and those."""
    found = _CONCEPTS.search(without_code(text))
    if found is None:
        return text, ()
    at = line_of(text, found.start())
    concepts = concepts_in(found.group(1).strip(), path=path, line=at, report=report)
    return text[: found.start()] + text[found.end() :], concepts


def _book(files: Mapping[str, bytes], report: Report) -> Mapping[str, Any]:
    if "book.toml" not in files:
        return {}
    try:
        table = tomllib.loads(files["book.toml"].decode("utf-8-sig").replace("\r\n", "\n"))
    except (ValueError, RecursionError) as flaw:
        at = re.search(r"at line (\d+)", str(flaw))
        line = int(at.group(1)) if at else 0
        report.error("book.toml", f"The TOML is broken: {flaw}.", line=line, advice="Mend it.")
        return {}
    book = table.get("book")
    return book if isinstance(book, dict) else {}


def _text(book: Mapping[str, Any], name: str) -> str:
    value = book.get(name)
    return value.replace("\x00", "\ufffd").strip() if isinstance(value, str) else ""


def _title(book: Mapping[str, Any], summary: str) -> str:
    first = re.match(r"\s*# (.+)", summary)
    named = first.group(1).strip() if first else ""
    return _text(book, "title")[:MAX_TITLE] or plain_title(named) or "Untitled course"


class _Summary:
    """Reads the summary line by line."""

    def __init__(self, files: Mapping[str, bytes], root: str, place: str, report: Report) -> None:
        self._files = files
        self._root = root
        self._place = place
        self._report = report
        self._seen: dict[str, int] = {}

    def chapters(self, summary: str) -> list[_Chapter]:
        found: list[_Chapter] = []
        part, above = "", list[tuple[int, str]]()
        headings = 0
        for number, line in enumerate(summary.split("\n"), start=1):
            if not line.strip() or _RULE.fullmatch(line):
                continue
            if heading := _PART.fullmatch(line):
                headings += 1
                is_book = headings == 1 and not found
                part, above = "" if is_book else plain_title(heading.group(1)), []
            elif item := _ITEM.fullmatch(line):
                indent = len(item.group(1).expandtabs(4))
                above = [one for one in above if one[0] < indent]
                is_numbered = item.group(2) is not None
                path = self._path(item, number)
                if path is None:
                    continue
                found.append(
                    _Chapter(
                        path=path,
                        title=plain_title(item.group(3)) or key_of(path)[:MAX_TITLE],
                        part=part if is_numbered else "",
                        parent=above[-1][1] if above else None,
                    )
                )
                above.append((indent, path))
            else:
                self._report.add(
                    "warning",
                    self._place,
                    f"This line is no chapter: {line.strip()[:80]}",
                    line=number,
                    advice="Write - [Title](file.md).",
                )
        return found

    def _path(self, item: re.Match[str], line: int) -> str | None:
        """The chapter's path from the summary's folder, or None when there is no lesson."""
        written = unquote(item.group(4).strip().strip("<>"))
        title = item.group(3)
        if not written:
            message = f"The draft chapter “{title[:80]}” has no file; it is left out."
            self._report.add("note", self._place, message, line=line)
            return None
        path = posixpath.normpath(written)
        full = posixpath.normpath(f"{self._root}/{path}")
        if path.startswith(("../", "/")) or full not in self._files:
            self._report.error(
                self._place,
                f"The chapter {written[:200]} is missing.",
                line=line,
                advice="Add the file, or take the line out.",
            )
            return None
        first = self._seen.setdefault(key_of(path).casefold(), line)
        if first != line:
            self._report.error(
                self._place,
                f"The chapter {written[:200]} stands on line {first} already: two lessons with"
                " one place.",
                line=line,
                advice="Take one of the lines out.",
            )
            return None
        return path
