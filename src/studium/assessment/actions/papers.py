"""Exams: their terms, the questions on their paper, and their publication.

A paper is frozen once somebody has begun it (the database holds that). Terms may change later;
running attempts keep those they began with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Max

from studium.assessment import effective, queries, recording, rights, terms
from studium.assessment.actions import pools
from studium.assessment.models import (
    Exam,
    ExamAttempt,
    ExamQuestion,
    ExamStatus,
    Question,
    QuestionStatus,
)
from studium.assessment.queries.finding import for_exams
from studium.identity.actions import audit
from studium.lib.errors import Conflict, Invalid

if TYPE_CHECKING:
    from studium.identity.models import User

MAX_QUESTIONS = 500


@dataclass(frozen=True, slots=True)
class Place:
    """A question on a paper and what it is worth there; the order of places is the paper's."""

    question_id: UUID
    points: int = 1


@transaction.atomic
def create_exam(*, by: User, course_id: UUID, now: datetime, settings: Mapping[str, Any]) -> Exam:
    """A new exam of a course, a draft. `settings` as in `terms.EXAM_DEFAULTS`; title is needed."""
    course = rights.course_for_author(by, course_id)
    values = {**terms.EXAM_DEFAULTS, **settings}
    _require(terms.exam_problems(values))
    columns = _columns(values)
    exam = Exam.objects.create(course=course, created_at=now, **columns)
    effective.keep_last_end(exam, now=now)
    _record("exam.create", exam, by=by, now=now, detail={"settings": _plain(columns)})
    return exam


@transaction.atomic
def update_exam(*, by: User, exam_id: UUID, now: datetime, settings: Mapping[str, Any]) -> Exam:
    """Change some terms. Attempts that have begun keep theirs, but for the release of results and
    which attempt counts.

    `password` sets one (an empty text takes it away, None leaves it); it can never be read.
    """
    exam = rights.exam_for_author(by, exam_id, lock=True)
    before = settings_of(exam)
    _require(terms.exam_problems({**before, **settings}))
    before["password_hash"] = exam.password_hash
    values = _columns(settings)
    for name, value in values.items():
        setattr(exam, name, value)
    exam.save(update_fields=list(values))
    changed = {name: value for name, value in values.items() if before[name] != value}
    if effective.keep_last_end(exam, now=now) or any(
        name == "closes_at" or name.startswith("release") for name in changed
    ):
        recording.release_exam_anew(exam, now=now)
    detail = {"before": _plain({name: before[name] for name in changed}), "after": _plain(changed)}
    _record("exam.update", exam, by=by, now=now, detail=detail)
    return exam


@transaction.atomic
def set_paper(*, by: User, exam_id: UUID, places: Sequence[Place], now: datetime) -> Exam:
    """Put exactly these questions on the paper, in this order; refused once it was begun."""
    exam = rights.exam_for_author(by, exam_id, lock=True)
    if ExamAttempt.objects.filter(exam=exam).exists():
        raise Conflict(
            f"“{exam.title}” was begun, so its paper stays as it is. Copy it to a new exam.",
            code="paper_is_frozen",
        )
    pooled = ExamQuestion.objects.filter(exam=exam, pool_id__isnull=False)
    if exam.status == ExamStatus.PUBLISHED and not places and not pooled.exists():
        raise Conflict(f"“{exam.title}” is published and needs a question.", code="paper_is_empty")
    _require(_place_problems(exam, places))
    _replace_paper(exam, places)
    pools.refreshed(exam)
    detail = {
        "questions": len(places),
        "points": sum(place.points for place in places),
    }
    _record("exam.paper", exam, by=by, now=now, detail=detail)
    return exam


@transaction.atomic
def publish_exam(*, by: User, exam_id: UUID, now: datetime) -> Exam:
    """Let students see the exam, and begin it in its window. It needs a question first."""
    exam = rights.exam_for_author(by, exam_id, lock=True)
    if not ExamAttempt.objects.filter(exam=exam).exists():
        pools.refreshed(exam)
    if not ExamQuestion.objects.filter(exam=exam).exists():
        raise Conflict(
            f"“{exam.title}” has no question on its paper. Add one, then publish.",
            code="paper_is_empty",
        )
    for conflict in queries.pool_conflicts(exam.pk):
        if conflict.blocks:
            raise Conflict(conflict.message, code=conflict.code)
    if exam.closes_at is not None and exam.closes_at <= now and exam.status == ExamStatus.DRAFT:
        raise Conflict(
            f"The closing time of “{exam.title}” has passed. Change it, then publish.",
            code="exam_is_over",
            fields={"closes_at": "This time has passed."},
        )
    return _set_status(exam, ExamStatus.PUBLISHED, by=by, now=now)


@transaction.atomic
def archive_exam(*, by: User, exam_id: UUID, now: datetime) -> Exam:
    """Take an exam out of use. Attempts that run go on to their deadline; results stay."""
    exam = rights.exam_for_author(by, exam_id, lock=True)
    return _set_status(exam, ExamStatus.ARCHIVED, by=by, now=now)


def settings_of(exam: Exam) -> dict[str, Any]:
    """The terms of an exam, by the names of `terms.EXAM_DEFAULTS`."""
    return {name: getattr(exam, name) for name in terms.EXAM_DEFAULTS}


def _place_problems(exam: Exam, places: Sequence[Place]) -> dict[str, str]:
    if len(places) > MAX_QUESTIONS:
        return {"questions": f"A paper has at most {MAX_QUESTIONS} questions."}
    usable = _usable(exam, [place.question_id for place in places])
    found: dict[str, str] = {}
    seen: set[UUID] = set()
    for number, place in enumerate(places):
        name = f"questions.{number}"
        if place.question_id not in usable:
            found[f"{name}.id"] = "This is no current, approved question of this course."
        elif place.question_id in seen:
            found[f"{name}.id"] = "This question is on the paper twice."
        if isinstance(place.points, bool) or not 1 <= place.points <= 1000:
            found[f"{name}.points"] = "Points are a whole number from 1 to 1,000."
        seen.add(place.question_id)
    return found


def _usable(exam: Exam, question_ids: Sequence[UUID]) -> set[UUID]:
    """Those that belong to the course, or to another course of the same owner."""
    rows = Question.objects.filter(
        pk__in=question_ids,
        retired_at__isnull=True,
        status=QuestionStatus.APPROVED,
        quiz__lesson__course__owner_id=exam.course.owner_id,
    )
    return set(for_exams(rows).values_list("pk", flat=True))


def _replace_paper(exam: Exam, places: Sequence[Place]) -> None:
    """New rows above the old ones, then the old ones away: a published paper is never empty."""
    wanted = {place.question_id for place in places}
    rows_of_exam = ExamQuestion.objects.filter(exam=exam)
    # A candidate that is picked for good leaves its pool.
    rows_of_exam.filter(pool_id__isnull=False, question_id__in=wanted).update(pool_id=None)
    kept = {row.question_id: row for row in rows_of_exam.filter(pool_id__isnull=True)}
    last = rows_of_exam.aggregate(last=Max("position"))["last"] or 0
    high = 1 + max(last, len(places))
    for number, row in enumerate(kept.values()):
        ExamQuestion.objects.filter(pk=row.pk).update(position=high + number)
    fresh = [
        ExamQuestion(exam=exam, question_id=place.question_id, position=number, points=place.points)
        for number, place in enumerate(places, start=1)
        if place.question_id not in kept
    ]
    ExamQuestion.objects.bulk_create(fresh)
    for number, place in enumerate(places, start=1):
        if place.question_id in kept:
            rows = ExamQuestion.objects.filter(pk=kept[place.question_id].pk)
            rows.update(position=number, points=place.points)
    gone = [row.pk for question_id, row in kept.items() if question_id not in wanted]
    ExamQuestion.objects.filter(pk__in=gone).delete()


def _set_status(exam: Exam, status: ExamStatus, *, by: User, now: datetime) -> Exam:
    if exam.status != status:
        before, exam.status = exam.status, status
        exam.save(update_fields=["status"])
        detail = {"before": before, "after": str(status)}
        _record("exam.status", exam, by=by, now=now, detail=detail)
    return exam


def _require(problems: Mapping[str, str]) -> None:
    if problems:
        raise Invalid(
            "The exam cannot be set like this. Mend what is marked.", fields=dict(problems)
        )


def _columns(values: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as the table keeps them."""
    kept = {
        name: value.strip() if isinstance(value, str) else value
        for name, value in values.items()
        if name != "password"
    }
    password = values.get("password")
    if password is not None:
        kept["password_hash"] = make_password(password) if password else ""
    return kept


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Settings for the log; of a password only whether there is one."""
    plain = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
        if name != "password_hash"
    }
    if "password_hash" in values:
        plain["has_password"] = bool(values["password_hash"])
    return plain


def _record(action: str, exam: Exam, *, by: User, now: datetime, detail: dict[str, Any]) -> None:
    audit.record(
        by=by,
        action=action,
        object_type="exam",
        object_id=exam.pk,
        course_id=exam.course_id,
        detail=detail,
        now=now,
    )
