"""Regrades as their authors see them: what a plan would change, and what was changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from studium.assessment import corrected, regrading, rights
from studium.assessment.asked import content_of, headline
from studium.assessment.models import (
    Correction,
    Exam,
    ExamAttempt,
    ExamQuestion,
    Regrade,
    RegradeMove,
)
from studium.lib.errors import NotFound

if TYPE_CHECKING:
    from studium.identity.models import User

SHOWN = 100
"""Attempts that a preview lists; it counts them all."""


@dataclass(frozen=True, slots=True)
class MoveLine:
    """One attempt that moves: pairs are before and after."""

    attempt_id: UUID
    user_name: str
    attempt_no: int
    score: tuple[int, int]
    points: tuple[Decimal, Decimal]
    max_points: tuple[Decimal, Decimal]
    passed: tuple[bool, bool]

    @property
    def change(self) -> int:
        """By how much the score moves."""
        return self.score[1] - self.score[0]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many attempts there are, how many move, whose score rises or falls, who now passes."""

    attempts: int
    moved: int
    up: int
    down: int
    now_pass: int
    now_fail: int


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """A correction with its question; `answer` is the key in the form of a response."""

    question_id: UUID
    number: int
    headline: str
    question_kind: str
    options: Sequence[Any]
    kind: str
    value: Any


@dataclass(frozen=True, slots=True)
class RegradeLine:
    """A regrade in the history of an exam. `state` is planned, applied or undone."""

    id: UUID
    exam_id: UUID
    reason: str
    state: str
    attempts: int | None
    created_by: str
    created_at: datetime
    applied_by: str | None
    applied_at: datetime | None
    undone_by: str | None
    undone_at: datetime | None
    corrections: tuple[CorrectionLine, ...]


@dataclass(frozen=True, slots=True)
class RegradeView:
    """A regrade with what it changes (planned) or changed; the largest changes come first."""

    line: RegradeLine
    exam: Exam
    counts: Counts
    moves: tuple[MoveLine, ...]


def regrades_of(*, viewer: User, exam_id: UUID) -> list[RegradeLine]:
    """The regrades of an exam, the newest first, for its authors."""
    exam = rights.exam_for_author(viewer, exam_id)
    return _lines(Regrade.objects.filter(exam=exam).order_by("-created_at", "-pk"), exam)


def regrade_view(*, viewer: User, regrade_id: UUID, shown: int = SHOWN) -> RegradeView:
    """One regrade. A plan is computed now over all attempts: about a second for ten thousand."""
    regrade = Regrade.objects.filter(pk=regrade_id).first()
    if regrade is None:
        raise NotFound
    exam = rights.exam_for_author(viewer, regrade.exam_id)
    line = _lines(Regrade.objects.filter(pk=regrade_id), exam)[0]
    if regrade.applied_at is None:
        counts, moves = _planned(regrade, shown)
    else:
        counts, moves = _done(regrade, shown)
    return RegradeView(line, exam, counts, moves)


def exam_of_regrade(*, viewer: User, regrade_id: UUID, course: UUID) -> UUID:
    """The exam of a regrade in this course, for its authors; raises `NotFound` otherwise."""
    regrade = Regrade.objects.filter(pk=regrade_id, exam__course_id=course).first()
    if regrade is None:
        raise NotFound
    return rights.exam_for_author(viewer, regrade.exam_id).pk


def moved_by(regrade_id: UUID) -> int:
    """How many attempts it moved when it was applied. Check rights first."""
    return RegradeMove.objects.filter(regrade_id=regrade_id).count()


# --- parts -----------------------------------------------------------------------------------


def _planned(regrade: Regrade, shown: int) -> tuple[Counts, tuple[MoveLine, ...]]:
    corrections = corrected.in_force(regrade.exam_id, planned=regrade.pk)
    computed = regrading.compute(regrade.exam_id, corrections)
    moves = computed.moves
    up = sum(move.score[1] > move.score[0] for move in moves)
    down = sum(move.score[1] < move.score[0] for move in moves)
    counts = Counts(
        attempts=computed.attempts,
        moved=len(moves),
        up=up,
        down=down,
        now_pass=sum(move.passed == (False, True) for move in moves),
        now_fail=sum(move.passed == (True, False) for move in moves),
    )
    largest = sorted(moves, key=lambda one: (-abs(one.score[1] - one.score[0]), one.attempt_id))
    names = _names([move.attempt_id for move in largest[:shown]])
    return counts, tuple(
        MoveLine(
            attempt_id=move.attempt_id,
            user_name=names[move.attempt_id],
            attempt_no=move.attempt_no,
            score=move.score,
            points=move.points,
            max_points=move.max_points,
            passed=move.passed,
        )
        for move in largest[:shown]
    )


def _done(regrade: Regrade, shown: int) -> tuple[Counts, tuple[MoveLine, ...]]:
    rows = RegradeMove.objects.filter(regrade=regrade).values_list(
        "score_before", "score_after", "attempt__pass_mark", "pk"
    )
    moves = list(rows)
    counts = Counts(
        attempts=ExamAttempt.objects.filter(exam_id=regrade.exam_id, status="graded").count(),
        moved=len(moves),
        up=sum(after > before for before, after, _, _ in moves),
        down=sum(after < before for before, after, _, _ in moves),
        now_pass=sum(before < mark <= after for before, after, mark, _ in moves),
        now_fail=sum(after < mark <= before for before, after, mark, _ in moves),
    )
    largest = sorted(moves, key=lambda row: (-abs(row[1] - row[0]), row[3]))[:shown]
    order = {row[3]: place for place, row in enumerate(largest)}
    found = RegradeMove.objects.filter(pk__in=order).select_related("attempt__user")
    return counts, tuple(_line(row) for row in sorted(found, key=lambda row: order[row.pk]))


def _line(row: RegradeMove) -> MoveLine:
    mark = row.attempt.pass_mark
    return MoveLine(
        attempt_id=row.attempt_id,
        user_name=row.attempt.user.name,
        attempt_no=row.attempt.attempt_no,
        score=(row.score_before, row.score_after),
        points=(row.points_before, row.points_after),
        max_points=(row.max_before, row.max_after),
        passed=(row.score_before >= mark, row.score_after >= mark),
    )


def _names(attempt_ids: Sequence[UUID]) -> dict[UUID, str]:
    rows = ExamAttempt.objects.filter(pk__in=attempt_ids)
    return dict(rows.values_list("pk", "user__name"))


def _lines(rows: Any, exam: Exam) -> list[RegradeLine]:
    regrades = list(rows.select_related("created_by", "applied_by", "undone_by"))
    paper = ExamQuestion.objects.filter(exam=exam).select_related("question")
    places = {row.question_id: row for row in paper}
    found: dict[UUID, list[CorrectionLine]] = {row.pk: [] for row in regrades}
    for one in Correction.objects.filter(regrade__in=found).order_by("position"):
        place = places[one.question_id]
        content = content_of(place.question)
        found[one.regrade_id].append(
            CorrectionLine(
                question_id=one.question_id,
                number=place.position,
                headline=headline(content.text),
                question_kind=content.kind,
                options=content.options or (),
                kind=one.kind,
                value=one.value,
            )
        )
    return [
        RegradeLine(
            id=row.pk,
            exam_id=row.exam_id,
            reason=row.reason,
            state=_state(row),
            attempts=row.attempts,
            created_by=row.created_by.name,
            created_at=row.created_at,
            applied_by=row.applied_by.name if row.applied_by else None,
            applied_at=row.applied_at,
            undone_by=row.undone_by.name if row.undone_by else None,
            undone_at=row.undone_at,
            corrections=tuple(found[row.pk]),
        )
        for row in regrades
    ]


def _state(row: Regrade) -> str:
    if row.undone_at is not None:
        return "undone"
    return "planned" if row.applied_at is None else "applied"
