"""Forecasts that were made before they are asked for (`foretelling.py`)."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from studium.analytics.engine import readiness_words
from studium.analytics.queries.readiness import Readiness
from studium.assessment.models import Exam, ExamPool, ExamQuestion
from studium.lib.db import read_rows, time_param, uuid_param, uuid_value
from studium.lib.prepared import Prepared

HOLDS_FOR = timedelta(hours=12)
"""A forecast older than this is made anew by the page; the worker does so in half the time."""

_READY = """
SELECT user_id, answers, mean, low, high, p_pass FROM exam_forecasts
WHERE epoch = %s AND exam_id = %s AND paper = %s AND made_at > %s
"""


def _in_order(model: type[ExamQuestion | ExamPool], *columns: str) -> Prepared[Any]:
    """The rows that an exam has of this model, these columns each, as they follow each other."""

    def rows(exam: UUID) -> QuerySet[Any, Any]:
        return model.objects.filter(exam_id=exam).order_by("position").values_list(*columns)

    return Prepared(rows, "exam")


_QUESTIONS = _in_order(ExamQuestion, "question_id", "points", "pool_id")
_POOLS = _in_order(ExamPool, "pk", "pick", "points")


def paper_digest(exam: Exam) -> str:
    """What a forecast of the exam rests on: its questions, parts and pass mark."""
    said = [exam.pass_mark, _QUESTIONS.all(exam=exam.pk), _POOLS.all(exam=exam.pk)]
    return hashlib.sha256(json.dumps(said, default=str).encode()).hexdigest()[:32]


def ready(
    exam: Exam, *, epoch: int, digest: str, now: datetime
) -> dict[tuple[UUID, int], Readiness | None]:
    """Person and number of answers -> the forecast that is ready; None where it was too early."""
    keys = [epoch, uuid_param(exam.pk), digest, time_param(now - HOLDS_FOR)]
    share = exam.pass_mark / 100
    return {
        (uuid_value(user), n): None
        if mean is None
        else Readiness(exam.pk, mean, low, high, p_pass, readiness_words(p_pass), share, n)
        for user, n, mean, low, high, p_pass in read_rows(_READY, keys)
    }
