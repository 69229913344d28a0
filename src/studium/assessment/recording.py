"""What every scored answer leaves behind: its response, the running sums, its place in the queue.

All of it in the transaction that scores, so that no page can show one without the other. Sums are
updated in the order of the questions' ids, so that two hand-ins never wait for each other in turn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any
from uuid import UUID

from studium.assessment import release
from studium.assessment.about import concepts_of
from studium.assessment.models import Exam, ExamStatistics, FoldQueue, Response
from studium.lib.db import (
    Question,
    Write,
    json_param,
    on_postgresql,
    read_each,
    time_param,
    uuid_param,
    write_each,
)
from studium.lib.hooks import responses_recorded
from studium.lib.prepared import Prepared, saving

_FOUR_PLACES = Decimal("0.0001")

# ROUND: SQLite keeps decimals as binary fractions, and sums of them grow tails.
_ADD_TO_ITEM = """
INSERT INTO item_statistics (question_id, answers, share_sum) VALUES (%s, 1, %s)
ON CONFLICT (question_id) DO UPDATE SET answers = item_statistics.answers + 1,
share_sum = ROUND(item_statistics.share_sum + excluded.share_sum, 4)
"""


Rows = list[tuple[Any, ...]]

_FIGURES = Prepared(
    lambda exam: ExamStatistics.objects.select_for_update().filter(exam_id=exam), "exam"
)
_GRADED = """
SELECT COUNT(*) FROM exam_attempts WHERE exam_id = %s AND user_id = %s AND status = 'graded'
"""
_RESPONSE = """
INSERT INTO responses (id, user_id, course_id, lesson_id, question_id, quiz_attempt_id,
    exam_attempt_id, practice_session_id, share, seconds, concepts, occurred_at, received_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_QUEUE = "INSERT INTO fold_queue (response_id, release_at) VALUES (%s, %s)"


@dataclass(frozen=True, slots=True)
class Scored:
    """One answered question: what share of it was right, when it was answered, in which lesson."""

    question_id: UUID
    lesson_id: UUID
    share: Decimal
    occurred_at: datetime
    seconds: int | None = None


def stored_share(share: Decimal) -> Decimal:
    """A share as the database keeps it, with four decimals."""
    return share.quantize(_FOUR_PLACES, rounding=ROUND_HALF_EVEN)


def record_responses(
    scored: Sequence[Scored],
    *,
    user_id: UUID,
    course_id: UUID,
    release_at: datetime | None,
    now: datetime,
    exam_attempt_id: UUID | None = None,
    quiz_attempt_id: UUID | None = None,
    practice_session_id: UUID | None = None,
    about: Mapping[UUID, list[str]] | None = None,
    along: Sequence[Write] = (),
) -> list[Response]:
    """Add the responses of one attempt or session; analytics takes them in from `release_at` on.

    Each names the concepts that its question, else its lesson, is tagged with now: `about`, as
    `concepts_of` gives them, where they were read already. `along` is written with them.
    """
    if about is None:
        about = concepts_of([(one.question_id, one.lesson_id) for one in scored])
    rows = [
        Response(
            user_id=user_id,
            course_id=course_id,
            lesson_id=one.lesson_id,
            question_id=one.question_id,
            exam_attempt_id=exam_attempt_id,
            quiz_attempt_id=quiz_attempt_id,
            practice_session_id=practice_session_id,
            share=stored_share(one.share),
            seconds=one.seconds,
            concepts=about.get(one.question_id, []),
            occurred_at=one.occurred_at,
            received_at=now,
        )
        for one in scored
    ]
    due = None if release_at is None else time_param(release_at)
    # In one order, so that two who hand in at once wait for each other and not in a circle.
    ordered = sorted(rows, key=lambda row: row.question_id)
    write_each(
        [
            (_RESPONSE, [_columns(row) for row in rows]),
            (_QUEUE, [(uuid_param(row.pk), due) for row in rows]),
            (_ADD_TO_ITEM, [(uuid_param(row.question_id), _number(row.share)) for row in ordered]),
            *along,
        ]
    )
    responses_recorded.announce()
    return rows


def release_practice(quiz_attempt_id: UUID, *, now: datetime) -> None:
    """Let analytics take in what a run has kept for its end."""
    kept = FoldQueue.objects.filter(
        response__quiz_attempt_id=quiz_attempt_id, release_at__isnull=True
    )
    if kept.update(release_at=now):
        responses_recorded.announce()


def release_exam_anew(exam: Exam, *, now: datetime) -> None:
    """Responses of the exam that analytics has not taken in yet wait for its present rule."""
    moment = release.release_moment(exam, release.CORRECTNESS, graded_at=now)
    waiting = FoldQueue.objects.filter(response__exam_attempt__exam=exam)
    if waiting.update(release_at=moment):
        responses_recorded.announce()


def add_to_exam(exam_id: UUID, *, user_id: UUID, score: int, passed: bool) -> None:
    """Count one graded attempt, which is stored already, in the exam's running figures."""
    asked = ExamFigures(exam_id, user_id)
    figures, graded = read_each(asked.statements)
    write_each([asked.with_attempt(figures, graded, score=score, passed=passed)])


class ExamFigures:
    """`add_to_exam` in two steps, for who asks and writes more: `statements` are asked together
    with others, once the attempt is stored, and lock the figures."""

    def __init__(self, exam_id: UUID, user_id: UUID) -> None:
        self._exam_id = exam_id
        self._row = _FIGURES.asked(exam=exam_id)
        graded = [uuid_param(exam_id), uuid_param(user_id)]
        self.statements: list[Question] = [self._row.statement, (_GRADED, graded)]

    def with_attempt(self, figures: Rows, graded: Rows, *, score: int, passed: bool) -> Write:
        """What writes the figures with the attempt counted, from what the statements gave."""
        return _counted(
            next(iter(self._row.found(figures)), None) or _first_figures(self._exam_id),
            score=score,
            passed=passed,
            is_first=graded[0][0] == 1,
        )


def _first_figures(exam_id: UUID) -> ExamStatistics:
    ExamStatistics.objects.get_or_create(exam_id=exam_id)
    return ExamStatistics.objects.select_for_update().get(exam_id=exam_id)


def _counted(row: ExamStatistics, *, score: int, passed: bool, is_first: bool) -> Write:
    row.attempts += 1
    row.people += int(is_first)
    row.passed += int(passed)
    row.score_sum += score
    row.score_squares += score * score
    row.histogram[min(score // 10, 9)] += 1
    return saving(row, "attempts", "people", "passed", "score_sum", "score_squares", "histogram")


def _columns(row: Response) -> tuple[Any, ...]:
    """What is stored of a response, by hand: what the ORM writes for twenty of them costs more than
    grading them."""
    source = (row.quiz_attempt_id, row.exam_attempt_id, row.practice_session_id)
    return (
        *(uuid_param(one) for one in (row.pk, row.user_id, row.course_id, row.lesson_id)),
        uuid_param(row.question_id),
        *(None if one is None else uuid_param(one) for one in source),
        row.share if on_postgresql() else f"{row.share:f}",
        row.seconds,
        json_param(row.concepts),
        time_param(row.occurred_at),
        time_param(row.received_at),
    )


def _number(share: Decimal) -> Decimal | float:
    return share if on_postgresql() else float(share)
