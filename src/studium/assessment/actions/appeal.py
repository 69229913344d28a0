"""A student asks about a mark; the staff talk with them and decide: refused, changed, corrected.

One appeal is open per question of an attempt. What was said and decided stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, transaction

from studium.assessment import appealing, journal, news, rights, scoring
from studium.assessment.actions import mark as marks
from studium.assessment.actions import regrade as regrades
from studium.assessment.drawing import paper_of_attempt
from studium.assessment.models import (
    Appeal,
    AppealMessage,
    AppealStatus,
    AttemptAnswer,
    EventKind,
    Regrade,
)
from studium.identity.actions import audit
from studium.lib.errors import Conflict, Invalid, NotAllowed, NotFound
from studium.lib.words import phrase

if TYPE_CHECKING:
    from studium.identity.models import User

MAX_TEXT = 10_000


@transaction.atomic
def open_appeal(
    *, by: User, attempt_id: UUID, question_id: UUID, text: str, now: datetime
) -> Appeal:
    """Ask about the mark of one question of one's own attempt, within the exam's window.

    Raises `Conflict` with the code `appeal_closed` or `appeal_open`, `Invalid` or `NotFound`.
    """
    attempt = rights.exam_attempt_for(by, attempt_id, lock=True)
    words = _words(text, "text")
    if question_id not in {one.question_id for one in paper_of_attempt(attempt)}:
        raise NotFound
    if reason := appealing.closed_because(attempt, now):
        raise Conflict(reason, code="appeal_closed")
    try:
        with transaction.atomic():
            made = Appeal.objects.create(
                attempt=attempt, question_id=question_id, text=words, created_at=now
            )
    except IntegrityError:
        raise Conflict(
            "You have asked about this mark already. Write there what you want to add.",
            code="appeal_open",
        ) from None
    _tell("appeal.open", made, by=by, now=now)
    return made


@transaction.atomic
def say(*, by: User, appeal_id: UUID, text: str, now: datetime) -> AppealMessage:
    """Write a line below an open appeal: its student, or the staff of the course."""
    appeal = _appeal_for(by, appeal_id, lock=True)
    _require_open(appeal)
    made = AppealMessage.objects.create(
        appeal=appeal, author=by, text=_words(text, "text"), created_at=now
    )
    news.tell_of_appeal(appeal, by_id=by.pk, now=now, line=True)
    return made


@transaction.atomic
def refuse(*, by: User, appeal_id: UUID, answer: str, now: datetime) -> Appeal:
    """The mark stays; `answer` says why."""
    appeal = _for_staff(by, appeal_id)
    return _close(appeal, AppealStatus.REFUSED, by=by, answer=answer, now=now)


@transaction.atomic
def change_mark(
    *,
    by: User,
    appeal_id: UUID,
    answer: str,
    now: datetime,
    points: object = None,
    levels: Mapping[str, str] | None = None,
) -> Appeal:
    """Give the answer another mark; `answer` is its comment and the outcome."""
    appeal = _for_staff(by, appeal_id)
    appeal.mark = marks.give_mark(
        by=by,
        attempt_id=appeal.attempt_id,
        question_id=appeal.question_id,
        now=now,
        points=points,
        levels=levels,
        comment=_words(answer, "answer"),
    )
    return _close(appeal, AppealStatus.CHANGED, by=by, answer=answer, now=now)


@transaction.atomic
def plan_for_all(*, by: User, appeal_id: UUID, reason: str, now: datetime) -> Regrade:
    """Plan that this answer is right for everybody who gave it, to see first who would move.

    A plan made before is thrown away. Only authors of the course correct an exam.
    """
    appeal = _for_staff(by, appeal_id)
    row = AttemptAnswer.objects.filter(attempt=appeal.attempt, question_id=appeal.question_id)
    given = row.values_list("response", flat=True).first()
    if given is None:
        raise Conflict("Nothing was answered here that could be accepted.", code="not_answered")
    before = appeal.regrade
    fix = regrades.Fix(appeal.question_id, scoring.ACCEPT, answer=given)
    exam_id = appeal.attempt.exam_id
    appeal.regrade = regrades.plan_regrade(
        by=by, exam_id=exam_id, reason=reason, fixes=[fix], now=now
    )
    appeal.save(update_fields=["regrade"])
    if before is not None and before.applied_at is None:
        regrades.discard_regrade(by=by, regrade_id=before.pk, now=now)
    return appeal.regrade


@transaction.atomic
def correct_for_all(*, by: User, appeal_id: UUID, answer: str, now: datetime) -> Appeal:
    """Apply what was planned and answer the appeal with it, both or neither."""
    appeal = _for_staff(by, appeal_id)
    if appeal.regrade_id is None:
        raise Conflict("Look first at who would move, then correct it.", code="not_planned")
    regrades.apply_regrade(by=by, regrade_id=appeal.regrade_id, now=now)
    return _close(appeal, AppealStatus.CORRECTED, by=by, answer=answer, now=now)


# --- parts -----------------------------------------------------------------------------------


def _appeal_for(by: User, appeal_id: UUID, *, lock: bool = False) -> Appeal:
    rows = Appeal.objects.select_related("attempt__exam", "regrade")
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=True)
    appeal = rows.filter(pk=appeal_id).first()
    if appeal is None or not by.is_active:
        raise NotFound
    mine = appeal.attempt.user_id == by.pk
    if not mine and not rights.may_see_results(by, appeal.attempt.exam.course_id):
        raise NotFound
    return appeal


def _for_staff(by: User, appeal_id: UUID) -> Appeal:
    appeal = _appeal_for(by, appeal_id, lock=True)
    if appeal.attempt.user_id == by.pk:
        raise NotAllowed("The staff of the course answer; nobody answers an appeal of their own.")
    _require_open(appeal)
    return appeal


def _require_open(appeal: Appeal) -> None:
    if appeal.status != AppealStatus.OPEN:
        raise Conflict("This was answered already.", code="appeal_answered")


def _close(appeal: Appeal, status: AppealStatus, *, by: User, answer: str, now: datetime) -> Appeal:
    appeal.answer = _words(answer, "answer")
    appeal.status, appeal.answered_by, appeal.closed_at = status, by, now
    if status != AppealStatus.CORRECTED:
        appeal.regrade = None
    appeal.save()
    _tell(f"appeal.{status}", appeal, by=by, now=now)
    return appeal


def _words(text: str, field: str) -> str:
    words = text.strip()
    if not words or "\x00" in words:
        said = phrase("Write a few words.")
        raise Invalid(said, fields={field: said})
    if len(words) > MAX_TEXT:
        said = phrase("This is longer than %(most)s characters; shorten it.", most=f"{MAX_TEXT:,}")
        raise Invalid(said, fields={field: said})
    return words


def _tell(action: str, appeal: Appeal, *, by: User, now: datetime) -> None:
    """The journal, the audit log and the other side hear of it. The line itself moves no mark."""
    detail: dict[str, Any] = {"appeal": str(appeal.pk), "status": str(appeal.status)}
    journal.append(
        appeal.attempt_id,
        EventKind.NOTE,
        now=now,
        actor_id=by.pk,
        question_id=appeal.question_id,
        detail=detail | {"about": "appeal"},
    )
    audit.record(
        by=by,
        action=action,
        object_type="exam_attempt",
        object_id=appeal.attempt_id,
        course_id=appeal.attempt.exam.course_id,
        detail=detail,
        now=now,
    )
    news.tell_of_appeal(appeal, by_id=by.pk, now=now)
