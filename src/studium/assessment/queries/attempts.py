"""Exam attempts as their owner or the staff may see them.

The one rule of release lives here: before it, no score, no correctness, no key and no explanation
leaves, in no field, order or length. Whoever renders an attempt takes it from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from studium.assessment import release, rights
from studium.assessment.asked import (
    Asked,
)
from studium.assessment.drawing import asked_in_attempt
from studium.assessment.kinds import Response
from studium.assessment.models import (
    AttemptAnswer,
    AttemptEvent,
    AttemptStatus,
    Exam,
    ExamAttempt,
    Release,
)
from studium.assessment.queries.receipts import final_receipt
from studium.lib.prepared import Prepared, together

if TYPE_CHECKING:
    from studium.identity.models import User


ANSWERS = Prepared(lambda attempt: AttemptAnswer.objects.filter(attempt_id=attempt), "attempt")


@dataclass(frozen=True, slots=True)
class SavedAnswer:
    """The latest stored response to a question; None was cleared."""

    response: Response
    revision: int
    saved_at: datetime

    def as_json(self) -> dict[str, Any]:
        return {
            "response": self.response,
            "revision": self.revision,
            "saved_at": self.saved_at.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class PaperQuestion:
    """A question of an attempt, with what its owner has answered so far."""

    asked: Asked
    answer: SavedAnswer | None

    def as_json(self) -> dict[str, Any]:
        """The shape the API promises: `answer` is there once something was saved."""
        made = self.asked.as_json()
        if self.answer is not None:
            made["answer"] = self.answer.as_json()
        return made


@dataclass(frozen=True, slots=True)
class AttemptLine:
    """An attempt in a list. `score`, `passed` and points are None until they are released."""

    id: UUID
    exam_id: UUID
    exam_title: str
    user_id: UUID
    user_name: str
    attempt_no: int
    attempts_allowed: int
    status: str
    closed_by: str | None
    attempted_at: datetime
    deadline_at: datetime
    submitted_at: datetime | None
    pass_mark: int
    released: bool
    score: int | None
    passed: bool | None
    points: Decimal | None
    max_points: Decimal | None


@dataclass(frozen=True, slots=True)
class AttemptView:
    """An attempt with its questions, before and after it was handed in; never with a key.
    `receipt` is the code of handing in, once that happened."""

    line: AttemptLine
    server_time: datetime
    questions: tuple[PaperQuestion, ...]
    receipt: str | None

    @property
    def may_be_over(self) -> bool:
        """Whether it runs and its deadline has passed; there may be some grace yet, or a pause."""
        runs = self.line.status == AttemptStatus.IN_PROGRESS
        return runs and self.server_time > self.line.deadline_at

    def as_json(self) -> dict[str, Any]:
        """The shape the API promises."""
        line = self.line
        return {
            "id": str(line.id),
            "exam_id": str(line.exam_id),
            "attempt_no": line.attempt_no,
            "status": line.status,
            "closed_by": line.closed_by,
            "score": line.score,
            "passed": line.passed,
            "attempted_at": line.attempted_at.isoformat(),
            "deadline_at": line.deadline_at.isoformat(),
            "submitted_at": line.submitted_at.isoformat() if line.submitted_at else None,
            "server_time": self.server_time.isoformat(),
            "receipt": self.receipt,
            "questions": [question.as_json() for question in self.questions],
        }


def is_released(
    attempt: ExamAttempt, exam: Exam, now: datetime, *, part: str = release.SCORE
) -> bool:
    """Whether the attempt's owner may know its score, or another part of how it was marked."""
    return attempt.status == AttemptStatus.GRADED and release.released(exam, part, now)


def attempt_view(*, viewer: User, attempt_id: UUID, now: datetime) -> AttemptView:
    """An attempt to be answered or looked at; raises `NotFound` for other people's."""
    found, stored = together(
        rights.READ.asked(attempt=attempt_id), ANSWERS.asked(attempt=attempt_id)
    )
    attempt, as_staff = rights.attempt_for_reader(viewer, found)
    answers = {row.question_id: row for row in stored}
    questions = tuple(
        [PaperQuestion(one, saved(answers.get(one.id))) for one in asked_in_attempt(attempt)]
    )
    runs = attempt.status == AttemptStatus.IN_PROGRESS
    receipt = None if runs else final_receipt(attempt.pk)
    return AttemptView(line_of(attempt, now, as_staff=as_staff), now, questions, receipt)


def own_attempts(
    *, viewer: User, now: datetime, exam_id: UUID | None = None, course_id: UUID | None = None
) -> tuple[AttemptLine, ...]:
    """The viewer's attempts, all or those at one exam or in one course, oldest first."""
    narrowed: dict[str, UUID] = {}
    if exam_id is not None:
        narrowed["exam_id"] = exam_id
    if course_id is not None:
        narrowed["exam__course_id"] = course_id
    return _lines_of(viewer.pk, now, as_staff=False, **narrowed)


def attempts_at(
    *, viewer: User, exam_id: UUID, now: datetime, limit: int = 50, offset: int = 0
) -> tuple[list[AttemptLine], int]:
    """Everybody's attempts at an exam, newest first, and how many there are; for its staff."""
    exam, _role = rights.exam_for_reader(viewer, exam_id)
    rights.require_results(viewer, exam.course_id)
    rows = ExamAttempt.objects.filter(exam=exam).select_related("exam", "user")
    page = rows.order_by("-attempted_at", "-pk")[offset : offset + limit]
    return [line_of(row, now, as_staff=True) for row in page], rows.count()


def events_of(*, viewer: User, attempt_id: UUID) -> list[AttemptEvent]:
    """The journal of an attempt for the staff; its owner sees it without what grading added."""
    attempt, as_staff = rights.exam_attempt_for_reader(viewer, attempt_id)
    rows = AttemptEvent.objects.filter(attempt=attempt).order_by("seq")
    return list(rows if as_staff else rows.exclude(kind__in=["graded", "marked", "regraded"]))


def releases_at(exam: Exam) -> datetime | None:
    """When scores come out, where that is a moment for all; else None."""
    if exam.release not in (Release.AFTER_CLOSE, Release.ON_DATE):
        return None
    return release.release_moment(exam, release.SCORE, graded_at=exam.created_at)


# --- parts -----------------------------------------------------------------------------------


def _lines_of(
    user_id: UUID, now: datetime, *, as_staff: bool, **narrowed: UUID
) -> tuple[AttemptLine, ...]:
    rows = _attempts(tuple(narrowed)).all(user_id=user_id, **narrowed)
    return tuple(line_of(row, now, as_staff=as_staff) for row in rows)


@cache
def _attempts(names: tuple[str, ...]) -> Prepared[ExamAttempt]:
    return Prepared(
        lambda **narrowed: (
            ExamAttempt.objects.filter(**narrowed)
            .select_related("exam", "user")
            .order_by("attempted_at", "pk")
        ),
        "user_id",
        *names,
    )


def line_of(attempt: ExamAttempt, now: datetime, *, as_staff: bool) -> AttemptLine:
    """The attempt as a line of a list, with as much as the reader may know. Check rights first."""
    graded = attempt.status == AttemptStatus.GRADED
    released = graded and (as_staff or is_released(attempt, attempt.exam, now))
    return AttemptLine(
        id=attempt.pk,
        exam_id=attempt.exam_id,
        exam_title=attempt.exam.title,
        user_id=attempt.user_id,
        user_name=attempt.user.name,
        attempt_no=attempt.attempt_no,
        attempts_allowed=attempt.attempts_allowed,
        status=attempt.status,
        closed_by=attempt.closed_by,
        attempted_at=attempt.attempted_at,
        deadline_at=attempt.deadline_at,
        submitted_at=attempt.submitted_at,
        pass_mark=attempt.pass_mark,
        released=released,
        score=attempt.score if released else None,
        passed=attempt.passed if released else None,
        points=attempt.points if released else None,
        max_points=attempt.max_points if released else None,
    )


def saved(row: AttemptAnswer | None) -> SavedAnswer | None:
    """The answer of a stored row; None where nothing was ever stored."""
    return None if row is None else SavedAnswer(row.response, row.revision, row.saved_at)
