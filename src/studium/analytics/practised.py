"""The points of practice runs, from the answers that were taken in. Ids are as the driver has them.

An answer counts with what was right at the time: a correction of an exam never concerns practice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from studium.analytics.answered import Answer, share_value
from studium.assessment import rules as marking
from studium.lib.db import json_value, on_postgresql, read_rows, uuid_value, write_rows

_COLUMNS = "quiz_attempt_id, user_id, course_id, points, max_points"
_KNOWN = f"SELECT {_COLUMNS} FROM practice_points WHERE quiz_attempt_id IN ({{}})"
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


def add(batch: Iterable[Answer]) -> None:
    """Bring the points of the runs of some answers up to date."""
    given = [one for one in batch if counts(one)]
    if not given:
        return
    runs = _known({one.run_id for one in given})
    runs |= begun(one for one in given if one.run_id not in runs)
    for one in given:
        take(runs, one)
    write(runs)


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
    papers = read_rows(_PAPERS.format(_marks(first)), list(first))
    quizzes = {quiz for _, _, quiz in papers}
    asked = read_rows(_WORTHS.format(_marks(quizzes)), list(quizzes))
    worths = {uuid_value(question).hex: points for question, points in asked}
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


def _known(ids: Collection[Any]) -> dict[Any, Run]:
    return dict(_run(row) for row in read_rows(_KNOWN.format(_marks(ids)), list(ids)))


def _run(row: Any) -> tuple[Any, Run]:
    id_, user, course, points, most = row
    return id_, Run(user, course, share_value(points), share_value(most))


def _marks(values: Collection[Any]) -> str:
    return ", ".join(["%s"] * len(values))
