"""Accommodations: given, replaced, ended, one by one or from a list; running attempts hear of it.

A row never changes: an edit ends it and adds the next, so what held when can always be said.
Ending one takes nothing from an attempt that runs: a deadline only ever moves later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from studium.assessment import accommodation_checks as checks
from studium.assessment import closing, effective, pulse, rights
from studium.assessment.accommodation_checks import ListRow, read_list
from studium.assessment.models import (
    Accommodation,
    AttemptEvent,
    AttemptStatus,
    EventKind,
    Exam,
    ExamAttempt,
)
from studium.content.models import Course, CourseRole, Enrollment
from studium.identity.actions import audit
from studium.identity.rules import canonical_email
from studium.lib.errors import Invalid, NotFound

if TYPE_CHECKING:
    from studium.identity.models import User

NEW, CHANGED, SAME, PROBLEM = "new", "changed", "same", "problem"
_FIELDS = tuple(checks.DEFAULTS)


@dataclass(frozen=True, slots=True)
class ListLine:
    """What a line of a list would do: `outcome` is `new`, `changed`, `same` or `problem`."""

    row: ListRow
    outcome: str
    user_id: UUID | None = None
    user_name: str = ""
    exam_id: UUID | None = None
    exam_title: str = ""
    message: str = ""


@transaction.atomic
def give(
    *,
    by: User,
    course_id: UUID,
    user_id: UUID,
    profile: Mapping[str, Any],
    now: datetime,
    exam_id: UUID | None = None,
) -> Accommodation:
    """Give a student of the course a profile (`accommodation_checks.DEFAULTS`), for one exam or,
    without one, for all of the course. One in force for the same is ended and replaced.

    Running attempts get their later deadline in the same transaction.
    """
    course = rights.course_for_author(by, course_id)
    exam = _exam(course, exam_id)
    values = _values(profile)
    if exam is not None:
        _require(_window_problems(exam, values))
    if not effective.lock_student(course.pk, user_id) or not _is_student(course, user_id):
        raise Invalid(
            "This person is no student of the course.", fields={"user_id": "Choose a student."}
        )
    work = _Work(course, {user_id}, by=by, now=now)
    row = work.put(user_id, exam, values)
    work.hold_results()
    return row


@transaction.atomic
def revoke(*, by: User, accommodation_id: UUID, now: datetime) -> Accommodation:
    """End an accommodation. Attempts that run keep their time; ended twice is ended once."""
    row = Accommodation.objects.filter(pk=accommodation_id).first()
    if row is None:
        raise NotFound
    rights.require_author(by, row.course_id, known=False)
    effective.lock_student(row.course_id, row.user_id)
    row.refresh_from_db()
    if row.revoked_at is None:
        work = _Work(row.course, {row.user_id}, by=by, now=now)
        work.end(row)
        work.hold_results()
        _record("accommodation.revoke", row, by=by, now=now)
    return row


def check_list(*, by: User, course_id: UUID, data: bytes) -> list[ListLine]:
    """What a CSV list would do, line by line; nothing is stored."""
    course = rights.course_for_author(by, course_id)
    return _looked_up(course, read_list(data))


@transaction.atomic
def give_list(*, by: User, course_id: UUID, data: bytes, now: datetime) -> list[ListLine]:
    """Give what a CSV list says, all or nothing; raises `Invalid` while a line has a problem."""
    course = rights.course_for_author(by, course_id)
    lines = _looked_up(course, read_list(data))
    wrong = {f"line {one.row.line}": one.message for one in lines if one.outcome == PROBLEM}
    if wrong:
        raise Invalid("The list has problems; nothing was stored.", fields=wrong)
    todo = [one for one in lines if one.outcome in (NEW, CHANGED) and one.user_id is not None]
    # In one order, so that two lists never wait for each other in turn.
    students = sorted({one.user_id for one in todo if one.user_id is not None})
    for student in students:
        effective.lock_student(course.pk, student)
    work = _Work(course, set(students), by=by, now=now)
    for line in todo:
        assert line.user_id is not None
        exam = work.exams[line.exam_id] if line.exam_id else None
        work.put(line.user_id, exam, _values(line.row.profile))
    work.hold_results()
    return lines


# --- storing ---------------------------------------------------------------------------------


class _Work:
    """One change of some students' accommodations, their places held by the caller.

    Everything is read once, and locked in the order in which all lock it: students, their running
    attempts, then (`hold_results`) exams.
    """

    def __init__(self, course: Course, user_ids: set[UUID], *, by: User, now: datetime) -> None:
        self.course, self.by, self.now = course, by, now
        self.exams = {one.pk: one for one in Exam.objects.filter(course=course).order_by("pk")}
        self.running: dict[UUID, list[ExamAttempt]] = {}
        attempts = ExamAttempt.objects.select_for_update(no_key=True).order_by("pk")
        for attempt in attempts.filter(
            exam__course=course, user_id__in=user_ids, status=AttemptStatus.IN_PROGRESS
        ):
            if not closing.is_overdue(attempt, now):
                self.running.setdefault(attempt.user_id, []).append(attempt)
        self.given: dict[tuple[UUID, UUID | None], Accommodation] = {
            (one.user_id, one.exam_id): one
            for one in Accommodation.objects.filter(
                course=course, user_id__in=user_ids, revoked_at__isnull=True
            )
        }

    def put(self, user_id: UUID, exam: Exam | None, values: Mapping[str, Any]) -> Accommodation:
        """Store a profile in place of the one in force, and lengthen what runs."""
        key = (user_id, exam.pk if exam else None)
        before = self.given.get(key)
        if before is not None:
            if all(getattr(before, name) == values[name] for name in _FIELDS):
                return before
            self.end(before)
        row = Accommodation.objects.create(
            course=self.course,
            exam=exam,
            user_id=user_id,
            created_by=self.by,
            created_at=self.now,
            **values,
        )
        self.given[key] = row
        for attempt in self.running.get(user_id, ()):
            if exam is None or attempt.exam_id == exam.pk:
                self._lengthen(attempt, row)
        _record("accommodation.give", row, by=self.by, now=self.now, replaces=before)
        return row

    def end(self, row: Accommodation) -> None:
        """End a row that is in force."""
        row.revoked_at, row.revoked_by = max(self.now, row.created_at), self.by
        row.save(update_fields=["revoked_at", "revoked_by"])
        self.given.pop((row.user_id, row.exam_id), None)

    def hold_results(self) -> None:
        """Hold results back until everybody is done. The last step: it locks exams."""
        for exam in self.exams.values():
            if exam.closes_at is not None:
                effective.hold_results(exam.pk, now=self.now)

    def _lengthen(self, attempt: ExamAttempt, row: Accommodation) -> None:
        """Give a running attempt the deadline it would have with these terms, and on top what the
        staff have given it in the room."""
        theirs = [self.given.get((attempt.user_id, one)) for one in (attempt.exam_id, None)]
        given = effective.combined([one for one in theirs if one is not None])
        terms = effective.effective_terms(self.exams[attempt.exam_id], given, now=self.now)
        before = attempt.deadline_at
        deadline = terms.deadline_if_begun(attempt.attempted_at) + _given_in_room(attempt)
        if attempt.due_at is not None and terms.due_at is not None:
            attempt.due_at = max(attempt.due_at, terms.due_at)
        attempt.deadline_at = max(before, deadline)
        attempt.save(update_fields=["deadline_at", "due_at"])
        if attempt.deadline_at == before:
            return
        # The journal is the student's to read, so the reason stays in the accommodation.
        detail = {
            "why": "accommodation",
            "accommodation_id": str(row.pk),
            "from": before.isoformat(),
            "to": attempt.deadline_at.isoformat(),
        }
        closing.write_event(
            attempt, EventKind.EXTENDED, now=self.now, actor_id=self.by.pk, detail=detail
        )
        pulse.bump(attempt.exam_id)


def _given_in_room(attempt: ExamAttempt) -> timedelta:
    """By how much the deadline was moved for other reasons: minutes for all, a clock that stood."""
    moved = timedelta()
    for event in AttemptEvent.objects.filter(attempt=attempt, kind=EventKind.EXTENDED):
        if event.detail.get("why") != "accommodation":
            end, start = event.detail["to"], event.detail["from"]
            moved += datetime.fromisoformat(end) - datetime.fromisoformat(start)
    return moved


def _values(profile: Mapping[str, Any]) -> dict[str, Any]:
    """A profile with nothing left out; raises `Invalid` for what does not fit."""
    _require(checks.problems(profile))
    values = {**checks.DEFAULTS, **profile}
    values["factor"] = Decimal(values["factor"])
    values["reason"] = values["reason"].strip()
    return values


# --- checking --------------------------------------------------------------------------------


def _exam(course: Course, exam_id: UUID | None) -> Exam | None:
    if exam_id is None:
        return None
    exam = Exam.objects.filter(pk=exam_id, course=course).first()
    if exam is None:
        raise Invalid(
            "This exam is none of the course.", fields={"exam_id": "Choose an exam of the course."}
        )
    return exam


def _is_student(course: Course, user_id: UUID) -> bool:
    return Enrollment.objects.filter(
        course=course, user_id=user_id, role=CourseRole.STUDENT, ended_at__isnull=True
    ).exists()


def _window_problems(exam: Exam, values: Mapping[str, Any]) -> dict[str, str]:
    """A window that nobody can begin in, with both moments named."""
    opens = values["opens_at"] or exam.opens_at
    closes = values["closes_at"] or exam.closes_at
    if opens is None or closes is None or opens < closes:
        return {}
    own, other = ("opens_at", "closes_at") if values["opens_at"] else ("closes_at", "opens_at")
    return {
        own: f"The exam would open at {effective.when_words(opens)} and close at "
        f"{effective.when_words(closes)}.",
        other: "Give this one a moment too, so that it opens before it closes.",
    }


def _looked_up(course: Course, rows: Sequence[ListRow]) -> list[ListLine]:
    people = {
        one.user.email_canonical: one.user
        for one in Enrollment.objects.filter(
            course=course, role=CourseRole.STUDENT, ended_at__isnull=True
        ).select_related("user")
    }
    exams = list(Exam.objects.filter(course=course))
    given = {
        (one.user_id, one.exam_id): one
        for one in Accommodation.objects.filter(course=course, revoked_at__isnull=True)
    }
    seen: dict[tuple[UUID, UUID | None], int] = {}
    lines = []
    for row in rows:
        line = _line(row, people.get(canonical_email(row.email)), exams, given)
        if line.user_id is not None and line.outcome != PROBLEM:
            first = seen.setdefault((line.user_id, line.exam_id), row.line)
            if first != row.line:
                line = ListLine(row, PROBLEM, message=f"Also on line {first}.")
        lines.append(line)
    return lines


def _line(
    row: ListRow,
    person: User | None,
    exams: Sequence[Exam],
    given: Mapping[tuple[UUID, UUID | None], Accommodation],
) -> ListLine:
    if row.problem:
        return ListLine(row, PROBLEM, message=row.problem)
    if person is None:
        return ListLine(row, PROBLEM, message="No student of the course has this address.")
    named = [one for one in exams if row.exam in (one.title, str(one.pk))]
    if row.exam and len(named) != 1:
        words = "Several exams have this title; use the id." if named else "No exam is called so."
        return ListLine(row, PROBLEM, message=words)
    exam = named[0] if row.exam else None
    if exam is not None and (wrong := _window_problems(exam, row.profile)):
        return ListLine(row, PROBLEM, message=" ".join(wrong.values()))
    before = given.get((person.pk, exam.pk if exam else None))
    same = before is not None and all(
        getattr(before, name) == row.profile[name] for name in _FIELDS
    )
    outcome = SAME if same else CHANGED if before is not None else NEW
    return ListLine(
        row,
        outcome,
        user_id=person.pk,
        user_name=person.name,
        exam_id=exam.pk if exam else None,
        exam_title=exam.title if exam else "",
    )


def _require(problems: Mapping[str, str]) -> None:
    if problems:
        raise Invalid(
            "The accommodation cannot be given like this. Mend what is marked.",
            fields=dict(problems),
        )


def _record(
    action: str,
    row: Accommodation,
    *,
    by: User,
    now: datetime,
    replaces: Accommodation | None = None,
) -> None:
    """The log says what is given, not why: reasons are for the staff of the course."""
    detail = {name: str(getattr(row, name)) for name in _FIELDS if name != "reason"}
    audit.record(
        by=by,
        action=action,
        object_type="accommodation",
        object_id=row.pk,
        course_id=row.course_id,
        detail=detail
        | {
            "user_id": str(row.user_id),
            "exam_id": str(row.exam_id) if row.exam_id else None,
            "replaces": str(replaces.pk) if replaces else None,
        },
        now=now,
    )
