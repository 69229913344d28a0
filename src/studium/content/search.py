"""Finding passages by words: SQLite's FTS5 and PostgreSQL's full text behind one function.

Words are taken from a question by `ai.asking`, so nothing a person types is read as a part of a
query language; they are bounded in number and length there. The caller has checked that the person
may read the course; drafts are found only where `drafts` says so.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import connection

from studium.ai.asking import Asked, match_expression, read_question
from studium.ai.retrieval import (
    HEADING_WEIGHT,
    TEXT_WEIGHT,
    TITLE_WEIGHT,
    Commonness,
    CoursePassage,
    Found,
    Ranked,
    Told,
    most_passages,
)
from studium.content.passage_index import configuration
from studium.lib.db import json_value, on_postgresql, uuid_param, uuid_value

_COLUMNS = "p.lesson_id, p.title, p.heading, p.block_id, p.begins, p.ends, p.text, p.told"
_READABLE = (
    "p.is_prose AND EXISTS (SELECT 1 FROM lessons l WHERE l.id = p.lesson_id"
    " AND l.status IN ('published', %s))"
)
# CROSS JOIN fixes the order: the index is asked once, not for each passage of the course.
_SQLITE = f"""
SELECT {_COLUMNS}, -bm25(passage_index, 0.0, {TITLE_WEIGHT}, {HEADING_WEIGHT}, {TEXT_WEIGHT})
FROM passage_index CROSS JOIN passages p ON p.id = passage_index.rowid
WHERE passage_index MATCH %s AND p.course_id = %s AND {_READABLE}
ORDER BY 9 DESC, p.id LIMIT %s"""
_SQLITE_COUNT = f"""(SELECT COUNT(*) FROM passage_index CROSS JOIN passages p
 ON p.id = passage_index.rowid WHERE passage_index MATCH %s AND p.course_id = %s AND {_READABLE})"""
_WHOLE = f"(SELECT COUNT(*) FROM passages p WHERE p.course_id = %s AND {_READABLE})"


def find(
    course_id: uuid.UUID,
    question: str,
    *,
    tag: str = "en",
    drafts: bool = False,
    limit: int | None = None,
) -> Found:
    """The passages of a course that fit a question best, and how common its words are there.

    Two statements, however long the question.
    """
    asked = read_question(question, tag=tag)
    if not asked.words:
        return Found(asked, (), Commonness(0, {}))
    search = _Postgresql if on_postgresql() else _Sqlite
    most = most_passages(asked) if limit is None else limit
    return search(course_id, asked, "draft" if drafts else "published").found(most)


class _Sqlite:
    """FTS5: BM25 over the whole index, limited to one course by its own column."""

    def __init__(self, course_id: uuid.UUID, asked: Asked, shown: str) -> None:
        self._course, self._asked, self._shown = uuid_param(course_id), asked, shown

    def found(self, limit: int) -> Found:
        commonness = self._commonness()
        known = [one for one in self._asked.words if commonness.holding[one]]
        rows = self._rows(known, commonness, limit) if known else []
        ranked = tuple(Ranked(_passage(row), float(row[8])) for row in rows)
        return Found(self._asked, ranked, commonness)

    def _commonness(self) -> Commonness:
        words = self._asked.words
        parameters: list[Any] = [self._course, self._shown]
        for word in words:
            parameters += [self._match([word]), self._course, self._shown]
        counts = _select("SELECT " + ", ".join([_WHOLE, *[_SQLITE_COUNT] * len(words)]), parameters)
        return Commonness(counts[0][0], dict(zip(words, counts[0][1:], strict=True)))

    def _rows(self, words: Sequence[str], commonness: Commonness, limit: int) -> list[Any]:
        return _select(_SQLITE, [self._match(words), self._course, self._shown, limit])

    def _match(self, words: Sequence[str]) -> str:
        inside = match_expression(words)
        return f'course_id : "{self._course}" AND {{title heading text}} : ({inside})'


class _Postgresql(_Sqlite):
    """`tsvector`: `ts_rank` of each word times its rarity, since `ts_rank_cd` knows no rarity.

    That sum is BM25 in its parts: rarity, a frequency that saturates, the weight of the field, and
    (flag 1) the length of the passage.
    """

    def _commonness(self) -> Commonness:
        words = self._asked.words
        counted = ", ".join(f"COUNT(*) FILTER (WHERE p.search @@ {self._query})" for _ in words)
        rows = _select(
            f"SELECT {_WHOLE}, {counted} FROM passages p"
            f" WHERE p.course_id = %s AND {_READABLE} AND p.search @@ ({self._any(words)})",
            [self._course, self._shown, *words, self._course, self._shown, *words],
        )
        return Commonness(rows[0][0], dict(zip(words, rows[0][1:], strict=True)))

    @property
    def _query(self) -> str:
        # The configuration is a constant, as the index needs it; words go as parameters.
        return f"plainto_tsquery('{configuration(self._asked.language)}', %s)"

    def _any(self, words: Sequence[str]) -> str:
        return " || ".join([self._query] * len(words))

    def _rows(self, words: Sequence[str], commonness: Commonness, limit: int) -> list[Any]:
        weights = [
            TEXT_WEIGHT / TITLE_WEIGHT, TEXT_WEIGHT / TITLE_WEIGHT, HEADING_WEIGHT / TITLE_WEIGHT, 1
        ]  # fmt: skip
        score = " + ".join(
            f"%s * ts_rank('{{{', '.join(map(str, weights))}}}', p.search, {self._query}, 1)"
            for _ in words
        )
        rarities = [value for one in words for value in (commonness.rarity(one), one)]
        return _select(
            f"SELECT {_COLUMNS}, {score} FROM passages p"
            f" WHERE p.course_id = %s AND {_READABLE} AND p.search @@ ({self._any(words)})"
            " ORDER BY 9 DESC, p.id LIMIT %s",
            [*rarities, self._course, self._shown, *words, limit],
        )


def _select(statement: str, parameters: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def _passage(row: Any) -> CoursePassage:
    told = tuple(Told(*one) for one in json_value(row[7]))
    return CoursePassage(
        uuid_value(row[0]).hex, row[1], row[2], row[3], row[4], row[5], row[6], told
    )
