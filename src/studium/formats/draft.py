"""A course on its way in or out: a neutral tree that no format and no database owns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["error", "warning", "note"]
"""An error stops an import; a warning loses something; a note is for information."""

MAX_LESSON_BYTES = 2_000_000


@dataclass(frozen=True, slots=True)
class Problem:
    """Something the check report tells: what, where (`line` from 1, 0 for a whole file)."""

    severity: Severity
    path: str
    line: int
    message: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class FileDraft:
    """A picture or other file; `path` is how lessons refer to it."""

    path: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class QuestionDraft:
    """A question; `answer`, `options` and `spec` as in `kinds.QuestionContent`.

    Ids of options are the numbers "1", "2", … in the author's order and hold within the
    draft only. `concepts` are the names of what it asks about.
    """

    kind: str
    text: str
    answer: str
    options: tuple[Mapping[str, str], ...] | None = None
    spec: Mapping[str, Any] = field(default_factory=dict)
    explanation: str = ""
    external_id: str = ""
    position: int = 1
    concepts: tuple[str, ...] = ()
    source_path: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class QuizDraft:
    """A quiz; `key` is its slug, by which a mark in a lesson's text names it."""

    key: str
    title: str
    questions: tuple[QuestionDraft, ...]
    source_path: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class LessonDraft:
    """A lesson. Links to other lessons in `content` read `<key>.md`; `order` counts from 1.
    `concepts` are the names of what it teaches.

    `pages` says where the pages of a document begin in `content`, as (offset, page).
    """

    key: str
    topic: str
    content: str
    part_title: str = ""
    parent_key: str | None = None
    order: int = 1
    quizzes: tuple[QuizDraft, ...] = ()
    concepts: tuple[str, ...] = ()
    source_path: str = field(default="", compare=False)
    pages: tuple[tuple[int, int], ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class CourseDraft:
    """A whole course. Two drafts are equal when the courses are, wherever they were read.

    `origin` is the name of the document that the course was read from, if it was one, and `found`
    what its reader counted.
    """

    title: str
    slug: str | None = None
    description: str = ""
    language: str = "en"
    lessons: tuple[LessonDraft, ...] = ()
    files: tuple[FileDraft, ...] = ()
    problems: tuple[Problem, ...] = field(default=(), compare=False)
    origin: str = field(default="", compare=False)
    found: tuple[tuple[str, int], ...] = field(default=(), compare=False)

    @property
    def is_importable(self) -> bool:
        """Whether nothing stops the import."""
        return not any(problem.severity == "error" for problem in self.problems)


class Report:
    """Collects problems; after a thousand it only counts errors on."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(
        self, severity: Severity, path: str, message: str, *, line: int = 0, advice: str = ""
    ) -> None:
        """Add a problem, unless it is there already or there are very many."""
        problem = Problem(severity, path, line, message, advice)
        if len(self.problems) < 1000 and problem not in self.problems:
            self.problems.append(problem)

    def error(self, path: str, message: str, *, line: int = 0, advice: str = "") -> None:
        """Add a problem that stops the import."""
        self.add("error", path, message, line=line, advice=advice)


def key_of(path: str) -> str:
    """The key of a lesson's file: its path in one word, without the ending."""
    stem = re.sub(r"\.(?:md|markdown)$", "", path, flags=re.IGNORECASE)
    return re.sub(r"[^\w.\-]+", "-", unicodedata.normalize("NFC", stem).replace("/", "--"))


def tidy_lines(text: str) -> str:
    """Text with one kind of line end, no empty lines around it, and one line end after it."""
    body = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    return f"{body}\n" if body.strip() else ""
