"""Every mark of an exam computed anew from what it rests on, and what that would change.

`compute` reads the graded attempts of an exam and scores each with the given corrections; nothing
of what was stored before goes in but to be compared. It reads by hand-written SQL and scores equal
responses once: ten thousand attempts of twenty questions take about a second. `storing` writes what
it finds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection

from studium.assessment import corrected, given, late, scoring
from studium.assessment.kinds import Response
from studium.assessment.models import ExamAttempt, ExamQuestion
from studium.assessment.scoring import Part, Place
from studium.lib.db import json_value, on_postgresql, time_value, uuid_param
from studium.lib.errors import Conflict

# What the drivers hand over as it is: PostgreSQL's would make two UUIDs and two decimals of each of
# two hundred thousand rows, whose comparing takes longer than all the scoring, and SQLite's a time.
_ANSWER = {
    "sqlite": "a.attempt_id, a.question_id, a.response, a.points_awarded, a.points_possible",
    "postgresql": "a.attempt_id::text, a.question_id::text, a.response::text,"
    " a.points_awarded::text, a.points_possible::text",
}
_SAVED = {"sqlite": "'' || a.saved_at", "postgresql": "a.saved_at"}
_ANSWERS = """
SELECT {answer}, {saved}
FROM exam_attempts t JOIN attempt_answers a ON a.attempt_id = t.id
WHERE t.exam_id = %s AND t.status = 'graded'
"""
_STAND = """
SELECT id, score, points, max_points FROM exam_attempts
WHERE exam_id = %s AND status = 'graded' ORDER BY id
"""
_FIELDS = (
    "id",
    "user_id",
    "attempt_no",
    "attempted_at",
    "score",
    "points",
    "max_points",
    "pass_mark",
    "drawn",
    "shuffle_seed",
    "draw_seed",
    "submitted_at",
    "due_at",
    "late_tiers",
)
_TELL_EVERY = 500

Tell = Callable[[int, int], object]
"""Hears how many of how many attempts are done."""

Each = Callable[
    [ExamAttempt, Sequence[Part], Mapping[UUID, Response], Mapping[UUID, datetime]], object
]
"""Hears of each person's first attempt what its questions came to, its responses, and when each
was saved last."""


@dataclass(frozen=True, slots=True)
class AnswerMove:
    """The points of one answer before and after, and what it was and is worth."""

    question_id: UUID
    points: tuple[Decimal, Decimal]
    possible: tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class Move:
    """What a regrade changes in one attempt; pairs are before and after."""

    attempt_id: UUID
    user_id: UUID
    attempt_no: int
    pass_mark: int
    score: tuple[int, int]
    points: tuple[Decimal, Decimal]
    max_points: tuple[Decimal, Decimal]
    answers: tuple[AnswerMove, ...]

    @property
    def passed(self) -> tuple[bool, bool]:
        """Whether it was and is passed."""
        return self.score[0] >= self.pass_mark, self.score[1] >= self.pass_mark


@dataclass(slots=True)
class Computed:
    """What scoring an exam anew finds.

    `stand` is what was stored when it was read, to see later whether somebody changed it. `shares`
    is attempt -> question -> the share right by the key, for the answered questions asked about.
    """

    exam_id: UUID
    stand: list[tuple[Any, ...]]
    attempts: int = 0
    moves: list[Move] = field(default_factory=list)
    shares: dict[UUID, dict[UUID, Decimal]] = field(default_factory=dict)


@dataclass(slots=True)
class _Sheet:
    """One attempt with its answers as they are stored; their keys are the texts of ids."""

    attempt: ExamAttempt
    answers: dict[str, tuple[Any, Any, Any, Any]] = field(default_factory=dict)


def compute(
    exam_id: UUID,
    corrections: corrected.InForce,
    *,
    asked_about: Iterable[UUID] = (),
    tell: Tell = lambda done, of: None,
    each: Each | None = None,
) -> Computed:
    """Score every graded attempt of the exam with these corrections, and compare.

    `asked_about`: the questions whose shares are wanted; `each` is called on the way. Raises
    `Conflict` where an answer that a person has to mark would be left without a mark.
    """
    rows = list(ExamQuestion.objects.filter(exam_id=exam_id).select_related("question"))
    paper = [(row, corrected.place_of(row, corrections)) for row in rows]
    marks = given.marks_of_exam(exam_id)
    wanted = set(asked_about)
    found = Computed(exam_id, stand_of(exam_id))
    sheets = _sheets(exam_id, with_times=each is not None)
    found.attempts = len(sheets)
    scorer = _Scorer(paper)
    for done, sheet in enumerate(sheets):
        if done % _TELL_EVERY == 0:
            tell(done, len(sheets))
        parts = scorer.parts(sheet, marks.get(sheet.attempt.pk, {}))
        move = _move(sheet, scorer.keys(sheet.attempt), parts)
        if move is not None:
            found.moves.append(move)
        if each is not None and sheet.attempt.attempt_no == 1:
            each(sheet.attempt, parts, *scorer.given(sheet))
        shares = {
            part.question_id: part.share
            for part in parts
            if part.is_answered and part.share is not None and part.question_id in wanted
        }
        if shares:
            found.shares[sheet.attempt.pk] = shares
    return found


def stand_of(exam_id: UUID, *, lock: bool = False) -> list[tuple[Any, ...]]:
    """The marks of an exam as they are stored, in one order, for comparing; with `lock` they stay
    until the transaction ends."""
    with connection.cursor() as cursor:
        locked = " FOR NO KEY UPDATE" if lock and on_postgresql() else ""
        cursor.execute(_STAND + locked, [uuid_param(exam_id)])
        return list(cursor.fetchall())


def parts_of_exam(exam_id: UUID, corrections: corrected.InForce, each: Each) -> None:
    """Call `each` for every person's first attempt that was graded. For the figures."""
    rows = list(ExamQuestion.objects.filter(exam_id=exam_id).select_related("question"))
    scorer = _Scorer([(row, corrected.place_of(row, corrections)) for row in rows])
    marks = given.marks_of_exam(exam_id)
    for sheet in _sheets(exam_id, with_times=True, first_only=True):
        parts = scorer.parts(sheet, marks.get(sheet.attempt.pk, {}))
        each(sheet.attempt, parts, *scorer.given(sheet))


class _Scorer:
    """Scores attempts of one exam; equal responses to a question are scored once."""

    def __init__(self, paper: Sequence[tuple[ExamQuestion, Place]]) -> None:
        self._paper = [(_text(place.question_id), row, place) for row, place in paper]
        self._fixed = [(key, place) for key, row, place in self._paper if row.pool_id is None]
        self._fixed_keys = [key for key, _ in self._fixed]
        self._varied = {key for key, _, place in self._paper if place.has_variants}
        self._pooled = len(self._fixed) < len(self._paper)
        self._known: dict[tuple[Any, Any, Any], Part] = {}
        self._responses: dict[Any, Response] = {}
        self._ids = {key: place.question_id for key, _, place in self._paper}

    def parts(self, sheet: _Sheet, marks: Mapping[UUID, Decimal]) -> list[Part]:
        """What each question of the attempt came to."""
        answers, known, found = sheet.answers, self._known, []
        for key, place in self._asked(sheet.attempt):
            raw = answers[key][0] if key in answers else None
            if key in self._varied or (marks and place.question_id in marks):
                found.append(self._special(place, raw, sheet.attempt, marks))
                continue
            part = known.get((key, raw, None))
            if part is None:
                part = known[key, raw, None] = scoring.score_place(place, self.read(raw))
            found.append(part)
        return found

    def keys(self, attempt: ExamAttempt) -> Sequence[Any]:
        """The questions of the attempt as the driver names them, in the order of `parts`."""
        if not self._pooled:
            return self._fixed_keys
        return [key for key, _ in self._asked(attempt)]

    def read(self, raw: Any) -> Response:
        """A stored response in its normal form."""
        if raw not in self._responses:
            self._responses[raw] = json_value(raw) if raw is not None else None
        return self._responses[raw]

    def given(self, sheet: _Sheet) -> tuple[dict[UUID, Response], dict[UUID, datetime]]:
        """The responses of an attempt, and when each was saved last."""
        responses, saved = {}, {}
        for key, row in sheet.answers.items():
            question_id = self._ids[key]
            responses[question_id] = self.read(row[0])
            saved[question_id] = time_value(row[3])
        return responses, saved

    def _asked(self, attempt: ExamAttempt) -> Sequence[tuple[Any, Place]]:
        if not self._pooled:
            return self._fixed
        drawn = set(attempt.drawn or ())
        return [
            (key, place)
            for key, row, place in self._paper
            if row.pool_id is None or row.question_id.hex in drawn
        ]

    def _special(
        self, place: Place, raw: Any, attempt: ExamAttempt, marks: Mapping[UUID, Decimal]
    ) -> Part:
        mine = corrected.for_attempt(place, attempt)
        return scoring.score_place(mine, self.read(raw), mark=marks.get(place.question_id))


def _sheets(exam_id: UUID, *, with_times: bool = False, first_only: bool = False) -> list[_Sheet]:
    rows = ExamAttempt.objects.filter(exam_id=exam_id, status="graded").only(*_FIELDS)
    if first_only:
        rows = rows.filter(attempt_no=1)
    sheets = {_text(row.pk): _Sheet(row) for row in rows.order_by("pk")}
    saved = _SAVED[connection.vendor] if with_times else "NULL"
    statement = _ANSWERS.format(answer=_ANSWER[connection.vendor], saved=saved)
    with connection.cursor() as cursor:
        cursor.execute(statement, [uuid_param(exam_id)])
        while some := cursor.fetchmany(5000):
            for attempt_id, question_id, *row in some:
                sheet = sheets.get(attempt_id)
                if sheet is not None:
                    sheet.answers[question_id] = tuple(row)
    return list(sheets.values())


def _text(value: UUID) -> str:
    """An id as the text that the rows of answers have for it."""
    return str(uuid_param(value))


def _move(sheet: _Sheet, keys: Sequence[Any], parts: Sequence[Part]) -> Move | None:
    attempt = sheet.attempt
    outcome = scoring.total(parts, penalty_percent=late.penalty_percent(attempt))
    if outcome.score is None:
        raise Conflict(
            "An answer waits for a person to mark it. Mark it, then regrade.", code="marks_missing"
        )
    assert attempt.score is not None
    assert attempt.points is not None
    assert attempt.max_points is not None
    answers = _answer_moves(sheet, keys, parts)
    before = (attempt.score, attempt.points, attempt.max_points)
    if before == (outcome.score, outcome.points, outcome.max_points) and not answers:
        return None
    return Move(
        attempt_id=attempt.pk,
        user_id=attempt.user_id,
        attempt_no=attempt.attempt_no,
        pass_mark=attempt.pass_mark,
        score=(attempt.score, outcome.score),
        points=(attempt.points, outcome.points),
        max_points=(attempt.max_points, outcome.max_points),
        answers=answers,
    )


def _answer_moves(
    sheet: _Sheet, keys: Sequence[Any], parts: Sequence[Part]
) -> tuple[AnswerMove, ...]:
    moves = []
    for key, part in zip(keys, parts, strict=True):
        stored = sheet.answers.get(key)
        if stored is None:
            continue
        _, awarded, possible, _ = stored
        assert part.points is not None
        before, was = exact(awarded), exact(possible)
        if before != part.points or was != part.possible:
            moves.append(AnswerMove(part.question_id, (before, part.points), (was, part.possible)))
    return tuple(moves)


@lru_cache(maxsize=4096, typed=True)
def exact(number: str | float | Decimal) -> Decimal:
    """Points as the database gave them, with their three decimals.

    SQLite gives binary fractions: the nearest to a decimal of three places is unique.
    """
    return Decimal(str(round(number, 3)) if isinstance(number, float) else number)
