"""`analytics.progress_data`: what it is rendered from, and writing it.

It is rendered from things that only the person's own answers change: which responses were taken
in, the attempts they belong to, and the mastery as of their last answer on each concept. A lesson
marked done, an exam that opens, the next thing to do, time that passes: these change without an
answer, so pages read them at their source. Names are copied for readers of the row; a lesson
renamed later is no difference.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from studium.analytics import rules, stored
from studium.analytics.folding import Pair
from studium.analytics.rules import Attempt
from studium.assessment import rules as marking
from studium.lib.db import (
    json_value,
    read_rows,
    time_param,
    time_value,
    uuid_param,
    uuid_value,
    write_rows,
)
from studium.lib.ids import uuid7

_TOPICS = "SELECT id, topic FROM lessons WHERE id IN ({})"
_EXAMS = """
SELECT a.user_id, e.course_id, a.id, a.exam_id, e.title, a.attempt_no, a.score, a.passed,
    a.submitted_at
FROM exam_attempts a JOIN exams e ON e.id = a.exam_id
WHERE a.user_id IN ({}) AND e.course_id IN ({}) AND EXISTS (SELECT 1 FROM responses r
    JOIN response_folds f ON f.response_id = r.id WHERE r.exam_attempt_id = a.id)
"""
_RUNS = """
SELECT * FROM (
    SELECT a.user_id, l.course_id, a.id, a.quiz_id, z.title, a.attempt_no, a.paper, a.started_at,
        ROW_NUMBER() OVER (PARTITION BY a.user_id, l.course_id ORDER BY a.started_at DESC,
            a.id DESC) AS place
    FROM quiz_attempts a JOIN quizzes z ON z.id = a.quiz_id JOIN lessons l ON l.id = z.lesson_id
    WHERE a.user_id IN ({}) AND l.course_id IN ({}) AND EXISTS (SELECT 1 FROM responses r
        JOIN response_folds f ON f.response_id = r.id WHERE r.quiz_attempt_id = a.id)
) runs WHERE place <= %s
"""
_GIVEN = """
SELECT r.quiz_attempt_id, r.share, q.points, COUNT(*) FROM responses r
JOIN response_folds f ON f.response_id = r.id JOIN questions q ON q.id = r.question_id
WHERE r.quiz_attempt_id IN ({}) AND r.replaces_id IS NULL
GROUP BY r.quiz_attempt_id, r.share, q.points
"""
_WORTH = "SELECT id, points FROM questions WHERE quiz_id IN ({})"
_CONCEPTS = """
SELECT m.user_id, m.course_id, m.concept_id, k.name, m.last_at
FROM mastery m JOIN concepts k ON k.id = m.concept_id
WHERE m.epoch = %s AND m.user_id IN ({}) AND m.course_id IN ({}) AND m.last_at IS NOT NULL
"""
_UPSERT = """
INSERT INTO analytics (id, user_id, course_id, progress_data, schema_version, last_updated)
VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (user_id, course_id) DO UPDATE
SET progress_data = excluded.progress_data, schema_version = excluded.schema_version,
last_updated = excluded.last_updated
"""

Tallied = dict[Pair, dict[Any, rules.Tally]]


def rendered(pairs: Tallied, *, epoch: int) -> dict[Pair, dict[str, Any]]:
    """The `progress_data` of each person and course. The statements do not grow with them."""
    if not pairs:
        return {}
    users = list(dict.fromkeys(user for user, _ in pairs))
    courses = list(dict.fromkeys(course for _, course in pairs))
    topics = _topics({lesson for tallies in pairs.values() for lesson in tallies})
    attempts = _attempts(users, courses)
    concepts = _concepts(epoch, users, courses) if epoch else {}
    return {
        pair: rules.render(
            tallies=[(uuid_value(lesson), tally) for lesson, tally in tallies.items()],
            topics=topics,
            attempts=attempts.get(pair, []),
            concepts=concepts.get(pair, []) if epoch else None,
            epoch=epoch,
        )
        for pair, tallies in pairs.items()
    }


def write_progress(pairs: Tallied, *, epoch: int, now: datetime) -> None:
    """Render and store the rows of some people and courses."""
    at = time_param(now)
    rows = [
        (uuid_param(uuid7()), user, course, json.dumps(data), rules.SCHEMA_VERSION, at)
        for (user, course), data in rendered(pairs, epoch=epoch).items()
    ]
    write_rows(_UPSERT, rows)


def _topics(lessons: Collection[Any]) -> dict[Any, str]:
    rows = read_rows(_TOPICS.format(_marks(lessons)), list(lessons))
    return {uuid_value(lesson): topic for lesson, topic in rows}


def _concepts(
    epoch: int, users: Collection[Any], courses: Collection[Any]
) -> dict[Pair, list[dict[str, Any]]]:
    """Each person's mastery as of their last answer on each concept.

    Answers of others move it a little; that shows on pages, and here with the next answer.
    """
    sql = _CONCEPTS.format(_marks(users), _marks(courses))
    last: dict[Any, tuple[str, datetime]] = {}
    for user, course, concept, name, at in read_rows(sql, [epoch, *users, *courses]):
        moment = datetime.fromtimestamp(at, UTC)
        last[user, course, concept, stored.day_param(moment.date())] = (name, moment)
    found: dict[Pair, list[dict[str, Any]]] = defaultdict(list)
    for key, day in stored.read(stored.MASTERY_DAYS, epoch, last).items():
        entry = rules.concept_entry(uuid_value(key[2]), *last[key], day)
        found[key[0], key[1]].append(entry)
    return found


def _attempts(users: Collection[Any], courses: Collection[Any]) -> dict[Pair, list[Attempt]]:
    found: dict[Pair, list[Attempt]] = defaultdict(list)
    narrowed = (_marks(users), _marks(courses))
    for user, course, id_, of, title, number, score, passed, at in read_rows(
        _EXAMS.format(*narrowed), [*users, *courses]
    ):
        outcome = None if passed is None else bool(passed)
        made = ("exam", uuid_value(of), title, number, score, outcome, time_value(at))
        found[user, course].append(Attempt(uuid_value(id_), *made))
    runs = read_rows(_RUNS.format(*narrowed), [*users, *courses, rules.MOST_ATTEMPTS])
    scores = _practice_scores(runs)
    for user, course, id_, of, title, number, _, at, _ in runs:
        made = ("quiz", uuid_value(of), title, number, scores[id_], None, time_value(at))
        found[user, course].append(Attempt(uuid_value(id_), *made))
    return found


def _practice_scores(runs: Collection[Any]) -> dict[Any, int]:
    """Practice is scored from the answers that were taken in."""
    if not runs:
        return {}
    ids, quizzes = [run[2] for run in runs], {run[3] for run in runs}
    asked = read_rows(_WORTH.format(_marks(quizzes)), list(quizzes))
    worth = {uuid_value(question).hex: points for question, points in asked}
    earned: dict[Any, Decimal] = defaultdict(Decimal)
    for run, share, points, count in read_rows(_GIVEN.format(_marks(ids)), ids):
        earned[run] += count * marking.points_for(_share(share), Decimal(points))
    return {
        run[2]: marking.score_percent(earned[run[2]], Decimal(_total(run[6], worth)))
        for run in runs
    }


def _share(value: Any) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(repr(value))


def _total(paper: Any, worth: dict[str, int]) -> int:
    return sum(worth[one.replace("-", "")] for one in json_value(paper))


def _marks(values: Iterable[Any]) -> str:
    return ", ".join("%s" for _ in values)
