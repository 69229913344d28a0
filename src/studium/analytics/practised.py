"""The points of practice runs, from the answers that were taken in. Ids are as the driver has them.

An answer counts with what was right at the time: a correction of an exam never concerns practice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from studium.analytics.answered import Answer, share_value
from studium.analytics.folding import Pair
from studium.analytics.rendering import run_attempt
from studium.analytics.rules import Attempt
from studium.assessment import rules as marking
from studium.lib.db import json_value, on_postgresql, read_rows, write_rows

_TOUCHED = """
SELECT a.id, a.paper, a.quiz_id, z.title, a.attempt_no, a.started_at, p.points, p.max_points
FROM quiz_attempts a JOIN quizzes z ON z.id = a.quiz_id
LEFT JOIN practice_points p ON p.quiz_attempt_id = a.id WHERE a.id IN ({})
"""
_COLUMNS = "quiz_attempt_id, user_id, course_id, points, max_points"
_ALL = f"SELECT {_COLUMNS} FROM practice_points ORDER BY quiz_attempt_id"
_UPSERT = f"""
INSERT INTO practice_points ({_COLUMNS}) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (quiz_attempt_id) DO UPDATE SET points = excluded.points
"""
_PAPERS = "SELECT id, paper, quiz_id FROM quiz_attempts WHERE id IN ({})"
_WORTHS = "SELECT id, points FROM questions WHERE quiz_id IN ({})"


@dataclass(slots=True)
class Run:
    """What the answers of one run come to so far."""

    user_id: Any
    course_id: Any
    points: Decimal
    max_points: Decimal


def add(batch: Iterable[Answer]) -> dict[Pair, list[Attempt]]:
    """Bring the points of the runs of some answers up to date; gives the runs by person and
    course."""
    given = [one for one in batch if counts(one)]
    if not given:
        return {}
    first = {one.run_id: one for one in given}
    rows = {row[0]: row for row in read_rows(_TOUCHED.format(_marks(first)), list(first))}
    runs = {
        id_: Run(first[id_].user_id, first[id_].course_id, share_value(points), share_value(most))
        for id_, *_, points, most in rows.values()
        if points is not None
    }
    runs |= _begun(first, [row[:3] for row in rows.values() if row[0] not in runs])
    for one in given:
        take(runs, one)
    write(runs)
    found: dict[Pair, list[Attempt]] = defaultdict(list)
    for id_, run in runs.items():
        _, _, quiz, title, number, at, *_ = rows[id_]
        made = run_attempt(id_, quiz, title, number, run.points, run.max_points, at)
        found[run.user_id, run.course_id].append(made)
    return found


def counts(answer: Answer) -> bool:
    """Whether the answer belongs to a run."""
    return answer.run_id is not None and answer.replaces_id is None


def take(runs: dict[Any, Run], answer: Answer) -> None:
    """Add one answer to its run."""
    runs[answer.run_id].points += marking.points_for(answer.share, Decimal(answer.worth))


def begun(answers: Iterable[Answer]) -> dict[Any, Run]:
    """Runs nothing was taken in of yet."""
    first = {one.run_id: one for one in answers}
    if not first:
        return {}
    return _begun(first, read_rows(_PAPERS.format(_marks(first)), list(first)))


def _begun(first: dict[Any, Answer], papers: Sequence[Sequence[Any]]) -> dict[Any, Run]:
    """Runs of which `papers` are id, paper and quiz."""
    if not papers:
        return {}
    quizzes = {quiz for _, _, quiz in papers}
    asked = read_rows(_WORTHS.format(_marks(quizzes)), list(quizzes))
    worths = {_hex(question): points for question, points in asked}
    return {
        run: Run(
            first[run].user_id,
            first[run].course_id,
            Decimal(0),
            Decimal(sum(worths[one.replace("-", "")] for one in json_value(paper))),
        )
        for run, paper, _ in papers
    }


def write(runs: dict[Any, Run]) -> None:
    """Store runs, new or changed."""
    number = Decimal if on_postgresql() else float
    rows = [
        (id_, run.user_id, run.course_id, number(run.points), number(run.max_points))
        for id_, run in runs.items()
    ]
    write_rows(_UPSERT, rows)


def stored() -> Iterator[tuple[Any, Run]]:
    """Every run as it is stored."""
    return (_run(row) for row in read_rows(_ALL, []))


def _hex(id_: Any) -> str:
    """An id as the driver has it, in 32 digits; SQLite's is that already."""
    return id_ if isinstance(id_, str) else id_.hex


def _run(row: Any) -> tuple[Any, Run]:
    id_, user, course, points, most = row
    return id_, Run(user, course, share_value(points), share_value(most))


def _marks(values: Collection[Any]) -> str:
    return ", ".join(["%s"] * len(values))
