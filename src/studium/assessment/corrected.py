"""The corrections of an exam that are in force, and the paper as it is scored with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from studium.assessment import scoring
from studium.assessment.asked import content_of, variant, variant_seed
from studium.assessment.kinds import QuestionContent
from studium.assessment.models import Correction as CorrectionRow
from studium.assessment.models import ExamAttempt, ExamQuestion
from studium.assessment.scoring import Correction, Place
from studium.lib.prepared import Asked, Prepared

_NOT_UNDONE = Prepared(
    lambda exam: (
        CorrectionRow.objects.filter(regrade__exam_id=exam, regrade__undone_at__isnull=True)
        .select_related("regrade")
        .order_by("regrade__applied_at", "regrade_id", "position")
    ),
    "exam",
)

InForce = Mapping[UUID, tuple[Correction, ...]]
"""Question -> its corrections, the oldest first."""


def in_force(exam_id: UUID, *, planned: UUID | None = None, without: UUID | None = None) -> InForce:
    """The corrections that were applied and not undone, in the order of their application.

    `planned`: as if this regrade were applied too, after them; `without`: as if this one were
    undone. One statement.
    """
    return _in_force(_NOT_UNDONE.all(exam=exam_id), planned=planned, without=without)


def asked(exam_id: UUID) -> Asked[CorrectionRow]:
    """The statement of `in_force`, to be asked together with others; `of_rows` reads its rows."""
    return _NOT_UNDONE.asked(exam=exam_id)


def of_rows(rows: Iterable[CorrectionRow]) -> InForce:
    """Those in force of the rows that `asked` gave."""
    return _in_force(rows, planned=None, without=None)


def _in_force(
    rows: Iterable[CorrectionRow], *, planned: UUID | None, without: UUID | None
) -> InForce:
    standing, added = [], []
    for row in rows:
        if row.regrade_id == without:
            continue
        if row.regrade.applied_at is not None:
            standing.append(row)
        elif row.regrade_id == planned:
            added.append(row)
    return by_question([*standing, *added])


def by_question(rows: Iterable[CorrectionRow]) -> InForce:
    """Rows of corrections as the scoring takes them."""
    found: dict[UUID, list[Correction]] = defaultdict(list)
    for row in rows:
        found[row.question_id].append(Correction(row.kind, row.value))
    return {question_id: tuple(listed) for question_id, listed in found.items()}


def place_of(row: ExamQuestion, corrections: InForce) -> Place:
    """A row of the paper, with its question, as it is scored."""
    return Place(
        question_id=row.question_id,
        content=content_of(row.question),
        points=Decimal(row.points),
        corrections=corrections.get(row.question_id, ()),
    )


def places_of(rows: Sequence[ExamQuestion], corrections: InForce) -> list[Place]:
    """The rows of a paper as they are scored."""
    return [place_of(row, corrections) for row in rows]


def for_attempt(place: Place, attempt: ExamAttempt) -> Place:
    """The place as this attempt was asked it: a question with parameters has its own numbers, in
    every key that was corrected too."""
    if not place.has_variants:
        return place

    def mine(content: QuestionContent) -> QuestionContent:
        seed = variant_seed(attempt)
        return variant(content, seed=seed, question_id=place.question_id)

    def one(correction: Correction) -> Correction:
        if correction.kind not in (scoring.KEY, scoring.ACCEPT):
            return correction
        keyed = mine(scoring.with_key(place.content, correction.value))
        return replace(correction, value={"answer": keyed.answer, "spec": keyed.spec})

    corrections = tuple(one(correction) for correction in place.corrections)
    return replace(place, content=mine(place.content), corrections=corrections)
