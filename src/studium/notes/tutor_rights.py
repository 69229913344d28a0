"""Who may ask the tutor, and when: readers of the lesson, where it is on, never during an exam.

Exams are a story above this package. It hands down one question, "does an exam of this person
run?", when it starts; as long as nobody answers it, the tutor stays shut.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from studium.content import rights as course_rights
from studium.lib.errors import Conflict
from studium.lib.words import phrase
from studium.notes.models import TutorSwitch

if TYPE_CHECKING:
    from studium.content.models import Course, Lesson
    from studium.identity.models import User

ExamRuns = Callable[["User", datetime], bool]
_exam_runs: list[ExamRuns] = []

EXAM_RUNS = phrase(
    "The tutor is off while an exam of yours runs, on every page and for every course. It is back "
    "when you have handed in."
)


def ask_about_exams(exam_runs: ExamRuns) -> None:
    """Say how to find out whether an exam of a person runs; called once when the site starts."""
    _exam_runs[:] = [exam_runs]


def exam_runs(user: User, now: datetime) -> bool:
    """Whether an exam of this person runs; true as long as nobody can tell."""
    return not _exam_runs or any(one(user, now) for one in _exam_runs)


def is_on(course_id: UUID) -> bool:
    """Whether the staff of the course has left the tutor on, as it is at first."""
    off = TutorSwitch.objects.filter(course_id=course_id, is_on=False)
    return not off.exists()


def require_no_exam(user: User, now: datetime) -> None:
    """Raises `Conflict` (`exam_running`) while an exam of this person runs, in any course."""
    if exam_runs(user, now):
        raise Conflict(EXAM_RUNS, code="exam_running")


def require_tutor(user: User, lesson: Lesson, now: datetime) -> None:
    """Raises for those who may not read the lesson, during an exam, and where it is off."""
    course_rights.require_see_lesson(user, lesson)
    require_no_exam(user, now)
    if not is_on(lesson.course_id):
        raise Conflict("The tutor is switched off in this course.", code="tutor_off")


def may_switch(user: User, course: Course) -> bool:
    """Instructors of the course and admins."""
    return course_rights.may_edit_course(user, course)
