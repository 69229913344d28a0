"""The terms of an exam for one student: everybody's, and what an accommodation adds to them.

The one place that says from when until when somebody may begin, how long they have, how often
they may try, when a deadline is, and why. The start, the lobby, the exam room and the table that
proves it to the staff all ask here.

minutes  = duration · factor + extra minutes + minutes of breaks, rounded up
deadline = start + minutes; where closing time ends attempts (`cut`), at most closing time plus
           the minutes that the student has more than others
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from math import ceil
from uuid import UUID

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from studium.assessment import recording
from studium.assessment.models import Accommodation, AttemptStatus, Closing, Exam, ExamAttempt
from studium.content.models import Enrollment
from studium.lib.looks import once
from studium.lib.prepared import Asked, Prepared, together

_ONE = Decimal(1)
_WHILE_PAUSED = timedelta(days=7)
"""How long results wait while a clock stands; the end is known when it goes on."""


@dataclass(frozen=True, slots=True)
class Given:
    """What accommodations give a student at one exam, all in force taken together."""

    factor: Decimal = _ONE
    extra_minutes: int = 0
    break_minutes: int = 0
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    extra_attempts: int = 0


NOTHING = Given()


@dataclass(frozen=True, slots=True)
class EffectiveTerms:
    """One student's terms at one exam.

    `opens_at` and `closes_at` bound the beginning (None: no bound), `minutes` is their time and
    `extra_minutes` how much of it others do not have. `attempts` is how many they have in all,
    `due_at` from when being late costs points. `last_end_at` is the latest possible deadline,
    without grace. `deadline_at` is that of an attempt begun at the moment asked about. `why` has a
    sentence for each thing that makes it so, fit for the student too.
    """

    opens_at: datetime | None
    closes_at: datetime | None
    minutes: int
    extra_minutes: int
    attempts: int
    due_at: datetime | None
    cuts: bool
    deadline_at: datetime
    why: tuple[str, ...]

    @property
    def last_end_at(self) -> datetime | None:
        """The latest deadline that an attempt begun in the window can have."""
        if self.closes_at is None:
            return None
        more = self.extra_minutes if self.cuts else self.minutes
        return self.closes_at + timedelta(minutes=more)

    def deadline_if_begun(self, at: datetime) -> datetime:
        """The deadline of an attempt that begins at a moment."""
        deadline = at + timedelta(minutes=self.minutes)
        last = self.last_end_at
        return min(deadline, last) if self.cuts and last is not None else deadline

    def minutes_if_begun(self, at: datetime) -> int:
        """The whole minutes that an attempt gets which begins at a moment."""
        return int((self.deadline_if_begun(at) - at).total_seconds() // 60)


def _in_force(exam: UUID, course: UUID) -> QuerySet[Accommodation]:
    at_exam = Q(exam_id=exam) | Q(exam__isnull=True, course_id=course)
    return Accommodation.objects.filter(at_exam, revoked_at__isnull=True)


_OF_STUDENT = Prepared(
    lambda exam, course, user: _in_force(exam, course).filter(user_id=user),
    "exam",
    "course",
    "user",
)
_OF_EVERYBODY = Prepared(_in_force, "exam", "course")
_IN_COURSE = Prepared(
    lambda course, user: Accommodation.objects.filter(
        Q(exam__course_id=course) | Q(exam__isnull=True, course_id=course),
        user_id=user,
        revoked_at__isnull=True,
    ),
    "course",
    "user",
)
PLACE = Prepared(
    lambda course, user: Enrollment.objects.select_for_update(no_key=True).filter(
        course_id=course, user_id=user
    ),
    "course",
    "user",
)
"""A student's place in a course, held until the transaction ends; see `lock_student`."""


def effective_terms(exam: Exam, given: Given = NOTHING, *, now: datetime) -> EffectiveTerms:
    """The terms of a student to whom this is given; `deadline_at` as if they began now."""
    timed = exam.duration_minutes * given.factor + given.extra_minutes + given.break_minutes
    minutes = ceil(timed)
    extra = minutes - exam.duration_minutes
    terms = EffectiveTerms(
        opens_at=given.opens_at or exam.opens_at,
        closes_at=given.closes_at or exam.closes_at,
        minutes=minutes,
        extra_minutes=extra,
        attempts=exam.attempts_allowed + given.extra_attempts,
        due_at=_due(exam, given, extra),
        cuts=exam.closing == Closing.CUT,
        deadline_at=now,
        why=tuple(_why(exam, given, minutes)),
    )
    return _with_deadline(terms, now)


def terms_for(exam: Exam, user_id: UUID, *, now: datetime) -> EffectiveTerms:
    """The terms of one student, read from the database. One query."""
    return effective_terms(exam, _given(exam, user_id), now=now)


def asked(exam: Exam, user_id: UUID) -> Asked[Accommodation]:
    """The statement of `terms_for`, to be asked together with others; `given_by` reads its rows."""
    return _OF_STUDENT.asked(exam=exam.pk, course=exam.course_id, user=user_id)


def given_by(rows: Sequence[Accommodation]) -> Given:
    """What one student is given at an exam, of the rows that `asked` gave."""
    return combined(rows) if rows else NOTHING


@once
def _of_everybody(exam: UUID, course: UUID) -> list[Accommodation]:
    return _OF_EVERYBODY.all(exam=exam, course=course)


def given_to(exam: Exam, user_ids: Iterable[UUID] | None = None) -> dict[UUID, Given]:
    """Student -> what they are given at the exam; without `user_ids` everybody who has any."""
    rows: Iterable[Accommodation]
    if user_ids is None:
        rows = _of_everybody(exam.pk, exam.course_id)
    else:
        rows = _in_force(exam.pk, exam.course_id).filter(user_id__in=list(user_ids))
    by_user: dict[UUID, list[Accommodation]] = {}
    for row in rows:
        by_user.setdefault(row.user_id, []).append(row)
    return {user_id: combined(theirs) for user_id, theirs in by_user.items()}


def given_at(exams: Iterable[Exam], user_id: UUID) -> dict[UUID, Given]:
    """Exam -> what one student is given at it, for a list of exams. One query."""
    listed = list(exams)
    if len(listed) == 1:
        return {listed[0].pk: _given(listed[0], user_id)}
    theirs = _given_in({one.course_id for one in listed}, user_id)
    return {
        exam.pk: combined(
            [
                row
                for row in theirs
                if row.exam_id == exam.pk
                or (row.exam_id is None and row.course_id == exam.course_id)
            ]
        )
        for exam in listed
    }


def _given_in(courses: set[UUID], user_id: UUID) -> list[Accommodation]:
    """What one student is given in some courses, at their exams or at all of them."""
    if len(courses) == 1:
        return _IN_COURSE.all(course=next(iter(courses)), user=user_id)
    anywhere = Q(exam__course__in=courses) | Q(exam__isnull=True, course_id__in=courses)
    rows = Accommodation.objects.filter(anywhere, user_id=user_id, revoked_at__isnull=True)
    return list(rows)


def _given(exam: Exam, user_id: UUID) -> Given:
    return given_by(together(asked(exam, user_id))[0])


def combined(rows: Iterable[Accommodation]) -> Given:
    """One student's rows for an exam and for all exams, taken together.

    The better one of each number counts, so what is given for one exam takes nothing away; a
    moment given for the one exam stands before that for all.
    """
    own_first = sorted(rows, key=lambda row: row.exam_id is None)
    return Given(
        factor=max((row.factor for row in own_first), default=_ONE),
        extra_minutes=max((row.extra_minutes for row in own_first), default=0),
        break_minutes=max((row.break_minutes for row in own_first), default=0),
        opens_at=next((row.opens_at for row in own_first if row.opens_at), None),
        closes_at=next((row.closes_at for row in own_first if row.closes_at), None),
        extra_attempts=max((row.extra_attempts for row in own_first), default=0),
    )


def last_end_of(exam: Exam, *, now: datetime) -> datetime | None:
    """When the last person's time is over, grace included, where that is after closing time.

    Everybody's closing time, every accommodation in force and every running attempt count. What
    `exams.last_end_at` holds; None where closing time itself is the end, or there is none.
    """
    if exam.closes_at is None:
        return None
    ends = [effective_terms(exam, now=now).last_end_at]
    ends += [effective_terms(exam, one, now=now).last_end_at for one in given_to(exam).values()]
    running = ExamAttempt.objects.filter(exam=exam, status=AttemptStatus.IN_PROGRESS)
    ends.append(running.aggregate(last=Max("deadline_at"))["last"])
    if running.filter(paused_at__isnull=False).exists():
        ends.append(now + _WHILE_PAUSED)
    last = max(end for end in ends if end is not None) + timedelta(seconds=exam.grace_seconds)
    return last if last > exam.closes_at else None


def keep_last_end(exam: Exam, *, now: datetime) -> bool:
    """Store `last_end_of` with the exam, whose row the caller holds locked; whether it moved."""
    last = last_end_of(exam, now=now)
    if last == exam.last_end_at:
        return False
    exam.last_end_at = last
    exam.save(update_fields=["last_end_at"])
    return True


def hold_results(exam_id: UUID, *, now: datetime) -> None:
    """Hold results back until the last person's time is over, after some got more of it.

    In the caller's transaction, after its attempts are locked: everybody locks in that order.
    """
    exam = Exam.objects.select_for_update(no_key=True).get(pk=exam_id)
    if keep_last_end(exam, now=now):
        recording.release_exam_anew(exam, now=now)


def lock_student(course_id: UUID, user_id: UUID) -> bool:
    """Hold a student's place in the course until the transaction ends; whether they have one.

    Beginning an attempt and giving an accommodation both do, so neither misses the other.
    """
    return PLACE.first(course=course_id, user=user_id) is not None


def when_words(moment: datetime) -> str:
    """A moment in the reader's own zone."""
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"


# --- parts -----------------------------------------------------------------------------------


def _with_deadline(terms: EffectiveTerms, now: datetime) -> EffectiveTerms:
    return replace(terms, deadline_at=terms.deadline_if_begun(now))


def _due(exam: Exam, given: Given, extra: int) -> datetime | None:
    """The due time moves with the student's closing time, and by the minutes they have more."""
    if exam.due_at is None:
        return None
    moved = timedelta(minutes=extra)
    if given.closes_at is not None and exam.closes_at is not None:
        moved += max(timedelta(0), given.closes_at - exam.closes_at)
    return exam.due_at + moved


def _why(exam: Exam, given: Given, minutes: int) -> list[str]:
    sentences = [_time_words(exam, given, minutes)]
    if given.opens_at is not None:
        sentences.append(f"Opens at a time of its own: {_when(given.opens_at)}.")
    if given.closes_at is not None:
        sentences.append(f"Closes at a time of its own: {_when(given.closes_at)}.")
    closes = given.closes_at or exam.closes_at
    extra = minutes - exam.duration_minutes
    if closes is not None and exam.closing == Closing.FULL_TIME:
        sentences.append("Closing time ends beginning; who has begun has the full time.")
    elif closes is not None and extra:
        sentences.append(
            f"Closing time ends attempts {extra} minutes later: {_when(closes, extra)}."
        )
    elif closes is not None:
        sentences.append(f"Closing time ends every attempt: {_when(closes)}.")
    if given.extra_attempts:
        sentences.append(
            f"{exam.attempts_allowed} + {given.extra_attempts} attempts = "
            f"{exam.attempts_allowed + given.extra_attempts}."
        )
    return sentences


def _time_words(exam: Exam, given: Given, minutes: int) -> str:
    words = f"{exam.duration_minutes} minutes"
    if given.factor != _ONE:
        words += f" × {given.factor.normalize():f}"
    if given.extra_minutes:
        words += f" + {given.extra_minutes} minutes more"
    if given.break_minutes:
        words += f" + {given.break_minutes} minutes for breaks"
    if minutes == exam.duration_minutes:
        return f"{words}, as everybody."
    exact = exam.duration_minutes * given.factor == minutes - (
        given.extra_minutes + given.break_minutes
    )
    return f"{words} = {minutes} minutes{'' if exact else ', rounded up'}."


def _when(moment: datetime, minutes_later: int = 0) -> str:
    return when_words(moment + timedelta(minutes=minutes_later))
