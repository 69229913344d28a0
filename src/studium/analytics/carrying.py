"""`analytics.progress_data` carried on: the entries that a batch of answers changed, set anew.

What nobody touched is taken over from the row as it stands, which is what makes a single answer
cheap; the engine never reads it. The whole is rendered where the row is missing or of another
epoch, where an answer was corrected, and where an attempt belongs between others.
`studium analytics rebuild --check` compares every row with the whole.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from studium.analytics import stored, summary
from studium.analytics.answered import Answer
from studium.analytics.folding import Pair
from studium.analytics.laid_out import LaidOut, laid_out
from studium.analytics.learning import Rows
from studium.analytics.rendering import columns, exams_of, topics_of, write_anew
from studium.analytics.rules import Attempt, Tally
from studium.lib.db import (
    Question,
    Write,
    read_rows,
    time_param,
    uuid_param,
    uuid_value,
    write_and_read,
    write_each,
    write_rows,
)

_STORED = """
SELECT t.user_id, t.course_id, t.progress_data,
    EXISTS (SELECT 1 FROM exam_attempts a WHERE a.user_id = t.user_id)
FROM analytics t WHERE t.user_id IN ({}) AND t.course_id IN ({})
"""
_UPDATE = """
UPDATE analytics SET progress_data = %s, schema_version = %s, last_updated = %s
WHERE user_id = %s AND course_id = %s
"""
_NAMES = "SELECT id, name FROM concepts WHERE id IN ({})"


@dataclass(slots=True)
class Touched:
    """What a batch changed of one person in one course: tallies by lesson, runs of practice, and
    what is known of concepts after the last answer on them (moment, figures)."""

    tallies: dict[Any, Tally] = field(default_factory=dict)
    runs: Sequence[Attempt] = ()
    concepts: dict[Any, tuple[datetime, Any]] = field(default_factory=dict)


def carry_on(
    batch: Sequence[Answer],
    tallies: dict[Pair, Tally],
    runs: dict[Pair, list[Attempt]],
    rows: Rows | None,
    *,
    epoch: int,
    now: datetime,
    writes: Sequence[Write],
) -> None:
    """Bring the summaries of everybody who answered in `batch` up to date.

    `tallies` (by person and lesson) and `runs` are those the batch touched, `rows` the engine's;
    `writes`, which say the same to the database, are sent along with the first look at it.
    """
    pairs = {(one.user_id, one.course_id) for one in batch}
    corrected = {(one.user_id, one.course_id) for one in batch if one.replaces_id is not None}
    old, sat = _stored(pairs - corrected, epoch, writes)
    places = [one.place for one in batch if one.place is not None]
    topics = {one.lesson_id: one.place.topic for one in batch if one.place is not None}
    names = {one.concept_id: one.name for one in places}
    exams = exams_of(*columns(sat)) if sat else {}
    made = _carried(old, _touched(old, tallies, runs, rows), exams, topics, names)
    anew = pairs - made.keys()
    if anew:
        write_anew(anew, epoch=epoch, now=now)
    at = time_param(now)
    changed = [(text, summary.SCHEMA_VERSION, at, *pair) for pair, text in made.items()]
    write_rows(_UPDATE, changed)


# --- parts -----------------------------------------------------------------------------------


def _stored(
    pairs: Collection[Pair], epoch: int, writes: Sequence[Write]
) -> tuple[dict[Pair, LaidOut], set[Pair]]:
    """The rows that can be carried on, and which of them are of people who sat an exam; `writes`
    come first."""
    found: dict[Pair, LaidOut] = {}
    sat: set[Pair] = set()
    if not pairs:
        write_each(writes)
        return found, sat
    (rows,) = write_and_read(writes, [_of(_STORED, pairs)])
    for user, course, text, has_sat in rows:
        lines = laid_out(text, epoch=epoch) if (user, course) in pairs else None
        if lines is not None:
            found[user, course] = lines
            if has_sat:
                sat.add((user, course))
    return found, sat


def _touched(
    pairs: Collection[Pair],
    tallies: dict[Pair, Tally],
    runs: dict[Pair, list[Attempt]],
    rows: Rows | None,
) -> dict[Pair, Touched]:
    found = {pair: Touched(runs=runs.get(pair, ())) for pair in pairs}
    for (user, lesson), tally in tallies.items():
        if (user, tally.course_id) in found:
            found[user, tally.course_id].tallies[lesson] = tally
    days = rows.held[stored.MASTERY_DAYS.name] if rows else {}
    for (user, course, concept, day), known in days.items():
        at = rows.held[stored.MASTERY.name][user, concept].last_at if rows else 0.0
        moment = datetime.fromtimestamp(at, UTC)
        # An answer that came late leaves the day after which the concept is shown as it is.
        if (user, course) in found and stored.day_param(moment.date()) == day:
            found[user, course].concepts[concept] = (moment, known)
    return found


def _carried(
    old: dict[Pair, LaidOut],
    touched: dict[Pair, Touched],
    exams: dict[Pair, list[Attempt]],
    topics: dict[Any, str],
    names: dict[Any, str],
) -> dict[Pair, str]:
    """The next texts; those that have to be rendered as a whole are left out.

    `topics` and `names` are those that came with the answers; what is missing there is read.
    """
    more = {lesson for one in touched.values() for lesson in one.tallies} - topics.keys()
    topics |= {uuid_param(lesson): topic for lesson, topic in topics_of(more).items()}
    names |= _names(
        {concept for one in touched.values() for concept in one.concepts} - names.keys()
    )
    made = {}
    for pair, lines in old.items():
        of = touched[pair]
        lines.put_lessons(
            summary.lesson_entry(uuid_value(one), topics[one], tally)
            for one, tally in of.tallies.items()
        )
        lines.put_concepts(
            summary.concept_entry(uuid_value(one), names[one], *known)
            for one, known in of.concepts.items()
        )
        lines.seq = max([lines.seq, *(tally.last_seq for tally in of.tallies.values())])
        if lines.put_attempts(map(summary.attempt_entry, [*exams.get(pair, ()), *of.runs])):
            made[pair] = lines.text()
    return made


def _names(concepts: Collection[Any]) -> dict[Any, str]:
    if not concepts:
        return {}
    sql = _NAMES.format(", ".join(["%s"] * len(concepts)))
    return dict(read_rows(sql, list(concepts)))


def _of(sql: str, pairs: Collection[Pair]) -> Question:
    """The statement for the people and the courses of some pairs, with its parameters."""
    users, courses = columns(pairs)
    marks = (", ".join(["%s"] * len(some)) for some in (users, courses))
    return sql.format(*marks), [*users, *courses]
