"""Forecasts for the next exam of each course, made before a page asks for them.

Foretelling a class of 500 takes half a second; reading 500 rows takes a few milliseconds. The
worker brings up to date who has answered since, whose exam was changed, and what is old: time
passes, and what was known fades. Pages foretell the few that are not ready by themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from studium.analytics import epochs
from studium.analytics.catching_up import hold_lock
from studium.analytics.queries.readiness import ENOUGH_ANSWERS, Readiness, next_exam, readiness
from studium.analytics.queries.ready import paper_digest
from studium.assessment.models import Exam, ExamStatus
from studium.content.models import Course, CourseStatus
from studium.lib.db import read_rows, time_param, uuid_param, uuid_value, write_rows

MADE_ANEW_AFTER = timedelta(hours=6)
SOME = 100
"""So many people are foretold at a time."""
MOST = 1000
"""So many in one round of the worker; the next one goes on."""

_STALE = """
SELECT s.user_id, s.n FROM level_states s JOIN enrollments e ON e.user_id = s.user_id
    AND e.course_id = s.course_id AND e.role = 'student' AND e.ended_at IS NULL
LEFT JOIN exam_forecasts f ON f.epoch = s.epoch AND f.exam_id = %s AND f.user_id = s.user_id
WHERE s.epoch = %s AND s.course_id = %s AND s.n >= %s
    AND (f.epoch IS NULL OR f.answers <> s.n OR f.paper <> %s OR f.made_at < %s)
ORDER BY s.user_id LIMIT %s
"""
_WRITE = """
INSERT INTO exam_forecasts
    (epoch, exam_id, user_id, answers, paper, made_at, mean, low, high, p_pass)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (epoch, exam_id, user_id) DO UPDATE SET answers = excluded.answers,
    paper = excluded.paper, made_at = excluded.made_at, mean = excluded.mean, low = excluded.low,
    high = excluded.high, p_pass = excluded.p_pass
"""
_OVER = """
DELETE FROM exam_forecasts WHERE epoch <> %s
OR exam_id IN (SELECT id FROM exams WHERE closes_at <= %s OR status <> 'published')
"""


def keep_forecasts(*, now: datetime, most: int = MOST) -> int:
    """Bring the forecasts of every class with an exam ahead up to date; gives how many were made.

    Each some are one short transaction. Rows of exams that are over and of epochs before go.
    """
    epoch, made = epochs.current_id(), 0
    if not epoch:
        return 0
    with transaction.atomic():
        write_rows(_OVER, [(epoch, time_param(now))])
    for exam in _exams_ahead(now):
        digest = paper_digest(exam)
        while made < most and (answers := _stale(exam, epoch, digest, now)):
            found = readiness(exam, list(answers), now=now)
            _keep(exam, epoch, digest, answers, found, now=now)
            made += len(answers)
    return made


# --- parts -----------------------------------------------------------------------------------


def _exams_ahead(now: datetime) -> Iterator[Exam]:
    """The next exam of each course that has one."""
    ahead = Exam.objects.filter(
        Q(closes_at__isnull=True) | Q(closes_at__gt=now), status=ExamStatus.PUBLISHED
    )
    courses = Course.objects.filter(
        pk__in=ahead.values("course_id"), status=CourseStatus.PUBLISHED
    ).order_by("pk")
    for course in courses:
        exam = next_exam(course, now=now)
        if exam is not None:
            yield exam


def _stale(exam: Exam, epoch: int, digest: str, now: datetime) -> dict[UUID, int]:
    """Some students with enough answers whose forecast is missing or does not hold any more."""
    id_, course = uuid_param(exam.pk), uuid_param(exam.course_id)
    old = time_param(now - MADE_ANEW_AFTER)
    rows = read_rows(_STALE, [id_, epoch, course, ENOUGH_ANSWERS, digest, old, SOME])
    return {uuid_value(user): n for user, n in rows}


@transaction.atomic
def _keep(
    exam: Exam,
    epoch: int,
    digest: str,
    answers: dict[UUID, int],
    found: dict[UUID, Readiness | None],
    *,
    now: datetime,
) -> None:
    hold_lock()
    gone, id_, at = epochs.Forgotten(epoch), uuid_param(exam.pk), time_param(now)
    rows: list[Sequence[Any]] = []
    for user_id, n in answers.items():
        user, one = uuid_param(user_id), found[user_id]
        told = (None,) * 4 if one is None else (one.mean, one.low, one.high, one.p_pass)
        if user not in gone:
            rows.append((epoch, id_, user, n, digest, at, *told))
    write_rows(_WRITE, rows)
