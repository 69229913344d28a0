"""What students and staff are told of exams: results, corrected marks, questions about marks.

Nobody hears of a result before its score is released, and no notice says how good it is. Results
that become visible by the clock alone are announced by the worker, once for an exam.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from studium.assessment import release
from studium.assessment.models import (
    Appeal,
    AppealStatus,
    AttemptStatus,
    ClosedBy,
    Exam,
    ExamAttempt,
)
from studium.assessment.regrading import Move
from studium.content.models import Enrollment
from studium.content.rights import STAFF
from studium.identity.actions import notifying

_LATE = timedelta(days=3)
"""Results that became visible longer ago (the server was off, or is new) are not announced."""


def tell_graded(
    attempt: ExamAttempt,
    exam: Exam,
    *,
    score_before: int | None,
    actor_id: UUID | None,
    now: datetime,
) -> None:
    """Tell a student that their attempt is graded, in the transaction that grades it.

    Who hands in sees the result at once and is told nothing; so is nobody before the release.
    """
    by_oneself = attempt.closed_by == ClosedBy.USER and actor_id is None
    if by_oneself or not release.released(exam, release.SCORE, now):
        return
    if score_before is None:
        _tell_results(exam, [(attempt.pk, attempt.user_id)], now=now)
    elif score_before != attempt.score:
        _tell(exam, "mark_moved", [(attempt.pk, attempt.user_id)], now=now)


def tell_moved(exam: Exam, moves: Iterable[Move], *, now: datetime) -> None:
    """Tell students that a correction changed their score, as far as they may know it."""
    if not release.released(exam, release.SCORE, now):
        return
    moved = [(one.attempt_id, one.user_id) for one in moves if one.score[0] != one.score[1]]
    _tell(exam, "mark_moved", moved, now=now)


def tell_of_appeal(appeal: Appeal, *, by_id: UUID, now: datetime, line: bool = False) -> None:
    """Tell the other side of an appeal: the staff what a student wrote, the student the rest.

    No name is given, since marking may be blind.
    """
    exam, student = appeal.attempt.exam, appeal.attempt.user_id
    address = reverse("appeal", args=[appeal.pk])
    kind = "appeal_answered" if appeal.status != AppealStatus.OPEN else "appeal_line"
    people = [student]
    if by_id == student:
        kind = "appeal_line" if line else "appeal_opened"
        people = [one for one in _staff(exam.course_id) if one != student]
    notifying.notify(people, kind, {"exam": exam.title}, address, now=now)


def announce_released(*, now: datetime) -> int:
    """Tell of the results that have become visible by the clock; gives of how many exams."""
    since = now - _LATE
    moved = Q(closes_at__gte=since) | Q(last_end_at__gte=since) | Q(release_on__gte=since)
    exams = Exam.objects.filter(moved).exclude(release__in=["at_once", "never"])
    return sum(_announce(exam, since=since, now=now) for exam in exams)


@transaction.atomic
def _announce(exam: Exam, *, since: datetime, now: datetime) -> bool:
    moment = release.release_moment(exam, release.SCORE, graded_at=since)
    if moment is None or not since <= moment <= now:
        return False
    if not notifying.announce_once("results", str(exam.pk), now=now):
        return False
    graded = ExamAttempt.objects.filter(exam=exam, status=AttemptStatus.GRADED)
    _tell_results(exam, graded.values_list("pk", "user_id"), now=now)
    return True


def _tell_results(exam: Exam, attempts: Iterable[tuple[UUID, UUID]], *, now: datetime) -> None:
    """One line for a person, which leads to the latest of their attempts; told once."""
    latest = {user_id: attempt_id for attempt_id, user_id in sorted(attempts)}
    listed = [(attempt_id, user_id) for user_id, attempt_id in latest.items()]
    _tell(exam, "result_released", listed, now=now, once=True)


def _tell(
    exam: Exam,
    kind: str,
    attempts: Iterable[tuple[UUID, UUID]],
    *,
    now: datetime,
    once: bool = False,
) -> None:
    told = [
        notifying.Told(
            user_id,
            reverse("exam_result", args=[attempt_id]),
            str(attempt_id) if once else "",
        )
        for attempt_id, user_id in attempts
    ]
    notifying.notify_each(told, kind, {"exam": exam.title}, now=now)


def _staff(course_id: UUID) -> list[UUID]:
    rows = Enrollment.objects.filter(course_id=course_id, role__in=STAFF, ended_at=None)
    return list(rows.values_list("user_id", flat=True))
