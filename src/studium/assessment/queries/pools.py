"""Pools as their authors see them, what stands against them, and how often they can vary."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import comb, prod
from typing import TYPE_CHECKING, Any
from uuid import UUID

from studium.assessment import rights
from studium.assessment.asked import headline
from studium.assessment.models import Exam, ExamPool, ExamQuestion
from studium.assessment.queries.finding import BankFilter, for_exams, found
from studium.content.models import Course
from studium.lib.looks import once
from studium.lib.prepared import Prepared

if TYPE_CHECKING:
    from studium.identity.models import User

_POOLS = Prepared(lambda exam: ExamPool.objects.filter(exam_id=exam).order_by("position"), "exam")

SHOWN = 8
"""Candidates named on a page."""


@dataclass(frozen=True, slots=True)
class PoolLine:
    """A random part of a paper. `candidates` are fixed at the last refresh; `fits` is how many
    questions fit its rule now, less those that stand elsewhere on the paper."""

    pool: ExamPool
    candidates: int
    fits: int
    shown: tuple[str, ...]

    @property
    def is_stale(self) -> bool:
        """Whether a refresh would change the number of candidates."""
        return self.fits != self.candidates


@dataclass(frozen=True, slots=True)
class PoolConflict:
    """Why a paper with pools cannot be given fairly, or not at all (`blocks`)."""

    code: str
    message: str
    pool_id: UUID
    blocks: bool = True


@once
def _pools(exam_id: UUID) -> list[ExamPool]:
    return _POOLS.all(exam=exam_id)


def pools_of(*, viewer: User, exam_id: UUID) -> list[PoolLine]:
    """The random parts of a paper in order, for the staff."""
    exam, _role = rights.exam_for_reader(viewer, exam_id)
    rights.require_results(viewer, exam.course_id)
    pools = _pools(exam_id)
    if not pools:
        return []
    fitting = _fitting(exam, pools)
    names: dict[UUID, list[str]] = {}
    counts: dict[UUID, int] = {}
    rows = ExamQuestion.objects.filter(exam=exam, pool_id__isnull=False).order_by("position")
    for row in rows.values("pool_id", "question__question_text"):
        counts[row["pool_id"]] = counts.get(row["pool_id"], 0) + 1
        texts = names.setdefault(row["pool_id"], [])
        if len(texts) < SHOWN:
            texts.append(headline(row["question__question_text"]))
    return [
        PoolLine(pool, counts.get(pool.pk, 0), len(fitting[pool.pk]), tuple(names.get(pool.pk, ())))
        for pool in pools
    ]


def fitting_of(exam: Exam) -> dict[UUID, list[UUID]]:
    """Pool -> the questions that fit its rule now, in reading order.

    A question stands on a paper once: where it is fixed, or else in the first pool it fits.
    """
    return _fitting(exam, _POOLS.all(exam=exam.pk))


def _fitting(exam: Exam, pools: Sequence[ExamPool]) -> dict[UUID, list[UUID]]:
    fixed = ExamQuestion.objects.filter(exam=exam, pool_id__isnull=True)
    taken = set(fixed.values_list("question_id", flat=True))
    made: dict[UUID, list[UUID]] = {}
    for pool in pools:
        mine = [one for one in _fit(exam, pool) if one not in taken]
        taken.update(mine)
        made[pool.pk] = mine
    return made


def fitting_rule(exam: Exam, rule: dict[str, Any]) -> list[UUID]:
    """The questions that fit a rule in an exam, whatever else stands on its paper."""
    wanted = BankFilter(
        tags=tuple(rule.get("tags", ())),
        concepts=_ids(rule.get("concepts", ())),
        lessons=_ids(rule.get("lessons", ())),
        quizzes=_ids(rule.get("quizzes", ())),
        kinds=tuple(rule.get("kinds", ())),
        state="approved",
    )
    rows = for_exams(found(_courses(exam, rule), wanted))
    return list(rows.values_list("pk", flat=True))


def pool_conflicts(exam_id: UUID) -> list[PoolConflict]:
    """What stands against the random parts of an exam: a part without a candidate, one that draws
    more than it has, and parts whose rules let the same questions through.

    The one function for whoever shows or checks conflicts before publication. It asks no rights
    and reads what is stored; an exam without pools has none and costs one query.
    """
    listed = _POOLS.all(exam=exam_id)
    if not listed:
        return []
    exam = Exam.objects.select_related("course").get(pk=exam_id)
    counts = _counts(exam)
    found_: list[PoolConflict] = []
    for pool in listed:
        count = counts.get(pool.pk, 0)
        if count == 0:
            found_.append(
                PoolConflict(
                    "pool_empty",
                    f"The random part “{pool.title}” has no question to draw from. "
                    "Widen its rule, or refresh its candidates.",
                    pool.pk,
                )
            )
        elif count < pool.pick:
            found_.append(
                PoolConflict(
                    "pool_too_small",
                    f"The random part “{pool.title}” draws {pool.pick} of {count} questions. "
                    "Draw fewer, widen its rule, or add questions and refresh.",
                    pool.pk,
                )
            )
    return found_ + _overlaps(exam, listed)


def variants(lines: Sequence[PoolLine]) -> int:
    """How many different sets of questions the pools can give."""
    return prod(comb(line.candidates, line.pool.pick) for line in lines)


def _counts(exam: Exam) -> dict[UUID, int]:
    counts: dict[UUID, int] = {}
    rows = ExamQuestion.objects.filter(exam=exam, pool_id__isnull=False)
    for pool_id in rows.values_list("pool_id", flat=True):
        counts[pool_id] = counts.get(pool_id, 0) + 1
    return counts


def _overlaps(exam: Exam, listed: Sequence[ExamPool]) -> list[PoolConflict]:
    fits = {pool.pk: set(_fit(exam, pool)) for pool in listed}
    made = []
    for number, later in enumerate(listed):
        for earlier in listed[:number]:
            both = len(fits[earlier.pk] & fits[later.pk])
            if both:
                made.append(
                    PoolConflict(
                        "pools_overlap",
                        f"{both} questions fit both “{earlier.title}” and “{later.title}”. They "
                        f"count for “{earlier.title}” alone; nobody is asked one twice.",
                        later.pk,
                        blocks=False,
                    )
                )
    return made


def _fit(exam: Exam, pool: ExamPool) -> list[UUID]:
    return fitting_rule(exam, pool.rule)


def _courses(exam: Exam, rule: dict[str, Any]) -> Collection[UUID]:
    if rule.get("scope") != "owner":
        return [exam.course_id]
    rows = Course.objects.filter(owner_id=exam.course.owner_id)
    return list(rows.values_list("pk", flat=True))


def _ids(texts: Sequence[str]) -> tuple[UUID, ...]:
    return tuple(UUID(text) for text in texts)
