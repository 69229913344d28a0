"""An exam taken to another, empty database, to be sat there by students who are none.

`exam_copy` reads the exam with its paper and what that hangs on; nothing of anybody who sits it.
`load_copy` runs where the copy goes. Lessons go without their text and their owner without name and
address, so the copy holds nobody's data.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core import serializers
from django.db import transaction
from django.db.models import Model

from studium.assessment.asked import content_of
from studium.assessment.kinds import kind
from studium.assessment.models import (
    Closing,
    Exam,
    ExamPool,
    ExamQuestion,
    ExamStatus,
    PartRelease,
    Question,
    Release,
)
from studium.content.models import Course, CourseStatus, Enrollment, Lesson
from studium.identity.models import User
from studium.identity.sessions import SessionStore
from studium.lib import triggers
from studium.lib.errors import Conflict, NotFound

_BACKEND = "studium.identity.authentication.EmailBackend"
_ANY_TEXT = "Because each value has one owner."


@dataclass(frozen=True, slots=True)
class Found:
    """An exam that can be rehearsed."""

    id: UUID
    title: str
    course_title: str
    duration_minutes: int
    students: int
    questions: int


def find_exam(text: str) -> Found:
    """The exam of this id, or the one whose title has these words; raises when there is no one."""
    exams = Exam.objects.select_related("course")
    try:
        found = list(exams.filter(pk=UUID(text)))
    except ValueError:
        found = list(exams.filter(title__iexact=text)) or list(exams.filter(title__icontains=text))
    if not found:
        raise NotFound(f"There is no exam “{text}”. Give its id, or words of its title.")
    if len(found) > 1:
        listed = "; ".join(f"{one.pk} {one.title} ({one.course.title})" for one in found[:10])
        raise Conflict(f"{len(found)} exams fit “{text}”. Give the id of one: {listed}.")
    exam = found[0]
    sitting = Enrollment.objects.filter(course=exam.course, role="student", ended_at=None).count()
    places = ExamQuestion.objects.filter(exam=exam).count()
    return Found(exam.pk, exam.title, exam.course.title, exam.duration_minutes, sitting, places)


def exam_copy(exam_id: UUID) -> str:
    """The exam and all that its paper needs as JSON, its own times and locks left out."""
    return str(serializers.serialize("json", _rows(Exam.objects.get(pk=exam_id))))


@transaction.atomic
def load_copy(text: str, *, students: int, now: datetime) -> dict[str, Any]:
    """Put a copy into this empty database with so many students, each signed in already.

    Gives what their programs have to know: the exam's id, each one's token, and for every question
    responses that fit it.
    """
    triggers.remove()  # rows come in an order that the rules of daily life would not allow
    for row in serializers.deserialize("json", text):
        row.save()
    triggers.install()
    exam = Exam.objects.get()
    people = [_student(number, now) for number in range(1, students + 1)]
    User.objects.bulk_create(people, batch_size=500)
    Enrollment.objects.bulk_create(
        (Enrollment(user=one, course_id=exam.course_id, role="student") for one in people),
        batch_size=500,
    )
    return {
        "exam": str(exam.pk),
        "tokens": [_signed_in(one) for one in people],
        "responses": {str(one.pk): _responses(one) for one in Question.objects.all()},
    }


# --- reading ---------------------------------------------------------------------------------


def _rows(exam: Exam) -> Iterator[Model]:
    """In the order of what hangs on what."""
    paper = ExamQuestion.objects.filter(exam=exam).select_related("question__quiz__lesson__course")
    places = list(paper.order_by("position"))
    quizzes = {place.question.quiz_id: place.question.quiz for place in places}
    lessons = {quiz.lesson_id: quiz.lesson for quiz in quizzes.values()}
    courses = {exam.course_id: exam.course} | {
        one.course_id: one.course for one in lessons.values()
    }
    yield from _owners(courses)
    yield from (_plain_course(one) for one in courses.values())
    yield from (_plain_lesson(one) for one in lessons.values())
    yield from quizzes.values()
    yield from (place.question for place in places)
    yield _open_exam(exam)
    yield from ExamPool.objects.filter(exam=exam)
    yield from places


def _owners(courses: dict[UUID, Course]) -> Iterator[User]:
    owners = User.objects.filter(pk__in={one.owner_id for one in courses.values()})
    for number, owner in enumerate(owners.order_by("pk")):
        owner.name, owner.password, owner.last_login = "Owner", "!", None
        owner.email = owner.email_canonical = f"owner{number}@rehearsal.invalid"
        yield owner


def _plain_course(course: Course) -> Course:
    course.status = CourseStatus.PUBLISHED
    return course


def _plain_lesson(lesson: Lesson) -> Lesson:
    lesson.content, lesson.content_html, lesson.parent_id = "Text.", "", None
    return lesson


def _open_exam(exam: Exam) -> Exam:
    """Open to everybody at once; the deadline of all comes when the students are ready."""
    exam.status = ExamStatus.PUBLISHED
    exam.opens_at = exam.closes_at = exam.due_at = exam.release_on = exam.last_end_at = None
    exam.password_hash, exam.networks, exam.late_tiers = "", [], []
    exam.release, exam.closing = Release.AT_ONCE, Closing.CUT
    exam.release_correctness = exam.release_key = PartRelease.WITH_SCORE
    exam.release_explanation = PartRelease.WITH_SCORE
    return exam


# --- loading ---------------------------------------------------------------------------------


def _student(number: int, now: datetime) -> User:
    address = f"student{number}@rehearsal.invalid"
    return User(
        name=f"Student {number}", email=address, email_canonical=address,
        password="!", role="STUDENT", created_at=now - timedelta(days=1),  # noqa: S106 - as above
    )  # fmt: skip


def _signed_in(person: User) -> str:
    """A session for the person; the sign-in page is not what is rehearsed."""
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = _BACKEND
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def _responses(question: Question) -> list[Any]:
    """Responses in the shape of the question, to go from one to the next."""
    if kind(question.kind).shape == "choice":
        return [option["id"] for option in question.options or ()]
    right = kind(question.kind).right_answer(content_of(question))
    return [_ANY_TEXT if right is None else right, None]
