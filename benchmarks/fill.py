"""A course with many responses, made by SQL: what pages about progress must not be slowed by.

The triggers are taken off while rows are written in bulk, and put back. The student who looks at
their page has the same five attempts however many others there are; the others' attempts grow.
Rows that no page of progress reads (answers, journals) are left out. SQLite.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

OWN_ATTEMPTS = 5
ATTEMPTS_EACH = 16  # of the other students
CHUNK = 20_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where the responses belong: ids as SQLite keeps them, and the paper's questions."""

    course: str
    exam: str
    viewer: str
    questions: Sequence[tuple[str, str]]  # question, its lesson


def fill(world: Mapping[str, Any], count: int) -> None:
    """Bring the course of the world to about `count` responses."""
    from django.db import connection, transaction

    from studium.assessment.models import Question
    from studium.lib import clock, triggers

    paper = Question.objects.filter(used_in__exam_id=world["exam"]).order_by("used_in__position")
    questions = [(one.pk.hex, one.quiz.lesson_id.hex) for one in paper.select_related("quiz")]
    place = Place(
        UUID(world["course"]["id"]).hex,
        UUID(world["exam"]).hex,
        UUID(world["students"][0]["id"]).hex,
        questions,
    )
    now = clock.now()
    with transaction.atomic():
        triggers.remove()
        with connection.cursor() as cursor:
            _write(cursor, place, count, now)
        triggers.install()
    _analytics(now)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _write(cursor: Any, place: Place, count: int, now: datetime) -> None:
    attempts = count // len(place.questions)
    others = max(1, (attempts - OWN_ATTEMPTS) // ATTEMPTS_EACH)
    people = [_id() for _ in range(others)]
    _many(cursor, "users", ("id", "name", "email", "email_canonical", "password_hash", "role"), (
        (one, f"Student {number}", f"s{number}@example.org", f"s{number}@example.org", "!",
         "STUDENT") for number, one in enumerate(people)
    ))  # fmt: skip
    _many(cursor, "enrollments", ("id", "user_id", "course_id", "role"), (
        (_id(), one, place.course, "student") for one in people
    ))  # fmt: skip
    made = list(_attempts(place, people, now))
    columns = ("id", "exam_id", "user_id", "score", "attempted_at", "attempt_no",
               "attempts_allowed", "status", "closed_by", "deadline_at", "submitted_at",
               "graded_at", "points", "max_points", "pass_mark")  # fmt: skip
    _many(cursor, "exam_attempts", columns, (attempt for attempt, _ in made))
    answered = ("id", "user_id", "course_id", "lesson_id", "question_id", "exam_attempt_id",
                "share", "occurred_at", "received_at")  # fmt: skip
    _many(cursor, "responses", answered, _responses(place, made))
    _sums(cursor, place, [attempt[3] for attempt, _ in made])


def _attempts(
    place: Place, people: Sequence[str], now: datetime
) -> Iterator[tuple[tuple[Any, ...], list[int]]]:
    """Each attempt as a row, and which of its answers are right (1) or not (0)."""
    dice = random.Random(20260302)
    size = len(place.questions)
    owners = [place.viewer] * OWN_ATTEMPTS + [one for one in people for _ in range(ATTEMPTS_EACH)]
    numbers: Counter[str] = Counter({place.viewer: 1})  # number 1 is running
    for index, owner in enumerate(owners):
        numbers[owner] += 1
        right = [int(dice.random() < 0.6) for _ in range(size)]
        began = now - timedelta(minutes=40 * (index % 10_000) + 60)
        end = began + timedelta(minutes=25)
        score = 100 * sum(right) // size
        terms = (_at(began), numbers[owner], 1000, "graded", "user")
        times = (_at(began + timedelta(hours=10)), _at(end), _at(end))
        yield (_id(), place.exam, owner, score, *terms, *times, sum(right), size, 60), right


def _responses(
    place: Place, made: Sequence[tuple[tuple[Any, ...], list[int]]]
) -> Iterator[tuple[Any, ...]]:
    for attempt, right in made:
        for (question, lesson), share in zip(place.questions, right, strict=True):
            yield (_id(), attempt[2], place.course, lesson, question, attempt[0], share,
                   attempt[10], attempt[10])  # fmt: skip


def _sums(cursor: Any, place: Place, scores: Sequence[int]) -> None:
    """The running figures, as grading keeps them, and the fold of every response."""
    cursor.execute(
        "INSERT INTO response_folds (response_id, seq) SELECT id, row_number() OVER (ORDER BY id) "
        "FROM responses"
    )
    cursor.execute(
        "INSERT INTO item_statistics (question_id, answers, share_sum) "
        "SELECT question_id, COUNT(*), SUM(share) FROM responses GROUP BY question_id"
    )
    cursor.execute(
        "INSERT INTO lesson_tallies (id, user_id, course_id, lesson_id, answers, share_sum, "
        "last_at, last_seq) SELECT lower(hex(randomblob(16))), r.user_id, r.course_id, "
        "r.lesson_id, COUNT(*), SUM(r.share), MAX(r.occurred_at), MAX(f.seq) FROM responses r "
        "JOIN response_folds f ON f.response_id = r.id GROUP BY r.user_id, r.lesson_id"
    )
    bins = Counter(min(score // 10, 9) for score in scores)
    cursor.execute(
        "INSERT INTO exam_statistics (exam_id, attempts, passed, score_sum, score_squares, "
        "histogram) VALUES (%s, %s, %s, %s, %s, %s)",
        [
            place.exam,
            len(scores),
            sum(score >= 60 for score in scores),
            sum(scores),
            sum(score * score for score in scores),
            str([bins[index] for index in range(10)]),
        ],
    )
    cursor.execute(
        "UPDATE exam_statistics SET people = "
        "(SELECT COUNT(DISTINCT user_id) FROM exam_attempts WHERE exam_id = %s)",
        [place.exam],
    )


def _analytics(now: datetime) -> None:
    """The engine's state and everybody's summaries, made by the product from the responses."""
    from studium.analytics import building

    # The summaries of the others are read by nobody here, but a live site has them.
    made = building.build("For the measurement.", now=now)
    print(f"{made.responses:,} responses learnt in {made.seconds:.0f} s")


def _many(cursor: Any, table: str, columns: Sequence[str], rows: Iterator[Any]) -> None:
    text = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"
    chunk: list[Any] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            cursor.executemany(text, chunk)
            chunk = []
    if chunk:
        cursor.executemany(text, chunk)


def _id() -> str:
    from studium.lib.ids import uuid7

    return uuid7().hex


def _at(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(" ")
