"""Which questions one attempt is asked: the fixed ones of its exam, and those it drew from pools.

Whatever shows, scores or counts an attempt takes its paper from here: `paper_of_attempt` for one,
`asked_in` where many attempts of an exam are looked at and its places were read once.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from studium.assessment import rules
from studium.assessment.models import Exam, ExamAttempt, ExamPool, ExamQuestion
from studium.lib.db import read_rows, uuid_param, uuid_value
from studium.lib.prepared import Prepared


class Draw(NamedTuple):
    """What `exam_attempts` keeps of it: the seed, and the ids as 32 hex digits in drawn order."""

    seed: int | None
    drawn: list[str] | None


def paper_of_attempt(attempt: ExamAttempt, *, shuffled: bool = False) -> list[ExamQuestion]:
    """The places of the paper that this attempt is asked, each with its question.

    In the author's order, or with `shuffled` in the attempt's own. One query, whatever the size of
    the pools.
    """
    if attempt.drawn is None:
        places = _WHOLE.all(exam=attempt.exam_id)
    else:
        drawn = Q(question_id__in=[UUID(hex=one) for one in attempt.drawn])
        places = list(_places(attempt.exam_id, _FIXED | drawn))
    if not shuffled:
        return places
    by_id = {place.question_id: place for place in places}
    return [by_id[one] for one in rules.paper_order(list(by_id), attempt.shuffle_seed)]


def lessons_of(places: Sequence[ExamQuestion]) -> dict[UUID, tuple[UUID, str]]:
    """Question -> the lesson its quiz belongs to, and that one's topic."""
    if not places:
        return {}
    asked = [uuid_param(place.question_id) for place in places]
    rows = read_rows(_LESSONS.format(", ".join(["%s"] * len(asked))), asked)
    return {uuid_value(question): (uuid_value(lesson), topic) for question, lesson, topic in rows}


def _places(exam_id: UUID, asked: Q) -> QuerySet[ExamQuestion]:
    rows = ExamQuestion.objects.filter(asked, exam_id=exam_id)
    return rows.select_related("question").order_by("position")


_FIXED = Q(pool_id__isnull=True)
_WHOLE = Prepared(lambda exam: _places(exam, _FIXED), "exam")
_POOLS = Prepared(lambda exam: ExamPool.objects.filter(exam_id=exam).order_by("position"), "exam")
_LESSONS = """
SELECT q.id, z.lesson_id, l.topic FROM questions q JOIN quizzes z ON z.id = q.quiz_id
JOIN lessons l ON l.id = z.lesson_id WHERE q.id IN ({})
"""


def asked_in(places: Iterable[ExamQuestion], drawn: Sequence[str] | None) -> list[ExamQuestion]:
    """Those of an exam's places, candidates included, that an attempt with this draw is asked."""
    mine = {UUID(hex=one) for one in drawn or ()}
    return [place for place in places if place.pool_id is None or place.question_id in mine]


def draw_for(exam: Exam) -> Draw:
    """A draw for an attempt about to begin; nothing where the exam has no pools.

    Raises `LookupError` naming the pool that has too few candidates.
    """
    pools = _POOLS.all(exam=exam.pk)
    if not pools:
        return Draw(None, None)
    seed = secrets.randbits(62)
    return Draw(seed, [one.hex for one in drawn_with(seed, pools, candidates_of(exam))])


def candidates_of(exam: Exam) -> dict[UUID, list[tuple[UUID, Any]]]:
    """Pool -> its candidates as (question, bank key), in the order of the paper."""
    found: dict[UUID, list[tuple[UUID, Any]]] = {}
    rows = ExamQuestion.objects.filter(exam=exam, pool_id__isnull=False).order_by("position")
    for row in rows.values("pool_id", "question_id", "question__bank_key"):
        candidate = (row["question_id"], row["question__bank_key"])
        found.setdefault(row["pool_id"], []).append(candidate)
    return found


def drawn_with(
    seed: int, pools: Iterable[ExamPool], candidates: dict[UUID, list[tuple[UUID, Any]]]
) -> list[UUID]:
    """What a seed draws; the same for ever, so that anybody can check a stored draw."""
    drawn: list[UUID] = []
    used: set[object] = set()
    for pool in pools:
        left = [one for one in candidates.get(pool.pk, ()) if (one[1] or one[0]) not in used]
        found = rules.drawn(left, pick=pool.pick, seed=seed, what=f"pool {pool.pk}")
        if len(found) < pool.pick:
            raise LookupError(pool.title)
        drawn += [question_id for question_id, _key in found]
        used |= {key or question_id for question_id, key in found}
    return drawn
