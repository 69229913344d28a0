"""Regrading a large exam: how long preview, apply and undo take, and whether undo leaves a trace.

    python -m benchmarks.regrade                  # 10,000 attempts, 20 questions, both databases
    python -m benchmarks.regrade --attempts 1000 --database sqlite

A key is corrected for an exam that everybody has handed in. Afterwards it is undone, and every
table that holds the state of the exam is compared byte by byte with what it was. The journals are
append-only: what is added to them is counted. The exit code is 1 where a table differs, or where
`studium analytics rebuild --check` finds anything.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from benchmarks import processes

ATTEMPTS, QUESTIONS = 10_000, 20
OPTIONS = "abcd"
BATCH = 1000

STATE = (
    "exam_attempts",
    "attempt_answers",
    "item_statistics",
    "exam_statistics",
    "item_figures",
    "exams",
    "exam_questions",
    "questions",
)
"""What is as it was after undoing, byte by byte."""
PROGRESS = ("analytics", "lesson_tallies")
"""What is as it was but for what says when it was touched last: `last_updated`, `last_seq`, and the
`seq` in `progress_data`."""
TOUCHED = {"analytics": ("last_updated", "progress_data"), "lesson_tallies": ("last_seq",)}
GROWS = ("attempt_events", "responses", "response_folds", "regrades", "regrade_moves", "audit_log")
"""Append-only: a regrade and its undoing add to them, and nothing that stood there changes."""


def rows_of(table: str, *, without: Sequence[str] = ()) -> list[tuple[Any, ...]]:
    """Every row of a table as the database holds it, with the types of its values, by id."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}" LIMIT 0')
        columns = [column[0] for column in cursor.description if column[0] not in without]
        if connection.vendor == "postgresql":
            shown = ", ".join(f'"{name}"::text' for name in columns)
        else:
            shown = ", ".join(f'quote("{name}") || typeof("{name}")' for name in columns)
        cursor.execute(f'SELECT {shown} FROM "{table}" ORDER BY "{columns[0]}"')
        return list(cursor.fetchall())


def state() -> dict[str, list[tuple[Any, ...]]]:
    """The tables that undoing puts back."""
    found = {table: rows_of(table) for table in STATE}
    found |= {table: rows_of(table, without=TOUCHED[table]) for table in PROGRESS}
    return found | {"progress_data": _progress()}


def _progress() -> list[tuple[Any, ...]]:
    """What students see of their progress, but for the number of the last response in it."""
    from studium.analytics.models import Analytics

    rows = Analytics.objects.order_by("pk").values_list("pk", "progress_data")
    return [(pk, json.dumps({**data, "seq": None}, sort_keys=True)) for pk, data in rows]


def journals() -> dict[str, set[tuple[Any, ...]]]:
    """The tables that only grow."""
    columns = {"regrades": ("applied_at", "applied_by_id", "attempts", "undone_at", "undone_by_id")}
    return {table: set(rows_of(table, without=columns.get(table, ()))) for table in GROWS}


def differing(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """The tables that are not as they were."""
    return [table for table in before if before[table] != after[table]]


def lost(before: dict[str, set[Any]], after: dict[str, set[Any]]) -> list[str]:
    """The journals in which something that stood there is gone or changed."""
    return [table for table in before if before[table] - after[table]]


# --- a large exam, by bulk -------------------------------------------------------------------


def lay(attempts: int) -> tuple[Any, Any]:
    """An exam that so many people have handed in; gives its teacher and the exam.

    Rows are written in bulk with the triggers taken off and put back, since sitting ten thousand
    exams takes longer than an hour; sums, figures and analytics are then made by the product.
    """
    from django.core.management import call_command
    from django.db import transaction
    from tests import factories

    from studium.lib import triggers

    call_command("migrate", verbosity=0)
    bruno = factories.person("Bruno Berg", email="bruno@bench.example", role="INSTRUCTOR")
    course = factories.course(owner=bruno, title="Ownership")
    quiz = factories.quiz(
        lesson=course.lessons.earliest("order_index"), questions=0, status="draft"
    )
    listed = [{"id": one, "text": f"Option {one}"} for one in OPTIONS]
    questions = [factories.question(quiz=quiz, options=listed) for _ in range(QUESTIONS)]
    exam = factories.exam(course=course, questions=questions)
    with transaction.atomic():
        triggers.remove()
        _fill(exam, questions, attempts)
        triggers.install()
    _sum_up(exam)
    return bruno, exam


def _fill(exam: Any, questions: list[Any], attempts: int) -> None:
    from studium.content.models import Enrollment
    from studium.identity.models import User
    from studium.lib.db import ids

    chance = random.Random(7)
    began = datetime(2026, 3, 2, 9, tzinfo=UTC)
    for start in range(0, attempts, BATCH):
        people = [
            User(name=f"Student {n}", email=f"s{n}@bench.example",
                 email_canonical=f"s{n}@bench.example", password="!")
            for n in range(start, min(start + BATCH, attempts))
        ]  # fmt: skip
        User.objects.bulk_create(people)
        Enrollment.objects.bulk_create(
            Enrollment(user=user, course_id=exam.course_id) for user in people
        )
        _sit(exam, questions, ids(people), began, chance)


def _sit(
    exam: Any, questions: list[Any], people: list[UUID], began: datetime, chance: random.Random
) -> None:
    from studium.assessment import journal
    from studium.assessment.models import AttemptAnswer, ExamAttempt, FoldQueue, Response

    attempts, answers, responses, entries = [], [], [], []
    done = began + timedelta(minutes=20)
    for user_id in people:
        skill = chance.random()
        right = [chance.random() < skill for _ in questions]
        attempt = ExamAttempt(
            exam=exam, user_id=user_id, attempted_at=began, status="graded", closed_by="user",
            deadline_at=began + timedelta(minutes=30), submitted_at=done, graded_at=done,
            points=sum(right), max_points=len(questions), score=100 * sum(right) // len(questions),
        )  # fmt: skip
        attempts.append(attempt)
        for number, (question, good) in enumerate(zip(questions, right, strict=True)):
            at = began + timedelta(seconds=50 * (number + 1))
            chosen = "a" if good else chance.choice("bcd")
            answers.append(
                AttemptAnswer(attempt=attempt, question=question, response=chosen, saved_at=at,
                              points_awarded=int(good))
            )  # fmt: skip
            responses.append(
                Response(user_id=user_id, course_id=exam.course_id, question=question,
                         lesson_id=question.quiz.lesson_id, exam_attempt=attempt, share=int(good),
                         occurred_at=at, received_at=done)
            )  # fmt: skip
        for kind, at in (("start", began), ("submit", done), ("graded", done)):
            entries.append(journal.Entry(attempt_id=attempt.pk, kind=kind, now=at))
    ExamAttempt.objects.bulk_create(attempts)
    AttemptAnswer.objects.bulk_create(answers)
    Response.objects.bulk_create(responses)
    FoldQueue.objects.bulk_create(FoldQueue(response=row, release_at=done) for row in responses)
    journal.append_many(entries)


def _sum_up(exam: Any) -> None:
    from collections import Counter

    from django.db import transaction
    from django.db.models import Count, Sum

    from studium.analytics import actions as analytics
    from studium.assessment import corrected, figuring
    from studium.assessment.models import ExamStatistics, ItemStatistics, Response
    from studium.lib import clock

    scores = list(exam.attempts.values_list("score", "passed"))
    bins = Counter(min(score // 10, 9) for score, _ in scores)
    ExamStatistics.objects.create(
        exam=exam, attempts=len(scores), people=len(scores),
        passed=sum(passed for _, passed in scores), score_sum=sum(score for score, _ in scores),
        score_squares=sum(score * score for score, _ in scores),
        histogram=[bins[place] for place in range(10)],
    )  # fmt: skip
    rows = Response.objects.values("question_id").annotate(n=Count("pk"), total=Sum("share"))
    ItemStatistics.objects.bulk_create(
        ItemStatistics(question_id=row["question_id"], answers=row["n"], share_sum=row["total"])
        for row in rows
    )
    with transaction.atomic():
        figuring.refigure(exam.pk, corrected.in_force(exam.pk))
    analytics.catch_up(now=clock.now(), batch=2000)


# --- measuring -------------------------------------------------------------------------------


def here(attempts: int) -> dict[str, Any]:
    """Lay the exam in the database of this process, regrade it, undo it, and say what was found."""
    from studium.analytics import actions as analytics
    from studium.assessment import queries
    from studium.assessment.actions import regrade as regrades
    from studium.lib import clock

    bruno, exam = lay(attempts)
    before, journalled = state(), journals()
    question = exam.paper.earliest("position").question_id
    fixes = [regrades.Fix(question, "key", answer="b")]
    plan = regrades.plan_regrade(
        by=bruno, exam_id=exam.pk, reason="The key was wrong.", fixes=fixes, now=clock.now()
    )
    took: dict[str, float] = {}
    with _timed(took, "preview"):
        view = queries.regrade_view(viewer=bruno, regrade_id=plan.pk)
    with _timed(took, "apply"), _folding_later():
        regrades.apply_regrade(by=bruno, regrade_id=plan.pk, now=clock.now())
    with _timed(took, "analytics after apply"):
        analytics.catch_up(now=clock.now(), batch=2000)
    moved = differing(before, state())
    with _timed(took, "undo"), _folding_later():
        regrades.undo_regrade(by=bruno, regrade_id=plan.pk, now=clock.now())
    with _timed(took, "analytics after undo"):
        analytics.catch_up(now=clock.now(), batch=2000)
    report = analytics.rebuild(check=True, now=clock.now())
    after = journals()
    return {
        "attempts": view.counts.attempts,
        "moved": view.counts.moved,
        "seconds": took,
        "changed by apply": moved,
        "differ after undo": differing(before, state()),
        "changed in journals": lost(journalled, after),
        "added": {table: len(after[table]) - len(journalled[table]) for table in GROWS},
        "analytics differences": report.differences,
    }


@contextmanager
def _timed(took: dict[str, float], name: str) -> Iterator[None]:
    begun, used = time.perf_counter(), time.process_time()
    yield
    took[name] = round(time.perf_counter() - begun, 2)
    took[f"{name}, CPU of this process"] = round(time.process_time() - used, 2)


@contextmanager
def _folding_later() -> Iterator[None]:
    """Leave the analytics that follows a commit to be timed by itself."""
    from studium.lib.hooks import responses_recorded

    kept, responses_recorded._listeners = responses_recorded._listeners, []
    try:
        yield
    finally:
        responses_recorded._listeners = kept


def measure(database: str, attempts: int) -> dict[str, Any]:
    """The same in a process of its own, on a database of its own."""
    with tempfile.TemporaryDirectory(prefix="studium-regrade-") as folder:
        if database == "sqlite":
            return _run(processes.environment(Path(folder)), attempts)
        from benchmarks.postgres import own_cluster

        with own_cluster() as cluster:
            address = cluster.create("regrade")
            return _run(processes.environment(Path(folder), address), attempts)


def _run(env: dict[str, str], attempts: int) -> dict[str, Any]:
    said = processes.module("benchmarks.regrade", "--here", str(attempts), env=env)
    found: dict[str, Any] = json.loads(said.splitlines()[-1])
    return found


def holds(found: dict[str, Any]) -> bool:
    """Whether undoing left no trace and analytics is what a rebuild gives."""
    faults = ("differ after undo", "changed in journals", "analytics differences")
    return not any(found[fault] for fault in faults)


def trial(database: str, *, attempts: int = ATTEMPTS) -> bool:
    """Measure, print, and say whether undoing left no trace."""
    found = measure(database, attempts)
    print(f"{database}: {json.dumps(found, indent=1)}")
    return holds(found)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--attempts", type=int, default=ATTEMPTS)
    parser.add_argument("--database", choices=("sqlite", "postgresql"))
    parser.add_argument("--here", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.here:
        import django

        django.setup()
        print(json.dumps(here(options.here)))
        return 0
    databases = [options.database] if options.database else ["sqlite", "postgresql"]
    good = True
    for database in databases:  # all of them, also after one that fails
        good &= trial(database, attempts=options.attempts)
    print("undone without a trace" if good else "UNDO LEFT A TRACE, see above")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
