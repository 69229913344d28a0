"""The points that people gave: which of several marks of one answer counts.

A final mark stands above the others. Without one, two markers who are no further apart than the
exam tolerates are averaged (rounded down to a thousandth); a lone mark counts by itself where no
second one is asked for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import ROUND_DOWN, Decimal
from uuid import UUID

from studium.assessment.models import Mark, MarkRound

_MILLI = Decimal("0.001")

Marks = Mapping[UUID, Mapping[UUID, Decimal]]
"""Attempt -> question -> points."""


def marks_of_exam(exam_id: UUID) -> Marks:
    """The marks that count in the graded attempts of an exam."""
    rows = Mark.objects.filter(attempt__exam_id=exam_id, attempt__status="graded")
    return counting(rows.order_by("created_at", "pk"))


def counting(rows: Iterable[Mark]) -> Marks:
    """Which points count, of marks in the order they were given; the latest of a round does."""
    latest: dict[tuple[UUID, UUID], dict[str, Decimal]] = defaultdict(dict)
    for row in rows:
        latest[row.attempt_id, row.question_id][row.round] = row.points
    found: dict[UUID, dict[UUID, Decimal]] = defaultdict(dict)
    for (attempt_id, question_id), rounds in latest.items():
        found[attempt_id][question_id] = _one(rounds)
    return found


def _one(rounds: Mapping[str, Decimal]) -> Decimal:
    if MarkRound.FINAL in rounds:
        return rounds[MarkRound.FINAL]
    return (sum(rounds.values(), start=Decimal(0)) / len(rounds)).quantize(
        _MILLI, rounding=ROUND_DOWN
    )
