"""Which passages of a course a question is about: its words, and a ranking by BM25.

The ranking here runs in memory on SQLite's FTS5, for courses that are not stored anywhere (an
evaluation). The product ranks in its own database; both take their words and their query text from
`asked_words` and `match_expression`, so what is measured here is what people get.
"""

from __future__ import annotations

import re
import sqlite3
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from studium.ai import sentences
from studium.ai.language import Language, language, words
from studium.ai.model import LessonText
from studium.ai.prose import passages

MOST_WORDS = 24
"""Different words of a question that are looked for; the first ones."""
LONGEST_QUESTION = 2_000
LONGEST_WORD = 64
TITLE_WEIGHT, HEADING_WEIGHT, TEXT_WEIGHT = 3.0, 2.0, 1.0
"""How much a word counts in a lesson's title, in a heading above the passage, and in it."""

_TERM = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence of a passage: ``text[begin:until]``, and where it stands in the lesson's source."""

    begin: int
    until: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class CoursePassage:
    """A piece of running text of one lesson, as plain text, with the sentences in it.

    ``lesson`` is the caller's own name of the lesson, ``heading`` the section it stands in;
    ``start`` and ``end`` are its place in the lesson's source.
    """

    lesson: str
    title: str
    heading: str
    block_id: str
    start: int
    end: int
    text: str
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A passage that was found; a higher score is a better one (no scale between questions)."""

    passage: CoursePassage
    score: float


def passages_of(lesson: LessonText, *, name: str) -> list[CoursePassage]:
    """The passages of a lesson in reading order: its prose, without code, tables and images."""
    spoken, heading = language(lesson.language), ""
    found = []
    for one in passages(lesson):
        plain = one.plain
        if one.is_heading:
            heading = plain.text
            continue
        code = [(mark.start, mark.end) for mark in plain.marks if mark.kind == "code"]
        told = tuple(
            Told(begin, until, *plain.span(begin, until))
            for begin, until in sentences.split(plain.text, spoken, code=code)
        )
        start, end = plain.span(0, len(plain.text))
        found.append(
            CoursePassage(name, lesson.topic, heading, one.block.id, start, end, plain.text, told)
        )
    return found


def asked_words(question: str, *, tag: str = "en") -> tuple[str, ...]:
    """The words that say what a question is about, each once, in lower case, at most `MOST_WORDS`.

    A question made of nothing but words of asking keeps them: something must be looked for.
    """
    spoken = language(tag)
    every = [one for one in _terms(question[:LONGEST_QUESTION]) if len(one) <= LONGEST_WORD]
    about = [one for one in every if not _is_asking(one, spoken)]
    return tuple(dict.fromkeys(about or every))[:MOST_WORDS]


def match_expression(wanted: Iterable[str]) -> str:
    """An FTS5 query for any of the words; "" when there are none.

    Each word is letters and digits inside quotation marks, so nothing a person types is read as
    a part of the query language.
    """
    safe = [word for one in wanted for word in _TERM.findall(one)]
    return " OR ".join(f'"{word}"' for word in dict.fromkeys(safe))


def _terms(text: str) -> list[str]:
    return [piece for word in words(text) for piece in _TERM.findall(word) if len(piece) > 1]


def _is_asking(word: str, spoken: Language) -> bool:
    return spoken.is_function_word(word) or word in _asking(spoken.code)


@cache
def _asking(code: str) -> frozenset[str]:
    place = resources.files(__package__) / "asking.toml"
    return frozenset(str(tomllib.loads(place.read_text("utf-8")).get(code, "")).split())


class MemoryIndex:
    """The passages of a course, ranked by FTS5's BM25 (porter stemming) in memory."""

    def __init__(self, held: Sequence[CoursePassage]) -> None:
        self._held = list(held)
        self._db = sqlite3.connect(":memory:")
        self._db.execute(
            "CREATE VIRTUAL TABLE found USING fts5(title, heading, text,"
            " tokenize = 'porter unicode61 remove_diacritics 2')"
        )
        self._db.executemany(
            "INSERT INTO found (rowid, title, heading, text) VALUES (?, ?, ?, ?)",
            [(at, one.title, one.heading, one.text) for at, one in enumerate(self._held)],
        )

    def rank(self, question: str, *, limit: int, tag: str = "en") -> list[Ranked]:
        """The passages that hold any word of the question, best first; equal ones as they stand."""
        query = match_expression(asked_words(question, tag=tag))
        if not query:
            return []
        rows = self._db.execute(
            "SELECT rowid, bm25(found, ?, ?, ?) AS cost FROM found WHERE found MATCH ?"
            " ORDER BY cost, rowid LIMIT ?",
            (TITLE_WEIGHT, HEADING_WEIGHT, TEXT_WEIGHT, query, limit),
        )
        return [Ranked(self._held[at], -cost) for at, cost in rows]

    def close(self) -> None:
        """Give its memory back."""
        self._db.close()
