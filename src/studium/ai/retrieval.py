"""Which passages of a course a question is about: its words, and a ranking by BM25.

The ranking here runs in memory on SQLite's FTS5, for courses that are not stored anywhere (an
evaluation). The product ranks in its own database; both take their words and their query text from
`asking.read_question` and `asking.match_expression`, so what is measured here is what people get.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

from studium.ai import sentences
from studium.ai.asking import Asked, match_expression, read_question
from studium.ai.language import language
from studium.ai.model import LessonText
from studium.ai.prose import passages

MOST_PASSAGES = 16
"""Passages an answer is looked for in."""
TITLE_WEIGHT, HEADING_WEIGHT, TEXT_WEIGHT = 3.0, 2.0, 1.0
"""How much a word counts in a lesson's title, in a heading above the passage, and in it."""


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence of a passage: ``text[begin:until]``, and its place in the lesson's source."""

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


@dataclass(frozen=True, slots=True)
class Commonness:
    """How many passages a course has, and how many of them hold each asked word."""

    passages: int
    holding: Mapping[str, int]

    def rarity(self, word: str) -> float:
        """The BM25 weight of a word, positive for common ones too: ln(1 + (N-n+½)/(n+½)).

        Robertson and Zaragoza, "The Probabilistic Relevance Framework" (2009), with Lucene's +1.
        """
        held = min(self.holding.get(word, 0), self.passages)
        return log(1 + (self.passages - held + 0.5) / (held + 0.5))


@dataclass(frozen=True, slots=True)
class Found:
    """What a ranking brought for one question."""

    asked: Asked
    ranked: tuple[Ranked, ...]
    commonness: Commonness


def most_passages(asked: Asked) -> int:
    """In how many passages an answer is looked for.

    More of them where it is asked what a term is: the sentence that says so often stands in a long
    passage, which BM25 puts below short ones that only use the term.
    """
    return 4 * MOST_PASSAGES if asked.term else MOST_PASSAGES


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

    def rank(self, words: Sequence[str], *, limit: int) -> list[Ranked]:
        """The passages that hold any of the words, best first; equal ones as they stand."""
        query = match_expression(words)
        if not query:
            return []
        rows = self._db.execute(
            "SELECT rowid, bm25(found, ?, ?, ?) AS cost FROM found WHERE found MATCH ?"
            " ORDER BY cost, rowid LIMIT ?",
            (TITLE_WEIGHT, HEADING_WEIGHT, TEXT_WEIGHT, query, limit),
        )
        return [Ranked(self._held[at], -cost) for at, cost in rows]

    def find(self, question: str, *, limit: int | None = None, tag: str = "en") -> Found:
        """The best passages for a question, and how common its words are here."""
        asked = read_question(question, tag=tag)
        limit = most_passages(asked) if limit is None else limit
        holding = {one: self._count(one) for one in asked.words}
        ranked = tuple(self.rank(asked.words, limit=limit))
        return Found(asked, ranked, Commonness(len(self._held), holding))

    def _count(self, word: str) -> int:
        query = match_expression([word])
        rows = self._db.execute("SELECT COUNT(*) FROM found WHERE found MATCH ?", (query,))
        return int(rows.fetchone()[0])

    def close(self) -> None:
        """Give its memory back."""
        self._db.close()
