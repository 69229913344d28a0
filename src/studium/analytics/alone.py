"""One answer taken in by itself, as they come while people practise, on SQLite.

What it touches is read in one statement and written in one go: it is most of what such an answer
costs how many statements there are. The rules are those of a batch (`catching_up.py`), and the
state it leaves is the same, bit for bit. Whatever is out of the ordinary is left to a batch of one:
a correction, several concepts, merged ones, people to be forgotten, a first answer in a course.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from studium.analytics import epochs, practised, stored, summary
from studium.analytics.answered import COLUMNS, Answer, share_value, waits
from studium.analytics.carrying import progress_write
from studium.analytics.chains import Chains
from studium.analytics.engine import ENGINE_VERSION
from studium.analytics.folding import Pair, fold_writes, take, tally_writes
from studium.analytics.laid_out import LaidOut, laid_out
from studium.analytics.learning import Event, Rows, learn
from studium.analytics.rendering import exams_of, run_attempt
from studium.analytics.rules import Attempt, Tally
from studium.lib.db import read_rows, time_param, uuid_value, write_each

# A row comes where all is as usual. An answer counts for the one concept it names, else for that
# of its lesson. `unlikely`: as in `chains`.
_READ = f"""
SELECT {COLUMNS}, 0, t.topic, n.id, n.course_id, n.name,
    y.course_id, y.answers, y.share_sum, y.last_at, y.last_seq, {epochs.HEAD},
    n.id, n.course_id, {stored.AROUND},
    u.progress_data, EXISTS (SELECT 1 FROM exam_attempts x WHERE x.user_id = r.user_id),
    z.paper, z.quiz_id, v.title, z.attempt_no, z.started_at, b.points, b.max_points
FROM fold_queue q JOIN responses r ON r.id = q.response_id
JOIN questions a ON a.id = r.question_id JOIN lessons t ON t.id = r.lesson_id
JOIN concepts n ON n.id = CASE r.concepts
    WHEN '[]' THEN (SELECT w.id FROM concepts w WHERE w.lesson_id = r.lesson_id)
    ELSE REPLACE(json_extract(r.concepts, '$[0]'), '-', '') END
JOIN analytics u ON u.user_id = r.user_id AND u.course_id = r.course_id
JOIN analytics_epochs e ON e.state = 'current' AND e.engine_version = %s
JOIN engine_state s ON s.epoch = e.id
LEFT JOIN lesson_tallies y ON y.user_id = r.user_id AND y.lesson_id = r.lesson_id
LEFT JOIN concept_states c ON c.epoch = e.id AND c.concept_id = n.id
LEFT JOIN course_states k ON k.epoch = e.id AND k.course_id = n.course_id
LEFT JOIN mastery m ON m.epoch = e.id AND m.user_id = r.user_id AND m.concept_id = n.id
LEFT JOIN concept_opportunities o ON o.epoch = e.id AND o.concept_id = n.id
    AND o.opportunity = COALESCE(m.n, 0) + 1
LEFT JOIN item_states i ON i.epoch = e.id AND i.question_id = r.question_id
LEFT JOIN level_states l ON l.epoch = e.id AND l.user_id = r.user_id AND l.course_id = r.course_id
LEFT JOIN practised_items p ON p.epoch = e.id AND p.user_id = r.user_id
    AND p.question_id = r.question_id
LEFT JOIN quiz_attempts z ON z.id = r.quiz_attempt_id
LEFT JOIN quizzes v ON v.id = z.quiz_id
LEFT JOIN practice_points b ON b.quiz_attempt_id = z.id
WHERE q.response_id = %s AND q.release_at <= %s AND r.replaces_id IS NULL
    AND NOT EXISTS (SELECT 1 FROM responses d WHERE unlikely(d.replaces_id = r.id))
    AND json_array_length(r.concepts) <= 1 AND n.course_id = r.course_id
    AND (i.n IS NOT NULL OR a.replaces_id IS NULL)
"""
_PLACE = 21
"""So many columns before those of the head, which are `_HEAD`."""
_HEAD = 13
_AROUND = 3 + sum(len(table.columns) for table in stored.KEPT_AROUND)


def fold_alone(now: datetime, id_: Any) -> bool:
    """Take the answer in, inside the transaction of the fold; False, and nothing is written, where
    it does not wait or is out of the ordinary."""
    found = read_rows(_READ, [ENGINE_VERSION, id_, time_param(now)])
    if not found:
        return False
    row = found[0]
    around = _PLACE + _HEAD
    rest = around + _AROUND
    head = epochs.head_of(row[_PLACE:around])
    lines = laid_out(row[rest], epoch=head.epoch.id)
    if head.forgets or head.merges or lines is None:
        return False
    answer = waits(row[:_PLACE])
    answer.seq = head.last_seq + 1
    chains = Chains([answer], horizon=head.epoch.horizon)
    rows = _learnt(head, answer, row[around:rest])
    writes = [*rows.writes(), *fold_writes([answer])]
    tallies: dict[Pair, Tally] = {}
    pair = (answer.user_id, answer.lesson_id)
    if answer.place is not None and answer.place.tally is not None:
        tallies[pair] = answer.place.tally
    there = set(tallies)
    take(tallies, answer, chains)
    writes += tally_writes(tallies, there=there)
    attempts: list[Attempt] = []
    if row[rest + 1]:
        course = (answer.user_id, answer.course_id)
        attempts += exams_of([course[0]], [course[1]]).get(course, ())
    if answer.run_id is not None:
        run = _run(answer, row[rest + 2 :])
        attempts.append(_attempt(answer, run, row[rest + 2 :]))
        writes.append(practised.write_of({answer.run_id: run}))
    if not _carried(lines, answer, rows, tallies[pair], attempts):
        return False
    writes.append(progress_write({(answer.user_id, answer.course_id): lines.text()}, now=now))
    write_each(writes)
    return True


# --- parts -----------------------------------------------------------------------------------


def _learnt(head: epochs.Head, answer: Answer, row: Sequence[Any]) -> Rows:
    """The engine's rows, moved by the answer."""
    user, course, question, concept = (
        answer.user_id, answer.course_id, answer.question_id, row[0],
    )  # fmt: skip
    rows = Rows(head.epoch.id, head.shared, at_once=True)
    rows.hold(stored.around_of(row, user, course, question))
    rows.courses_of[concept] = row[1]
    rows.held[stored.ITEMS.name].setdefault(question, stored.ITEMS.make())
    event = Event(user, course, question, (concept,), float(answer.share), answer.occurred_at)
    answer.p_before = learn(rows, event)
    return rows


def _run(answer: Answer, row: Sequence[Any]) -> practised.Run:
    """The run of practice with the answer, from paper, quiz … points, most points."""
    paper, quiz, _title, _number, _at, points, most = row
    id_ = answer.run_id
    if points is None:
        runs = practised.begun_of({id_: answer}, [(id_, paper, quiz)])
    else:
        so_far, whole = share_value(points), share_value(most)
        runs = {id_: practised.Run(answer.user_id, answer.course_id, so_far, whole)}
    practised.take(runs, answer)
    return runs[id_]


def _attempt(answer: Answer, run: practised.Run, row: Sequence[Any]) -> Attempt:
    _paper, quiz, title, number, at, *_ = row
    return run_attempt(answer.run_id, quiz, title, number, run.points, run.max_points, at)


def _carried(
    lines: LaidOut, answer: Answer, rows: Rows, tally: Tally, attempts: list[Attempt]
) -> bool:
    """Set anew what the answer changed; False where an attempt belongs between others."""
    place = answer.place
    assert place is not None
    lines.seq = max(lines.seq, tally.last_seq)
    lines.put_lessons([summary.lesson_entry(uuid_value(answer.lesson_id), place.topic, tally)])
    mastery = rows.held[stored.MASTERY.name][answer.user_id, place.concept_id]
    moment = datetime.fromtimestamp(mastery.last_at, UTC)
    for (_user, _course, concept, day), known in rows.held[stored.MASTERY_DAYS.name].items():
        # An answer that came late leaves the day after which the concept is shown as it is.
        if stored.day_param(moment.date()) == day:
            lines.put_concepts(
                [summary.concept_entry(uuid_value(concept), place.name, moment, known)]
            )
    return lines.put_attempts(map(summary.attempt_entry, attempts))
