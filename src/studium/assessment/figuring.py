"""`item_figures` kept up: one attempt added when it is graded, or all anew after a regrade.

Only first attempts count, one per person, with their points before any penalty; questions that
were dropped have no figures.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from studium.assessment import corrected, regrading
from studium.assessment.items import LONGEST_GAP, Answered, Sums, read
from studium.assessment.kinds import Response
from studium.assessment.kinds import kind as kind_of
from studium.assessment.models import ExamAttempt, ItemFigures
from studium.assessment.scoring import Part
from studium.lib.db import Question, Write, on_postgresql, uuid_param, write_each
from studium.lib.ids import uuid7
from studium.lib.prepared import Prepared

_KEEP = """
INSERT INTO item_figures (id, exam_id, question_id, attempts, sums) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (exam_id, question_id) DO UPDATE
SET attempts = excluded.attempts, sums = excluded.sums
"""


def _sums(exam: UUID) -> QuerySet[ItemFigures]:
    return ItemFigures.objects.filter(exam_id=exam).order_by("question_id")


_STORED = Prepared(_sums, "exam")
_LOCKED = Prepared(lambda exam: _sums(exam).select_for_update(), "exam")

Stored = dict[UUID, Sums]
"""Question -> its sums."""


def asked(attempt: ExamAttempt) -> list[Question]:
    """What `adding` needs, to be asked together with others once the attempt is stored and its exam
    locked: nothing for an attempt that does not count."""
    return [_LOCKED.asked(exam=attempt.exam_id).statement] if attempt.attempt_no == 1 else []


def adding(
    attempt: ExamAttempt,
    parts: Sequence[Part],
    responses: Mapping[UUID, Response],
    saved: Mapping[UUID, datetime],
    rows: list[tuple[Any, ...]],
    *,
    corrections: corrected.InForce,
) -> list[Write]:
    """What counts an attempt that was just graded; `rows` are those that `asked` gave.

    Costs the same however many were counted before.
    """
    if attempt.attempt_no != 1:
        return []
    stored = _read(_LOCKED.asked(exam=attempt.exam_id).found(rows))
    if not stored and _others(attempt):
        refigure(attempt.exam_id, corrections)
        return []
    touched = take_in(stored, attempt, parts, responses, saved)
    return [_keeping(attempt.exam_id, {one: stored[one] for one in touched})]


def refigure(exam_id: UUID, corrections: corrected.InForce) -> None:
    """Replace the sums of an exam by those of its attempts as they are stored now."""
    replace(exam_id, from_zero(exam_id, corrections))


def replace(exam_id: UUID, fresh: Stored) -> None:
    """Replace the sums of an exam; a question that has none keeps its row, empty."""
    gone = _read(_LOCKED.all(exam=exam_id)).keys() - fresh.keys()
    empty = {question_id: Sums() for question_id in gone}
    write_each([_keeping(exam_id, fresh | empty)])


def of_exam(exam_id: UUID) -> Stored:
    """The stored sums."""
    return _read(_STORED.all(exam=exam_id))


def _read(rows: Iterable[ItemFigures]) -> Stored:
    return {row.question_id: read(row.sums) for row in rows}


def from_zero(exam_id: UUID, corrections: corrected.InForce) -> Stored:
    """What the sums are by the attempts alone; equal to the running ones, whatever their order."""
    found: Stored = {}
    regrading.parts_of_exam(exam_id, corrections, partial(take_in, found))
    return found


def take_in(
    stored: Stored,
    attempt: ExamAttempt,
    parts: Sequence[Part],
    responses: Mapping[UUID, Response],
    saved: Mapping[UUID, datetime],
) -> list[UUID]:
    """Add an attempt to the sums; gives the questions that changed."""
    counted = [part for part in parts if not part.is_dropped and part.points is not None]
    points = {part.question_id: _milli(part.points) for part in counted}
    total, most = sum(points.values()), sum(_milli(part.possible) for part in counted)
    seconds = seconds_between(attempt.attempted_at, saved)
    for part in counted:
        response = responses.get(part.question_id)
        one = Answered(
            points=points[part.question_id],
            total=total,
            max_total=most,
            is_answered=part.is_answered,
            options=chosen(part.kind, response),
            seconds=seconds.get(part.question_id),
        )
        stored.setdefault(part.question_id, Sums()).add(one)
    return list(points)


def seconds_between(began_at: datetime, saved: Mapping[UUID, datetime]) -> dict[UUID, int]:
    """How long each answer took: from the last save of the answer before it (or the beginning) to
    its own last save. Longer gaps than `LONGEST_GAP` are breaks and left out."""
    found = {}
    before = began_at
    for question_id, at in sorted(saved.items(), key=lambda pair: (pair[1], pair[0])):
        gap = int((at - before).total_seconds())
        if 0 <= gap <= LONGEST_GAP:
            found[question_id] = gap
        before = at
    return found


def chosen(kind: str, response: Response) -> tuple[str, ...]:
    """The options that a response chose, for kinds in which one chooses."""
    return kind_of(kind).chosen(response)


def _others(attempt: ExamAttempt) -> bool:
    rows = ExamAttempt.objects.filter(exam_id=attempt.exam_id, status="graded", attempt_no=1)
    return rows.exclude(pk=attempt.pk).exists()


def _milli(points: Any) -> int:
    return int(points * 1000)


def _keeping(exam_id: UUID, sums: Stored) -> Write:
    rows = [
        (
            uuid_param(uuid7()),
            uuid_param(exam_id),
            uuid_param(question_id),
            one.n,
            _json(one.as_json()),
        )
        for question_id, one in sorted(sums.items())
    ]
    return _KEEP, rows


def _json(value: dict[str, Any]) -> Any:
    # One text for equal sums, so that what is undone is byte-equal.
    if on_postgresql():
        from psycopg.types.json import Jsonb

        return Jsonb(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
