"""The quizzes a lesson page links to: one statement by hand, for a hot path."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from studium.lib.db import read_rows, uuid_param, uuid_value

LINKS = """
SELECT q.id, q.slug, q.title, q.status,
  (SELECT COUNT(*) FROM questions x
   WHERE x.quiz_id = q.id AND x.retired_at IS NULL AND x.status = 'approved')
FROM quizzes q WHERE q.lesson_id = %s AND q.status IN ('published', %s)
ORDER BY q.position, q.id"""


@dataclass(frozen=True, slots=True)
class QuizLink:
    """A quiz as its lesson names it; `slug` is how the lesson's text marks its place."""

    id: UUID
    slug: str
    title: str
    status: str
    questions: int


def quiz_links(lesson_id: UUID, *, drafts: bool) -> list[QuizLink]:
    """The published quizzes of a lesson, with its drafts for staff.

    The caller has checked that the person may read the lesson.
    """
    rows = read_rows(LINKS, [uuid_param(lesson_id), "draft" if drafts else "published"])
    return [QuizLink(uuid_value(row[0]), row[1] or "", row[2], row[3], row[4]) for row in rows]
