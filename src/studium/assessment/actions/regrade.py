"""What an author puts right after an exam: plan corrections, apply them to everybody, undo them.

Questions never change; a correction belongs to one exam. Small exams are regraded at once, large
ones by a job.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from studium.assessment import applying, corrected, jobs, rights, scoring
from studium.assessment.asked import content_of
from studium.assessment.kinds import QuestionContent, Response, WrongShape, kind
from studium.assessment.models import (
    AttemptStatus,
    Correction,
    Exam,
    ExamAttempt,
    ExamQuestion,
    Regrade,
)
from studium.lib.errors import Conflict, Invalid, NotFound
from studium.lib.jobs import enqueue, live_job

if TYPE_CHECKING:
    from studium.identity.models import User
    from studium.lib.models import Job

MOST_CORRECTIONS = 100
LONGEST_REASON = 1000
AT_ONCE = 1000
"""Attempts up to which a regrade is done while one waits."""
_SPEC_OF_KEYS = ("tolerance", "tolerance_kind", "accepted", "case_sensitive")


@dataclass(frozen=True, slots=True)
class Fix:
    """A correction as somebody asks for it; `kind` is one of `scoring.CORRECTIONS`.

    `answer` is what is right, in the shape of a response to the question (key, accept); `spec`
    entries that change with a key (a tolerance); `points` what the question is worth (points).
    """

    question_id: UUID
    kind: str
    answer: object = None
    points: object = None
    spec: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def plan_regrade(
    *, by: User, exam_id: UUID, reason: str, fixes: Sequence[Fix], now: datetime
) -> Regrade:
    """Keep corrections to look at what they change; nothing is marked anew yet.

    Raises `Invalid` naming each field that does not fit, the keys of answers checked as those of
    questions are.
    """
    exam = rights.exam_for_author(by, exam_id, lock=True)
    rows = ExamQuestion.objects.filter(exam=exam).select_related("question")
    paper = {row.question_id: row for row in rows}
    problems = _reason_problems(reason)
    if not 1 <= len(fixes) <= MOST_CORRECTIONS:
        problems["corrections"] = f"Give one correction, or up to {MOST_CORRECTIONS}."
    values: list[Any] = []
    for number, fix in enumerate(fixes):
        try:
            values.append(_value(fix, paper))
        except Invalid as flaw:
            problems |= {f"corrections.{number}.{name}": said for name, said in flaw.fields.items()}
    if not problems and _nothing_left(exam, paper, fixes):
        problems["corrections"] = "This would drop every question. Leave at least one."
    if problems:
        raise Invalid("These corrections do not fit.", fields=problems)
    regrade = Regrade.objects.create(
        exam=exam, reason=reason.strip(), created_by=by, created_at=now
    )
    Correction.objects.bulk_create(
        Correction(
            regrade=regrade,
            question_id=fix.question_id,
            kind=fix.kind,
            value=value,
            position=number,
        )
        for number, (fix, value) in enumerate(zip(fixes, values, strict=True), start=1)
    )
    return regrade


def apply_regrade(*, by: User, regrade_id: UUID, now: datetime) -> Regrade:
    """Apply a plan while one waits; applying it twice changes nothing. See `applying.apply`."""
    regrade = _regrade_for(by, regrade_id)
    return applying.apply(regrade.pk, by=by, now=now)


def undo_regrade(*, by: User, regrade_id: UUID, now: datetime) -> Regrade:
    """Undo an applied regrade while one waits. See `applying.undo`."""
    regrade = _regrade_for(by, regrade_id)
    return applying.undo(regrade.pk, by=by, now=now)


def order_regrade(*, by: User, regrade_id: UUID, undo: bool, now: datetime) -> Job | None:
    """Apply or undo: at once (None) up to `AT_ONCE` attempts, else by the job that is returned."""
    regrade = _regrade_for(by, regrade_id)
    graded = ExamAttempt.objects.filter(exam_id=regrade.exam_id, status=AttemptStatus.GRADED)
    if graded.count() <= AT_ONCE:
        (undo_regrade if undo else apply_regrade)(by=by, regrade_id=regrade_id, now=now)
        return None
    return enqueue(
        jobs.REGRADE_JOB,
        target=regrade.pk,
        title=f"{'Undo the regrade of' if undo else 'Regrade'} “{regrade.exam.title}”",
        arguments={"regrade_id": str(regrade.pk), "by_id": str(by.pk), "undo": undo},
        by=by,
        course_id=regrade.exam.course_id,
    )


def job_of(regrade_id: UUID) -> Job | None:
    """The job that applies or undoes it this moment, if one does. Check rights first."""
    return live_job(jobs.REGRADE_JOB, regrade_id)


@transaction.atomic
def discard_regrade(*, by: User, regrade_id: UUID, now: datetime) -> None:
    """Throw a plan away. Raises `Conflict` once it was applied."""
    regrade = _regrade_for(by, regrade_id)
    if regrade.applied_at is not None:
        raise Conflict("This regrade was applied; undo it instead.", code="already_applied")
    regrade.delete()


def correct_for_all(*, by: User, exam_id: UUID, fix: Fix, reason: str, now: datetime) -> Regrade:
    """The same correction for everybody who answered so: planned and applied in one go.

    Called in a transaction it is part of it.
    """
    regrade = plan_regrade(by=by, exam_id=exam_id, reason=reason, fixes=[fix], now=now)
    return apply_regrade(by=by, regrade_id=regrade.pk, now=now)


# --- parts -----------------------------------------------------------------------------------


def _regrade_for(by: User, regrade_id: UUID) -> Regrade:
    regrade = Regrade.objects.select_related("exam").filter(pk=regrade_id).first()
    if regrade is None:
        raise NotFound
    rights.exam_for_author(by, regrade.exam_id)
    return regrade


def _reason_problems(reason: str) -> dict[str, str]:
    if not isinstance(reason, str) or "\x00" in reason or not reason.strip():
        return {"reason": "Say why: students read it beside their new mark."}
    if len(reason.strip()) > LONGEST_REASON:
        return {"reason": f"This is longer than {LONGEST_REASON:,} characters."}
    return {}


def _value(fix: Fix, paper: Mapping[UUID, ExamQuestion]) -> Any:
    """The stored value of a correction; raises `Invalid` with the field that does not fit."""
    row = paper.get(fix.question_id)
    if row is None:
        raise _unfit("question_id", "This question is not on the paper of the exam.")
    if fix.kind not in scoring.CORRECTIONS:
        raise _unfit("kind", f"This must be one of {', '.join(scoring.CORRECTIONS)}.")
    if fix.kind == scoring.POINTS:
        return _points(fix.points)
    if fix.kind in (scoring.FULL_MARKS, scoring.DROP):
        return None
    return _key(content_of(row.question), fix)


def _points(points: object) -> int:
    if isinstance(points, bool) or not isinstance(points, int) or not 1 <= points <= 1000:
        raise _unfit("points", "Points are a whole number from 1 to 1,000.")
    return points


def _key(content: QuestionContent, fix: Fix) -> dict[str, Any]:
    try:
        answer = kind(content.kind).read_response(content, fix.answer)
    except WrongShape as flaw:
        raise _unfit("answer", flaw.message) from None
    if answer is None:
        raise _unfit("answer", "Say what is right.")
    unknown = [name for name in fix.spec if name not in _SPEC_OF_KEYS]
    if unknown:
        raise _unfit("spec", f"A correction cannot change {', '.join(unknown)}.")
    spec = dict(fix.spec)
    if fix.kind == scoring.KEY and "accepted" in content.spec:
        spec.setdefault("accepted", [key_text(answer)])
    value = {"answer": key_text(answer)} | ({"spec": spec} if spec else {})
    keyed = scoring.with_key(content, value)
    flaws = [] if fix.kind == scoring.ACCEPT else kind(content.kind).check(keyed)
    if flaws:
        raise _unfit("answer", " ".join(flaw.message for flaw in flaws))
    share = scoring.by_key([keyed], answer)
    if share is None:
        raise _unfit("kind", "A person marks this question; there is no key to correct.")
    if share != 1:
        raise _unfit("answer", "This answer cannot be a key of this question.")
    return value


def key_text(response: Response) -> str:
    """A response as the text of a key, see `QuestionContent.answer`."""
    if isinstance(response, bool):
        return "true" if response else "false"
    if isinstance(response, str):
        return response
    return json.dumps(response, ensure_ascii=False)


def _nothing_left(exam: Exam, paper: Mapping[UUID, ExamQuestion], fixes: Sequence[Fix]) -> bool:
    """Whether no question that everybody is asked would count any more."""
    gone = {fix.question_id for fix in fixes if fix.kind == scoring.DROP}
    standing = corrected.in_force(exam.pk)
    gone |= {one for one, listed in standing.items() if any(c.kind == scoring.DROP for c in listed)}
    pools = {row.pool_id for row in paper.values() if row.pool_id is not None}
    fixed = {row.question_id for row in paper.values() if row.pool_id is None}
    if pools and not fixed:
        return set(paper) <= gone
    return bool(fixed) and fixed <= gone and not pools


def _unfit(name: str, message: str) -> Invalid:
    return Invalid(message, fields={name: message})
