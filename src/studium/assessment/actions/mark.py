"""People mark answers: first and second marks, final ones, and how an exam is marked at all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from studium.assessment import closing, journal, marking, remarking, rights, rules
from studium.assessment.asked import content_of
from studium.assessment.drawing import paper_of_attempt
from studium.assessment.kinds import NEED_PERSON, QuestionContent
from studium.assessment.kinds.content import WrongShape
from studium.assessment.kinds.rubric import rubric_of, rubric_share
from studium.assessment.models import (
    AttemptAnswer,
    AttemptStatus,
    EventKind,
    Exam,
    ExamAttempt,
    ExamMarking,
    ExamQuestion,
    Mark,
    MarkRound,
    SecondMarker,
)
from studium.identity.actions import audit
from studium.lib.errors import Conflict, Invalid, NotAllowed, NotFound

if TYPE_CHECKING:
    from studium.identity.models import User

MAX_COMMENT = 10_000
_LIMITS = {"every": (2, 100), "tolerance": (0, 100), "appeal_days": (0, 365)}


@transaction.atomic
def set_marking(
    *, by: User, exam_id: UUID, now: datetime, settings: Mapping[str, Any]
) -> ExamMarking:
    """Change how an exam is marked: `blind`, `second`, `every`, `tolerance`, `appeal_days`.

    Attempts that are graded stay so; those that wait for nobody any more by the new settings are
    graded.
    """
    exam = rights.exam_for_author(by, exam_id, lock=True)
    if problems := _problems(settings):
        raise Invalid("Marking cannot be set like this. Mend what is marked.", fields=problems)
    row, _made = ExamMarking.objects.get_or_create(exam=exam)
    before = {name: getattr(row, name) for name in settings}
    for name, value in settings.items():
        setattr(row, name, value)
    row.save()
    detail = {"before": before, "after": dict(settings)}
    _record("exam.marking", exam, by=by, now=now, detail=detail)
    grade_complete(exam, by=by, now=now)
    return row


@transaction.atomic
def give_mark(
    *,
    by: User,
    attempt_id: UUID,
    question_id: UUID,
    now: datetime,
    points: object = None,
    levels: Mapping[str, str] | None = None,
    comment: str = "",
) -> Mark:
    """Mark one answer of a handed-in attempt, in the round that is its turn.

    With a rubric the points are those of the `levels` unless `points` says otherwise. When nothing
    waits any more the attempt is graded. On a graded attempt, and for an answer that a machine
    marked, it is a final mark and needs a `comment`. Raises `Conflict` (`still_running`,
    `not_answered`), `NotAllowed`, `Invalid` or `NotFound`.
    """
    attempt = _locked(by, attempt_id)
    place, answer = _place(attempt, question_id), _answer(attempt, question_id)
    round_ = _round(attempt, place, answer, by=by)
    content = content_of(place.question)
    chosen = _levels(content, levels or {})
    worth = _points(content, chosen, points, most=place.points)
    words = _comment(comment, needed=round_ == MarkRound.FINAL)
    mark = Mark.objects.create(
        attempt=attempt,
        question_id=question_id,
        marker=by,
        round=round_,
        points=worth,
        levels=chosen,
        comment=words,
        created_at=now,
    )
    _follow(attempt, mark, now=now)
    return mark


def grade_complete(exam: Exam, *, by: User, now: datetime) -> int:
    """Grade the attempts of a locked exam that wait for no mark any more; gives how many."""
    rows = ExamAttempt.objects.filter(exam=exam, status=AttemptStatus.SUBMITTED)
    done = 0
    for attempt in rows.filter(marks__isnull=False).distinct().order_by("pk"):
        held = ExamAttempt.objects.select_for_update(no_key=True).get(pk=attempt.pk)
        outcome = closing.grade(held, now=now, marks=decided(held), actor_id=by.pk)
        done += outcome.score is not None
    return done


# --- what follows from a mark ----------------------------------------------------------------


def _follow(attempt: ExamAttempt, mark: Mark, *, now: datetime) -> None:
    told = {"round": str(mark.round), "given": str(mark.points), "mark": str(mark.pk)}
    if attempt.status == AttemptStatus.GRADED:
        remarking.remark(
            attempt,
            question_id=mark.question_id,
            by_id=mark.marker_id,
            now=now,
            detail=told | {"comment": mark.comment},
        )
    else:
        journal.append(
            attempt.pk,
            EventKind.MARKED,
            now=now,
            actor_id=mark.marker_id,
            question_id=mark.question_id,
            detail=told,
        )
        closing.grade(attempt, now=now, marks=decided(attempt), actor_id=mark.marker_id)
    audit.record(
        by=mark.marker,
        action="answer.mark",
        object_type="exam_attempt",
        object_id=attempt.pk,
        course_id=attempt.exam.course_id,
        detail=told | {"question": str(mark.question_id)},
        now=now,
    )


def decided(attempt: ExamAttempt) -> dict[UUID, Decimal]:
    """The points of those answers that wait for no further mark."""
    settings = marking.settings_of(attempt.exam_id)
    second = marking.needs_second(settings, _place_of(attempt))
    worth = dict(
        ExamQuestion.objects.filter(exam_id=attempt.exam_id).values_list("question_id", "points")
    )
    found: dict[UUID, list[Mark]] = {}
    for row in Mark.objects.filter(attempt=attempt).order_by("created_at", "pk"):
        found.setdefault(row.question_id, []).append(row)
    counting = remarking.marks_of(attempt)
    return {
        question_id: counting[question_id]
        for question_id, rows in found.items()
        if not marking.standing(
            rows, second=second, tolerance=settings.tolerance, points=worth[question_id]
        ).wants
    }


# --- what is being marked --------------------------------------------------------------------


def _locked(by: User, attempt_id: UUID) -> ExamAttempt:
    """The attempt, handed in, with its exam locked before it, in the order of a regrade."""
    seen = ExamAttempt.objects.select_related("exam").filter(pk=attempt_id).first()
    if seen is None or not rights.may_see_results(by, seen.exam.course_id):
        raise NotFound
    if seen.user_id == by.pk:
        raise NotAllowed("Nobody marks an attempt of their own.")
    if seen.status == AttemptStatus.IN_PROGRESS:
        raise Conflict(
            "The attempt still runs. Mark it when it is handed in.", code="still_running"
        )
    exam = Exam.objects.select_for_update(no_key=True).get(pk=seen.exam_id)
    attempt = ExamAttempt.objects.select_for_update(no_key=True).get(pk=attempt_id)
    attempt.exam = exam
    return attempt


def _place(attempt: ExamAttempt, question_id: UUID) -> ExamQuestion:
    found = [one for one in paper_of_attempt(attempt) if one.question_id == question_id]
    if not found:
        raise NotFound
    return found[0]


def _answer(attempt: ExamAttempt, question_id: UUID) -> AttemptAnswer:
    row = AttemptAnswer.objects.filter(attempt=attempt, question_id=question_id).first()
    if row is None or row.response is None:
        raise Conflict(
            "Nothing was answered here, so there is nothing to mark. To give everybody points for "
            "the question, correct it for the whole exam.",
            code="not_answered",
        )
    return row


def _round(
    attempt: ExamAttempt, place: ExamQuestion, answer: AttemptAnswer, *, by: User
) -> MarkRound:
    by_person = place.question.kind in NEED_PERSON
    if attempt.status == AttemptStatus.GRADED or not by_person:
        return MarkRound.FINAL
    settings = marking.settings_of(attempt.exam_id)
    rows = Mark.objects.filter(attempt=attempt, question_id=answer.question_id)
    now = marking.standing(
        rows.order_by("created_at", "pk"),
        second=marking.needs_second(settings, _place_of(attempt)),
        tolerance=settings.tolerance,
        points=place.points,
    )
    both = [one for one in (now.first, now.second) if one is not None]
    mine = next((one.round for one in both if one.marker_id == by.pk), None)
    if now.wants == MarkRound.FINAL or now.final is not None:
        return MarkRound.FINAL
    if now.wants == MarkRound.SECOND and mine == MarkRound.FIRST:
        return MarkRound.FIRST  # one's own first mark, put right
    if mine is not None:
        return MarkRound(mine)
    if now.wants:
        return MarkRound(now.wants)
    return MarkRound.FIRST if now.second is None else MarkRound.FINAL


def _place_of(attempt: ExamAttempt) -> int:
    """The attempt's place among all of its exam, in the order they were begun, from 1."""
    same = ExamAttempt.objects.filter(exam_id=attempt.exam_id)
    earlier = same.filter(attempted_at__lt=attempt.attempted_at)
    twins = same.filter(attempted_at=attempt.attempted_at, pk__lt=attempt.pk)
    return 1 + earlier.count() + twins.count()


# --- what was sent ---------------------------------------------------------------------------


def _levels(content: QuestionContent, levels: Mapping[str, str]) -> dict[str, str]:
    """The chosen levels; none at all where the points were given without the rubric."""
    if not levels:
        return {}
    if not rubric_of(content):
        raise Invalid("This question has no rubric.", fields={"levels": "There are no levels."})
    try:
        rubric_share(content, levels)
    except WrongShape as wrong:
        raise Invalid(wrong.message, fields={"levels": wrong.message}) from None
    return {str(one["id"]): levels[one["id"]] for one in rubric_of(content)}


def _points(
    content: QuestionContent, levels: Mapping[str, str], points: object, *, most: int
) -> Decimal:
    if points is None or points == "":
        if levels:
            return rules.points_for(rubric_share(content, levels), Decimal(most))
        words = "Choose a level for each criterion, or give points."
        raise Invalid(words, fields={"points": words})
    try:
        worth = Decimal(str(points).strip().replace(",", ".")).quantize(Decimal("0.001"))
    except InvalidOperation:
        worth = Decimal(-1)
    if not worth.is_finite() or not 0 <= worth <= most:
        words = f"Points are a number from 0 to {most}."
        raise Invalid(words, fields={"points": words})
    return worth


def _comment(comment: str, *, needed: bool) -> str:
    words = comment.strip()
    if "\x00" in words:
        text = "The comment holds a character that cannot be stored; take it out."
        raise Invalid(text, fields={"comment": text})
    if len(words) > MAX_COMMENT:
        text = f"The comment is longer than {MAX_COMMENT:,} characters; shorten it."
        raise Invalid(text, fields={"comment": text})
    if needed and not words:
        text = "Say why: this mark stands above an earlier one, and the student reads the reason."
        raise Invalid(text, fields={"comment": text})
    return words


def _problems(settings: Mapping[str, Any]) -> dict[str, str]:
    found = {}
    for name, value in settings.items():
        if name == "blind":
            wrong = "" if isinstance(value, bool) else "This must be true or false."
        elif name == "second":
            wrong = "" if value in SecondMarker.values else "This must be none, all or nth."
        elif name in _LIMITS:
            low, high = _LIMITS[name]
            fits = isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
            wrong = "" if fits else f"This must be a whole number from {low} to {high}."
        else:
            wrong = f"There is no setting called {name}."
        if wrong:
            found[name] = wrong
    return found


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
