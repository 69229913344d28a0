"""`analytics.progress_data`: what it is rendered from, and writing it.

It is rendered from things that only the person's own answers change: which responses were taken
in, the attempts they belong to, and the mastery as of their last answer on each concept. A lesson
marked done, an exam that opens, the next thing to do, time that passes: these change without an
answer, so pages read them at their source. Names are copied for readers of the row; a lesson
renamed later is no difference.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from studium.analytics import rules, stored, summary
from studium.analytics.answered import share_value
from studium.analytics.folding import Pair, asked_tallies, by_pair, tallies_of
from studium.analytics.laid_out import as_text
from studium.analytics.rules import Attempt
from studium.assessment import rules as marking
from studium.lib.db import (
    Question,
    read_each,
    read_rows,
    time_param,
    time_value,
    uuid_param,
    uuid_value,
    write_rows,
)
from studium.lib.ids import uuid7

_TOPICS = "SELECT id, topic FROM lessons WHERE id IN ({})"
_LESSONS = "SELECT lesson_id FROM lesson_tallies WHERE user_id IN ({}) AND course_id IN ({})"
_EXAMS = """
SELECT a.user_id, e.course_id, a.id, a.exam_id, e.title, a.attempt_no, a.score, a.passed,
    a.submitted_at
FROM exam_attempts a JOIN exams e ON e.id = a.exam_id
WHERE a.user_id IN ({}) AND e.course_id IN ({}) AND EXISTS (SELECT 1 FROM responses r
    JOIN response_folds f ON f.response_id = r.id WHERE r.exam_attempt_id = a.id)
"""
_RUNS = """
SELECT * FROM (
    SELECT p.user_id, p.course_id, a.id, a.quiz_id, z.title, a.attempt_no, p.points, p.max_points,
        a.started_at, ROW_NUMBER() OVER (PARTITION BY p.user_id, p.course_id
            ORDER BY a.started_at DESC, a.id DESC) AS place
    FROM practice_points p JOIN quiz_attempts a ON a.id = p.quiz_attempt_id
    JOIN quizzes z ON z.id = a.quiz_id WHERE p.user_id IN ({}) AND p.course_id IN ({})
) runs WHERE place <= %s
"""
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
    lessons = list({lesson for tallies in pairs.values() for lesson in tallies})
    topics = (_TOPICS.format(_marks(lessons)), lessons)
    return _rendered(pairs, read_each([topics, *_sources(*columns(pairs), epoch)]), epoch)


def _sources(users: Sequence[Any], courses: Sequence[Any], epoch: int) -> list[Question]:
    """What `_rendered` is made of besides tallies and topics."""
    narrowed = (_marks(users), _marks(courses))
    asked: list[Question] = [
        (_EXAMS.format(*narrowed), [*users, *courses]),
        (_RUNS.format(*narrowed), [*users, *courses, rules.MOST_ATTEMPTS]),
    ]
    if epoch:
        asked.append((_CONCEPTS.format(*narrowed), [epoch, *users, *courses]))
    return asked


def _rendered(
    pairs: Tallied, rows: Sequence[list[tuple[Any, ...]]], epoch: int
) -> dict[Pair, dict[str, Any]]:
    """`rows`: those of the lessons' topics and of `_sources`."""
    named, exams, runs, *known = rows
    topics = {uuid_value(lesson): topic for lesson, topic in named}
    attempts = _exams(exams)
    for user, course, *row, _ in runs:
        attempts[user, course].append(run_attempt(*row))
    concepts = _concepts(epoch, *known) if epoch else {}
    return {
        pair: summary.render(
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
    _write(rendered(pairs, epoch=epoch), now)


def write_anew(wanted: Collection[Pair], *, epoch: int, now: datetime) -> None:
    """`write_progress` from the stored tallies of some people and courses."""
    users, courses = columns(wanted)
    topics = _TOPICS.format(_LESSONS.format(_marks(users), _marks(courses)))
    tallied, *rows = read_each(
        [
            asked_tallies(users, courses),
            (topics, [*users, *courses]),
            *_sources(users, courses, epoch),
        ]
    )
    every = by_pair(tallies_of(tallied))
    _write(_rendered({one: every[one] for one in wanted if one in every}, rows, epoch), now)


def _write(data: dict[Pair, dict[str, Any]], now: datetime) -> None:
    at = time_param(now)
    rows = [
        (uuid_param(uuid7()), user, course, as_text(one), summary.SCHEMA_VERSION, at)
        for (user, course), one in data.items()
    ]
    write_rows(_UPSERT, rows)


def topics_of(lessons: Collection[Any]) -> dict[Any, str]:
    if not lessons:
        return {}
    rows = read_rows(_TOPICS.format(_marks(lessons)), list(lessons))
    return {uuid_value(lesson): topic for lesson, topic in rows}


def _concepts(epoch: int, rows: Iterable[Sequence[Any]]) -> dict[Pair, list[dict[str, Any]]]:
    """Each person's mastery as of their last answer on each concept.

    Answers of others move it a little; that shows on pages, and here with the next answer.
    """
    last: dict[Any, tuple[str, datetime]] = {}
    for user, course, concept, name, at in rows:
        moment = datetime.fromtimestamp(at, UTC)
        last[user, course, concept, stored.day_param(moment.date())] = (name, moment)
    found: dict[Pair, list[dict[str, Any]]] = defaultdict(list)
    for key, day in stored.read(stored.MASTERY_DAYS, epoch, last).items():
        entry = summary.concept_entry(uuid_value(key[2]), *last[key], day)
        found[key[0], key[1]].append(entry)
    return found


def exams_of(users: Collection[Any], courses: Collection[Any]) -> dict[Pair, list[Attempt]]:
    """Everybody's attempts at exams of which an answer was taken in."""
    sql = _EXAMS.format(_marks(users), _marks(courses))
    return _exams(read_rows(sql, [*users, *courses]))


def _exams(rows: Iterable[Sequence[Any]]) -> dict[Pair, list[Attempt]]:
    found: dict[Pair, list[Attempt]] = defaultdict(list)
    for user, course, id_, of, title, number, score, passed, at in rows:
        outcome = None if passed is None else bool(passed)
        made = ("exam", uuid_value(of), title, number, score, outcome, time_value(at))
        found[user, course].append(Attempt(uuid_value(id_), *made))
    return found


def run_attempt(
    id_: Any, of: Any, title: str, number: int, points: Any, most: Any, at: Any
) -> Attempt:
    """A run of practice, from its columns."""
    score = marking.score_percent(share_value(points), share_value(most))
    made = ("quiz", uuid_value(of), title, number, score, None, time_value(at))
    return Attempt(uuid_value(id_), *made)


def columns(pairs: Collection[Pair]) -> tuple[list[Any], list[Any]]:
    """The people and the courses of some pairs, each once."""
    return (
        list(dict.fromkeys(user for user, _ in pairs)),
        list(dict.fromkeys(course for _, course in pairs)),
    )


def _marks(values: Iterable[Any]) -> str:
    return ", ".join("%s" for _ in values)
