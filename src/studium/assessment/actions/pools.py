"""The random parts of a paper: rules that each attempt draws its own questions by.

Candidates are looked up when a pool is written, when its author asks for it, and at publication;
once somebody has begun the exam nothing of it changes (the database holds that).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import count
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from studium.assessment import pools, queries, rights
from studium.assessment.models import Exam, ExamAttempt, ExamPool, ExamQuestion, ExamStatus
from studium.identity.actions import audit
from studium.lib.errors import Conflict, Invalid, NotFound

if TYPE_CHECKING:
    from studium.identity.models import User


@transaction.atomic
def add_pool(*, by: User, exam_id: UUID, now: datetime, values: Mapping[str, Any]) -> ExamPool:
    """A new random part behind the others. `values` as in `pools.DEFAULTS`; title is needed.

    Raises `Invalid` by field, `Conflict` with `paper_is_frozen` once somebody began.
    """
    exam = _exam(by, exam_id)
    given = _checked(exam, {**pools.DEFAULTS, **values}, by=by)
    places = list(ExamPool.objects.filter(exam=exam).values_list("position", flat=True))
    if len(places) >= pools.MAX_POOLS:
        raise Conflict(f"A paper has at most {pools.MAX_POOLS} random parts.", code="conflict")
    pool = ExamPool.objects.create(exam=exam, position=max(places, default=0) + 1, **given)
    refreshed(exam)
    _record("exam.pool_add", exam, pool, by=by, now=now)
    return pool


@transaction.atomic
def change_pool(
    *, by: User, exam_id: UUID, pool_id: UUID, now: datetime, values: Mapping[str, Any]
) -> ExamPool:
    """Write some fields of a random part anew, and look its candidates up again."""
    exam = _exam(by, exam_id)
    pool = _pool(exam, pool_id)
    given = _checked(exam, {**_values_of(pool), **values}, by=by)
    for name, value in given.items():
        setattr(pool, name, value)
    pool.save(update_fields=list(given))
    refreshed(exam)
    _record("exam.pool_change", exam, pool, by=by, now=now)
    return pool


@transaction.atomic
def remove_pool(*, by: User, exam_id: UUID, pool_id: UUID, now: datetime) -> None:
    """Take a random part off the paper; its candidates may then fit another one."""
    exam = _exam(by, exam_id)
    pool = _pool(exam, pool_id)
    others = ExamQuestion.objects.filter(exam=exam).exclude(pool=pool)
    if exam.status == ExamStatus.PUBLISHED and not others.exists():
        raise Conflict(
            f"“{exam.title}” is published and needs a question. Add another part first.",
            code="paper_is_empty",
        )
    ExamQuestion.objects.filter(pool=pool).delete()
    _record("exam.pool_remove", exam, pool, by=by, now=now)
    pool.delete()
    refreshed(exam)


@transaction.atomic
def refresh_pools(*, by: User, exam_id: UUID, now: datetime) -> int:
    """Look all candidates of a paper up again; gives how many there are."""
    exam = _exam(by, exam_id)
    candidates = refreshed(exam)
    audit.record(
        by=by,
        action="exam.pools_refresh",
        object_type="exam",
        object_id=exam.pk,
        course_id=exam.course_id,
        detail={"candidates": candidates},
        now=now,
    )
    return candidates


def refreshed(exam: Exam) -> int:
    """Make the candidates those that fit now. The caller holds the exam locked, and not begun.

    Raises `Conflict` where a published exam could then not be begun any more.
    """
    candidates = _refresh(exam)
    if exam.status == ExamStatus.PUBLISHED:
        for conflict in queries.pool_conflicts(exam.pk):
            if conflict.blocks:
                raise Conflict(conflict.message, code=conflict.code)
    return candidates


# --- parts -----------------------------------------------------------------------------------


def _exam(by: User, exam_id: UUID) -> Exam:
    exam = rights.exam_for_author(by, exam_id, lock=True)
    if ExamAttempt.objects.filter(exam=exam).exists():
        raise Conflict(
            f"“{exam.title}” was begun, so its paper stays as it is. Copy it to a new exam.",
            code="paper_is_frozen",
        )
    return exam


def _pool(exam: Exam, pool_id: UUID) -> ExamPool:
    pool = ExamPool.objects.filter(exam=exam, pk=pool_id).first()
    if pool is None:
        raise NotFound
    return pool


def _values_of(pool: ExamPool) -> dict[str, Any]:
    return {name: getattr(pool, name) for name in pools.DEFAULTS}


def _checked(exam: Exam, values: Mapping[str, Any], *, by: User) -> dict[str, Any]:
    problems = pools.pool_problems(values)
    rule = values.get("rule")
    if (
        isinstance(rule, dict)
        and rule.get("scope") == "owner"
        and not rights.may_use_whole_bank(by, exam.course)
    ):
        problems["rule"] = "Only the owner of the courses draws from all of them."
    if problems:
        raise Invalid("The part cannot be set like this. Mend what is marked.", fields=problems)
    return {**values, "title": values["title"].strip(), "rule": pools.rule_of(values["rule"])}


def _refresh(exam: Exam) -> int:
    """Rows of questions that still fit are kept; new ones come before old ones go, so that a
    published paper is never empty meanwhile."""
    wanted = {
        question_id: pool_id
        for pool_id, question_ids in queries.fitting_of(exam).items()
        for question_id in question_ids
    }
    if len(wanted) > pools.MAX_CANDIDATES:
        raise Invalid(
            f"{len(wanted):,} questions fit the random parts; at most "
            f"{pools.MAX_CANDIDATES:,} can be candidates of one exam. Narrow a rule.",
            fields={"rule": "Too many questions fit. Narrow the rule."},
        )
    points = dict(ExamPool.objects.filter(exam=exam).values_list("pk", "points"))
    rows = list(ExamQuestion.objects.filter(exam=exam, pool_id__isnull=False))
    for row in rows:
        pool_id = wanted.get(row.question_id)
        if pool_id and (row.pool_id, row.points) != (pool_id, points[pool_id]):
            row.pool_id, row.points = pool_id, points[pool_id]
            row.save(update_fields=["pool_id", "points"])
    used = {row.position for row in rows}
    places = (one for one in count(pools.FIRST_CANDIDATE) if one not in used)
    there = {row.question_id for row in rows}
    ExamQuestion.objects.bulk_create(
        ExamQuestion(
            exam=exam,
            question_id=question_id,
            pool_id=pool_id,
            points=points[pool_id],
            position=next(places),
        )
        for question_id, pool_id in wanted.items()
        if question_id not in there
    )
    gone = [row.pk for row in rows if row.question_id not in wanted]
    ExamQuestion.objects.filter(pk__in=gone).delete()
    return len(wanted)


def _record(action: str, exam: Exam, pool: ExamPool, *, by: User, now: datetime) -> None:
    audit.record(
        by=by,
        action=action,
        object_type="exam",
        object_id=exam.pk,
        course_id=exam.course_id,
        detail={"pool": str(pool.pk), **_values_of(pool)},
        now=now,
    )
